"""Joins of sides that conditions with constants limit first: the index gives what the functions give."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from regin_graph.geosparql import CUSTOM_FUNCTIONS, SpatialIndex, named_nodes, prepare

GEO = "http://www.opengis.net/ont/geosparql#"
BASE = "https://example.org/limited/"
PROLOGUE = f"PREFIX geo: <{GEO}> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/> PREFIX ex: <{BASE}> "
AREA = '"POLYGON ((1 1, 7 1, 7 7, 1 7, 1 1))"^^geo:wktLiteral'
SOUTH_WEST = '"POLYGON ((-1 -1, 7 -1, 7 7, -1 7, -1 -1))"^^geo:wktLiteral'
PAIRS = "?spot a ex:Spot ; geo:hasGeometry ?g . ?g geo:asWKT ?wkt . ?town a ex:Town ; geo:hasGeometry ?h . ?h geo:asWKT ?edge ."


@pytest.fixture(scope="module")
def store() -> Store:
    """Spots numbered against their order from west to east, towns as boxes of different sizes, and roads nobody asks for."""
    shapes = [("Spot", f"POINT ({(37 * number) % 83 / 10} {number % 9})") for number in range(80)]
    shapes += [("Town", f"POLYGON (({x} {y}, {x + 2} {y}, {x + 2} {y + 2}, {x} {y + 2}, {x} {y}))") for x in range(0, 9, 2) for y in range(0, 9, 2)]
    shapes += [("Road", f"LINESTRING (0 {y / 5}, 9 {y / 5})") for y in range(45)]
    made = Store()
    for number, (kind, wkt) in enumerate(shapes):
        feature, geometry = NamedNode(f"{BASE}{number}"), NamedNode(f"{BASE}{number}/geometry")
        made.add(Quad(feature, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(BASE + kind)))
        made.add(Quad(feature, NamedNode(GEO + "hasGeometry"), geometry))
        made.add(Quad(geometry, NamedNode(GEO + "asWKT"), Literal(wkt, datatype=NamedNode(GEO + "wktLiteral"))))
        if kind == "Town":
            made.extend([
                *(Quad(feature, NamedNode(BASE + "name"), name) for name in (Literal(f"Town {number}"), Literal(f"Town {number}", language="en"))), Quad(feature, NamedNode(BASE + "code"), Literal(number - 80)),
                *(Quad(feature, NamedNode(BASE + "status"), NamedNode(f"{BASE}{status}")) for status in ("stated", *range(20))), Quad(NamedNode(BASE + "union"), NamedNode(BASE + "capitalOf"), feature),
            ])
    return made


@pytest.mark.parametrize("filters", [
    f"FILTER(geof:sfWithin(?wkt, {AREA})) FILTER(geof:sfContains(?edge, ?wkt))",
    f"FILTER(geof:sfIntersects(?edge, {AREA})) FILTER(geof:sfContains(?edge, ?wkt))",
    f"FILTER(geof:sfWithin(?wkt, {AREA}) && geof:sfIntersects(?edge, {AREA}) && geof:sfIntersects(?wkt, ?edge))",
    f"FILTER(geof:sfWithin(?wkt, {AREA})) FILTER(geof:distance(?edge, ?wkt, uom:metre) < 40000)",
    'FILTER(geof:distance(?edge, "POINT (3 3)"^^geo:wktLiteral, uom:metre) < 250000) FILTER(geof:sfContains(?edge, ?wkt))',
])
def test_a_join_of_limited_sides_is_the_plain_one(store, filters):
    query = f"{PROLOGUE} SELECT ?spot ?town {{ {PAIRS} {filters} }}"
    prepared = prepare(query, SpatialIndex.build(store), plain_dataset=True)
    assert prepared.is_rewritten
    answers = [sorted(str(row) for row in store.query(text, custom_functions=CUSTOM_FUNCTIONS)) for text in (query, prepared.text)]
    assert answers[0] and answers[0] == answers[1]


@pytest.mark.parametrize(("named", "is_singled_out"), [
    ('ex:name "Town 85"', True), ('ex:name "Town 85"@en', True), ("ex:code 5", True), ("^ex:capitalOf ex:union", False), ('ex:name "nowhere"', True), ("ex:status ex:stated", False), ("ex:code ?code", False),
])
def test_a_join_starts_from_what_a_name_singles_out(store, named, is_singled_out, monkeypatch):
    """Towns have a name and a code each; all of them have one status, which singles nothing out."""
    monkeypatch.setattr(named_nodes, "MANY_ROWS", 10)  # of spots there are only 80
    query = f"{PROLOGUE} SELECT ?spot ?town {{ {PAIRS} ?town {named} . FILTER(geof:sfContains(?edge, ?wkt)) }}"
    index = SpatialIndex.build(store)
    prepared = [prepare(query, index, plain_dataset=True, store=asked) for asked in (store, None)]
    answers = [sorted(str(row) for row in store.query(text, custom_functions=CUSTOM_FUNCTIONS)) for text in (query, *(one.text for one in prepared))]
    assert answers[0] == answers[1] == answers[2] and bool(answers[0]) == ("nowhere" not in named)
    pairs = [next(int(note.split()[-2]) for note in map(str, one.notes) if "holds for" in note) for one in prepared]
    assert (pairs[0] < pairs[1]) is is_singled_out


@pytest.mark.parametrize("graph", ["", "GRAPH ex:other"])
def test_types_stated_in_another_graph_only_are_asked_of_the_store(store, graph):
    data = Store()
    data.extend(store)
    data.extend([Quad(quad.subject, quad.predicate, quad.object, NamedNode(BASE + "other")) for quad in store])
    extra = NamedNode(BASE + "0")
    data.add(Quad(extra, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(BASE + "Town"), NamedNode(BASE + "other")))
    query = f"{PROLOGUE} SELECT ?spot {{ {graph} {{ ?spot a ex:Spot, ex:Town ; geo:hasGeometry ?g . ?g geo:asWKT ?wkt FILTER(geof:sfIntersects(?wkt, {SOUTH_WEST})) }} }}"
    other = query.replace("?spot a ex:Spot, ex:Town", "?spot a ex:Spot")
    index = SpatialIndex.build(data)
    made_before = SpatialIndex({name: array for name, array in index.arrays.items() if name != "typed_is_default"}, index.schema)
    for asked, known, count in ((query, index, int(bool(graph))), (other, index, 60), (query, made_before, int(bool(graph))), (other, made_before, 60)):
        prepared = prepare(asked, known, plain_dataset=True, store=data)
        answers = [sorted(str(row) for row in data.query(text, custom_functions=CUSTOM_FUNCTIONS)) for text in (asked, prepared.text)]
        assert answers[0] == answers[1] and len(answers[0]) == count and prepared.is_rewritten


@pytest.mark.parametrize("selected", ["?spot", "?spot ?wkt"])
@pytest.mark.parametrize("predicate", ["http://www.w3.org/1999/02/22-rdf-syntax-ns#type", GEO + "hasGeometry", GEO + "asWKT"])
def test_what_only_another_graph_states_is_not_found(store, predicate, selected):
    """One of the 60 spots in the area has its class, its link or its literal in a named graph."""
    ends = {NamedNode(BASE + "0"), NamedNode(BASE + "0/geometry")}
    data = Store()
    data.extend([Quad(*quad.triple, NamedNode(BASE + "other")) if quad.subject in ends and quad.predicate.value == predicate else quad for quad in store])
    query = f"{PROLOGUE} SELECT {selected} {{ ?spot a ex:Spot ; geo:hasGeometry ?g . ?g geo:asWKT ?wkt FILTER(geof:sfIntersects(?wkt, {SOUTH_WEST})) }}"
    prepared = prepare(query, SpatialIndex.build(data), plain_dataset=True, store=data)
    answers = [sorted(str(row) for row in data.query(text, custom_functions=CUSTOM_FUNCTIONS)) for text in (query, prepared.text)]
    assert answers[0] == answers[1] and len(answers[0]) == 59 and prepared.is_rewritten


@pytest.mark.parametrize("spot", ["POINT (3 3)", "LINESTRING (2 2, 4 4)"])
def test_features_of_other_kinds_do_not_count_for_a_distance(store, spot):
    query = f'{PROLOGUE} SELECT ?spot {{ ?spot a ex:Town ; geo:hasGeometry ?g . ?g geo:asWKT ?wkt FILTER(geof:distance(?wkt, "{spot}"^^geo:wktLiteral, uom:metre) < 300000) }}'
    prepared = prepare(query, SpatialIndex.build(store), plain_dataset=True)
    answers = [sorted(str(row) for row in store.query(text, custom_functions=CUSTOM_FUNCTIONS)) for text in (query, prepared.text)]
    assert answers[0] and answers[0] == answers[1]


@pytest.mark.parametrize("condition", [
    'geof:sfWithin(?wkt, geof:buffer("POINT (4 4)"^^geo:wktLiteral, 2.5, uom:degree))',
    'geof:sfIntersects(geof:envelope(geof:buffer("POINT (4 4)"^^geo:wktLiteral, 1, uom:degree)), ?wkt)',
    'geof:distance(geof:centroid("LINESTRING (2 2, 6 6)"^^geo:wktLiteral), ?wkt, uom:metre) < 200000',
])
def test_a_function_of_constants_is_looked_up_as_a_constant(store, condition):
    query = f"{PROLOGUE} SELECT ?spot {{ ?spot a ex:Spot ; geo:hasGeometry ?g . ?g geo:asWKT ?wkt FILTER({condition}) }}"
    prepared = prepare(query, SpatialIndex.build(store), plain_dataset=True)
    assert prepared.is_rewritten and "FILTER" not in prepared.text
    answers = [sorted(str(row) for row in store.query(text, custom_functions=CUSTOM_FUNCTIONS)) for text in (query, prepared.text)]
    assert answers[0] and answers[0] == answers[1]


@pytest.mark.parametrize("call", ["geof:buffer(?other, 1, uom:degree)", '<made:up>("POINT (4 4)"^^geo:wktLiteral)', 'geof:buffer("POINT (4 4)"^^geo:wktLiteral, 1, <no:unit>)'])
def test_a_call_that_is_no_constant_stays(store, call):
    query = f"{PROLOGUE} SELECT ?spot {{ ?spot a ex:Spot ; geo:hasGeometry ?g . ?g geo:asWKT ?wkt BIND(?wkt AS ?other) FILTER(geof:sfWithin(?wkt, {call})) }}"
    assert call in prepare(query, SpatialIndex.build(store), plain_dataset=True).text
