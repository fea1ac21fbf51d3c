"""The 24 topological relations and `relate` between two geometries, calculated in the system of the first.

Source: GeoSPARQL 1.1 clause 9, tables 7 to 9 (DE-9IM patterns); Simple Features (ISO 19125-1).
"""

import re
from collections.abc import Callable

import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import WrongArguments


def are_regions(shapes):
    """Tell whether a shape, or each of an array, is of two dimensions: the tables of the standard state RCC8 for such pairs only."""
    return shapely.get_dimensions(shapes) == 2


# Where a family's table gives a single DE-9IM pattern, that pattern is tested.
PATTERNS = {
    "ehEquals": "TFFFTFFFT", "ehOverlap": "T*T***T**", "ehCovers": "T*TFT*FF*", "ehCoveredBy": "TFF*TFT**", "ehInside": "TFF*FFT**", "ehContains": "T*TFF*FF*",
    "rcc8eq": "TFFFTFFFT", "rcc8dc": "FFTFFTTTT", "rcc8ec": "FFTFTTTTT", "rcc8po": "TTTTTTTTT", "rcc8tppi": "TTTFTTFFT", "rcc8tpp": "TFFTTFTTT",
    "rcc8ntpp": "TFFTFFTTT", "rcc8ntppi": "TTTFFTFFT",
}
# Simple Features relations are GEOS predicates. Equality is that of point sets (each within the other), not the pattern:
# that is false for points, and for two empty geometries, which have the same points.
PREDICATES = {
    "sfEquals": shapely.equals, "sfDisjoint": shapely.disjoint, "sfIntersects": shapely.intersects, "sfTouches": shapely.touches, "sfCrosses": shapely.crosses,
    "sfWithin": shapely.within, "sfContains": shapely.contains, "sfOverlaps": shapely.overlaps, "ehDisjoint": shapely.disjoint, "ehMeet": shapely.touches,
}
CONVERSES = {
    "sfEquals": "sfEquals", "sfDisjoint": "sfDisjoint", "sfIntersects": "sfIntersects", "sfTouches": "sfTouches", "sfCrosses": "sfCrosses", "sfOverlaps": "sfOverlaps",
    "sfWithin": "sfContains", "sfContains": "sfWithin", "ehDisjoint": "ehDisjoint", "ehMeet": "ehMeet",
    "ehEquals": "ehEquals", "ehOverlap": "ehOverlap", "ehCovers": "ehCoveredBy", "ehCoveredBy": "ehCovers", "ehInside": "ehContains", "ehContains": "ehInside",
    "rcc8eq": "rcc8eq", "rcc8dc": "rcc8dc", "rcc8ec": "rcc8ec", "rcc8po": "rcc8po", "rcc8tppi": "rcc8tpp", "rcc8tpp": "rcc8tppi", "rcc8ntpp": "rcc8ntppi", "rcc8ntppi": "rcc8ntpp",
}
FOR_REGIONS = "rcc8"  # begins the names of the relations that hold between regions only
# Relations that hold for geometries without a common point: an index of envelopes cannot find them.
OF_EMPTY = frozenset({"sfEquals"})  # and those that hold between empty geometries, which lie nowhere
WITHOUT_CONTACT = frozenset({"sfDisjoint", "ehDisjoint", "rcc8dc"})
PATTERN = re.compile(r"[TF*012]{9}")


def relation(name: str) -> Callable[[Geometry, Geometry], bool]:
    """Give the test of a relation by its name, such as sfWithin."""
    if name in PREDICATES:
        predicate, converse = PREDICATES[name], PREDICATES[CONVERSES[name]]

        def test(first: Geometry, second: Geometry) -> bool:
            one, other = first.prepared, second.prepared if second.system is first.system else second.shape_in(first.system)
            if shapely.is_prepared(other) and not shapely.is_prepared(one):
                return bool(converse(other, one))
            return bool(predicate(one, other))

        return test
    pattern, needs_regions = PATTERNS[name], name.startswith(FOR_REGIONS)

    def test_pattern(first: Geometry, second: Geometry) -> bool:
        one, other = first.prepared, second.shape_in(first.system)
        if needs_regions and not (are_regions(one) and are_regions(other)):
            return False
        if pattern[0] == "T" and not shapely.intersects(one, other):
            return False
        return bool(shapely.relate_pattern(one, other, pattern))

    return test_pattern


def relate(first: Geometry, second: Geometry, pattern: str) -> bool:
    """Tell whether two geometries are related as a DE-9IM pattern says. Raises: WrongArguments."""
    if not PATTERN.fullmatch(pattern):
        raise WrongArguments(f'"{pattern}" is not a DE-9IM pattern: nine of the signs T F * 0 1 2.')
    return bool(shapely.relate_pattern(first.shape, second.shape_in(first.system), pattern))


def pattern_means_contact(pattern: str) -> bool:
    """Tell whether a pattern can only hold for geometries with a common point."""
    return any(pattern[cell] in "T012" for cell in (0, 1, 3, 4))
