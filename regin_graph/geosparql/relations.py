"""The 24 topological relations and `relate` between two geometries, calculated in the system of the first.

Source: GeoSPARQL 1.1 clause 9, tables 7 to 9 (DE-9IM patterns); Simple Features (ISO 19125-1).
"""

import re
from collections.abc import Callable

import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import WrongArguments


def have_same_points(one, other):
    """Tell whether two shapes, or pairs from arrays of them, have the same points: two empty ones have none in common."""
    return shapely.equals(one, other) & ~shapely.is_empty(one)


# Where a family's table gives a single DE-9IM pattern, that pattern is tested.
PATTERNS = {
    "ehEquals": "TFFFTFFFT", "ehOverlap": "T*T***T**", "ehCovers": "T*TFT*FF*", "ehCoveredBy": "TFF*TFT**", "ehInside": "TFF*FFT**", "ehContains": "T*TFF*FF*",
    "rcc8eq": "TFFFTFFFT", "rcc8dc": "FFTFFTTTT", "rcc8ec": "FFTFTTTTT", "rcc8po": "TTTTTTTTT", "rcc8tppi": "TTTFTTFFT", "rcc8tpp": "TFFTTFTTT",
    "rcc8ntpp": "TFFTFFTTT", "rcc8ntppi": "TTTFFTFFT",
}
# Simple Features relations are GEOS predicates: equality of point sets, not the pattern, which is false for points.
PREDICATES = {
    "sfEquals": have_same_points, "sfDisjoint": shapely.disjoint, "sfIntersects": shapely.intersects, "sfTouches": shapely.touches, "sfCrosses": shapely.crosses,
    "sfWithin": shapely.within, "sfContains": shapely.contains, "sfOverlaps": shapely.overlaps, "ehDisjoint": shapely.disjoint, "ehMeet": shapely.touches,
}
CONVERSES = {
    "sfEquals": "sfEquals", "sfDisjoint": "sfDisjoint", "sfIntersects": "sfIntersects", "sfTouches": "sfTouches", "sfCrosses": "sfCrosses", "sfOverlaps": "sfOverlaps",
    "sfWithin": "sfContains", "sfContains": "sfWithin", "ehDisjoint": "ehDisjoint", "ehMeet": "ehMeet",
    "ehEquals": "ehEquals", "ehOverlap": "ehOverlap", "ehCovers": "ehCoveredBy", "ehCoveredBy": "ehCovers", "ehInside": "ehContains", "ehContains": "ehInside",
    "rcc8eq": "rcc8eq", "rcc8dc": "rcc8dc", "rcc8ec": "rcc8ec", "rcc8po": "rcc8po", "rcc8tppi": "rcc8tpp", "rcc8tpp": "rcc8tppi", "rcc8ntpp": "rcc8ntppi", "rcc8ntppi": "rcc8ntpp",
}
# Relations that hold for geometries without a common point: an index of envelopes cannot find them.
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
    pattern = PATTERNS[name]

    def test_pattern(first: Geometry, second: Geometry) -> bool:
        one, other = first.prepared, second.shape_in(first.system)
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
