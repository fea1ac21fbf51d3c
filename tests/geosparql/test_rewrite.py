"""What a query becomes: which look-ups it uses, what is left as it is, and how quickly."""

import time

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Variable

from regin_graph.geosparql import (
    CUSTOM_AGGREGATES,
    CUSTOM_FUNCTIONS,
    SpatialIndex,
    explain,
    prepare,
    prepare_update,
    stated_schema,
)
from regin_graph.geosparql.query_parser import parse

PREFIXES = "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/> PREFIX ex: <https://example.org/> "
DATA = """@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix sf: <http://www.opengis.net/ont/sf#> . @prefix ex: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:north a ex:Region ; geo:hasGeometry ex:northG ; geo:hasDefaultGeometry ex:northG . ex:northG geo:asWKT "POLYGON ((0 4, 4 4, 4 8, 0 8, 0 4))"^^geo:wktLiteral ; a sf:Polygon .
ex:south a ex:Region ; geo:hasGeometry ex:southG ; geo:hasDefaultGeometry ex:southG . ex:southG geo:asWKT "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"^^geo:wktLiteral ; a sf:Polygon .
ex:hut geo:hasGeometry ex:hutG ; ex:placeOf ex:hutG . ex:hutG geo:asWKT "POINT (1 1)"^^geo:wktLiteral ; a sf:Point .
ex:camp ex:placeOf ex:campG . ex:campG geo:asWKT "POINT (2 6)"^^geo:wktLiteral ; a sf:Point .
ex:Region rdfs:subClassOf geo:Feature . ex:placeOf rdfs:subPropertyOf geo:hasDefaultGeometry .
"""
BOX = '"POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"^^geo:wktLiteral'


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(DATA.encode(), format=RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def index(store) -> SpatialIndex:
    return SpatialIndex.build(store)


@pytest.fixture
def names(store, index):
    """Give a function that gives the last parts of the IRIs a query finds, by rewriting it."""

    def found(query: str, **switches) -> set[str]:
        text = prepare(PREFIXES + query, index, plain_dataset=True, **switches).text
        rows = store.query(text, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)
        return {" ".join(term.value.rpartition("/")[2] for term in row if term is not None) for row in rows}

    return found


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "not SPARQL at all", "ASK { <http://a> <http://b> <http://c> }"])
def test_a_query_without_spatial_terms_stays_as_it_is_and_costs_nothing(query, index):
    assert prepare(query, index).text is query
    began = time.perf_counter()
    for _ in range(1000):
        prepare(query, index)
    assert time.perf_counter() - began < 0.1  # 0.1 ms each


@pytest.mark.parametrize("query", ["SELECT { broken geo: opengis.net/", PREFIXES + "SELECT * { << ?a ?b ?c >> ?p ?o }", PREFIXES + "SELECT * { ?a geo:sfWithin ?b {| ?c ?d |} }", PREFIXES + "SELECT * { <<_:x ex:p ?b>> geo:sfWithin ?c }", PREFIXES + "SELECT ?a { ?a ?b 'x' . } BINDINGS ?a { }", PREFIXES + "SELECT ?a " + "{" * 5000 + "}" * 5000])
def test_a_query_not_understood_stays_as_it_is(query, index):
    assert prepare(query, index).text == query


@pytest.mark.parametrize(("query", "expected"), [
    (f"SELECT ?f {{ ?f geo:hasGeometry ?g . ?g geo:asWKT ?w FILTER(geof:sfWithin(?w, {BOX})) }}", {"hut"}),
    (f"SELECT ?f {{ ?f geo:hasGeometry/geo:asWKT ?w FILTER(geof:sfIntersects({BOX}, ?w)) }}", {"hut", "south"}),
    ('SELECT ?f { ?f geo:hasGeometry/geo:asWKT ?w FILTER(geof:distance(?w, "POINT (1 1.001)"^^geo:wktLiteral, uom:metre) < 200) }', {"hut", "south"}),
    ("SELECT ?a ?b { ?a geo:hasGeometry/geo:asWKT ?v . ?b geo:hasGeometry/geo:asWKT ?w FILTER(geof:sfTouches(?v, ?w)) }", {"north south", "south north"}),
    ("SELECT ?b { ex:hut geo:hasGeometry/geo:asWKT ?v . ?b geo:hasGeometry/geo:asWKT ?w FILTER(geof:distance(?v, ?w, uom:kilometre) <= 400) }", {"hut", "south", "north"}),
])
def test_filters_use_the_index(query, expected, index, names):
    assert "# index: " in explain(PREFIXES + query, index)
    assert "FILTER" not in prepare(PREFIXES + query, index, rdfs=False, plain_dataset=True).text
    assert names(query, rdfs=False) == expected


