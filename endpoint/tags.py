"""Entity tags: what an answer depends on, as a strong validator, and what a client says that it has already."""

import hashlib
import re
from functools import lru_cache

from endpoint.engine import Inquiry

TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tag_of(release: str, inquiry: Inquiry) -> str:
    """Give the tag of an answer without its coding: release, text, dataset, forms."""
    text, *others = inquiry.key()[:-1]
    depends = f"{_written(release, *others)}\n{text}"
    return hashlib.blake2b(depends.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@lru_cache(maxsize=64)
def _written(*parts: object) -> str:
    """Give what differs little from one inquiry to the next as one line."""
    return repr(parts)


class Fingerprint:
    """A short name of a text for the log, made when it is written."""

    __slots__ = ("text",)

    def __init__(self, text: str):
        self.text = text

    def __str__(self) -> str:
        return hashlib.blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def etag(tag: str, coding: str) -> str:
    """Give the entity tag of one representation.

    >>> etag("a1", "identity"), etag("a1", "br")
    ('"a1"', '"a1-br"')
    """
    return f'"{tag}"' if coding == "identity" else f'"{tag}-{coding}"'


def known_tag(if_none_match: str | None, tag: str) -> str | None:
    """Give the entity tag among those that the client has which is this answer's, in whatever coding.

    >>> known_tag('"b2", W/"a1-br"', "a1"), known_tag('"b2"', "a1")
    ('"a1-br"', None)
    """
    if not if_none_match or tag not in if_none_match:
        return None
    for found in TAG.findall(if_none_match):
        if found == tag or found.startswith(tag + "-"):
            return f'"{found}"'
    return None
