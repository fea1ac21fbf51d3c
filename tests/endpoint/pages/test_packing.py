"""Pages and what they bring with them come packed for clients that take it; files of releases keep their own codings."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from endpoint.packing import PackedPages


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


@pytest.mark.parametrize("path", ["/", "/practices", "/vocabulary", "/sparql"])
def test_a_page_that_the_reader_has_is_not_sent_once_more(miniature, path):
    wants = {"Accept": "text/html", "Accept-Language": "de"}
    first = httpx.get(miniature + path, headers=wants)
    assert first.status_code == 200 and first.headers["cache-control"] == "no-cache"
    again = httpx.get(miniature + path, headers=wants | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"") and again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == first.headers["vary"] and "content-type" not in again.headers
    assert httpx.head(miniature + path, headers=wants | {"If-None-Match": f'"other", {first.headers["etag"]}'}).status_code == 304
    other = httpx.get(miniature + path, headers={**wants, "Accept-Language": "sv", "If-None-Match": first.headers["etag"]})
    assert other.status_code == 200 and other.headers["content-language"] == "sv" and other.headers["etag"] != first.headers["etag"]


def test_a_problem_has_no_tag(miniature):
    answer = httpx.get(miniature + "/practices/nothing", headers={"Accept": "text/html"})
    assert answer.status_code == 404 and "etag" not in answer.headers


def test_a_head_request_tells_the_length_of_what_would_come(miniature):
    head = httpx.head(miniature + "/practices", headers={"Accept-Encoding": "gzip"})
    assert head.headers["content-encoding"] == "gzip" and not head.content
    assert head.headers["content-length"] == raw(miniature, "/practices", "gzip").headers["content-length"]


@pytest.mark.parametrize(("lines", "told"), [
    (["Accept, accept", "Origin"], "Accept, Origin, Accept-Encoding"), (["Accept", "Origin, ACCEPT-ENCODING"], "Accept, Origin, ACCEPT-ENCODING"),
    (["accept,, Accept-Language ", "", "Accept"], "accept, Accept-Language, Accept-Encoding"), (["*"], "*, Accept-Encoding"),
])
def test_what_an_answer_varies_by_is_named_once_from_all_its_lines(lines, told):
    sent = []

    async def answer(scope, receive, send) -> None:
        headers = [(b"content-type", b"text/plain"), *((b"vary", line.encode()) for line in lines)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 2000})

    async def keep(message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [(b"accept-encoding", b"gzip")]}
    ThreadPoolExecutor(1).submit(asyncio.run, PackedPages(answer)(scope, None, keep)).result()
    assert [value.decode() for name, value in sent[0]["headers"] if name == b"vary"] == [told]
