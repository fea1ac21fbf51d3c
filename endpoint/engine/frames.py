"""Frames between the web process and a query process: a letter, a length, that many bytes.

Shape: web → query process: a length and a JSON request. Query process → web:
`W` a whole small answer (head and facts as JSON, data) · or, for what is larger or slower, `H` head of the answer (JSON),
`D` data, `E` end (JSON facts) · `X` problem (JSON) · `R` ready."""

import struct
from typing import Any

import orjson

HEADER = struct.Struct(">cI")
LENGTH = struct.Struct(">I")
HEAD, DATA, END, FAILED, READY, WHOLE = b"H", b"D", b"E", b"X", b"R", b"W"
FRAME_BYTES = 64 * 1024


def frame(letter: bytes, payload: bytes) -> bytes:
    """Give a frame as bytes.

    >>> split(bytearray(frame(END, b"{}")))
    [(b'E', b'{}')]
    """
    return HEADER.pack(letter, len(payload)) + payload


def json_frame(letter: bytes, value: Any) -> bytes:
    """Give a frame that holds a value as JSON."""
    return frame(letter, orjson.dumps(value))


def whole_frame(head: dict[str, Any], facts: dict[str, Any], data: bytes) -> bytes:
    """Give a whole answer as one frame.

    >>> read_whole(split(bytearray(whole_frame({"kind": "boolean"}, {"rows": None}, b"true")))[0][1])
    ({'kind': 'boolean'}, {'rows': None}, b'true')
    """
    told = orjson.dumps((head, facts))
    return b"".join((HEADER.pack(WHOLE, LENGTH.size + len(told) + len(data)), LENGTH.pack(len(told)), told, data))


def read_whole(payload: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Give head, facts and data of a whole answer."""
    end = LENGTH.size + LENGTH.unpack_from(payload)[0]
    head, facts = orjson.loads(payload[LENGTH.size:end])
    return head, facts, payload[end:]


def split(buffer: bytearray) -> list[tuple[bytes, bytes]]:
    """Take the complete frames off a buffer and give them."""
    frames = []
    start, size = 0, len(buffer)
    with memoryview(buffer) as view:
        while size - start >= HEADER.size:
            letter, length = HEADER.unpack_from(buffer, start)
            end = start + HEADER.size + length
            if size < end:
                break
            frames.append((letter, bytes(view[start + HEADER.size:end])))
            start = end
    del buffer[:start]
    return frames
