"""Entity tags, conditional requests, the memory of answers, and equal queries that come together."""

import threading

import httpx
import pytest

from endpoint.engine import Answer, Inquiry
from endpoint.engine.cached import AnswerCache

QUERY = "SELECT * { <https://example.org/lyra> ?p ?o }"


def test_the_tag_is_strong_and_stable(endpoint):
    one, two = endpoint.query(QUERY), endpoint.query(QUERY)
    assert one.headers["etag"] == two.headers["etag"]
    assert one.headers["etag"].startswith('"')
    assert one.headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize("how", ["{}", "W/{}", '"other", {}'])
def test_not_modified(endpoint, how):
    tag = endpoint.query(QUERY).headers["etag"]
    answer = endpoint.query(QUERY, headers={"If-None-Match": how.format(tag)})
    assert answer.status_code == 304 and answer.content == b""
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] and answer.headers["vary"]


def test_any_representation_is_not_modified_where_there_is_one(endpoint):
    """RFC 9110, 13.1.2: `*` is false when there is a current representation; a query that has none is told so."""
    star = {"If-None-Match": "*"}
    for method in ("GET", "HEAD"):
        answer = endpoint.client.request(method, "/sparql", params={"query": QUERY}, headers=star)
        assert (answer.status_code, answer.content) == (304, b"") and answer.headers["etag"] == endpoint.query(QUERY).headers["etag"]
    assert endpoint.query("SELECT ?x { ?x <https://example.org/number> ?n }", "text/csv", headers=star).status_code == 304
    assert endpoint.client.get("/data?default", headers=star).status_code == 304
    assert endpoint.query("SELECT", headers=star).status_code == 400
    assert endpoint.client.get("/data", params={"graph": "urn:none"}, headers=star).status_code == 404
    assert endpoint.client.post("/sparql", data={"query": QUERY}, headers=star).status_code == 200


def test_other_query_form_or_dataset_has_another_tag(endpoint):
    tags = {
        endpoint.query(QUERY).headers["etag"], endpoint.query(QUERY + " ").headers["etag"], endpoint.query(QUERY, "text/csv").headers["etag"],
        endpoint.query(QUERY, params={"default-graph-uri": "https://example.org/east"}).headers["etag"],
    }
    assert len(tags) == 4
    assert endpoint.query(QUERY, "text/csv", headers={"If-None-Match": endpoint.query(QUERY).headers["etag"]}).status_code == 200


def test_a_post_is_never_not_modified(endpoint):
    tag = endpoint.query(QUERY).headers["etag"]
    answer = endpoint.client.post("/sparql", data={"query": QUERY}, headers={"If-None-Match": tag})
    assert answer.status_code == 200


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()"])
def test_what_differs_each_time_is_not_kept(endpoint, function):
    text = f"SELECT ({function} AS ?x) {{}}"
    one, two = endpoint.query(text), endpoint.query(text)
    assert one.headers["cache-control"] == "no-store" and "etag" not in one.headers
    assert one.content != two.content


def test_an_answer_is_kept(endpoint):
    text = QUERY + " # kept"
    hits = endpoint.metric("regin_cache_lookups", '{result="hits"}')
    first, second = endpoint.query(text), endpoint.query(text)
    assert first.content == second.content
    assert endpoint.metric("regin_cache_lookups", '{result="hits"}') == hits + 1


def test_each_coding_is_kept_apart(endpoint):
    text = "SELECT * { ?s <https://example.org/number> ?n } LIMIT 300"
    bodies = {coding: [endpoint.query(text, headers={"Accept-Encoding": coding}).content for _ in range(2)] for coding in ("gzip", "br", "identity")}
    assert len({body for pair in bodies.values() for body in pair}) == 1


def test_problems_are_not_kept(endpoint):
    assert endpoint.query("SELECT {").headers["cache-control"] == "no-store"


def test_equal_queries_under_way_are_evaluated_once(endpoint):
    text = "SELECT (COUNT(*) AS ?n) { ?a <https://example.org/number> ?x . ?b <https://example.org/number> ?y FILTER(?x < 15 && ?y < 15) } # together"
    shared = endpoint.metric("regin_cache_lookups", '{result="shared"}')
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(httpx.get(f"{endpoint.address}/sparql", params={"query": text}, timeout=20))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert endpoint.metric("regin_cache_lookups", '{result="shared"}') > shared


