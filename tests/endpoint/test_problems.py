"""Problems that a person or a program can act on."""

import httpx
import pytest


def problem(endpoint, text: str) -> dict:
    answer = endpoint.query(text)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    members = answer.json()
    assert set(members) >= {"type", "title", "status", "detail", "instance"}
    return members


@pytest.mark.parametrize(("text", "line", "column", "expected"), [
    ("SELECT * WHERE {\n  ?s ?p ?o\n  FILTER(?o > )\n}", 3, 15, "a variable"),
    ("SELECT * { ?s ?p ?o", 1, 20, "}"),
    ("SELEKT * {}", 1, 1, "SELECT"),
    ("", 1, 1, "SELECT"),
    ("SELECT ?x { ?x ?p ?o } LIMIT many", 1, 30, "a number"),
    ("SELECT ?x WHERE { ?x a }", 1, 24, "an IRI"),
    ("SELECT ?x WHERE { ?x <urn:p> }", 1, 30, "a variable"),
    ("SELECT ?x WHERE { ?x <urn:p> ?y } ORDER ?x", 1, 41, "BY"),
    ("SELECT WHERE { ?s ?p ?o }", 1, 8, "a variable"),
    ("SELECT * { ?s ?p ?o } GROUP BY", 1, 31, "a variable"),
    ("SELECT * { ?s ?p 'open }", 1, 18, "a string"),
    ("ASK { ?s ?p ?o } ASK {}", 1, 18, "the end of the query"),
    ("PREFIX ex <urn:x> ASK {}", 1, 8, "a prefix with its colon"),
    ("# only a comment\nASK { VALUES ?x 1 }", 2, 17, "{"),
    ("SELECT * { ?s ?p ?o . OPTIONAL ?s ?q ?r }", 1, 32, "{"),
])
def test_syntax_errors_have_a_place_and_what_was_expected(endpoint, text, line, column, expected):
    answer = endpoint.client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"})
    members = answer.json()
    assert answer.status_code == 400
    assert (members["line"], members["column"]) == (line, column), members
    assert expected in members["expected"], members
    assert f"Line {line}, column {column}" in members["detail"]


def test_an_unknown_prefix_is_named_and_the_known_one_proposed(endpoint):
    members = problem(endpoint, "SELECT * { ?s a regin:Practice ; skoss:prefLabel ?label ; zzz:x 1 }")
    assert [entry["prefix"] for entry in members["unknown_prefixes"]] == ["regin", "skoss", "zzz"]
    assert members["unknown_prefixes"][0]["proposal"] == "PREFIX regin: <https://w3id.org/regin/def/>"
    assert members["unknown_prefixes"][1]["proposal"] == "PREFIX skoss: <http://www.w3.org/2004/02/skos/core#>"
    assert "proposal" not in members["unknown_prefixes"][2]
    assert "PREFIX regin:" in members["detail"]


@pytest.mark.parametrize(("used", "known"), [
    ("dct", "http://purl.org/dc/terms/"), ("DCTERMS", "http://purl.org/dc/terms/"), ("geosparql", "http://www.opengis.net/ont/geosparql#"), ("foa", "http://xmlns.com/foaf/0.1/"),
    ("regn", "https://w3id.org/regin/def/"),
])
def test_other_names_and_slips_of_prefixes_are_understood(endpoint, used, known):
    members = problem(endpoint, f"SELECT * {{ ?s {used}:x ?o }}")
    assert members["unknown_prefixes"] == [{"prefix": used, "proposal": f"PREFIX {used}: <{known}>"}]


@pytest.mark.parametrize(("text", "meant"), [
    ("SELECT * { ?s ?p ?o FILTR(?o) }", "FILTER"), ("SELECT * { ?s ?p ?o . OPTINAL { ?s ?q ?r } }", "OPTIONAL"), ("SELEKT * {}", "SELECT"), ("SELECT (False AS ?x) {}", "false"), ("ASK { ?s ?p TRUE }", "true"), ("SELECT * { ?s ?p ?o } LIMITS 5", "LIMIT"),
])
def test_slips_of_keywords_are_understood(endpoint, text, meant):
    members = problem(endpoint, text)
    assert members["meant"] == meant and f"Is {meant} meant?" in members["detail"]


@pytest.mark.parametrize("text", ['SELECT * { << "lit" <urn:p> <urn:o> >> <urn:q> 1 }', 'SELECT * { ?x <urn:q> <<( "lit" <urn:p> <urn:o> )>> }'])
def test_triple_terms_that_cannot_be_are_told(endpoint, text):
    members = endpoint.query(text).json()
    assert members["status"] == 400 and "A triple term has a literal" in members["detail"]


