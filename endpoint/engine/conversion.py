"""Conversion of an answer while it comes: another server's lines go in, the wanted form comes out, never all at once in memory.

The RDF library reads and writes files, so it works in a thread of its own between two small waiting lines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, parse, parse_query_results, serialize

from endpoint.engine.verdicts import forms_beside, not_in_xml
from endpoint.engine.xml_forms import XML_TYPES, NotInXml, XmlPieces
from endpoint.errors import EngineFailure
from endpoint.media_types import Form

WAITING_PIECES = 4
PIECE_BYTES = 64 * 1024
# As many as connections to the server: a slow reader keeps one, and nobody else waits for it.
THREADS = ThreadPoolExecutor(64, "conversion")


class ConvertedPieces:
    """The pieces of an answer, JSON results or N-Triples, in another form. `spelling` puts each line right before it is
    read. Raises: EngineFailure, and whatever the pieces raise."""

    def __init__(self, pieces: AsyncIterator[bytes], is_graph: bool, form: Form, spelling: Callable[[bytes], bytes] | None = None):
        self.pieces, self.is_graph, self.form, self.spelling = pieces, is_graph, form, spelling
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue(WAITING_PIECES)
        self._is_closed = False
        self._work = self._loop.run_in_executor(THREADS, self._convert)

    def __aiter__(self) -> "ConvertedPieces":
        return self

    async def __anext__(self) -> bytes:
        piece = await self._done.get()
        if piece is None:
            raise StopAsyncIteration
        if isinstance(piece, BaseException):
            raise piece
        return piece

    async def aclose(self) -> None:
        """Stop the conversion."""
        self._is_closed = True
        while not self._work.done():
            try:
                async with asyncio.timeout(0.05):
                    await self._done.get()
            except TimeoutError:
                continue

    def _convert(self) -> None:
        source, target = _Source(self), _Target(self, XmlPieces(self.form.media_type) if self.form.media_type in XML_TYPES else None)
        try:
            (_write_triples if self.is_graph else _write_results)(source, target, self.form)
            target.flush()
            self._give(None)
        except NotInXml as error:
            with suppress(BrokenPipeError):
                self._give(not_in_xml(str(error), forms_beside(error.media_type)))
        except (SyntaxError, ValueError, OSError) as error:
            # Nobody waits for the answer when the conversion was closed.
            with suppress(BrokenPipeError):
                self._give(source.failure or EngineFailure(f"The engine behind this server gave an answer that cannot be read ({error})."))

    def _give(self, piece: bytes | BaseException | None) -> None:
        if self._is_closed:
            raise BrokenPipeError
        asyncio.run_coroutine_threadsafe(self._done.put(piece), self._loop).result()

    def _take(self) -> bytes:
        """Give the next piece that came, empty at the end."""
        if self._is_closed:
            return b""
        return asyncio.run_coroutine_threadsafe(anext(self.pieces, b""), self._loop).result()


class _Source:
    """What the RDF library reads: whole lines, put right. `failure` is why they ended too soon."""

    def __init__(self, owner: ConvertedPieces):
        self.owner, self.failure = owner, None
        self._ready, self._rest, self._is_ended = b"", b"", False

    def read(self, size: int = PIECE_BYTES) -> bytes:
        """Give at most so many bytes."""
        while not self._ready and not self._is_ended:
            self._fill()
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def _fill(self) -> None:
        try:
            piece = self.owner._take()
        except Exception as error:  # a problem of the pieces, told to the reader of the conversion
            self.failure = error
            raise OSError("broken off") from error
        self._is_ended = not piece
        lines, mark, rest = (self._rest + piece).rpartition(b"\n")
        if self._is_ended:
            lines, mark, rest = lines + mark + rest, b"", b""
        self._ready, self._rest = self.owner.spelling(lines + mark) if self.owner.spelling else lines + mark, rest


class _Target:
    """What the RDF library writes to: gathers pieces worth sending."""

    def __init__(self, owner: ConvertedPieces, xml: XmlPieces | None):
        self.owner, self.xml, self._held = owner, xml, bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._held += data
        if len(self._held) >= PIECE_BYTES:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what is held."""
        if self._held:
            piece = bytes(self._held)
            if self.xml is not None:
                piece = self.xml.put_right(piece)
            self.owner._give(piece)
            self._held.clear()


def _write_results(source: _Source, target: _Target, form: Form) -> None:
    results = parse_query_results(source, QueryResultsFormat.JSON)
    wanted = QueryResultsFormat.from_media_type(form.media_type)
    if isinstance(results, QueryBoolean):
        target.write(results.serialize(format=wanted))
    else:
        results.serialize(target, wanted)


def _write_triples(source: _Source, target: _Target, form: Form) -> None:
    triples = (quad.triple for quad in parse(source, format=RdfFormat.N_TRIPLES))
    serialize(triples, target, RdfFormat.from_media_type(form.media_type))
