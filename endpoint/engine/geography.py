"""Geography in a query process: the spatial functions, the index of the release, and queries made ready for both."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from regin_graph import geosparql

# Folder of the saved index in a release, beside its store.
INDEX_FOLDER = "spatial_index"
# A query without this names no spatial term; an escape might hide it.
MARKS = ("opengis", "\\u", "\\U")

NONE: dict[ox.NamedNode, Callable] = {}


class Geography:
    """Spatial functions, and the index that queries are rewritten with. Without an index one is made from the store at
    the first query that needs it, as in scratch stores: they change and are small."""

    def __init__(self, index: geosparql.SpatialIndex | None = None):
        self._index = index

    def functions(self, text: str) -> tuple[dict, dict]:
        """Give functions and aggregates for a query: handing over some two hundred costs more than a lookup does."""
        if any(mark in text for mark in MARKS):
            return geosparql.CUSTOM_FUNCTIONS, geosparql.CUSTOM_AGGREGATES
        return NONE, NONE

    def prepare(self, text: str, store: ox.Store, has_dataset: bool, rdfs: bool = True, rewrite: bool = True) -> geosparql.PreparedQuery:
        """Give the query as it is evaluated; one that names no spatial term stays as it is. `rdfs` switches RDFS entailment
        of spatial terms, `rewrite` relations as properties."""
        if MARKS[0] in text and self._index is None:
            self._index = geosparql.SpatialIndex.build(store)
        return geosparql.prepare(text, self._index, rdfs=rdfs, rewrite=rewrite, plain_dataset=not has_dataset)


def open_index(folder: Path) -> geosparql.SpatialIndex | None:
    """Give the spatial index saved in a folder, or None where there is none of this version."""
    if not (folder / "index.json").is_file():
        return None
    try:
        return geosparql.SpatialIndex.open(folder)
    except ValueError:
        return None


def save_index(store: Path, folder: Path) -> None:
    """Make the spatial index of a store and save it in a folder."""
    geosparql.SpatialIndex.build(ox.Store.read_only(str(store))).save(folder)


def function_names() -> tuple[list[str], list[str]]:
    """Give the IRIs of the functions and of the aggregates."""
    return sorted(iri.value for iri in geosparql.CUSTOM_FUNCTIONS), sorted(iri.value for iri in geosparql.CUSTOM_AGGREGATES)

