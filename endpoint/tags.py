"""Entity tags: what an answer depends on, as a strong validator, and what a client says that it has already."""

import hashlib
import re

from endpoint.engine import Inquiry

TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tag_of(release: str, inquiry: Inquiry) -> str:
    """Give the tag of an answer without its coding: release, text, dataset, forms."""
    depends = (release, *inquiry.key()[:-1])
    return hashlib.blake2b(repr(depends).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


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