def test_what_the_index_knows_completely_is_not_asked_again(index):
    query = PREFIXES + f"SELECT ?f {{ ?f geo:hasGeometry ?g . ?g geo:asWKT ?w FILTER(geof:sfWithin(?w, {BOX})) }}"
    assert "asWKT" not in prepare(query, index, rdfs=False, plain_dataset=True).text.partition("SELECT")[2]
    assert "asWKT" in prepare(query, index, rdfs=False).text.partition("SELECT")[2]


def test_a_geometry_put_in_for_a_variable_is_looked_up(store, index):
    query = PREFIXES + "SELECT ?f ?box { ?f geo:hasGeometry ?g . ?g geo:asWKT ?w FILTER(geof:sfWithin(?w, ?box)) }"
    box = Literal("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral"))
    prepared = prepare(query, index, rdfs=False, plain_dataset=True, substitutions={"box": box})
    assert "keeps 1 of 4 geometries" in prepared.explanation
    for text in (query, prepared.text):
        rows = list(store.query(text, custom_functions=CUSTOM_FUNCTIONS, substitutions={Variable("box"): box}))
        assert [(row["f"].value, row["box"]) for row in rows] == [("https://example.org/hut", box)]


@pytest.mark.parametrize(("query", "expected"), [
    ("SELECT ?x { ?x geo:sfWithin ex:south }", {"hut", "hutG", "south", "southG"}), ("SELECT ?x { ex:hutG geo:sfWithin ?x }", {"hut", "hutG", "south", "southG"}),
    ("SELECT ?x { ?x geo:sfTouches ex:southG }", {"north", "northG"}), ("SELECT ?x { ex:hut geo:rcc8dc ?x }", set()), ("SELECT ?x { ex:north geo:sfDisjoint ?x }", {"hut", "hutG"}),
    ("SELECT ?x { ?x geo:ehInside ?y . ?y a ex:Region }", {"hut", "hutG", "camp", "campG"}),
])
def test_relations_are_properties(query, expected, names):
    assert names(query) == expected
    assert names(query, rewrite=False) == set()


@pytest.mark.parametrize(("query", "expected", "stated"), [
    ("SELECT ?x { ?x a geo:Feature }", {"north", "south", "hut", "camp"}, set()), ("SELECT ?x { ?x a <http://www.opengis.net/ont/sf#Geometry> }", {"northG", "southG", "hutG", "campG"}, set()),
    ("SELECT ?x { ?x a <http://www.opengis.net/ont/sf#Surface> }", {"northG", "southG"}, set()), ("SELECT ?x { ?x geo:hasGeometry ?g }", {"north", "south", "hut", "camp"}, {"north", "south", "hut"}),
    ("SELECT ?x { ?x geo:hasDefaultGeometry/geo:asWKT ?w }", {"north", "south", "hut", "camp"}, {"north", "south"}), ("SELECT ?x { ?x geo:hasSerialization ?w }", {"northG", "southG", "hutG", "campG"}, set()),
    ("SELECT ?x { ?x rdf:type geo:SpatialObject }", {"north", "south", "hut", "camp", "northG", "southG", "hutG", "campG"}, set()),
])
def test_entailment(query, expected, stated, names):
    assert names(query) == expected
    assert names(query.replace("rdf:type", "a"), rdfs=False) == stated


@pytest.mark.parametrize("query", [
    "SELECT ?class { ?g a ?class } ORDER BY ?class", "SELECT ?p ?o { ex:hut ?p ?o } ORDER BY ?p ?o", "SELECT ?p { ex:camp ?p ex:campG . ?f geo:hasGeometry ?x }", "SELECT ?x { ?x ?p geo:Feature }",
])
def test_a_variable_for_a_class_or_property_is_answered_as_stated(query, store, index):
    """Entailment is of patterns that name a term: what a variable stands for is what is stated."""
    asked = [list(map(str, store.query(prepare(PREFIXES + query, index, rdfs=rdfs, plain_dataset=True).text))) for rdfs in (False, True)]
    assert set(asked[0]) == set(asked[1]) or "hasGeometry" in query and {*asked[1]} == {*map(str, store.query(PREFIXES + "SELECT ?p { ex:camp ?p ex:campG }"))}


