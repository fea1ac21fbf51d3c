"""The pieces of an outside server's answer as they come, within limits of time and size."""

import asyncio

import httpx

from endpoint.engine.conversion import ConvertedPieces
from endpoint.errors import EngineFailure, ResultLimit, TimeLimit

# Answers up to this size are read at once, so that they can be kept. Units: bytes.
WHOLE_UP_TO = 512 * 1024


class Stream:
    """The pieces of a response, within limits of time and size. Raises: TimeLimit, ResultLimit, EngineFailure."""

    def __init__(self, response: httpx.Response, until: float, limit_s: float, most: int):
        self.response, self.until, self.limit_s, self.left, self.most = response, until, limit_s, most, most
        self._pieces = response.aiter_bytes(65536)

    def __aiter__(self) -> "Stream":
        return self

    async def __anext__(self) -> bytes:
        try:
            async with asyncio.timeout_at(self.until):
                piece = await anext(self._pieces)
        except TimeoutError:
            await self.response.aclose()
            raise TimeLimit(limit_s=self.limit_s) from None
        except httpx.HTTPError:
            await self.response.aclose()
            raise EngineFailure("The engine behind this server broke off its answer.") from None
        self.left -= len(piece)
        if self.left < 0:
            await self.response.aclose()
            raise ResultLimit(limit_mib=self.most // 2**20)
        return piece


class Pieces:
    """The pieces of a large answer, as they come; closing it ends the request."""

    def __init__(self, first: bytes, rest: bytes, pieces: "Stream | ConvertedPieces", stream: Stream):
        self._waiting, self.pieces, self.stream = [first, rest], pieces, stream

    def __aiter__(self) -> "Pieces":
        return self

    async def __anext__(self) -> bytes:
        return self._waiting.pop(0) if self._waiting else await anext(self.pieces)

    async def aclose(self) -> None:
        """End the request if it is still under way."""
        await close(self.pieces, self.stream)


async def close(pieces: Stream | ConvertedPieces, stream: Stream) -> None:
    """End the request behind an answer, and its conversion."""
    await stream.response.aclose()
    if pieces is not stream:
        await pieces.aclose()


async def first_pieces(stream: Stream | ConvertedPieces) -> tuple[bytes, bytes | None]:
    """Give the beginning of an answer, and the piece after it; None when the beginning is all of it."""
    pieces, size = [], 0
    async for piece in stream:
        if size + len(piece) > WHOLE_UP_TO:
            return b"".join(pieces), piece
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces), None
