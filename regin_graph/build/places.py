"""Give every practice a place inside its region's outline, said to be placed by the region."""

from collections.abc import Iterator

import shapely
from pyoxigraph import Literal, NamedNode, Store, Triple

from regin_graph.build.outlines import GEO, SF, WKT
from regin_graph.build.statements import RDF_TYPE

OUTLINES = "SELECT ?practice ?wkt WHERE { ?practice a regin:Practice ; regin:inRegion ?region . ?region geo:hasDefaultGeometry/geo:asWKT ?wkt }"


def practice_places(store: Store, base: str) -> Iterator[Triple]:
    """Give the triples of a point for each practice whose region has an outline; no outline, no place.

    The point is the representative point of the outline, so that islands are not placed in the sea.
    """
    points: dict[str, str] = {}
    for practice, wkt in store.query(OUTLINES, prefixes={"regin": base + "def/", "geo": GEO}):
        if wkt.value not in points:
            point = shapely.from_wkt(wkt.value).representative_point()
            points[wkt.value] = shapely.to_wkt(point, rounding_precision=4)
        node = NamedNode(f"{practice.value}/place")
        yield Triple(practice, NamedNode(GEO + "hasGeometry"), node)
        yield Triple(practice, NamedNode(GEO + "hasDefaultGeometry"), node)
        yield Triple(practice, RDF_TYPE, NamedNode(GEO + "Feature"))
        yield Triple(node, RDF_TYPE, NamedNode(GEO + "Geometry"))
        yield Triple(node, RDF_TYPE, NamedNode(SF + "Point"))
        yield Triple(node, NamedNode(GEO + "asWKT"), Literal(points[wkt.value], datatype=WKT))
        yield Triple(node, NamedNode(base + "def/placedBy"), NamedNode(base + "scheme/place-basis/region"))