def test_counting_different_solutions_does_not_count_what_rewriting_brings_in(store, index):
    for where in ("?a geo:sfContains ?b", "?a geo:hasGeometry/geo:asWKT ?w FILTER(geof:sfWithin(?w, " + BOX + "))", "?a geo:hasDefaultGeometry/geo:asWKT ?w"):
        text = PREFIXES + f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {where} }}"
        rows = {str(row) for row in store.query(prepare(text.replace("(COUNT(DISTINCT *) AS ?n)", "*"), index).text, custom_functions=CUSTOM_FUNCTIONS)}
        for plain in (False, True):
            prepared = prepare(text, index, plain_dataset=plain)
            assert prepared.is_rewritten and next(store.query(prepared.text, custom_functions=CUSTOM_FUNCTIONS))[0].value == str(len(rows)), where
    nested = PREFIXES + "SELECT ?n { { SELECT (COUNT(DISTINCT *) AS ?n) { ?a geo:hasGeometry/geo:asWKT ?w FILTER(geof:sfWithin(?w, " + BOX + ")) } } }"
    assert next(store.query(prepare(nested, index).text, custom_functions=CUSTOM_FUNCTIONS))[0].value == "1"


def test_listed_geometries_are_looked_up_each(names, index):
    point = '"POINT (2 6)"^^geo:wktLiteral'
    query = f"SELECT ?x {{ VALUES (?box ?name) {{ ({BOX} 1) ({point} 2) }} ?x geo:hasDefaultGeometry/geo:asWKT ?w FILTER(geof:sfIntersects(?box, ?w)) }}"
    assert names(query) == {"south", "hut", "north", "camp"}
    assert "and 2 listed geometries keeps 4 of 4 geometries" in explain(PREFIXES + query, index)
    for other in (query.replace(f"({BOX} 1)", "(UNDEF 1)"), query.replace(BOX, '"POINT (1"^^geo:wktLiteral'), query.replace(BOX, "7")):
        assert "listed" not in explain(PREFIXES + other, index)


def test_each_pair_of_two_independent_look_ups_is_a_solution(store, index):
    """The index knows each of two tables, but not the answer that their product is."""
    query = PREFIXES + "SELECT ?a { ?a geo:sfWithin ex:south . ?b geo:sfWithin ex:north }"
    prepared = prepare(query, index, plain_dataset=True)
    rows = [row["a"].value for row in prepared.answer(store, custom_functions=CUSTOM_FUNCTIONS)]
    assert len(rows) == 4 * 4 and sorted(rows) == sorted(row["a"].value for row in store.query(prepare(query, index.schema).text, custom_functions=CUSTOM_FUNCTIONS))


def test_triples_as_terms_stand_beside_what_is_rewritten(store, index):
    data = Store()
    data.extend(store)
    data.update(PREFIXES + "INSERT DATA { ex:claim ex:says <<( ex:hut ex:near ex:south )>> }")
    query = PREFIXES + "SELECT ?x { ?c ex:says <<( ?x ex:near ?y )>> . ?x geo:sfWithin ?y }"
    prepared = prepare(query, SpatialIndex.build(data), plain_dataset=True)
    assert prepared.is_rewritten and [row["x"].value for row in data.query(prepared.text, custom_functions=CUSTOM_FUNCTIONS)] == ["https://example.org/hut"]


