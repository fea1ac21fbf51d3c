"""What every response carries: CORS, safety, the id of the request."""

import json
import socket
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


def sent(endpoint, written: bytes) -> tuple[bytes, bytes]:
    """Give headers and body of what comes back for bytes that are sent, until the connection is closed."""
    received = b""
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=10) as link:
        link.sendall(written)
        while piece := link.recv(1 << 16):
            received += piece
    headers, _, body = received.partition(b"\r\n\r\n")
    return headers, body


LINE = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n"
UNREADABLE = {
    "no HTTP": (b"nonsense\r\n\r\n", 400, "bad-request"), "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00", 400, "bad-request"),
    "an unknown method": (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad-request"), "a wrong header": (LINE + b"Host: x\r\nno colon\r\n\r\n", 400, "bad-request"),
    "a wrong chunk": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "bad-request"),
    "a long address": (b"GET /sparql?query=ASK%7B%7D%23" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri-too-long"),
}


@pytest.mark.parametrize(("written", "status", "slug"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_request_gets_a_problem(endpoint, written, status, slug):
    headers, body = sent(endpoint, written)
    assert headers.startswith(b"HTTP/1.1 %d " % status)
    for line in (b"content-type: application/problem+json", b"access-control-allow-origin: *", b"x-content-type-options: nosniff", b"connection: close", b"content-length: %d" % len(body)):
        assert line in headers
    members = json.loads(body)
    assert members["status"] == status and members["type"].endswith(f"/problem/{slug}") and members["title"] and members["detail"]


@pytest.mark.parametrize(("written", "status", "slug"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_request_stands_in_the_log_and_is_counted(narrow, written, status, slug):
    counted, logged = (lambda: narrow.metric("regin_http_requests_total", f'{{family="unread",method="other",status="{status}"}}')), f"path=- status={status} ms=0.0 outcome={slug}"
    before, lines = counted(), narrow.log.read_text().count(logged)
    sent(narrow, written)
    # Of a request whose body cannot be read the headers were: it has a line of its own.
    expected = 0 if written.startswith(b"POST") else 1
    assert counted() == before + expected
    assert narrow.log.read_text().count(logged) == lines + expected


def test_what_is_no_request_is_told_to_some_origins_only(narrow):
    headers, _ = sent(narrow, b"nonsense\r\n\r\n")
    assert headers.startswith(b"HTTP/1.1 400 ") and b"access-control" not in headers


def test_nonsense_after_a_request_does_not_spoil_its_answer(endpoint):
    headers, body = sent(endpoint, LINE.replace(b"%7B", b"%7B%23" + str(time.time()).encode() + b"%0A") + b"Host: x\r\n\r\nnonsense\r\n\r\n")
    assert headers.startswith(b"HTTP/1.1 200 ") and json.loads(body)["boolean"] is True


@pytest.mark.parametrize(("lines", "status"), [
    (b"", 400), (b"Host: x\r\nHost: x\r\n", 400), (b"Host: \r\n", 400), (b"Host: a b\r\n", 400), (b"Host: x/y\r\n", 400), (b"Host: http://x\r\n", 400), (b"Host: user@x\r\n", 400),
    (b"Host: x:65536\r\n", 400), (b"Host: x:y\r\n", 400), (b"Host: " + b"x" * 300 + b"\r\n", 400), (b"Host: x\xe5\r\n", 400),
    (b"Host: x\r\n", 200), (b"Host: x:\r\n", 200), (b"Host: x:65535\r\n", 200), (b"host: [::1]:80\r\n", 200), (b"Host: 127.0.0.1:8000\r\n", 200), (b"Host: a_b.example-c.eu\r\n", 200),
])
def test_a_request_names_its_host_once(endpoint, lines, status):
    """Source: RFC 9112, 3.2."""
    headers, body = sent(endpoint, LINE + lines + b"Connection: close\r\n\r\n")
    assert headers.startswith(b"HTTP/1.1 %d " % status)
    assert status == 200 or json.loads(body)["type"].endswith("/problem/bad-request")


def test_http_10_needs_no_host(endpoint):
    assert sent(endpoint, LINE.replace(b"1.1", b"1.0") + b"\r\n")[0].startswith(b"HTTP/1.1 200 ")


def test_a_preflight_names_its_host_too(endpoint):
    assert sent(endpoint, b"OPTIONS /sparql HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n")[0].startswith(b"HTTP/1.1 400 ")
