"""Responses of bare ASGI endpoints: complete ones, and answers of the engine as they come."""

import asyncio

from starlette.types import Scope, Send

from endpoint.clients import header
from endpoint.engine import Answer
from endpoint.errors import HttpVersion, Problem
from endpoint.frontage import ConnectionBroken

# An answer of more than this is not held for a client that must be told its length first.
HELD_BYTES = 8 * 1024 * 1024
# So many answers are held at once, however slowly their clients read; the others wait, and the queries behind them.
HOLDING = asyncio.Semaphore(8)


def encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Give headers as the server takes them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def send_whole(send: Send, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    """Send a response that is complete."""
    start = encoded(headers)
    if status not in (204, 304):
        start.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


def is_head(scope: Scope) -> bool:
    """Tell whether only the headers are wanted."""
    return scope["method"] == "HEAD" or scope.get("regin.is_head", False)


def wants_only_news(scope: Scope) -> bool:
    """Tell whether the client has any representation and wants none, whatever it is now. Source: RFC 9110, 13.1.2, on `*`."""
    return scope["method"] != "POST" and header(scope, b"if-none-match") == "*"


def answer_headers(answer: Answer, headers: dict[str, str]) -> dict[str, str]:
    """Give the headers of an answer with those that tell its form."""
    if answer.coding != "identity":
        return {"Content-Type": answer.content_type, **headers, "Content-Encoding": answer.coding}
    return {"Content-Type": answer.content_type, **headers}


def header_lines(answer: Answer, headers: dict[str, str]) -> bytes:
    """Give the headers of an answer that is whole as they go over the wire."""
    lines = [f"{name.lower()}: {value}\r\n" for name, value in answer_headers(answer, headers).items()]
    return "".join([*lines, f"content-length: {len(answer.whole or b'')}\r\n"]).encode("latin-1")


async def held(answer: Answer) -> list[bytes]:
    """Give the pieces of an answer when all have come, for a client that knows no chunks. Source: RFC 9112, 6.1.
    Raises: HttpVersion when they are too many, and the problem of an answer that cannot be finished."""
    pieces, size = [], 0
    try:
        async for piece in answer.body:
            size += len(piece)
            if size > HELD_BYTES:
                raise HttpVersion(limit_mib=HELD_BYTES // 2**20)
            pieces.append(piece)
        return pieces
    finally:
        await answer.close()


async def send_held(answer: Answer, send: Send, headers: dict[str, str]) -> int:
    """Send an answer with its length; give that. Raises: as `held` does, before anything is sent."""
    try:
        async with HOLDING:
            pieces = await held(answer)
            size = sum(map(len, pieces))
            await send({"type": "http.response.start", "status": 200, "headers": encoded({**headers, "Content-Length": str(size)})})
            # Piece by piece: each waits until the client has taken most of what went before.
            for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            return size
    finally:
        await answer.close()


async def send_answer(answer: Answer, scope: Scope, send: Send, headers: dict[str, str]) -> int:
    """Send an answer as it comes; give the number of bytes.
    Raises: ConnectionBroken when it could not be finished; HttpVersion before anything is sent."""
    headers = answer_headers(answer, headers)
    if wants_only_news(scope):
        await answer.close()
        await send_whole(send, 304, {name: value for name, value in headers.items() if not name.startswith("Content-")})
        return 0
    if answer.whole is not None:
        await send_whole(send, 200, headers, answer.whole)
        return len(answer.whole)
    if scope["http_version"] == "1.0" and not is_head(scope):
        return await send_held(answer, send, headers)
    size = 0
    try:
        await send({"type": "http.response.start", "status": 200, "headers": encoded(headers)})
        if not is_head(scope):
            async for piece in answer.body:
                size += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return size
    except Problem as problem:
        raise ConnectionBroken(problem.slug) from problem
    finally:
        await answer.close()
