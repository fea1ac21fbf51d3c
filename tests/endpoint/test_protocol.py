"""SPARQL 1.1 Protocol, query operation: the three ways to ask, the dataset, and every refusal that the protocol names."""

import subprocess

import httpx
import pytest
from SPARQLWrapper import CSV, JSON, POST, TURTLE, SPARQLWrapper

from endpoint.errors import BadRequest
from endpoint.protocol import read_request

ASK = "ASK { <https://example.org/lyra> ?p ?o }"
COUNT_NEAR = "SELECT (COUNT(*) AS ?n) WHERE { ?s <https://example.org/near> ?o }"
EAST, WEST = "https://example.org/east", "https://example.org/west"
DIRECT = {"Content-Type": "application/sparql-query"}


def test_get(endpoint):
    answer = endpoint.query(ASK)
    assert answer.status_code == 200
    assert answer.json()["boolean"] is True
    assert answer.headers["content-type"] == "application/sparql-results+json"


def test_post_form(endpoint):
    answer = endpoint.client.post("/sparql", data={"query": ASK})
    assert answer.status_code == 200 and answer.json()["boolean"] is True


def test_post_direct(endpoint):
    answer = endpoint.client.post("/sparql", content=ASK, headers=DIRECT)
    assert answer.status_code == 200 and answer.json()["boolean"] is True


def test_direct_with_dataset_in_the_address(endpoint):
    answer = endpoint.client.post("/sparql", params={"default-graph-uri": EAST}, content=COUNT_NEAR, headers=DIRECT | {"Accept": "text/csv"})
    assert answer.text.split() == ["n", "1"]


def test_charset_parameters_are_understood(endpoint):
    content = 'ASK { FILTER("å" = "\\u00e5") }'.encode()
    answer = endpoint.client.post("/sparql", content=content, headers={"Content-Type": 'application/sparql-query; charset="UTF-8"'})
    assert answer.json()["boolean"] is True


@pytest.mark.parametrize("how", ["get", "form", "body"])
def test_a_byte_order_mark_before_the_query_is_passed_over(endpoint, how):
    text = "\ufeff" + ASK
    requests = {"get": {"method": "GET", "params": {"query": text}}, "form": {"method": "POST", "data": {"query": text}}, "body": {"method": "POST", "content": text.encode(), "headers": DIRECT}}
    answer = endpoint.client.request(url="/sparql", **requests[how])
    assert answer.json()["boolean"] is True


def test_trailing_slash_is_the_same_address(endpoint):
    assert endpoint.client.get("/sparql/", params={"query": ASK}).json()["boolean"] is True


@pytest.mark.parametrize(
    ("graphs", "expected"),
    [([EAST], "1"), ([EAST, WEST], "1"), ([EAST, EAST], "1"), (["https://example.org/none"], "0"), ([WEST, "https://example.org/none"], "1")],
)
def test_default_graphs_are_truly_merged(endpoint, graphs, expected):
    """A triple that stands in both graphs counts once, whichever way the dataset is given."""
    by_parameter = endpoint.rows(COUNT_NEAR, params={"default-graph-uri": graphs})
    clauses = " ".join(f"FROM <{graph}>" for graph in graphs)
    by_clause = endpoint.rows(COUNT_NEAR.replace("WHERE", f"{clauses} WHERE"))
    assert by_parameter == by_clause == [{"n": expected}]


def test_merge_keeps_named_graphs_and_all_triples(endpoint):
    text = "SELECT ?g ?s ?c WHERE { ?s <https://example.org/colour> ?c GRAPH ?g { ?s <https://example.org/colour> ?c } } ORDER BY ?s"
    rows = endpoint.rows(text, params={"default-graph-uri": [EAST, WEST], "named-graph-uri": [WEST]})
    assert rows == [{"g": WEST, "s": "https://example.org/vega", "c": "white"}]


def test_merge_by_prefixed_name_and_base(endpoint):
    text = "BASE <https://example.org/> PREFIX ex: <https://example.org/> SELECT (COUNT(*) AS ?n) FROM ex:east FROM <west> { ?s ex:near ?o }"
    assert endpoint.rows(text) == [{"n": "1"}]


def test_parameters_win_over_from_clauses(endpoint):
    text = f"SELECT ?c FROM <{EAST}> WHERE {{ ?s <https://example.org/colour> ?c }}"
    assert endpoint.rows(text, params={"default-graph-uri": WEST}) == [{"c": "white"}]


def test_only_named_graphs_leaves_the_default_graph_empty(endpoint):
    params = {"named-graph-uri": EAST}
    assert endpoint.rows(COUNT_NEAR, params=params) == [{"n": "0"}]
    assert endpoint.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", params=params) == [{"g": EAST}]


def test_only_default_graphs_leaves_no_named_graph(endpoint):
    assert endpoint.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", params={"default-graph-uri": EAST}) == []


def test_default_graph_is_not_the_union(endpoint):
    """Every statement stands once in the default graph; graphs are not counted again."""
    assert endpoint.rows(COUNT_NEAR) == [{"n": "1"}]


def test_relative_iris_are_resolved_against_the_address(endpoint):
    rows = endpoint.rows("SELECT (<here> AS ?iri) {}")
    assert rows == [{"iri": f"{endpoint.address}/here"}]


