"""Spatial functions and the spatial index, as seen over HTTP."""

import pytest

DATA = """PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX ex: <https://example.org/>
INSERT DATA {
  ex:box geo:hasDefaultGeometry ex:box-outline . ex:box-outline geo:asWKT "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"^^geo:wktLiteral .
  ex:inside geo:hasDefaultGeometry ex:inside-point . ex:inside-point geo:asWKT "POINT(5 5)"^^geo:wktLiteral .
  ex:outside geo:hasDefaultGeometry ex:outside-point . ex:outside-point geo:asWKT "POINT(50 5)"^^geo:wktLiteral .
}"""
PREFIXES = "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX ex: <https://example.org/> "


@pytest.fixture
def places(empty_scratch):
    assert empty_scratch.update(DATA).status_code == 204
    return empty_scratch


def test_functions(places):
    text = PREFIXES + "SELECT ?thing { ?thing geo:hasDefaultGeometry/geo:asWKT ?wkt FILTER(geof:sfWithin(?wkt, 'POLYGON((1 1, 9 1, 9 9, 1 9, 1 1))'^^geo:wktLiteral)) }"
    assert places.rows(text) == [{"thing": "https://example.org/inside"}]


def test_relations_as_properties(places):
    assert places.rows(PREFIXES + "SELECT ?thing { ?thing geo:sfWithin ex:box FILTER(?thing = ex:inside || ?thing = ex:outside) }") == [{"thing": "https://example.org/inside"}]


def test_the_index_knows_of_changes(places):
    text = PREFIXES + "SELECT ?thing { ?thing geo:sfWithin ex:box FILTER(STRSTARTS(STR(?thing), 'https://example.org/new')) }"
    assert places.rows(text) == []
    places.update(PREFIXES + "INSERT DATA { ex:new geo:hasDefaultGeometry ex:g . ex:g geo:asWKT 'POINT(1 1)'^^geo:wktLiteral }")
    assert places.rows(text) == [{"thing": "https://example.org/new"}]


def test_explain_tells_how_it_was_prepared(places):
    text = PREFIXES + "SELECT ?thing { ?thing geo:hasDefaultGeometry/geo:asWKT ?wkt FILTER(geof:sfWithin(?wkt, 'POLYGON((1 1, 9 1, 9 9, 1 9, 1 1))'^^geo:wktLiteral)) }"
    told = places.query(text, params={"explain": "1"}).json()
    assert told["preparation"]
    assert places.query("ASK {}", params={"explain": "1"}).json()["is_rewritten"] is False


def test_functions_work_over_a_release_too(endpoint):
    rows = endpoint.rows(PREFIXES + "SELECT (geof:sfIntersects('POINT(1 1)'^^geo:wktLiteral, 'LINESTRING(0 0, 2 2)'^^geo:wktLiteral) AS ?meets) {}")
    assert rows == [{"meets": "true"}]
