"""Entity tags, conditional requests, the memory of answers, and equal queries that come together."""

import threading

import httpx
import pytest

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