def test_the_memory_of_answers_is_bounded(narrow):
    for number in range(40):
        narrow.query(f"SELECT * {{ ?s <https://example.org/number> ?n }} LIMIT {500 + number}")
    assert 0 < narrow.metric("regin_cache_bytes") <= 1024 * 1024


@pytest.mark.parametrize("headers", [{}, {"Accept": "text/csv"}, {"Accept-Encoding": "br"}, {"Connection": "close"}, {"Host": "data.example.eu"}, {"Origin": "https://example.org"}])
def test_what_is_asked_again_in_the_same_words_is_answered_the_same(endpoint, headers):
    text = QUERY + f" # again {headers}"
    answers = [endpoint.query(text, headers=headers) for _ in range(4)]
    told = [{name: value for name, value in answer.headers.items() if name not in ("x-request-id", "date")} for answer in answers]
    assert told == [told[0]] * 4 and len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200} and len({answer.headers["x-request-id"] for answer in answers}) == 4
    head = endpoint.client.head("/sparql", params={"query": text}, headers=headers)
    assert head.content == b"" and head.headers["content-length"] == answers[0].headers["content-length"]


def test_a_kept_response_is_for_its_own_words_only(endpoint):
    text = QUERY + " # own words"
    for _ in range(3):
        endpoint.query(text, "text/csv")
    assert endpoint.query(text).headers["content-type"] == "application/sparql-results+json"
    assert endpoint.query(text, "text/csv", headers={"Accept-Encoding": "gzip"}).headers["content-type"].startswith("text/csv")
    assert endpoint.query(text, "text/csv", params={"default-graph-uri": "https://example.org/east"}).text != endpoint.query(text, "text/csv").text
    assert endpoint.query(text, "image/png").status_code == 406


def test_repeated_requests_are_counted_and_logged_like_others(endpoint):
    text = QUERY + " # counted"
    names = [("regin_http_requests_total", '{family="sparql",method="GET",status="200"}'), ("regin_queries_total", '{outcome="ok"}'), ("regin_query_seconds_count", '{kind="solutions"}')]
    endpoint.query(text)
    before = [endpoint.metric(*name) for name in names]
    answers = [endpoint.query(text) for _ in range(3)]
    assert [endpoint.metric(*name) for name in names] == [value + 3 for value in before]
    lines = [next(line for line in endpoint.log.read_text().splitlines() if f"id={answer.headers['x-request-id']}" in line) for answer in answers]
    assert len({line.partition(" query=")[2].partition(" ")[0] for line in lines}) == 1
    assert all("cache=hit outcome=ok" in line and "rows=" in line for line in lines)


def test_a_kept_response_leaves_the_memory_with_its_answer():
    answer = Answer("solutions", "text/csv", "text/csv", "identity", "r1", whole=bytes(1000))
    cache = AnswerCache(20_000, 10_000)
    for number in range(40):
        key = ("r1", (f"query {number}",))
        cache.put(key, answer)
        for again in range(20):
            cache.remember(key, ("http", "/sparql", b"query=%d&%d" % (number, again)), b"lines")
        assert cache.bytes <= 20_000
    assert len(cache.responses) == sum(len(entry.requests) for entry in cache.entries.values())
    assert cache.response(("http", "/sparql", b"query=0&0")) is None
    assert cache.response(("http", "/sparql", b"query=39&0")) == (answer, b"lines")
    cache.clear()
    assert (cache.bytes, cache.responses) == (0, {})


def test_what_a_key_takes_counts_as_well():
    cache = AnswerCache(1_000_000, 200_000)
    for number in range(50):
        inquiry = Inquiry("ASK {}", default_graphs=("urn:" + "x" * 100_000 + str(number),))
        cache.put(("release", inquiry.key()), Answer("boolean", "a/b", "a/b", "identity", "release", whole=b"true"))
    assert cache.bytes <= 1_000_000 and len(cache.entries) < 10
    text = Inquiry("ASK {} # " + "\U0001f600" * 50_000)
    cache.put(("release", text.key()), Answer("boolean", "a/b", "a/b", "identity", "release", whole=b"true"))
    assert ("release", text.key()) not in cache.entries, "four bytes a letter are more than an entry may take"
