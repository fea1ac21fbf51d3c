"""What the specifications of SPARQL 1.1 ask, over HTTP against a scratch store: Protocol, Graph Store Protocol, Query in every
form of results, Update, grammar. The cases are data, written from the specifications; each names its section."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib.compare import isomorphic

HERE = Path(__file__).parent
GRAPHS = {name: f"https://example.org/protocol/{name}" for name in ("one", "two", "three")}
PREFIXES = "PREFIX : <https://example.org/> "
KINDS = {
    "solutions": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"),
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "graph": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}
FORMS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON, "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


def cases(name: str) -> list[Any]:
    return yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def named(name: str) -> Any:
    found = cases(name)
    return pytest.mark.parametrize("case", found, ids=[case.get("name") or case["part"] for case in found])


def is_as_told(status: int, told: int | str) -> bool:
    return status == told if isinstance(told, int) else str(status)[0] == told[0]


# Protocol

@pytest.fixture(scope="module")
def documents(scratch):
    """Give the scratch store with three graphs of one statement each."""
    data = "".join(f"GRAPH <{iri}> {{ <{iri}> a <https://example.org/Document> }} " for iri in GRAPHS.values())
    assert scratch.update(f"DROP ALL ; INSERT DATA {{ {data} }}").status_code == 204
    return scratch


@named("protocol")
def test_protocol(documents, case):
    for request in case["requests"]:
        answer = ask(documents, request)
        assert is_as_told(answer.status_code, request["status"]), answer.text
        if "kind" in request:
            assert answer.headers["content-type"].partition(";")[0] in KINDS[request["kind"]]
        if "boolean" in request:
            assert answer.json()["boolean"] is request["boolean"]
        if "rows" in request:
            rows = [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]
            assert rows == [{name: filled(value) for name, value in row.items()} for row in request["rows"]]
        if answer.status_code >= 400 and request["method"] != "HEAD":
            assert answer.json()["status"] == answer.status_code


def ask(server, request: dict[str, Any]):
    headers, content = {}, None
    for name, media_type in (("query", "application/sparql-query"), ("update", "application/sparql-update"), ("form", "application/x-www-form-urlencoded"), ("body", request.get("type"))):
        if name in request:
            text = filled(request[name], is_quoted=name == "form")
            content = text.encode(request.get("encoding", "utf-8"))
            headers = {"Content-Type": media_type} if media_type else {}
    return server.client.request(request["method"], filled(request["address"], is_quoted=True), content=content, headers=headers)


def filled(text: str, is_quoted: bool = False) -> str:
    for name, iri in GRAPHS.items():
        text = text.replace("{" + name + "}", quote(iri, safe="") if is_quoted else iri)
    return text


# Graph Store Protocol

@pytest.mark.parametrize("is_direct", [True, False], ids=["direct", "indirect"])
@named("graph_store")
def test_graph_store(empty_scratch, case, is_direct):
    for request in case["requests"]:
        iri = f"{empty_scratch.address}/data/person/{request['graph']}.ttl"
        address = iri if is_direct else f"/data?graph={quote(iri, safe='')}"
        answer = empty_scratch.client.request(request["method"], address, **body_of(request))
        assert answer.status_code == request["status"], answer.text
        if "holds" in request:
            assert answer.headers["content-type"].startswith("text/turtle")
            assert isomorphic(rdflib.Graph().parse(data=answer.text), rdflib.Graph().parse(data=request["holds"], publicID=iri))


def body_of(request: dict[str, Any]) -> dict[str, Any]:
    if "files" in request:
        return {"files": [(f"{n}.ttl", (f"{n}.ttl", text, "text/turtle; charset=utf-8")) for n, text in enumerate(request["files"])]}
    if "turtle" in request:
        return {"content": request["turtle"].encode(), "headers": {"Content-Type": request.get("type", "text/turtle; charset=utf-8")}}
    return {"headers": {"Accept": request.get("accept", "text/turtle")}}


def test_a_graph_iri_is_decoded_once(empty_scratch):
    """An escape in the parameter's value is part of the IRI only when it was escaped itself."""
    iri = "http://www.example/store/1.ttl"
    assert empty_scratch.client.put(f"/data?graph={quote(iri, safe='')}", content="<urn:a> <urn:b> 1 .", headers={"Content-Type": "text/turtle"}).status_code == 201
    assert empty_scratch.client.get(f"/data?graph={iri}").status_code == 200
    assert empty_scratch.client.get(f"/data?graph={iri.replace('1', '%31')}").status_code == 200
    assert empty_scratch.client.get(f"/data?graph={iri.replace('1', '%2531')}").status_code == 404


def test_a_new_graph_is_where_the_location_says(empty_scratch):
    answer = empty_scratch.client.post("/data", content="[] <urn:p> [] .", headers={"Content-Type": "text/turtle"})
    assert answer.status_code == 201
    for address in (answer.headers["location"], f"/data?graph={answer.headers['location']}"):
        assert empty_scratch.client.get(address, headers={"Accept": "application/n-triples"}).text.count("\n") == 1


