"""What every response carries: CORS, safety, the id of the request."""

import time

import pytest

PATHS = ["/sparql?query=ASK%7B%7D", "/sparql?query=wrong", "/sparql?query=ASK%7B%7D&format=none", "/nothing", "/health/live", "/data?graph=urn:none"]


@pytest.mark.parametrize("path", PATHS)
def test_on_answers_and_problems_alike(endpoint, path):
    answer = endpoint.client.get(path, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "etag" in answer.headers["access-control-expose-headers"].lower()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert len(answer.headers["x-request-id"]) == 16
    assert "server" not in answer.headers


def test_preflight(endpoint):
    answer = endpoint.client.options("/sparql", headers={
        "Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type, x-more",
    })
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "x-more" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_only_some_origins(narrow):
    friend = narrow.query("ASK {}", headers={"Origin": "https://friend.example"})
    other = narrow.query("ASK {}", headers={"Origin": "https://other.example"})
    assert friend.headers["access-control-allow-origin"] == "https://friend.example"
    assert "origin" in friend.headers["vary"].lower()
    assert "access-control-allow-origin" not in other.headers


def log_line(endpoint, request_id: str) -> str:
    """Give the log line of a request; it is written just after the answer."""
    for _ in range(100):
        for line in endpoint.log.read_text().splitlines():
            if f"id={request_id}" in line:
                return line
        time.sleep(0.02)
    raise AssertionError("no log line")


def test_ids_differ_and_stand_in_the_log(endpoint):
    ids = [endpoint.query("ASK {}").headers["x-request-id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(log_line(endpoint, one) for one in ids)


def test_the_log_has_hashes_times_rows_and_outcomes_but_no_contents(endpoint):
    answer = endpoint.query('SELECT ?secretword { VALUES ?secretword { 1 2 3 } }')
    line = log_line(endpoint, answer.headers["x-request-id"])
    assert "rows=3" in line and "outcome=ok" in line and "ms=" in line and " query=" in line
    assert "secretword" not in endpoint.log.read_text()