def test_known_prefixes_are_not_assumed(endpoint):
    """A query is standard SPARQL or it is refused; it would not run elsewhere."""
    assert endpoint.query("ASK { ?s a skos:Concept }").status_code == 400


@pytest.mark.parametrize(("text", "word"), [
    ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", "unbound"),
    ("SELECT (1 AS ?x) (2 AS ?x) {}", "Duplicated"),
])
def test_what_is_no_syntax_error_is_told_too(endpoint, text, word):
    assert word in problem(endpoint, text)["detail"]


@pytest.mark.parametrize(("text", "rows"), [
    ("SELECT (<urn:no:function>(1) AS ?x) {}", [{}]),
    ("SELECT (COALESCE(<urn:no:function>(1), <urn:no:other>(), 'none') AS ?x) {}", [{"x": "none"}]),
    ("SELECT * { FILTER(<urn:no:function>(1)) }", []),
])
def test_an_unknown_function_gives_no_value_and_a_warning(endpoint, text, rows):
    """The language has it so; a client that looks for the cause finds it in the header and by explain=1."""
    answer = endpoint.query(text)
    assert [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]] == rows
    assert "There is no function <urn:no:function> here" in answer.headers["x-regin-warning"]
    assert "urn:no:function" in endpoint.query(text, params={"explain": "1"}).json()["warnings"][0]


def test_too_many_unknown_functions_are_refused(endpoint):
    text = "SELECT * { " + " ".join(f"BIND(<urn:no:{n}>() AS ?x{n})" for n in range(30)) + " }"
    assert "There is no function" in problem(endpoint, text)["detail"]


@pytest.mark.parametrize("text", ["SELECT {", "SELECT * { SERVICE <http://localhost/> {} }", "SELECT * " + "{" * 30_000])
def test_nothing_internal_is_told(endpoint, text):
    told = endpoint.client.post("/sparql", content=text, headers={"Content-Type": "application/sparql-query"}).text
    for word in ("Traceback", "/work", "/home", "site-packages", ".py", "oxigraph", "RocksDB", "panicked", "\\u{", "'..="):
        assert word not in told


def test_a_browser_gets_a_page(endpoint):
    answer = endpoint.query("SELECT * {", "text/html")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("path", "status"), [("/nothing/here", 404), ("/sparql/deeper", 404), ("/health", 404)])
def test_unknown_addresses(endpoint, path, status):
    answer = endpoint.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_every_problem_is_explained_at_its_address(endpoint):
    listed = endpoint.client.get("/problem").json()
    assert len({entry["type"] for entry in listed}) == len(listed) > 15
    for entry in listed:
        answer = endpoint.client.get("/problem/" + entry["type"].rsplit("/", 1)[1])
        assert answer.status_code == 200 and answer.json()["detail"]
    assert endpoint.client.get("/problem/none").status_code == 404


def test_a_fault_of_ours_is_told_without_its_cause(small_release):
    """Whatever fails in a router: problem details, the id of the request, nothing of the inside."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from endpoint.main import create_app
    from endpoint.settings import EndpointSettings

    app = create_app(EndpointSettings(release=small_release))

    @app.get("/fault")
    async def fault():
        raise RuntimeError("secret cause")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/fault")

    # In a thread of its own: tests of the browser leave an event loop running in theirs.
    with ThreadPoolExecutor(1) as apart:
        answer = apart.submit(asyncio.run, ask()).result()
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "secret" not in answer.text and answer.json()["instance"].endswith(answer.headers["x-request-id"])


def test_the_rate_limit(start_server):
    server = start_server(rate_limit=2, rate_burst=3, rate_loopback="true")
    answers = [server.query("ASK {}") for _ in range(6)]
    assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and int(refused[0].headers["retry-after"]) >= 1
    assert refused[0].json()["type"].endswith("too-many-requests")
    assert refused[0].headers["access-control-allow-origin"] == "*"
    assert 429 in {server.client.get("/data?default").status_code for _ in range(6)}
    assert {server.client.get("/health/live").status_code for _ in range(6)} == {200}
    server.stop()


def test_a_full_line_is_told_with_the_time_to_come_back(start_server):
    """One slot, a line of two: what comes on top is refused at once, and the line goes on."""
    import threading

    server = start_server(quick_slots=1, slow_slots=1, slow_waiting=0, quick_budget_ms=60000, queue_length=2, client_share=1, query_timeout_s=1.5)
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(httpx.get(f"{server.address}/sparql", params={"query": f"{text} # {n}"}, timeout=20))) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {503}
    busy = [answer for answer in answers if answer.json()["type"].endswith("busy")]
    assert len(busy) >= 3
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in busy)
    assert server.query("ASK {}").status_code == 200
    server.stop()
