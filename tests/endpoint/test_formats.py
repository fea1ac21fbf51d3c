"""Result forms and content negotiation."""

import csv
import io
import json

import httpx
import pytest
import rdflib
from lxml import etree
from pyoxigraph import RdfFormat, Store
from rdflib.compare import isomorphic

from endpoint.documents import write_document
from endpoint.engine.xml_forms import NotInXml, XmlPieces
from endpoint.media_types import RDF_XML, TURTLE
from endpoint.queries import Term

SELECT = 'PREFIX ex: <https://example.org/> SELECT ?s ?name ?none WHERE { ?s ex:name ?name FILTER(LANG(?name) = "en") } ORDER BY ?s'
NOTE = "PREFIX ex: <https://example.org/> SELECT ?note WHERE { ex:vega ex:note ?note }"
CONSTRUCT = "CONSTRUCT WHERE { <https://example.org/lyra> ?p ?o }"
NOTE_TEXT = 'commas, "quotes"\nand lines'

SOLUTIONS = ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
GRAPHS = ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/n-quads", "application/trig", "text/n3"]
RDFLIB_NAMES = {
    "text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml", "application/ld+json": "json-ld",
    "application/n-quads": "nquads", "application/trig": "trig", "text/n3": "n3",
}


def base_type(answer) -> str:
    return answer.headers["content-type"].partition(";")[0]


def test_json(endpoint):
    results = endpoint.query(SELECT, "application/sparql-results+json").json()
    assert results["head"]["vars"] == ["s", "name", "none"]
    assert results["results"]["bindings"][0] == {
        "s": {"type": "uri", "value": "https://example.org/lyra"}, "name": {"type": "literal", "value": "Lyra", "xml:lang": "en"},
    }


def test_xml(endpoint):
    tree = etree.fromstring(endpoint.query(SELECT, "application/sparql-results+xml").content)
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    assert tree.xpath("//s:variable/@name", namespaces=space) == ["s", "name", "none"]
    assert tree.xpath("//s:result/s:binding[@name='name']/s:literal/text()", namespaces=space) == ["Lyra", "Vega"]


