"""All 24 relations as properties, between features and geometries in all four combinations, whatever the literals' serialisation and system."""

from functools import cache as kept

import pytest
from pyoxigraph import RdfFormat, Store

from regin_graph.geosparql import CUSTOM_FUNCTIONS, SpatialIndex, prepare
from regin_graph.geosparql.literals import cache, write_literal
from regin_graph.geosparql.relations import relation
from regin_graph.geosparql.vocabulary import GEO, GEOJSON_LITERAL, GML_LITERAL, KML_LITERAL, RELATIONS, WKT_LITERAL

SHAPES = {  # by name: the shape, its serialisation
    "square": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", WKT_LITERAL), "same": ("POLYGON ((4 4, 0 4, 0 0, 4 0, 4 4))", GML_LITERAL), "inner": ("POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))", GEOJSON_LITERAL),
    "corner": ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", KML_LITERAL), "next": ("<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON ((0 4, 4 4, 4 8, 0 8, 0 4))", WKT_LITERAL),
    "over": ("POLYGON ((2 2, 6 2, 6 6, 2 6, 2 2))", GEOJSON_LITERAL), "far": ("MULTIPOLYGON (((50 50, 51 50, 51 51, 50 50)), ((60 50, 61 50, 61 51, 60 50)))", GML_LITERAL),
    "line": ("LINESTRING (-1 1, 5 1)", GML_LITERAL), "edge": ("LINESTRING (0 0, 4 0)", KML_LITERAL), "spot": ("POINT (1.5 1.5)", WKT_LITERAL), "dot": ("POINT (1.5 1.5)", GEOJSON_LITERAL), "none": ("POINT EMPTY", WKT_LITERAL),
}
ELSEWHERE = {"projected": ("<http://www.opengis.net/def/crs/EPSG/0/3857> POLYGON ((0 0, 222639 0, 222639 222684, 0 222684, 0 0))", WKT_LITERAL)}
WORLDS = {"systems of WGS 84": {name: shape for name, shape in SHAPES.items() if name != "none"}, "an empty geometry too": SHAPES, "a projected system too": SHAPES | ELSEWHERE}
PROPERTY = {WKT_LITERAL: "asWKT", GML_LITERAL: "asGML", GEOJSON_LITERAL: "asGeoJSON", KML_LITERAL: "asKML"}
BASE = "https://example.org/"
SIDES = {"feature": "", "geometry": "/g"}


@kept
def opened(name: str):
    """Give the store of a world, its index, and the geometry of each name."""
    geometries, lines = {}, []
    for one, (text, datatype) in WORLDS[name].items():
        literal = write_literal(cache.get(text, WKT_LITERAL), datatype)
        geometries[one] = cache.get(literal.value, datatype)
        lines.append(f"<{BASE}{one}> <{GEO}hasDefaultGeometry> <{BASE}{one}/g> . <{BASE}{one}/g> <{GEO}{PROPERTY[datatype]}> {literal} .")
    store = Store()
    store.load("\n".join(lines).encode(), format=RdfFormat.TURTLE)
    return store, SpatialIndex.build(store), geometries


def asked(store, index, where: str, way: str) -> set[tuple[str, ...]]:
    """Give the solutions of a pattern over the world, one way or another."""
    text = prepare(f"PREFIX geo: <{GEO}> SELECT * {{ {where} }}", index.schema if way == "schema" else index, plain_dataset=way == "index").text
    return {tuple(term.value.removeprefix(BASE) for term in row) for row in store.query(text, custom_functions=CUSTOM_FUNCTIONS)}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", RELATIONS)
def test_a_relation_holds_between_what_the_function_says(name, world):
    store, index, geometries = opened(world)
    test = relation(name)
    holding = {(one, other) for one, first in geometries.items() for other, second in geometries.items() if test(first, second)}
    assert holding
    expected = {(one + here, other + there) for one, other in holding for here in SIDES.values() for there in SIDES.values()}
    for way in ("index", "index, other dataset", "schema"):
        found = asked(store, index, f"?a geo:{name} ?b", way)
        for combination in [(here, there) for here in SIDES for there in SIDES]:
            here, there = (SIDES[side] for side in combination)
            pick = {(one, other) for one, other in found if one.endswith("/g") == bool(here) and other.endswith("/g") == bool(there)}
            assert pick == {pair for pair in expected if pair[0].endswith("/g") == bool(here) and pair[1].endswith("/g") == bool(there)}, (way, combination)


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("here", SIDES)
@pytest.mark.parametrize("there", SIDES)
def test_either_end_may_be_named(name, here, there):
    store, index, geometries = opened("systems of WGS 84")
    one, other = f"square{SIDES[here]}", f"inner{SIDES[there]}"
    holds = relation(name)(geometries["square"], geometries["inner"])
    for way in ("index", "schema"):
        assert ((other,) in asked(store, index, f"<{BASE}{one}> geo:{name} ?b", way)) == holds
        assert ((one,) in asked(store, index, f"?a geo:{name} <{BASE}{other}>", way)) == holds
        assert bool(asked(store, index, f"<{BASE}{one}> geo:{name} <{BASE}{other}>", way)) == holds


@pytest.mark.parametrize("where", [
    '?f geo:hasDefaultGeometry ?g . ?g geo:asWKT ?w . ?f geo:sfWithin ex:inner . ?g geo:sfWithin ex:inner . FILTER(geof:sfWithin(?w, "POLYGON ((-1 -1, 9 -1, 9 9, -1 9, -1 -1))"^^geo:wktLiteral))',
    "?x geo:sfWithin ex:square . ?y geo:sfEquals ex:inner . ?x geo:sfWithin ?y",
    "?x geo:sfEquals ex:inner . ?y geo:sfEquals ex:square . ?x geo:sfIntersects ?y",
])
def test_tables_that_only_another_table_joins_stand_beside_it(where):
    """The smallest two tables share no variable; a larger one shares one with each."""
    store, index, _ = opened("systems of WGS 84")
    text = f"PREFIX geo: <{GEO}> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX ex: <{BASE}> SELECT * {{ {where} }}"
    prepared = prepare(text, index, plain_dataset=True)
    assert str(prepared.notes).count("index: ") > 1
    found = [sorted(str(row) for row in store.query(one, custom_functions=CUSTOM_FUNCTIONS)) for one in (prepare(text, index.schema).text, prepared.text)]
    assert found[0] and found[0] == found[1]