REFUSED = [
    ("no form field", 400, {"data": {"other": "x"}}),
    ("query twice in a form", 400, {"content": b"query=ASK%7B%7D&query=ASK%7B%7D", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
    ("query and update in a form", 400, {"data": {"query": ASK, "update": "CLEAR ALL"}}),
    ("query in form and address", 400, {"params": {"query": ASK}, "data": {"query": ASK}}),
    ("query in body and address", 400, {"params": {"query": ASK}, "content": ASK, "headers": DIRECT}),
    ("wrong type", 415, {"content": ASK, "headers": {"Content-Type": "text/plain"}}),
    ("no type", 415, {"content": ASK.encode()}),
    ("coded body", 415, {"content": b"x", "headers": DIRECT | {"Content-Encoding": "gzip"}}),
    ("other charset", 400, {"content": ASK.encode("utf-16"), "headers": {"Content-Type": "application/sparql-query; charset=UTF-16"}}),
    ("not UTF-8", 400, {"content": b"ASK { <urn:\xff> ?p ?o }", "headers": DIRECT}),
    ("form not UTF-8", 400, {"content": b"query=ASK%20%7B%7D%FF", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
    ("no SPARQL", 400, {"content": "SELECT everything", "headers": DIRECT}),
    ("two queries", 400, {"content": "ASK {} ASK {}", "headers": DIRECT}),
    ("an update as a query", 400, {"content": "CLEAR ALL", "headers": DIRECT}),
    ("graph no IRI", 400, {"params": {"default-graph-uri": "not an iri"}, "content": ASK, "headers": DIRECT}),
    ("parameter of updates", 400, {"params": {"using-graph-uri": EAST}, "content": ASK, "headers": DIRECT}),
    ("update here", 403, {"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}),
    ("update in a form", 403, {"data": {"update": "CLEAR ALL"}}),
]


@pytest.mark.parametrize(("status", "request_"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_post_that_is_refused(endpoint, status, request_):
    answer = endpoint.client.post("/sparql", **request_)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.parametrize("address", ["update=CLEAR+ALL", "query=ASK%7B%7D&query=ASK%7B%7D", "query=%FF", "query=&timeout=soon", "query=ASK%7B%7D&timeout=-1", "query="])
def test_get_that_is_refused(endpoint, address):
    assert endpoint.client.get(f"/sparql?{address}").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods(endpoint, method):
    answer = httpx.request(method, f"{endpoint.address}/sparql")
    assert answer.status_code in (400, 405)  # a method that is no HTTP method does not get past the parser
    if answer.status_code == 405:
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_head_has_the_headers_without_the_body(endpoint):
    get, head = endpoint.query(ASK), endpoint.client.head("/sparql", params={"query": ASK})
    assert head.status_code == 200 and head.content == b""
    for name in ("content-type", "etag", "vary", "cache-control", "content-length"):
        assert head.headers[name] == get.headers[name]


def test_head_of_a_large_result_ends_at_once(endpoint):
    head = endpoint.client.head("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    assert head.status_code == 200
    assert head.elapsed.total_seconds() < 1


@pytest.mark.parametrize(("path", "methods"), [
    ("/sparql", "GET, HEAD, POST, OPTIONS"), ("/data", "GET, HEAD, OPTIONS"), ("/health/live", "GET, HEAD, OPTIONS"), ("/", "GET, HEAD, OPTIONS"), ("/reconcile", "GET, HEAD, POST, OPTIONS"),
])
def test_options_and_allow_name_the_methods(endpoint, path, methods):
    answer = endpoint.client.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, methods)
    refused = endpoint.client.delete(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)
    assert refused.headers["content-type"] == "application/problem+json"


def test_sparqlwrapper(endpoint):
    client = SPARQLWrapper(f"{endpoint.address}/sparql")
    client.setQuery(COUNT_NEAR)
    client.setReturnFormat(JSON)
    assert client.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "1"
    client.setMethod(POST)
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().decode().split() == ["n", "1"]
    client.setQuery("CONSTRUCT WHERE { <https://example.org/lyra> ?p ?o }")
    client.setReturnFormat(TURTLE)
    assert b"Lyra" in client.queryAndConvert()


def test_curl(endpoint):
    done = subprocess.run(
        ["curl", "-sS", "-H", "Accept: text/csv", "--data-urlencode", f"query={COUNT_NEAR}", f"{endpoint.address}/sparql"], capture_output=True, check=True,
    )
    assert done.stdout == b"n\r\n1\r\n"


@pytest.mark.parametrize("written", [
    b"ASK+%7B%7D", b"ASK%20{}", b"", b"%", b"%zz", b"a=b=c", b"%C3%A5+%2B+%26", "å".encode(), b"%ef%bb%bfASK{}", b"%ff", b"\xff", b"%00", b";x=1", b"%e2%80", b"query=ASK{}",
])
def test_a_query_alone_is_read_as_among_parameters(written):
    def read(query_string: bytes):
        try:
            return read_request("GET", query_string, None, b"")
        except BadRequest:
            return "refused"

    assert read(b"query=" + written) == read(b"query=" + written + b"&")
