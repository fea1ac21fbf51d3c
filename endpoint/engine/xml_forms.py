"""XML forms of results: what a reader of XML would take for something else is put right, what XML cannot hold is a fault."""

import re

RDF_XML = "application/rdf+xml"
XML_TYPES = frozenset({"application/sparql-results+xml", RDF_XML})
# Characters that no document may hold, in UTF-8. Source: XML 1.0, 2.2.
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# How the engine begins an element for an IRI that ends in no XML name, or, of a namespace that has a prefix, in no name at all. No
# parser reads that, nor names of the prefix that XML keeps for itself. In texts this sign is always escaped.
# Source: Namespaces in XML 1.0, 3 and 4.
NAMELESS = b"<oxprefix: "
UNREADABLE = re.compile(rb"<(?:[^\s<>/:?!]+:[ />]|xmlns:)")
# Of the first, what is written of a thing by its class: that can be written otherwise. A predicate has no other way.
TYPED = re.compile(rb'<oxprefix: xmlns:oxprefix="([^"]*)" (rdf:(?:about|nodeID)="[^"]*")>')
DESCRIBED = rb'<rdf:Description \2><rdf:type rdf:resource="\1"/>'
TYPED_END, DESCRIBED_END = b"</oxprefix:>", b"</rdf:Description>"


class NotInXml(Exception):
    """The result holds what XML, in the form of this media type, cannot."""

    def __init__(self, what: str, media_type: str):
        super().__init__(what)
        self.media_type = media_type


class XmlPieces:
    """Puts the pieces of one result right. What is searched for may stand across two of them: a tag waits for its end."""

    def __init__(self, media_type: str) -> None:
        self._media_type = media_type
        self._begun = b""
        self._last = b""

    def put_right(self, piece: bytes) -> bytes:
        """Give a piece as readers of XML take it for what it is; a document is whole when its last piece is. Raises: NotInXml.
        Source: XML 1.0, 2.11 (a bare carriage return is read as a line feed); RDF 1.1 XML Syntax, 2.13 (typed nodes) and 8.

        >>> XmlPieces("application/sparql-results+xml").put_right(b"<literal>a\\rb</literal>")
        b'<literal>a&#xD;b</literal>'
        """
        if found := FORBIDDEN.search(self._last + piece):
            raise NotInXml(f"the character U+{ord(found.group().decode()):04X}", self._media_type)
        self._last = (self._last + piece)[-2:]
        if self._media_type == RDF_XML:
            piece = self._with_names(self._begun + piece)
        return piece.replace(b"\r", b"&#xD;")

    def _with_names(self, piece: bytes) -> bytes:
        """Give the whole tags of a piece, each with a name; a tag that has only begun waits."""
        begun = piece.rfind(b"<")
        if begun <= piece.rfind(b">"):
            begun = len(piece)
        piece, self._begun = piece[:begun], piece[begun:]
        if NAMELESS in piece:
            piece = TYPED.sub(DESCRIBED, piece)
        if TYPED_END in piece:
            piece = piece.replace(TYPED_END, DESCRIBED_END)
        if UNREADABLE.search(piece):
            raise NotInXml("a predicate or a class whose IRI ends in no XML name", self._media_type)
        return piece
