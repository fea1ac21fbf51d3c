"""What is asked of servers in their dialects, and what their answers become."""

import doctest

import pyoxigraph
import pytest

from endpoint.engine import Inquiry, fuseki, probing, virtuoso
from endpoint.errors import QuerySyntax
from regin_graph import engine_dialects, engine_loading, engine_store
from regin_graph.engine_dialects import VIRTUOSO
from regin_graph.engine_relations import related_features
from regin_graph.engine_store import pieces
from regin_graph.geosparql import CUSTOM_FUNCTIONS

GEO = "http://www.opengis.net/ont/geosparql#"


@pytest.mark.parametrize("module", [virtuoso, fuseki, probing, engine_dialects, engine_loading, engine_store])
def test_the_examples_of_the_modules_hold(module):
    failed, tried = doctest.testmod(module)
    assert tried and not failed


@pytest.mark.parametrize(("text", "graphs", "head"), [
    ("ASK {}", {}, ["define input:default-graph-uri <urn:x-regin:default>", "define input:named-graph-exclude <urn:foreign>"]),
    ("ASK FROM <urn:a> {}", {}, ["define input:default-graph-uri <urn:a>", "define input:named-graph-uri <urn:x-regin:none>"]),
    ("ASK FROM NAMED <urn:a> {}", {}, ["define input:default-graph-uri <urn:x-regin:none>", "define input:named-graph-uri <urn:a>"]),
    ("ASK FROM <urn:b> {}", {"default_graphs": ("urn:a",)}, ["define input:default-graph-uri <urn:a>", "define input:named-graph-uri <urn:x-regin:none>"]),
])
def test_virtuoso_is_told_the_dataset(text, graphs, head):
    told = virtuoso.dialect_text(Inquiry(text, **graphs), text, ("urn:foreign",))
    assert told == " ".join([*head, "BASE <http://localhost/sparql>", text])


def test_a_base_of_the_query_stays_the_only_one():
    assert "BASE <http://localhost" not in virtuoso.dialect_text(Inquiry("BASE <urn:x> ASK {}"), "BASE <urn:x> ASK {}", ())


def test_pragmas_of_readers_are_refused():
    for text in ("define sql:log-enable 3 ASK {}", "# a\n DEFINE get:soft 'replace' ASK {}"):
        with pytest.raises(QuerySyntax):
            virtuoso.dialect_text(Inquiry(text), text, ())


@pytest.mark.parametrize("text", [
    "SELECT ?g { GRAPH ?g { ?s ?p ?o . { ?s ?q ?r } UNION { GRAPH <urn:x> { ?s ?q 'GRAPH ?h {' } } } OPTIONAL { GRAPH ?h {} } }",
    "ASK { GRAPH <urn:a> {} GRAPH <urn:b> { ?s ?p ?o } # GRAPH ?c {\n }", "SELECT * { GRAPH <urn:a> { ?s ?p ?o } }", "SELECT ?graph { ?graph ?p ?o }",
])
def test_what_is_asked_of_virtuoso_is_sparql_with_the_same_graphs(text):
    told = virtuoso.beside_default_graph(text)
    pyoxigraph.Store().query(told)
    assert told.count("FILTER") == (0 if "SELECT *" in text else len(virtuoso_graphs(text)))


def virtuoso_graphs(text: str) -> list[str]:
    """Give the graphs that a text asks for, outside its strings and comments."""
    return [name for name in ("?g {", "<urn:x> {", "?h {}", "<urn:a> {", "<urn:b> {") if f"GRAPH {name}" in text]


def test_texts_of_people_are_not_taken_for_numbers_or_truths():
    line = rb'<urn:a> <urn:b> "she wrote \"1\"^^<http://www.w3.org/2001/XMLSchema#boolean> here"@en .'
    assert virtuoso.standard_triples(line) == line and fuseki.standard_triples(line) == line
    assert virtuoso.standard_triples(b'<urn:a> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#boolean> .') == b'<urn:a> <urn:b> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .'
    assert engine_loading.WHOLE_DECIMAL.sub(rb"\1.0\2", line) == line
    assert VIRTUOSO.wkt.encode() not in virtuoso.standard_triples(b'<urn:a> <urn:b> "POINT (1 2)"^^<urn:x-regin:wktLiteral> .')


def test_large_graphs_go_in_pieces_of_whole_lines_with_blank_nodes_first():
    lines = [b"<urn:s> <urn:p> <urn:o%d> .\n" % number for number in range(500)] + [b"_:b%d <urn:p> <urn:o> .\n" % number for number in range(50)]
    sent = list(pieces(b"".join(lines), 2000))
    assert len(sent) > 3 and sorted(b"".join(sent).splitlines(True)) == sorted(lines)
    assert not any(b"_:" in piece for piece in sent[1:]) and all(len(piece) < 2100 for piece in sent)


def test_every_probe_of_a_function_is_answered_with_yes_by_ours():
    for probe in (engine_dialects.FUNCTIONS_PROBE, *probing.probes().values()):
        assert pyoxigraph.Store().query(probe, custom_functions=CUSTOM_FUNCTIONS), probe


def test_points_are_related_to_areas_only():
    texts = {"area": "POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))", "in": "POINT(1 1)", "also": "POINT(1 1)", "out": "POINT(9 9)"}
    quads = []
    for name, text in texts.items():
        feature, geometry = pyoxigraph.NamedNode(f"urn:{name}"), pyoxigraph.NamedNode(f"urn:{name}/geometry")
        quads += [pyoxigraph.Quad(feature, pyoxigraph.NamedNode(GEO + "hasDefaultGeometry"), geometry), pyoxigraph.Quad(geometry, pyoxigraph.NamedNode(GEO + "asWKT"), pyoxigraph.Literal(text))]
    found = {(triple.subject.value[4:], triple.predicate.value.removeprefix(GEO), triple.object.value[4:]) for triple in related_features(quads)}
    assert ("in", "sfWithin", "area") in found and ("area", "sfContains", "also") in found and ("area", "sfEquals", "area") in found
    assert not any("out" in row for row in found) and ("in", "sfEquals", "also") not in found
