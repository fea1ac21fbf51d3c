"""Calls that can never give a value are named with place and repair; all others are let be."""

import pytest

from regin_graph.geosparql import ImpossibleCall, refuse_impossible_calls
from regin_graph.geosparql.definitions import DEFINITIONS
from regin_graph.geosparql.vocabulary import GEO, GEOF, UOM

PREFIXES = f"PREFIX geo: <{GEO}> PREFIX geof: <{GEOF}> PREFIX uom: <{UOM}>\n"
POINT = '"POINT (1 2)"^^geo:wktLiteral'


@pytest.mark.parametrize(("query", "function", "problem", "repair"), [
    ("SELECT * { FILTER(geof:distance(?a, ?b) < 5) }", "geof:distance", "2 arguments given.", "Write geof:distance(geom1"),
    ("SELECT (geof:sfWithin() AS ?x) {}", "geof:sfWithin", "No arguments given.", "Write geof:sfWithin(geom1"),
    ("SELECT (geof:sfwithin(?a) AS ?x) {}", "geof:sfWithin", "1 argument given.", "Write geof:sfWithin(geom1"),
    ("SELECT (geof:aggUnion(?a, ?b) AS ?x) {}", "geof:aggUnion", "2 arguments given to an aggregate.", "Write geof:aggUnion(?geometry)."),
    ("SELECT * { FILTER geof:sfWithn(?a, ?b) }", "geof:sfWithn", "There is no such function.", "Did you mean geof:sfWithin?"),
    ("SELECT * { FILTER geof:qqqqqqqqq(?a) }", "geof:qqqqqqqqq", "There is no such function.", "The service description"),
    (f"SELECT * {{ BIND(<{GEOF}buffer>(?a, 1, <urn:ell>) AS ?x) }}", "geof:buffer", "The unit <urn:ell> is not a known unit", "Use for example"),
    ("SELECT * { BIND(geof:area(?a, <urn:ell>) AS ?x) }", "geof:area", "The unit <urn:ell> is not a known unit", "Use for example"),
    ("SELECT * { BIND(geof:transform(?a, <urn:moon>) AS ?x) }", "geof:transform", "The reference system <urn:moon> is not known.", "Use an IRI"),
    ('SELECT * { FILTER(geof:sfWithin(?a, "POINT (1"^^geo:wktLiteral)) }', "geof:sfWithin", 'The WKT literal "POINT (1" cannot be read', "Write it as"),
    ('SELECT * { FILTER(geof:sfWithin(?a, "<urn:moon> POINT (1 1)"^^geo:wktLiteral)) }', "geof:sfWithin", "The reference system <urn:moon>", "Use an IRI"),
    ('SELECT * { FILTER(geof:sfWithin(?a, "POINT (1 1)")) }', "geof:sfWithin", "A geometry literal is wanted, not one of datatype", "Write it as"),
    ("SELECT * { FILTER(geof:sfWithin(?a, <urn:place>)) }", "geof:sfWithin", "A geometry literal is wanted", "Write it as"),
    ('SELECT (geof:relate(?a, ?b, "TT") AS ?x) {}', "geof:relate", '"TT" is not a DE-9IM pattern', ""),
    ('SELECT (geof:asGML(?a, "9.9") AS ?x) {}', "geof:asGML", 'The GML profile "9.9" is not supported.', "Use"),
    ('SELECT (geof:buffer(?a, "wide", uom:metre) AS ?x) {}', "geof:buffer", "A finite number is wanted", ""),
    (f"SELECT (geof:minZ({POINT}) AS ?x) {{}}", "geof:minZ", "The geometry has no z coordinates.", ""),
    ('SELECT * { FILTER(geof:distance(?a, "POINT (38.72 -99.14)"^^geo:wktLiteral, uom:metre) < 300) }', "geof:distance", "A latitude of -99.14 degrees is on no globe", "Write longitude first"),
    ('SELECT * { FILTER(geof:metricDistance("POINT (0 95)"^^geo:wktLiteral, ?a) < 300) }', "geof:metricDistance", "A latitude of 95 degrees is on no globe", "Write longitude first"),
    ("SELECT * {} ORDER BY DESC(?b) geof:length(?a)", "geof:length", "1 argument given.", "Write geof:length("),
    ("ASK { ?s ?p ?o FILTER EXISTS { ?s ?q ?a FILTER(geof:isEmpty()) } }", "geof:isEmpty", "No arguments given.", "Write"),
    ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(geof:isEmpty(?o, ?s)) }", "geof:isEmpty", "2 arguments given.", "Write"),
])
def test_what_can_never_work_is_refused(query, function, problem, repair):
    with pytest.raises(ImpossibleCall) as raised:
        refuse_impossible_calls(PREFIXES + query)
    told = raised.value
    assert told.function == function and told.problem.startswith(problem) and told.repair.startswith(repair)
    assert (told.line, told.column) == (2, query.lower().index(GEOF if f"<{GEOF}" in query else function.lower()) + 1 - (f"<{GEOF}" in query))


@pytest.mark.parametrize("query", [
    "SELECT (COALESCE(geof:distance(?a), 1) AS ?x) {}", "SELECT (IF(BOUND(?a), geof:distance(?a), 1) AS ?x) {}", "SELECT * { FILTER(?a = 1 || geof:distance(?a) > 1) }",
    "SELECT * { FILTER(?a = 1 || (geof:distance(?a) > 1 && ?b)) }", "SELECT * { FILTER(?a IN (1, geof:distance(?a))) }",
    "SELECT * { ?s geof:list (1 2) }", "SELECT * { ?s ?p (1 2) . ?s geof:list (3) }", "SELECT (geof:aggUnion(DISTINCT ?a) AS ?x) {}",
    "SELECT (geof:buffer(geof:centroid(?a), -?b, uom:metre) AS ?x) {}", "SELECT (geof:asGML(?a) AS ?x) {}", "SELECT (geof:area(?a, uom:metre) AS ?x) (geof:area(?a, uom:unity) AS ?y) {}",
    "SELECT * { ?s ?p 'geof:distance(?a)' } # geof:distance(?a)", "SELECT * { FILTER(geof:sfWithin(?a, <urn:no literal>", "SELECT * { FILTER(other:distance(?a)) }", "SELECT (geof:transform(?a, <relative>) AS ?x) (geof:sfWithin(?a, 'x'^^<relative>) AS ?y) {}",
    "SELECT * { SERVICE <urn:other> { ?s ?p ?a FILTER(geof:distance(?a)) } }", "SELECT * { SERVICE SILENT ?e { { ?s ?p ?a FILTER(geof:distance(?a)) } } }",
])
def test_what_may_work_is_let_be(query):
    refuse_impossible_calls(PREFIXES + query)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_no_example_is_refused(definition):
    refuse_impossible_calls(f"{PREFIXES}SELECT ({definition.example} AS ?x) {{}}")
