"""/sparql: the SPARQL 1.1 Protocol over the engine, as a bare ASGI application."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from endpoint.engine import Answer, Inquiry, Limits
from endpoint.engine.verdicts import not_acceptable
from endpoint.errors import BadRequest, MethodNotAllowed, Problem, QueryTooLong
from endpoint.frontage import ConnectionBroken
from endpoint.guards import check_text
from endpoint.media_types import GRAPH_FORMS, SOLUTION_FORMS, by_name, choose, choose_coding
from endpoint.protocol import SparqlRequest, read_request

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
ALLOW = ", ".join(METHODS)
# Until then nobody looks whether the client is still there: most answers are gone by then.
WATCH_AFTER_S = 0.05


class SparqlEndpoint:
    """Answers requests to /sparql. `app` is the application whose state holds engine and settings."""

    def __init__(self, app: Any):
        self.app = app
        self.state = app.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope.setdefault("app", self.app)
        if scope["method"] == "OPTIONS":
            await send_start(send, 204, {"Allow": ALLOW})
            return
        if scope["method"] not in METHODS:
            raise MethodNotAllowed(headers={"Allow": ALLOW})
        asked = await read_asked(scope, receive, self.state.settings.query_length)
        if asked.update is not None:
            raise BadRequest("Updates are not taken here.")
        if asked.query is None:
            raise BadRequest("The parameter query is missing.")
        check_text(asked.query, self.state.settings)
        inquiry = make_inquiry(scope, asked, self.state)
        await self._answer(inquiry, scope, receive, send)

    async def _answer(self, inquiry: Inquiry, scope: Scope, receive: Receive, send: Send) -> None:
        with WatchedClient(receive) as client:
            try:
                answer = await self.state.engine.inquire(inquiry)
                await send_answer(answer, scope, send, {})
            except asyncio.CancelledError:
                if not client.has_left:
                    raise


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

    def _start(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._wait())

    async def _wait(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if self._task is not None:
            self._task.cancel()


async def read_asked(scope: Scope, receive: Receive, most_bytes: int) -> SparqlRequest:
    """Give what a request asks. Raises: the problems of the protocol, QueryTooLong."""
    content_type, body = None, b""
    if scope["method"] == "POST":
        for name, value in scope["headers"]:
            if name == b"content-type":
                content_type = value.decode("latin-1")
        body = await read_body(receive, most_bytes * 4 + 10_000)
    return read_request(scope["method"], scope["query_string"], content_type, body)


async def read_body(receive: Receive, most_bytes: int) -> bytes:
    """Give the body of a request. Raises: QueryTooLong when it is larger than allowed."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The body did not arrive.")
        piece = message.get("body", b"")
        size += len(piece)
        if size > most_bytes:
            raise QueryTooLong(headers={"Connection": "close"}, limit=most_bytes)
        parts.append(piece)
        if not message.get("more_body", False):
            return b"".join(parts)


def make_inquiry(scope: Scope, asked: SparqlRequest, state: Any) -> Inquiry:
    """Give the inquiry for what was asked: forms and coding chosen. Raises: NotAcceptable."""
    accept = coding = None
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value.decode("latin-1") if accept is None else f"{accept}, {value.decode('latin-1')}"
        elif name == b"accept-encoding":
            coding = value.decode("latin-1")
    if asked.format is not None:
        solution, graph = by_name(asked.format, SOLUTION_FORMS), by_name(asked.format, GRAPH_FORMS)
    else:
        solution, graph = choose(accept, SOLUTION_FORMS), choose(accept, GRAPH_FORMS)
    if solution is None and graph is None:
        raise not_acceptable((*SOLUTION_FORMS, *GRAPH_FORMS))
    return Inquiry(
        asked.query or "", solution, graph, asked.default_graphs, asked.named_graphs, base_iri=public_base(scope, state.settings) + "/sparql",
        coding=choose_coding(coding), client=client_of(scope), limits=Limits(asked.timeout_s),
    )


def client_of(scope: Scope) -> str:
    """Give the address of the client."""
    return scope["client"][0] if scope.get("client") else ""


def public_base(scope: Scope, settings: Any) -> str:
    """Give the address under which clients reach this server, without a slash at its end."""
    return settings.public_url or str(Request(scope).base_url).rstrip("/")


async def send_start(send: Send, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    """Send a response that is complete."""
    await send({"type": "http.response.start", "status": status, "headers": [
        *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()),
        *([] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]),
    ]})
    await send({"type": "http.response.body", "body": body})


async def send_answer(answer: Answer, scope: Scope, send: Send, headers: dict[str, str]) -> None:
    """Send an answer as it comes. Raises: ConnectionBroken when it could not be finished."""
    headers = {"Content-Type": answer.content_type, "Vary": "Accept, Accept-Encoding", **headers}
    if answer.coding != "identity":
        headers["Content-Encoding"] = answer.coding
    if answer.whole is not None:
        await send_start(send, 200, headers, answer.whole)
        return
    try:
        await send({"type": "http.response.start", "status": 200, "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ]})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        async for piece in answer.body:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except Problem as problem:
        raise ConnectionBroken(problem.slug) from problem
    finally:
        await answer.close()
