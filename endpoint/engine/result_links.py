"""Links in the head of results: where to read what functions warned of while the query ran."""

import json
from collections.abc import Iterable
from urllib.parse import quote

JSON_HEAD, JSON_END = b'{"head":{', b"}"
XML_HEAD, XML_END = b'<?xml version="1.0"?><sparql ', b"</head>"


def links_to(page: str, warnings: Iterable[str]) -> list[str]:
    """Give a link for each warning: to the page that explains, with the warning as its fragment."""
    return [f"{page}#{quote(warning)}" for warning in warnings]


def with_links(piece: bytes, links: list[str]) -> bytes:
    """Give the first piece of results with links in its head; of a form that has no place for them, the piece as it is.
    Source: SPARQL 1.1 Query Results JSON Format, 3.1.2; SPARQL Query Results XML Format, 2.2.

    >>> with_links(b'{"head":{"vars":["a"]},"results":', ["https://example.org/#why"])
    b'{"head":{"vars":["a"],"link":["https://example.org/#why"]},"results":'
    """
    if links and piece.startswith(JSON_HEAD):
        place = piece.index(JSON_END)  # a variable's name has no brace
        comma = b"," if place > len(JSON_HEAD) else b""
        return piece[:place] + comma + b'"link":' + json.dumps(links).encode() + piece[place:]
    if links and piece.startswith(XML_HEAD) and (place := piece.find(XML_END)) > 0:
        return piece[:place] + b"".join(b'<link href="%s"/>' % link.replace("&", "&amp;").encode() for link in links) + piece[place:]
    return piece
