"""Generated requests and queries: whatever comes, the answer is an answer, a refusal, or a told limit; nothing hangs or leaks."""

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ALLOWED = {200, 204, 304, 400, 403, 404, 405, 406, 413, 414, 415, 422, 429, 503, 504}
FUZZ = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)

PIECES = st.sampled_from([
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "{", "}", "(", ")", "[", "]", "*", "?s", "?p", "?o", "$x", "<urn:a>", "<rel>", "ex:a", ":", "a",
    "PREFIX ex: <urn:e:>", "BASE <urn:b:>", "FROM <https://example.org/east>", "FROM NAMED <https://example.org/west>", "GRAPH ?g", "OPTIONAL", "UNION", "MINUS",
    "FILTER", "BIND", "AS", "VALUES", "SERVICE", "SILENT", "LOAD", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET", "DISTINCT", "EXISTS", "NOT", "IN",
    "COUNT(*)", "SUM(?o)", "GROUP_CONCAT(?o ; SEPARATOR=',')", "REGEX(?o, '(a*)*')", "REPLACE(?o, '(.)', '$1$1')", "NOW()", "RAND()", "IF(1,2,3)", "1", "1e400",
    "-1", "'x'", '"""long"""', "'x'@en", "'1'^^<http://www.w3.org/2001/XMLSchema#integer>", "true", "/", "|", "^", "+", "!", "=", "<", "&&", "||", ".", ";", ",",
    "# comment\n", "\\u0041", "<<( ?s ?p ?o )>>", "~", "é", "\u0000", "\U0001F600", "'unclosed", "geof:sfWithin(?a, ?b)",
])
QUERIES = st.one_of(
    st.lists(PIECES, max_size=30).map(" ".join),
    st.lists(PIECES, max_size=12).map(lambda pieces: "SELECT * WHERE { " + " ".join(pieces) + " }"),
    st.lists(PIECES, max_size=8).map(lambda pieces: "SELECT ?s { ?s ?p ?o FILTER(" + " ".join(pieces) + ") } LIMIT 5"),
    st.text(max_size=200),
)
HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


def check(answer: httpx.Response) -> None:
    assert answer.status_code in ALLOWED, (answer.status_code, answer.text[:500])
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert answer.headers["content-type"].startswith(("application/problem+json", "text/html"))
        assert "Traceback" not in answer.text


@FUZZ
@given(text=QUERIES, accept=st.sampled_from(["*/*", "text/csv", "application/rdf+xml", "text/html"]))
def test_queries(endpoint, text, accept):
    body = text.encode("utf-8", "surrogatepass")
    check(endpoint.client.post("/sparql", params={"timeout": "0.3"}, content=body, headers={"Content-Type": "application/sparql-query", "Accept": accept}))


@FUZZ
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"]),
    path=st.sampled_from(["/sparql", "/update", "/data", "/data/x", "/health/ready", "/metrics", "/problem/x"]),
    query=st.dictionaries(st.sampled_from(["query", "update", "default-graph-uri", "named-graph-uri", "graph", "default", "format", "timeout", "explain", "x"]), st.text(max_size=30), max_size=4),
    headers=st.dictionaries(st.sampled_from(["Accept", "Accept-Encoding", "Content-Type", "If-None-Match", "Origin", "Range", "X-Forwarded-For"]), HEADER_TEXT, max_size=4),
    body=st.binary(max_size=100),
)
def test_requests(endpoint, method, path, query, headers, body):
    params = {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, value in query.items()}
    check(endpoint.client.request(method, path, params=params, headers={name: value.strip() for name, value in headers.items()}, content=body if method in ("POST", "PUT") else None))


@FUZZ
@given(text=QUERIES)
def test_updates(scratch, text):
    check(scratch.client.post("/update", content=text.encode("utf-8", "surrogatepass"), headers={"Content-Type": "application/sparql-update"}))


def test_nothing_is_left_running(endpoint):
    assert endpoint.metric("regin_queries_running", '{lane="quick"}') == 0
    assert endpoint.metric("regin_queries_running", '{lane="slow"}') == 0
    assert endpoint.metric("regin_queue_waiting") == 0
