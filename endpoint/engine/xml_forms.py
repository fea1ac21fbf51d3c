"""XML forms of results: what a reader of XML would take for something else is put right, what XML cannot hold is a fault."""

import re

XML_TYPES = frozenset({"application/sparql-results+xml", "application/rdf+xml"})
# Characters that no document may hold, in UTF-8. Source: XML 1.0, 2.2.
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# How the engine begins an element for a predicate that ends in no XML name. In texts this sign is always escaped.
NAMELESS = b"<oxprefix: "
LONGEST = len(NAMELESS)


class NotInXml(Exception):
    """The result holds what XML, in the form of this media type, cannot."""

    def __init__(self, what: str, media_type: str):
        super().__init__(what)
        self.media_type = media_type


class XmlPieces:
    """Puts the pieces of one result right. What is searched for may stand across two of them."""

    def __init__(self, media_type: str) -> None:
        self._media_type = media_type
        self._tail = b""

    def put_right(self, piece: bytes) -> bytes:
        """Give a piece as readers of XML take it for what it is. Raises: NotInXml.
        Source: XML 1.0, 2.11 (a bare carriage return is read as a line feed); RDF 1.1 XML Syntax, 8.

        >>> XmlPieces("application/sparql-results+xml").put_right(b"<literal>a\\rb</literal>")
        b'<literal>a&#xD;b</literal>'
        """
        seen = self._tail + piece
        if found := FORBIDDEN.search(seen):
            raise NotInXml(f"the character U+{ord(found.group().decode()):04X}", self._media_type)
        if NAMELESS in seen:
            raise NotInXml("a predicate whose IRI ends in no XML name", self._media_type)
        self._tail = seen[1 - LONGEST:]
        return piece.replace(b"\r", b"&#xD;")