def test_csv_quotes_what_must_be(endpoint):
    answer = endpoint.query(NOTE, "text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text, newline=""))) == [["note"], [NOTE_TEXT]]


def test_tsv_has_terms(endpoint):
    lines = endpoint.query(SELECT, "text/tab-separated-values").text.splitlines()
    assert lines[0] == "?s\t?name\t?none"
    assert lines[1].rstrip() == '<https://example.org/lyra>\t"Lyra"@en'


@pytest.mark.parametrize("accept", SOLUTIONS)
def test_booleans_in_every_form(endpoint, accept):
    answer = endpoint.query("ASK {}", accept)
    assert base_type(answer) == accept
    assert "true" in answer.text


@pytest.mark.parametrize("accept", GRAPHS)
@pytest.mark.parametrize("text", [CONSTRUCT, "DESCRIBE <https://example.org/lyra>"])
def test_graphs_in_every_form_are_the_same_graph(endpoint, accept, text):
    answer = endpoint.query(text, accept)
    assert base_type(answer) == accept
    graph = rdflib.Dataset(default_union=True).parse(data=answer.text, format=RDFLIB_NAMES[accept])
    assert len(graph) == 5
    assert {str(name) for name in graph.objects(None, rdflib.URIRef("https://example.org/name"))} == {"Lyra", "Lira"}


CHOICES = [
    (None, SOLUTIONS[0], GRAPHS[0]),
    ("*/*", SOLUTIONS[0], GRAPHS[0]),
    ("text/csv;q=0.3, application/sparql-results+xml;q=0.8", SOLUTIONS[1], None),
    ("text/csv, */*;q=0.1", SOLUTIONS[2], GRAPHS[0]),
    ("application/json", SOLUTIONS[0], GRAPHS[3]),
    ("application/xml", SOLUTIONS[1], GRAPHS[2]),
    ("text/xml;q=0.9, image/png", SOLUTIONS[1], GRAPHS[2]),
    ("text/*", SOLUTIONS[2], GRAPHS[0]),
    ("application/*", SOLUTIONS[0], GRAPHS[1]),
    ("text/plain", None, GRAPHS[1]),
    ("text/turtle, application/sparql-results+json", SOLUTIONS[0], GRAPHS[0]),
    ("application/sparql-results+json;q=0, */*", SOLUTIONS[1], GRAPHS[0]),
    ("TEXT/CSV ; Q=1.0", SOLUTIONS[2], None),
    ("nonsense, text/turtle", None, GRAPHS[0]),
    ("image/png", None, None),
]


@pytest.mark.parametrize(("accept", "solution", "graph"), CHOICES)
def test_choice(endpoint, accept, solution, graph):
    for text, expected in (("SELECT * {} LIMIT 1", solution), (CONSTRUCT, graph)):
        answer = endpoint.query(text, accept) if accept else endpoint.client.get("/sparql", params={"query": text}, headers={"Accept": ""})
        if expected is None:
            assert answer.status_code == 406
            assert set(answer.json()["available"]) >= set(SOLUTIONS if text.startswith("SELECT") else GRAPHS)
        else:
            assert base_type(answer) == expected
        assert "accept" in answer.headers["vary"].lower()


@pytest.mark.parametrize(("name", "solution", "graph"), [
    ("json", SOLUTIONS[0], GRAPHS[3]), ("xml", SOLUTIONS[1], GRAPHS[2]), ("csv", SOLUTIONS[2], None), ("tsv", SOLUTIONS[3], None),
    ("ttl", None, GRAPHS[0]), ("nt", None, GRAPHS[1]), ("jsonld", None, GRAPHS[3]), ("text/turtle", None, GRAPHS[0]), ("application/sparql-results+xml", SOLUTIONS[1], None),
])
def test_format_parameter_wins_over_accept(endpoint, name, solution, graph):
    for text, expected in (("SELECT * {}", solution), (CONSTRUCT, graph)):
        answer = endpoint.query(text, "text/n3, application/sparql-results+json", params={"format": name})
        assert (base_type(answer) if answer.status_code == 200 else None) == expected
        assert answer.status_code in (200, 406)


def test_browsers_get_a_page(endpoint):
    answer = endpoint.query(SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert base_type(answer) == "text/html"
    assert "Lyra" in answer.text


def test_a_browser_that_posts_gets_the_page_too(endpoint):
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for request in ({"data": {"query": SELECT}}, {"content": SELECT, "headers": {"Content-Type": "application/sparql-query"}}, {"data": {"query": SELECT, "format": "html"}}):
        answer = endpoint.client.post("/sparql", **{**request, "headers": headers | request.get("headers", {})})
        assert answer.status_code == 200 and base_type(answer) == "text/html"
        assert "Lyra" in answer.text
    head = endpoint.client.head("/sparql", params={"query": SELECT}, headers=headers)
    assert head.status_code == 200 and base_type(head) == "text/html" and head.content == b""


def test_sparql_12_forms(endpoint):
    """What the engine has of SPARQL 1.2: triple terms in results, language with direction."""
    answer = endpoint.query("SELECT (<<( <urn:a> <urn:b> 1 )>> AS ?t) {}")
    assert answer.json()["results"]["bindings"][0]["t"]["type"] == "triple"


def test_triple_terms_where_they_can_be_written(endpoint):
    text = "CONSTRUCT { <urn:a> <urn:p> <<( <urn:a> <urn:b> 1 )>> } {}"
    assert "<<(" in endpoint.query(text, "text/turtle").text
    refused = endpoint.query(text, "application/ld+json")
    assert refused.status_code == 406
    assert "text/turtle" in refused.json()["available"] and "application/ld+json" not in refused.json()["available"]


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("size", [3, 20_000])
def test_content_codings(endpoint, coding, size):
    text = f"SELECT * {{ ?s <https://example.org/number> ?n }} LIMIT {size}"
    plain = endpoint.query(text, headers={"Accept-Encoding": "identity"})
    coded = endpoint.query(text, headers={"Accept-Encoding": coding})
    assert "content-encoding" not in plain.headers
    assert coded.headers.get("content-encoding") == (coding if size > 100 else None)
    assert len(json.loads(coded.content)["results"]["bindings"]) == size
    assert coded.content == plain.content
    assert "accept-encoding" in coded.headers["vary"].lower()
    if size > 100:
        assert coded.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("accepted", ["identity;q=0", "*;q=0", "gzip;q=0, br;q=0.0, zstd; q=0, Identity;Q=0", "deflate, identity;q=0.000"])
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/data?default", "/health/live", "/"])
def test_who_refuses_every_coding_is_told_those_there_are(endpoint, path, accepted):
    answer = endpoint.client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 406
    assert answer.json()["available"] == ["zstd", "br", "gzip", "identity"]


@pytest.mark.parametrize("accepted", ["", "gzip;q=0", "identity;q=0, *", "identity;q=0, *;q=0, br;q=0.1", "*;q=0, identity", "identity;q=0.05, *;q=0.01", "identity;q=0.3333", "*;q=0.5000", "a," * 9000 + "identity;q=0"])
def test_who_takes_any_coding_is_answered(endpoint, accepted):
    assert endpoint.query("ASK {}", headers={"Accept-Encoding": accepted}).status_code == 200


@pytest.mark.parametrize(("accept", "text"), [
    (SOLUTIONS[1], 'SELECT ("a\\u0001b" AS ?x) {}'), (SOLUTIONS[1], 'SELECT ("a\\uFFFEb" AS ?x) {}'), (GRAPHS[2], 'CONSTRUCT { <urn:a> <urn:p> "a\\u000Bb" } {}'),
    (GRAPHS[2], 'CONSTRUCT { <urn:a> <http://e/1> "b" } {}'), (GRAPHS[2], 'CONSTRUCT { <urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "b" } {}'),
    (GRAPHS[2], 'CONSTRUCT { <urn:a> <http://www.w3.org/2000/xmlns/p> "b" } {}'), (GRAPHS[2], 'CONSTRUCT { <urn:a> a <http://www.w3.org/1999/02/22-rdf-syntax-ns#> } {}'),
])
def test_what_xml_cannot_write_is_told_and_not_sent(endpoint, accept, text):
    told = endpoint.query(text, accept)
    assert told.status_code == 406 and "XML cannot write" in told.json()["detail"]
    assert told.json()["available"] == [form for form in (SOLUTIONS if accept in SOLUTIONS else GRAPHS) if form != accept]
    assert endpoint.query(text, "application/sparql-results+json, text/turtle").status_code == 200


@pytest.mark.parametrize(("predicate", "value"), [("http://e/p", "a\u0001b"), ("http://e/1", "b"), ("http://www.w3.org/2002/07/owl#", "b")])
def test_documents_that_xml_cannot_write_are_told(predicate, value):
    statements = [(Term("iri", "http://e/s"), Term("iri", predicate), Term("literal", value))]
    with pytest.raises(NotInXml):
        write_document(statements, RDF_XML, "http://e/")
    assert write_document(statements, TURTLE, "http://e/")


def test_a_large_result_that_xml_cannot_write_breaks_off(endpoint):
    rows = " ".join(f"'{'x' * 90}{number}'" for number in range(1500))
    text = f"SELECT ?x {{ VALUES ?x {{ {rows} 'a\\u0002' }} }}"
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        endpoint.client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query", "Accept": SOLUTIONS[1]})


@pytest.mark.parametrize("accept", [SOLUTIONS[1], GRAPHS[2]])
def test_carriage_returns_reach_readers_of_xml(endpoint, accept):
    value = "\ra\rb\r\nc\r"
    literal = value.replace("\r", "\\r").replace("\n", "\\n")
    text = f'SELECT ("{literal}" AS ?x) {{}}' if accept == SOLUTIONS[1] else f'CONSTRUCT {{ <urn:a> <urn:p> "{literal}" }} {{}}'
    tree = etree.fromstring(endpoint.query(text, accept).content)
    assert tree.xpath("//*[local-name() = 'literal' or local-name() = 'p']/text()") == [value]


CLASSES = """<urn:a> a <http://e/class/> ; <http://e/p> "<oxprefix: > \\r", <urn:b>, _:z . _:z a <http://e/class/1> . _:y a <http://e/9&2> ; <http://e/q> 1 .
<urn:c> a <http://e/class/>, <http://e/C> ."""


def test_classes_without_an_xml_name_can_be_written(scratch):
    expected = rdflib.Graph().parse(data=CLASSES, format="turtle")
    assert scratch.client.put("/data?graph=urn:classes", content=CLASSES, headers={"Content-Type": "text/turtle"}).status_code in (201, 204)
    answer = scratch.query("CONSTRUCT { ?s ?p ?o } { GRAPH <urn:classes> { ?s ?p ?o } }", GRAPHS[2])
    assert answer.status_code == 200, answer.text
    etree.fromstring(answer.content)
    assert isomorphic(rdflib.Graph().parse(data=answer.content, format="xml"), expected)


def test_classes_without_an_xml_name_are_found_across_pieces():
    graph = Store()
    graph.load(CLASSES.encode(), format=RdfFormat.TURTLE)
    whole = graph.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize(format=RdfFormat.RDF_XML)
    right = XmlPieces(RDF_XML.media_type).put_right(whole)
    assert b"<oxprefix" not in right
    for size in (1, 2, 3, 7, 50):
        pieces = XmlPieces(RDF_XML.media_type)
        assert b"".join(pieces.put_right(whole[start:start + size]) for start in range(0, len(whole), size)) == right


def test_what_xml_cannot_write_is_found_across_pieces():
    whole = "<a>é\ufffd</a>".encode() + b'<oxprefix: xmlns:oxprefix="http://e/1">'
    for cut in range(1, len(whole)):
        pieces = XmlPieces("application/rdf+xml")
        with pytest.raises(NotInXml, match="no XML name"):
            pieces.put_right(whole[:cut])
            pieces.put_right(whole[cut:])
    for cut in (1, 2):
        pieces = XmlPieces("application/rdf+xml")
        with pytest.raises(NotInXml, match="FFFF"):
            pieces.put_right("\uffff".encode()[:cut])
            pieces.put_right("\uffff".encode()[cut:])