# Query

@pytest.fixture(scope="module")
def questions(scratch):
    """Give the scratch store with the data of the questions."""
    assert scratch.update("DROP ALL").status_code == 204
    assert scratch.client.put("/data", content=(HERE / "data.trig").read_bytes(), headers={"Content-Type": "application/trig"}).status_code == 204
    return scratch


@named("queries")
def test_query(questions, case):
    if "construct" in case:
        expected = rdflib.Graph().parse(data="@prefix : <https://example.org/> . " + case["holds"])
        for media_type, name in (("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt"), ("application/ld+json", "json-ld")):
            answer = questions.query(PREFIXES + case["construct"], media_type)
            assert isomorphic(rdflib.Graph().parse(data=answer.text, format=name), expected), answer.text
        return
    for media_type, form in FORMS.items():
        answer = questions.query(PREFIXES + (case.get("query") or case["ask"]), media_type)
        assert answer.status_code == 200, answer.text
        results = ox.parse_query_results(answer.content, form)
        if "ask" in case:
            assert bool(results) is case["boolean"]
            continue
        names = [variable.value for variable in results.variables]
        rows = [{name: shown(row[name]) for name in names if row[name] is not None} for row in results]
        compare(case, rows, {name: wanted for row in case["rows"] for name, wanted in row.items()}, as_term=True)
    if "rows" in case:
        table = list(csv.reader(io.StringIO(questions.query(PREFIXES + case["query"], "text/csv").text, newline="")))
        rows = [{name: value for name, value in zip(table[0], cells, strict=False) if value} for cells in table[1:]]
        compare(case, rows, {}, as_term=False)


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    return "_" if isinstance(term, ox.BlankNode) else str(term)


def compare(case: dict[str, Any], rows: list[dict[str, str]], _: dict[str, Any], as_term: bool) -> None:
    """Compare rows with those of a case: as terms where it gives terms, else by their text."""
    wanted = [{name: str(value) for name, value in row.items()} for row in case["rows"]]
    plain = {name for row in wanted for name, value in row.items() if not value.startswith(('"', "<", "_"))}
    found = [{name: text_of(value) if name in plain or not as_term else value for name, value in row.items()} for row in rows]
    asked = [{name: text_of(value) if name in plain or not as_term else value for name, value in row.items()} for row in wanted]
    asked = [{name: value for name, value in row.items() if as_term or value} for row in asked]
    if not as_term:
        found = [{name: "_" if value.startswith("_:") else value for name, value in row.items()} for row in found]
    if case.get("ordered"):
        assert found == asked
    assert Counter(tuple(sorted(row.items())) for row in found) == Counter(tuple(sorted(row.items())) for row in asked)


def text_of(value: str) -> str:
    if value.startswith('"'):
        return ox.parse_query_results(f'?x\n{value}\n'.encode(), ox.QueryResultsFormat.TSV).__next__()["x"].value
    return value.strip("<>") if value.startswith("<") else value


# Update

@named("updates")
def test_update(empty_scratch, case):
    before, after = ("@prefix : <https://example.org/> . " + case[name] for name in ("before", "after"))
    assert empty_scratch.client.put("/data", content=before.encode(), headers={"Content-Type": "application/trig"}).status_code == 204
    answer = empty_scratch.update(PREFIXES + case["update"])
    assert answer.status_code == 204, answer.text
    expected = rdflib.Dataset().parse(data=after, format="trig")
    names = [rdflib.URIRef(row["g"]) for row in empty_scratch.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")]
    assert set(names) == {graph.identifier for graph in expected.graphs() if len(graph) and graph.identifier != rdflib.graph.DATASET_DEFAULT_GRAPH_ID}
    for name, parameters in [(None, {"default": ""}), *[(name, {"graph": str(name)}) for name in names]]:
        found = rdflib.Graph().parse(data=empty_scratch.client.get("/data", params=parameters).text)
        assert isomorphic(found, expected.default_graph if name is None else expected.graph(name))


# Grammar

SYNTAX = cases("syntax")


@pytest.mark.parametrize("text", SYNTAX["queries"]["right"])
def test_queries_that_are_sparql(endpoint, text):
    answer = endpoint.query(text, "application/sparql-results+json, text/turtle;q=0.9")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("text", SYNTAX["queries"]["wrong"])
def test_queries_that_are_not(endpoint, text):
    answer = endpoint.client.post("/sparql", content=text.encode(), headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("query-syntax"), answer.text


@pytest.mark.parametrize("text", SYNTAX["updates"]["right"])
def test_updates_that_are_sparql(scratch, text):
    assert scratch.update(text).status_code == 204


@pytest.mark.parametrize("text", SYNTAX["updates"]["wrong"])
def test_updates_that_are_not(scratch, text):
    answer = scratch.update(text)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("query-syntax"), answer.text
