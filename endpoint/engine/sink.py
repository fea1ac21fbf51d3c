"""The sink of a result in a query process: takes what the engine writes, counts, compresses and sends frames."""

import zlib
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Protocol

import brotli
import zstandard

from endpoint.engine.frames import DATA, END, FRAME_BYTES, HEAD, frame, json_frame, whole_frame
from endpoint.engine.result_links import links_to, with_links
from endpoint.engine.xml_forms import XML_TYPES, XmlPieces

# A waiting piece is sent after this time even when it does not fill a frame, so that slow results are seen to come.
FLUSH_AFTER_S = 0.02
COMPRESS_FROM_BYTES = 1000

# What ends a row, where that can be told from the bytes alone. In JSON a quote inside a string is always escaped.
ROW_MARKS = {
    "application/sparql-results+json": b'}},{"', "application/sparql-results+xml": b"</result>",
    "text/tab-separated-values": b"\n", "text/csv": b"\r\n", "application/n-triples": b" .\n", "application/n-quads": b" .\n",
}
FIRST_JSON_ROW = b'"bindings":[{'


class TooLarge(Exception):
    """The result is larger than allowed."""


class Coder(Protocol):
    """A content coding as it goes along."""

    def add(self, piece: bytes) -> bytes:
        """Give what is ready after this piece."""

    def flush(self) -> bytes:
        """Give all that was added so far."""

    def finish(self) -> bytes:
        """Give the rest."""


class Gzip:
    """gzip. Source: RFC 1952."""

    def __init__(self) -> None:
        self._coder = zlib.compressobj(5, zlib.DEFLATED, 31)
        self.add = self._coder.compress

    def flush(self) -> bytes:
        """Give all that was added so far."""
        return self._coder.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        """Give the rest."""
        return self._coder.flush()


class Brotli:
    """br. Source: RFC 7932."""

    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=4)
        self.add, self.flush, self.finish = self._coder.process, self._coder.flush, self._coder.finish


class Zstandard:
    """zstd. Source: RFC 8878."""

    def __init__(self) -> None:
        self._coder = zstandard.ZstdCompressor(level=3).compressobj()
        self.add, self.finish = self._coder.compress, self._coder.flush

    def flush(self) -> bytes:
        """Give all that was added so far."""
        return self._coder.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


CODERS: dict[str, Callable[[], Coder]] = {"gzip": Gzip, "br": Brotli, "zstd": Zstandard}


class Sink:
    """Takes the bytes of one result. Nothing is sent before a frame is full, so that an early fault is told as such; what
    is complete by then is sent as one frame."""

    def __init__(self, send: Callable[[bytes], Any], head: dict[str, Any], coding: str, most_bytes: int, warnings: Iterable[str] = (), explained_at: str = ""):
        self._send = send
        self._head = head
        self._warnings = warnings
        self._explained_at = explained_at
        self._coding = coding
        self._most = most_bytes
        self._coder: Coder | None = None
        self._waiting: list[bytes] = []
        self._size = 0
        self._since = monotonic()
        self._mark = ROW_MARKS.get(head["media_type"], b"")
        self._xml = XmlPieces(head["media_type"]) if head["media_type"] in XML_TYPES else None
        self._tail = b""
        self._has_rows = False
        self.rows = 0
        self.bytes = 0
        self.has_started = False

    def write(self, piece: bytes) -> int:
        """Take a piece. Raises: TooLarge."""
        length = len(piece)
        self.bytes += length
        if self.bytes > self._most:
            raise TooLarge
        self._waiting.append(piece)
        self._size += length
        if self._size >= FRAME_BYTES:
            self._pass_on(is_urgent=False)
        elif monotonic() - self._since > FLUSH_AFTER_S:
            self._pass_on(is_urgent=True)
        return length

    def flush(self) -> None:
        """The engine may ask for it; frames go when they are full or due."""

    def _take(self) -> bytes:
        piece = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        if self._xml is not None:
            piece = self._xml.put_right(piece)
        if self._mark:
            if not self.has_started:
                self._has_rows = FIRST_JSON_ROW in piece
            seen = self._tail + piece if self._tail else piece
            self.rows += seen.count(self._mark)
            self._tail = seen[-(len(self._mark) - 1):] if len(self._mark) > 1 else b""
        return piece

    def _pass_on(self, is_urgent: bool) -> None:
        piece = self._take()
        start = b""
        if not self.has_started:
            self.has_started = True
            if self._coding != "identity":
                self._coder = CODERS[self._coding]()
            start, piece = json_frame(HEAD, self._full_head(self._coding)), self._with_links(piece)
        if self._coder is not None:
            piece = self._coder.add(piece)
            if is_urgent or not piece:
                piece += self._coder.flush()
        self._send(start + frame(DATA, piece))
        self._since = monotonic()

    def _full_head(self, coding: str) -> dict[str, Any]:
        """Give the head of the answer, with what functions warned of until now."""
        head = {**self._head, "coding": coding}
        if self._warnings:
            head["warnings"] = list(self._warnings)
        return head

    def _with_links(self, piece: bytes) -> bytes:
        """Give the first piece with links to what functions warned of until now."""
        return with_links(piece, links_to(self._explained_at, self._warnings)) if self._warnings else piece

    def finish(self, facts: dict[str, Any]) -> None:
        """Send what is left and the end."""
        piece, coding = self._take(), "identity"
        if not self.has_started:
            piece = self._with_links(piece)
            if self._coding != coding and self.bytes >= COMPRESS_FROM_BYTES:
                coding = self._coding
                self._coder = CODERS[coding]()
        if self._coder is not None:
            piece = self._coder.add(piece) + self._coder.finish()
        facts["bytes"] = self.bytes
        facts["rows"] = self._rows()
        if self.has_started:
            self._send((frame(DATA, piece) if piece else b"") + json_frame(END, facts))
        else:
            self._send(whole_frame(self._full_head(coding), facts, piece))

    def _rows(self) -> int | None:
        media_type = self._head["media_type"]
        if not self._mark or self._head["kind"] == "boolean":
            return None
        if media_type == "application/sparql-results+json":
            return self.rows + self._has_rows  # the mark stands between rows
        if media_type in ("text/csv", "text/tab-separated-values"):
            return max(0, self.rows - 1)
        return self.rows
