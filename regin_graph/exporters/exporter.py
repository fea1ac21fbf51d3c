"""The common class of exporters: one format per class, deterministic bytes."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

DEFAULT = DefaultGraph()
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"


class Exporter(ABC):
    """Writes a store in one format. Shape: file_name, title, media_type, file_type (EU authority), conforms_to."""

    file_name: str
    title: str
    media_type: str
    file_type: str
    conforms_to: str

    @abstractmethod
    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the files written into the folder: the same statements give the same bytes."""


def sorted_triples(store: Store, graph: DefaultGraph | NamedNode = DEFAULT) -> Iterator[Triple]:
    """Give the statements of one graph, sorted, so that a subject's statements stand together."""
    # Lines are sorted, not terms: the engine writes and reads them many times faster than Python compares terms.
    lines = sorted(store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph).splitlines(keepends=True))
    return (quad.triple for quad in parse(b"".join(lines), format=RdfFormat.N_TRIPLES))


def sorted_quads(store: Store) -> Iterator[Quad]:
    """Give all statements, those of a graph together and the default graph first."""
    for graph in (DEFAULT, *sorted(store.named_graphs(), key=lambda node: node.value)):
        for triple in sorted_triples(store, graph):
            yield Quad(*triple, graph)
