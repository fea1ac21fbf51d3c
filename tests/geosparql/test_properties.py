"""What is stated of geometries and features follows from their literals, and is marked as computed."""

from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.geosparql.properties import MARK, state
from regin_graph.geosparql.vocabulary import GEO, WKT_LITERAL

REGION, OUTLINE, PLACE = (NamedNode(f"https://example.org/{name}") for name in ("region", "region/outline", "place"))


def statements(wkt: str) -> list[Triple]:
    return [
        Triple(REGION, NamedNode(GEO + "hasDefaultGeometry"), OUTLINE),
        Triple(OUTLINE, NamedNode(GEO + "asWKT"), Literal(wkt, datatype=NamedNode(WKT_LITERAL))),
    ]


def values(triples, subject: NamedNode) -> dict[str, str]:
    return {triple.predicate.value.rpartition("#")[2]: triple.object.value for triple in triples if triple.subject == subject}


def test_an_outline_has_dimensions_centroid_box_and_sizes():
    triples = list(state(statements("POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))")))
    geometry, region = values(triples, OUTLINE), values(triples, REGION)
    assert (geometry["dimension"], geometry["coordinateDimension"], geometry["spatialDimension"]) == ("2", "2", "2")
    assert (geometry["isEmpty"], geometry["isSimple"]) == ("false", "true")
    assert geometry["hasSerialization"] == "POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))"
    assert region["hasMetricArea"] == "24619440000"
    assert values(triples, NamedNode(region["hasArea"])) == {"type": "http://schema.org/QuantitativeValue", "value": "24619440000", "comment": MARK}
    assert region["hasCentroid"] == "https://example.org/region/centroid"
    assert values(triples, NamedNode(region["hasCentroid"]))["asWKT"] == "POINT (1 0.5)"
    assert values(triples, NamedNode(region["hasBoundingBox"]))["asWKT"].startswith("POLYGON ((")
    assert values(triples, NamedNode(region["hasBoundingBox"]))["comment"] == MARK


def test_a_point_has_no_sizes_and_a_broken_literal_nothing():
    assert not values(state(statements("POINT (1 2)")), REGION)
    assert values(state(statements("POINT (1 2)")), OUTLINE)["dimension"] == "0"
    assert not list(state(statements("POINT (1")))


def test_the_same_statements_give_the_same_triples():
    both = statements("POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))")
    assert list(state(both)) == list(state(both[::-1]))
