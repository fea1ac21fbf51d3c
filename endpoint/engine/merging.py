"""Several graphs as one: a store of their true merge, where a triple that stands in two of them counts once.

The engine's own union of graphs counts it twice; the merge is made in memory for the one query that asks."""

import io
from collections.abc import Iterable

import pyoxigraph as ox

ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class TooManyTriples(Exception):
    """The graphs hold more than may be merged."""

    def __init__(self, limit: int):
        super().__init__(limit)
        self.limit = limit


class _Lines(io.BytesIO):
    """A buffer of N-Triples that counts its lines. Raises: TooManyTriples."""

    def __init__(self, left: int, limit: int):
        super().__init__()
        self.left, self.limit = left, limit

    def write(self, piece: bytes) -> int:
        self.left -= piece.count(b"\n")
        if self.left < 0:
            raise TooManyTriples(self.limit)
        return super().write(piece)


def merged_store(store: ox.Store, default: Iterable[str], named: Iterable[str], limit: int) -> ox.Store:
    """Give a store whose default graph is the merge of `default` and whose named graphs are `named`.
    All are loaded in one go, so that a blank node stays one node wherever it stands. Raises: TooManyTriples."""
    lines = _Lines(limit, limit)
    store.query(ALL, default_graph=[ox.NamedNode(iri) for iri in default]).serialize(lines, ox.RdfFormat.N_TRIPLES)
    for iri in named:
        own = _Lines(lines.left, limit)
        store.query(ALL, default_graph=[ox.NamedNode(iri)]).serialize(own, ox.RdfFormat.N_TRIPLES)
        lines.left = own.left
        # In N-Triples a line break stands only at the end of a statement.
        io.BytesIO.write(lines, own.getvalue().replace(b" .\n", f" <{iri}> .\n".encode()))
    merged = ox.Store()
    merged.load(lines.getvalue(), format=ox.RdfFormat.N_QUADS)
    return merged