@pytest.mark.parametrize(("update", "found"), [
    ("INSERT { ?x ex:in ex:south } WHERE { ?x geo:sfWithin ex:south FILTER(?x != ex:south) }", {"hut", "hutG", "southG"}),
    ("INSERT { ?x ex:in ex:south } WHERE { ?x a geo:Feature }", {"north", "south", "hut", "camp"}),
    ("DELETE { ?x ex:in ?o } INSERT { ?x ex:in ?g } WHERE { ?x geo:hasDefaultGeometry/geo:asWKT ?g FILTER(geof:sfWithin(?g, " + BOX + ")) }", {"hut"}),
    ("INSERT DATA { ex:new ex:placeOf ex:hutG } ; INSERT { ?x ex:in 1 } WHERE { ?x geo:hasGeometry [] ; ex:placeOf ?g }", {"new", "hut", "camp"}),
    ("WITH ex:g INSERT { ?x ex:in 1 } USING NAMED ex:g WHERE { GRAPH ?any { ?x geo:hasGeometry ?g } }", set()),
    ("DELETE WHERE { ?x geo:hasGeometry ?g } ; INSERT { ?x ex:in 1 } WHERE { ?x geo:hasGeometry ?g }", {"north", "south", "hut", "camp"}),
])
def test_where_of_an_update_means_what_it_means_in_a_query(update, found, store):
    data = Store()
    data.extend(store)
    text = prepare_update(PREFIXES + update, stated_schema(data))
    data.update(text, custom_functions=CUSTOM_FUNCTIONS)
    assert {row[0].value.rpartition("/")[2] for row in data.query("SELECT ?x { { ?x <https://example.org/in> ?o } UNION { GRAPH ?g { ?x <https://example.org/in> ?o } } }")} == found
    assert prepare_update(PREFIXES + update, stated_schema(data), rdfs=False, rewrite=False) == PREFIXES + update


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:b> 1 }", PREFIXES + "INSERT DATA { ex:a geo:sfWithin ex:b }", PREFIXES + "DELETE WHERE { ?x geo:sfWithin ?y }", PREFIXES + "CLEAR DEFAULT", PREFIXES + "INSERT { broken"])
def test_other_updates_stay_as_they_are(update, store):
    assert prepare_update(update, stated_schema(store)) == update


def test_entailed_statements_come_once(store, index):
    text = prepare(PREFIXES + "SELECT (COUNT(*) AS ?n) { ex:north geo:hasGeometry ?g }", index).text
    assert next(store.query(text))[0].value == "1"


def test_aggregates_take_distinct(store, index):
    query = PREFIXES + 'SELECT (geof:aggUnion(DISTINCT ?w) AS ?u) (COUNT(?w) AS ?n) { VALUES ?w { "POINT (1 1)"^^geo:wktLiteral "POINT (1 1)"^^geo:wktLiteral } }'
    solution = next(store.query(prepare(query, index).text, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES))
    assert (solution["u"].value, solution["n"].value) == ("POINT (1 1)", "2")


@pytest.mark.parametrize("query", [
    "SELECT ?s { ?s ?p \"a } b\" . # comment { \n ?s <http://p/#x> 'its', '''long ' \" text''' }", "SELECT * { ?s <p>|^<q>/<r>* ?o ; !(<a>|^<b>) 1.5e3, true, -2 . [] <p> [ <q> (1 [ <r> 2 ]) ] }",
    "BASE <http://x/> PREFIX : <y#> SELECT (SUM(?a + 1) AS ?b) WHERE { { SELECT ?a { ?a :b\\-c :d.e . } ORDER BY ?a LIMIT 2 } UNION { VALUES (?a ?c) { (1 UNDEF) } } } GROUP BY ?a HAVING (SUM(?a) > 1)",
    "CONSTRUCT { ?s ?p [ <q> ?o ] } FROM <http://g> WHERE { GRAPH ?g { ?s ?p ?o } OPTIONAL { ?s <q> ?o FILTER(?o < 3 && ?o>1) } }", "DESCRIBE <http://a> ?x WHERE { ?x <p> <q> }", "ASK { FILTER NOT EXISTS { ?s ?p ?o } FILTER(EXISTS { ?a ?b ?c } || 1 IN (1, 2)) }",
    "SELECT ?x { SERVICE SILENT <http://e> { ?x ?y ?z } BIND(IF(?x, 'a'@en, \"b\"^^<http://t>) AS ?v) MINUS { ?x ?y ?w } LATERAL { ?x ?q ?r } } VALUES ?x { 1 }",
])
def test_the_tree_of_a_query_writes_the_same_query(query):
    query = query if query.startswith("BASE") else f"BASE <http://base/> {query}"
    once = parse(query).text
    assert parse(once).text.split() == once.split()
    store = Store()
    assert type(store.query(once)) is type(store.query(query))
