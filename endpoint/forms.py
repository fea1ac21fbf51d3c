"""Forms with files in them.
Source: RFC 7578 (multipart/form-data; 4.3 on several files), RFC 2046, 5.1 (boundaries)."""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser

from endpoint.errors import BadRequest
from endpoint.media_types import media_type_of

# Several files of one field may stand in a form within the form: so HTML 4, and the tests of the Graph Store Protocol.
MIXED = "multipart/mixed"
# A header ends at an empty line. Line ends are CR LF; LF alone is read as well, as forms written by hand have it.
END_OF_HEADER = re.compile(rb"\r?\n\r?\n")


def read_files(content_type: str, body: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Give media type (or nothing), file name and content of each file of a form; other fields are passed over. Raises: BadRequest.

    >>> form = b'--x\\nContent-Disposition: form-data; name="f"; filename="a.ttl"\\nContent-Type: text/turtle\\n\\n<urn:a> a 1 .\\n--x--'
    >>> list(read_files("multipart/form-data; boundary=x", form))
    [('text/turtle', 'a.ttl', b'<urn:a> a 1 .')]
    """
    outer, parameters = media_type_of(content_type)
    boundary = parameters.get("boundary", "")
    if not boundary:
        raise BadRequest("The Content-Type of the form names no boundary.")
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary.encode("latin-1")) + rb"(--)?[ \t]*(?=\r?\n|$)", body)
    # Shape: what stands before, then alternately the mark of the end and a piece.
    if "--" not in [(mark or b"").decode("latin-1") for mark in pieces[1::2]]:
        raise BadRequest("The form does not end with its boundary.")
    for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if mark:
            return
        # The line end after the boundary is the boundary's; without a header an empty line follows at once.
        end = END_OF_HEADER.search(piece)
        if end is None:
            raise BadRequest("A part of the form has no end of its header.")
        header = HeaderParser().parsestr(piece[:end.start()].decode("utf-8", "replace").lstrip("\r\n"))
        name = file_name(header)
        if name is None:
            continue
        kind = header.get("Content-Type", "")
        if media_type_of(kind)[0] == MIXED and outer != MIXED:
            yield from read_files(kind, piece[end.end():])
        else:
            yield media_type_of(kind)[0], name, piece[end.end():]


def file_name(header: Message) -> str | None:
    """Give the file name of a part, empty for one that only says its type, or None for a field that is no file."""
    if header.get_content_disposition() not in ("form-data", "attachment"):
        return None
    return header.get_filename("" if "Content-Type" in header else None)
