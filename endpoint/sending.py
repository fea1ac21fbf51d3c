"""Send published documents and files: conditions, codings, ranges."""

import gzip
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from pathlib import Path

import zstandard
from fastapi import Request, Response
from starlette.responses import FileResponse

from endpoint.media_types import Form, choose_coding
from endpoint.tags import etag, known_tag
from regin_graph.publication.versions import CODINGS

# Nothing smaller is packed. Units: bytes.
PACKED_FROM = 1000
PACKED_AS = ("zstd", "gzip")
UNCHANGING = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Document:
    """A document as it is sent: its bytes in each coding, and its tag."""

    body: bytes
    tag: str
    packed: dict[str, bytes] = field(default_factory=dict)

    def coded(self, coding: str) -> bytes:
        """Give the bytes in a coding; packed once."""
        if coding == "identity":
            return self.body
        if coding not in self.packed:
            packer = zstandard.ZstdCompressor(level=10).compress if coding == "zstd" else partial(gzip.compress, compresslevel=6, mtime=0)
            self.packed[coding] = packer(self.body)
        return self.packed[coding]


def document_of(body: bytes) -> Document:
    """Give the document with these bytes."""
    return Document(body, hashlib.sha256(body).hexdigest()[:24])


def http_date(moment: str) -> str:
    """Give an ISO moment as HTTP writes it.

    >>> http_date("2026-11-22T10:00:00+00:00")
    'Sun, 22 Nov 2026 10:00:00 GMT'
    """
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)


def is_unchanged(request: Request, tag: str, moment: str) -> bool:
    """Tell whether the client has this already. Source: RFC 9110, 13.1: If-None-Match wins over If-Modified-Since."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or known_tag(tags, tag) is not None
    try:
        return parsedate_to_datetime(request.headers.get("if-modified-since", "")) >= datetime.fromisoformat(moment).replace(microsecond=0)
    except (ValueError, TypeError):
        return False


def send_document(
    request: Request, document: Document, form: Form, moment: str, headers: dict[str, str] | None = None, cache: str = "",
) -> Response:
    """Give the response with a document, or 304. `moment`: of its last change; empty where that is not known."""
    coding = choose_coding(request.headers.get("accept-encoding"), PACKED_AS if len(document.body) > PACKED_FROM else ())
    shared = {
        "ETag": etag(document.tag, coding),
        **({"Last-Modified": http_date(moment)} if moment else {}),
        "Vary": "Accept, Accept-Encoding",
        "Cache-Control": cache or f"public, max-age={request.app.state.settings.max_age_s}",
        **(headers or {}),
    }
    if is_unchanged(request, document.tag, moment):
        return Response(status_code=304, headers=shared)
    if coding != "identity":
        shared["Content-Encoding"] = coding
    return Response(document.coded(coding), headers=shared, media_type=form.content_type)


def send_file(
    request: Request, path: Path, form: Form, tag: str, moment: str, headers: dict[str, str], codings: Collection[str] = (),
) -> Response:
    """Give the response with a file: whole or in part, packed when the client takes it and asks for no part, or 304.
    `codings`: those in which it lies packed beside itself."""
    coding = choose_coding(request.headers.get("accept-encoding"), tuple(codings)) if "range" not in request.headers else "identity"
    shared = {
        "ETag": etag(tag, coding),
        "Last-Modified": http_date(moment),
        "Vary": "Accept-Encoding",
        "Cache-Control": UNCHANGING,
        **headers,
    }
    if is_unchanged(request, tag, moment):
        return Response(status_code=304, headers=shared)
    if coding != "identity":
        shared["Content-Encoding"] = coding
        path = path.with_name(path.name + CODINGS[coding])
    return FileResponse(path, headers=shared, media_type=form.content_type)
