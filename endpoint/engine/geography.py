"""Geography in a query process: the spatial functions, the index of the release, and queries made ready for both."""

import os
import shutil
import tempfile
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
    the first query that needs it (scratch stores: they change and are small)."""

    def __init__(self, index: geosparql.SpatialIndex | None = None):
        self._index = index

    def functions(self, text: str) -> tuple[dict, dict]:
        """Give functions and aggregates for a query: handing over some two hundred costs more than a lookup does."""
        if any(mark in text for mark in MARKS):
            return geosparql.CUSTOM_FUNCTIONS, geosparql.CUSTOM_AGGREGATES
        return NONE, NONE

    def prepare(self, text: str, store: ox.Store, has_dataset: bool) -> geosparql.PreparedQuery:
        """Give the query as it is evaluated; one that names no spatial term stays as it is."""
        if MARKS[0] in text and self._index is None:
            self._index = geosparql.SpatialIndex.build(store)
        return geosparql.prepare(text, self._index, plain_dataset=not has_dataset)


def open_index(release: Path) -> geosparql.SpatialIndex | None:
    """Give the spatial index saved in a release; where there is none, one is made first, in a process of its own, as the
    store must not be open in the process that forks."""
    saved = release / INDEX_FOLDER
    if (saved / "index.json").is_file():
        try:
            return geosparql.SpatialIndex.open(saved)
        except ValueError:
            return _made_index(release)  # written by another version of the package
    return _made_index(release)


def _made_index(release: Path) -> geosparql.SpatialIndex | None:
    folder = tempfile.mkdtemp(prefix="regin-index-")
    try:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                geosparql.SpatialIndex.build(ox.Store.read_only(str(release / "store"))).save(Path(folder))
                status = 0
            finally:
                os._exit(status)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            return None
        # The arrays are mapped: they outlive the names of their files.
        return geosparql.SpatialIndex.open(Path(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def function_names() -> tuple[list[str], list[str]]:
    """Give the IRIs of the functions and of the aggregates."""
    return sorted(iri.value for iri in geosparql.CUSTOM_FUNCTIONS), sorted(iri.value for iri in geosparql.CUSTOM_AGGREGATES)

