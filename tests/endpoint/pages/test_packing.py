"""Pages and what they bring with them come packed for clients that take it; files of releases keep their own codings."""

import httpx
import pytest


def raw(address: str, path: str, coding: str) -> httpx.Response:
    """Give an answer with its body as it came over the wire."""
    with httpx.stream("GET", address + path, headers={"Accept-Encoding": coding, "Accept": "text/html"}, timeout=30) as answer:
        answer.body = b"".join(answer.iter_raw())
    return answer


@pytest.mark.parametrize("path", ["/", "/practices", "/vocabulary", "/static/style.css"])
def test_pages_are_packed_for_clients_that_take_it(miniature, path):
    packed, plain = raw(miniature, path, "gzip"), raw(miniature, path, "identity")
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["vary"] and "Accept-Encoding" in plain.headers["vary"]
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body) / 2
    assert httpx.get(miniature + path, headers={"Accept": "text/html"}).content == plain.body


def test_a_head_request_tells_the_length_of_what_would_come(miniature):
    head = httpx.head(miniature + "/practices", headers={"Accept-Encoding": "gzip"})
    assert head.headers["content-encoding"] == "gzip" and not head.content
    assert head.headers["content-length"] == raw(miniature, "/practices", "gzip").headers["content-length"]
