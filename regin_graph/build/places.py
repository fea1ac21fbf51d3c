"""Give every practice a place inside its region's outline, said to be placed by the region."""

from collections.abc import Iterator
from pathlib import Path

import shapely
from pyoxigraph import Literal, NamedNode, Store, Triple

from regin_graph.build.outlines import GEO, SF, WKT
from regin_graph.build.statements import RDF_TYPE
from regin_graph.identifiers import rebase

OUTLINES = Path(__file__).with_name("outlines_of_practices.rq")


def practice_places(store: Store, base: str) -> Iterator[Triple]:
    """Give the triples of a point for each practice whose region has an outline; no outline, no place.

    The point is the representative point of the outline, so that islands are not placed in the sea.
    """
    points: dict[str, str] = {}
    placed: set[str] = set()
    for practice, wkt in store.query(rebase(OUTLINES.read_text("utf-8"), base)):
        # A practice of several regions stands in the first of them: one place, one geometry.
        if practice.value in placed:
            continue
        placed.add(practice.value)
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
