"""The RDF formats: what differs is the syntax, and whether named graphs are told apart."""

from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store, serialize

from regin_graph.exporters.exporter import FILE_TYPE, Exporter, sorted_quads, sorted_triples

FORMATS = "http://www.w3.org/ns/formats/"


def sorted_head(content: bytes, syntax: RdfFormat) -> bytes:
    """Give the document with its prefixes sorted: the engine writes them in any order."""
    if syntax == RdfFormat.RDF_XML:
        start, opening, rest = content.partition(b"<rdf:RDF ")
        names, end, body = rest.partition(b">")
        return start + opening + b" ".join(sorted(names.split())) + end + body
    if syntax in (RdfFormat.TURTLE, RdfFormat.TRIG):
        lines = content.split(b"\n")
        head = [line for line in lines if line.startswith(b"@prefix ")]
        return b"\n".join(sorted(head) + lines[len(head):])
    return content


class _RdfExporter(Exporter):
    """Writes with the engine's own serialiser; formats of triples hold the default graph, formats of quads everything."""

    syntax: RdfFormat
    ending: str

    def __init__(self, name: str, prefixes: Mapping[str, str] | None = None):
        self.file_name = f"{name}.{self.ending}"
        self.prefixes = dict(prefixes or {})

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the one file written."""
        path = folder / self.file_name
        statements = sorted_quads(store) if self.has_graphs else sorted_triples(store)
        content = serialize(statements, format=self.syntax, prefixes=self.prefixes if self.takes_prefixes else None)
        path.write_bytes(sorted_head(content, self.syntax))
        return [path]

    has_graphs = False
    takes_prefixes = False


class Turtle(_RdfExporter):
    """Turtle: the statements, readable, prefixes at the head."""

    syntax, ending, title, takes_prefixes = RdfFormat.TURTLE, "ttl", "Turtle", True
    media_type, file_type, conforms_to = "text/turtle", FILE_TYPE + "RDF_TURTLE", FORMATS + "Turtle"


class _Lines(_RdfExporter):
    """A format of one statement a line: the engine writes the lines, sorting them is all there is to do."""

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the one file written."""
        path = folder / self.file_name
        graph = None if self.has_graphs else DefaultGraph()
        lines = store.dump(format=self.syntax, from_graph=graph).splitlines(keepends=True)
        path.write_bytes(b"".join(sorted(lines)))
        return [path]


class NTriples(_Lines):
    """N-Triples: one statement a line, sorted."""

    syntax, ending, title = RdfFormat.N_TRIPLES, "nt", "N-Triples"
    media_type, file_type, conforms_to = "application/n-triples", FILE_TYPE + "RDF_N_TRIPLES", FORMATS + "N-Triples"


class RdfXml(_RdfExporter):
    """RDF/XML, for tools that read nothing else."""

    syntax, ending, title, takes_prefixes = RdfFormat.RDF_XML, "rdf", "RDF/XML", True
    media_type, file_type, conforms_to = "application/rdf+xml", FILE_TYPE + "RDF_XML", FORMATS + "RDF_XML"


class JsonLd(_RdfExporter):
    """JSON-LD, expanded: an array of nodes."""

    syntax, ending, title = RdfFormat.JSON_LD, "jsonld", "JSON-LD"
    media_type, file_type, conforms_to = "application/ld+json", FILE_TYPE + "JSON_LD", FORMATS + "JSON-LD"


class NQuads(_Lines):
    """N-Quads: the default graph, and every source's statements in its named graph."""

    syntax, ending, title, has_graphs = RdfFormat.N_QUADS, "nq", "N-Quads", True
    media_type, file_type, conforms_to = "application/n-quads", FILE_TYPE + "RDF_N_QUADS", FORMATS + "N-Quads"


class TriG(_RdfExporter):
    """TriG: as N-Quads, readable."""

    syntax, ending, title, has_graphs, takes_prefixes = RdfFormat.TRIG, "trig", "TriG", True, True
    media_type, file_type, conforms_to = "application/trig", FILE_TYPE + "RDF_TRIG", FORMATS + "TriG"
