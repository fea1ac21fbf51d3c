"""The client of a request: its address, its patience, and the address under which it reaches us."""

import asyncio
import re
from collections.abc import Awaitable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from starlette.types import Receive, Scope

from endpoint.errors import BadRequest, QueryTooLong, UnsupportedMediaType

# Until then nobody looks whether the client is still there: most answers are gone by then.
WATCH_AFTER_S = 0.05
# How much of a body that is too large is still read, and for how long, so that its client sees the answer.
PASSED_OVER_BYTES = 64 * 1024 * 1024
PASSED_OVER_S = 2.0
# The headers that a response to a query depends on (see the Inquiry that is made of a request), beside conditions.
DECIDING = frozenset({b"host", b"accept", b"accept-encoding"})
# Source: RFC 3986, 3.2.2, as far as names and addresses of servers go.
HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?")
# Longest name of a host with its port. Source: RFC 1035, 2.3.4.
LONGEST_HOST = 255 + len(":65535")
LAST_PORT = 65_535


def client_of(scope: Scope) -> str:
    """Give the address of the client."""
    return scope["client"][0] if scope.get("client") else ""


def is_host(value: bytes) -> bool:
    """Tell whether the value of a header Host names a host.

    >>> [is_host(value) for value in (b"data.example.eu", b"[::1]:8000", b"x:65536", b"a,b", b"")]
    [True, True, False, False, False]
    """
    # What is too long is not remembered either.
    return len(value) <= LONGEST_HOST and _names_host(value)


@lru_cache(maxsize=1024)
def _names_host(value: bytes) -> bool:
    found = HOST.fullmatch(value.decode("latin-1"))
    return found is not None and int(found[1] or 0) <= LAST_PORT


def public_base(scope: Scope, settings: Any) -> str:
    """Give the address under which clients reach this server, without a slash at its end."""
    if settings.public_url:
        return settings.public_url
    host = header(scope, b"host")
    if host is None or not is_host(host.encode("latin-1")):
        name, port = scope.get("server") or ("localhost", 80)
        host = f"{name}:{port}"
    return f"{scope['scheme']}://{host.removesuffix(':')}{scope.get('root_path', '')}".rstrip("/")


def request_key(scope: Scope) -> tuple | None:
    """Give all of a request for a query that decides its response; None for one with a condition.
    Shape: scheme, path, query string, then name and value of each deciding header."""
    deciding = []
    for name, value in scope["headers"]:
        if name in DECIDING:
            deciding += (name, value)
        elif name == b"if-none-match":
            return None
    return (scope["scheme"], scope["path"], scope["query_string"], *deciding)


class WatchedClient:
    """Cancels the work for a client that has left, from a moment after the start on."""

    def __init__(self, receive: Receive):
        self.receive = receive
        self.has_left = False

    def __enter__(self) -> "WatchedClient":
        self._task = asyncio.current_task()
        self._watch: asyncio.Task | None = None
        self._timer = asyncio.get_running_loop().call_later(WATCH_AFTER_S, self._start)
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._watch is not None:
            self._watch.cancel()

    async def unless_left(self, work: Awaitable[None]) -> None:
        """Do the work, unless the client leaves."""
        try:
            await work
        except asyncio.CancelledError:
            if not self.has_left:
                raise

    def _start(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if self._task is not None:
            self._task.cancel()


async def read_body(scope: Scope, receive: Receive, most_bytes: int) -> bytes:
    """Give the body of a request. Raises: QueryTooLong when it is, or says that it is, larger than allowed."""
    parts, size = [], 0
    announced = header(scope, b"content-length") or "0"
    if announced.isdigit() and int(announced) > most_bytes:
        # One that waits for leave to send gets its answer first, and to read the beginning of what is far too large helps nobody.
        if not waits_for_leave(scope) and int(announced) <= most_bytes + PASSED_OVER_BYTES:
            await pass_over(receive)
        raise too_large(most_bytes)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The body did not arrive.")
        piece = message.get("body", b"")
        size += len(piece)
        has_more = message.get("more_body", False)
        if size > most_bytes:
            if has_more:
                await pass_over(receive)
            raise too_large(most_bytes)
        parts.append(piece)
        if not has_more:
            return b"".join(parts)


def waits_for_leave(scope: Scope) -> bool:
    """Tell whether the client sends the body only when it is told to go on. Source: RFC 9110, 10.1.1."""
    return (header(scope, b"expect") or "").strip().lower() == "100-continue"


async def pass_over(receive: Receive) -> None:
    """Read what is left of a body and throw it away, within bounds. Many clients send all of it before they read,
    and lose an answer whose connection is closed meanwhile."""
    left = PASSED_OVER_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(PASSED_OVER_S):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def too_large(most_bytes: int) -> QueryTooLong:
    """Give the problem of a body that is too large; what is left of it after a moment is not read."""
    return QueryTooLong(f"The body is larger than {most_bytes:,} bytes.", headers={"Connection": "close"}, limit=most_bytes)


def refuse_coded_body(scope: Scope) -> None:
    """Refuse a body with a content coding: none is read here. Raises: UnsupportedMediaType."""
    coding = header(scope, b"content-encoding")
    if coding and coding.strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body without Content-Encoding.", headers={"Accept-Encoding": "identity"})


def header(scope: Scope, name: bytes) -> str | None:
    """Give the value of a header; several of one name are joined as the HTTP specification has it."""
    found = None
    for key, value in scope["headers"]:
        if key == name:
            found = value if found is None else found + b", " + value
    return found.decode("latin-1") if found is not None else None
