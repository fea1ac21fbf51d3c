"""Frames between the web process and a query process: a letter, a length, that many bytes.

Shape: web → query process: a length and a JSON request. Query process → web:
`H` head of the answer (JSON) · `D` data · `E` end (JSON facts) · `X` problem (JSON) · `R` ready."""

import struct
from collections.abc import Iterator
from typing import Any

import orjson

HEADER = struct.Struct(">cI")
LENGTH = struct.Struct(">I")
HEAD, DATA, END, FAILED, READY = b"H", b"D", b"E", b"X", b"R"
FRAME_BYTES = 64 * 1024


def frame(letter: bytes, payload: bytes) -> bytes:
    """Give a frame as bytes.

    >>> list(split(bytearray(frame(END, b"{}"))))
    [(b'E', b'{}')]
    """
    return HEADER.pack(letter, len(payload)) + payload


def json_frame(letter: bytes, value: Any) -> bytes:
    """Give a frame that holds a value as JSON."""
    return frame(letter, orjson.dumps(value))


def split(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Take the complete frames off a buffer."""
    start, size = 0, len(buffer)
    try:
        while size - start >= HEADER.size:
            letter, length = HEADER.unpack_from(buffer, start)
            end = start + HEADER.size + length
            if size < end:
                break
            yield letter, bytes(buffer[start + HEADER.size:end])
            start = end
    finally:
        del buffer[:start]
