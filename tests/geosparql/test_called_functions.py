"""The engine is handed the functions a query calls, in whatever way it writes them, and hardly any other."""

import pytest
from pyoxigraph import Store

from regin_graph.geosparql import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS, called_functions, prepare
from regin_graph.geosparql.called_functions import NAMES
from regin_graph.geosparql.vocabulary import GEOF

CALLS = [
    f"PREFIX geof: <{GEOF}> SELECT (geof:maxX(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"SELECT (<{GEOF}maxX>(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"PREFIX f: <{GEOF}maxX> SELECT (f:(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"PREFIX f: <{GEOF}ma> SELECT (f:xX(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"PREFIX f: <{GEOF[:-1]}> SELECT (f:\\/maxX(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"PREFIX f: <{GEOF[:-7]}> SELECT (f:{GEOF[-7:-1]}\\/maxX(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"BASE <{GEOF}> SELECT (<maxX>(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"base <{GEOF}> PREFIX f: <max> SELECT (f:X(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    f"PREFIX f: <{GEOF}> SELECT (<{GEOF}\\u006daxX>(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
    "PREFIX f: <http://www.\\u006fpengis.net/def/function/geosparql/> SELECT (f:maxX(?g) AS ?x) { VALUES ?g { $ } }",
    f"PREFIX f: <{GEOF}> SELECT (f:maxx(?g) AS ?x) {{ VALUES ?g {{ $ }} }}",
]
GML = "'''<gml:Point xmlns:gml=\"http://www.opengis.net/gml\"><gml:pos>7 3</gml:pos></gml:Point>'''^^<http://www.opengis.net/ont/geosparql#gmlLiteral>"


@pytest.mark.parametrize("query", CALLS)
def test_a_function_is_handed_over_in_any_spelling(query):
    functions, aggregates = called_functions(query)
    row = next(Store().query(query.replace("$", GML), custom_functions=functions, custom_aggregate_functions=aggregates))
    assert row["x"].value == "7"


@pytest.mark.parametrize("name", sorted(name for name in NAMES if any(name.startswith(other) for other in NAMES - {name})))
def test_a_name_that_begins_with_another_is_handed_over(name):
    begun = next(other for other in NAMES - {name} if name.startswith(other))
    functions, aggregates = called_functions(f"PREFIX p: <{GEOF}{begun}> SELECT * {{ ?a ?b ?c FILTER(p:{name.removeprefix(begun)}(?a, ?b)) }}")
    assert GEOF + name in {iri.value for iri in functions | aggregates}


def test_each_function_and_aggregate_is_found_by_its_iri():
    for table, place in ((CUSTOM_FUNCTIONS, 0), (CUSTOM_AGGREGATES, 1)):
        for iri in table:
            handed = called_functions(f"SELECT (<{iri.value}>(?x) AS ?y) {{ ?s ?p ?x }}")[place]
            assert iri in handed and len(handed) < 9


def test_a_text_that_names_none_is_handed_none():
    assert called_functions("SELECT * { ?s ?p 'POINT (1 2)' }") == ({}, {})
    assert called_functions("SELECT * { ?s <http://www.opengis.net/ont/geosparql#hasGeometry> ?w }") == ({}, {})


def test_what_rewriting_brings_in_is_handed_over():
    prepared = prepare("SELECT * { GRAPH ?g { ?a <http://www.opengis.net/ont/geosparql#sfWithin> ?b } }", None)
    assert GEOF + "sfWithin" in prepared.text and {iri.value for iri in prepared.called[0]} == {GEOF + "sfWithin"}


def test_an_aggregate_over_different_values_is_handed_over():
    prepared = prepare(f"PREFIX geof: <{GEOF}> SELECT (geof:aggUnion(DISTINCT ?w) AS ?u) {{ ?g ?p ?w }}")
    assert any(iri.value in prepared.text for iri in prepared.called[1] if iri.value.endswith("distinct"))
