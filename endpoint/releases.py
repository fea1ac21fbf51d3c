"""What changed from release to release: records added, changed, removed, and the words for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from regin_graph.difference import difference
from regin_graph.publication.changes import moments_of, read_index
from regin_graph.publication.versions import Publication

KINDS = {"Create": "added", "Update": "changed", "Delete": "removed"}


@dataclass(frozen=True)
class Change:
    """The change that a release brought. Shape: the version before, records by kind of change."""

    before: str
    groups: dict[str, list[str]]


@lru_cache(maxsize=64)
def index_of(folder: Path) -> dict:
    """Give the index of the changes of a release; a release is never changed, so it is read once."""
    return read_index(folder) or {"previous": "", "pages": [], "changes": [], "entities": {}}


def change_of(publication: Publication) -> Change:
    """Give the change that a release brought; of the first one, nothing is known."""
    index = index_of(publication.folder)
    groups: dict[str, list[str]] = {kind: [] for kind in KINDS.values()}
    if index["previous"]:
        for kind, iri in index["changes"]:
            groups[KINDS[kind]].append(iri)
    return Change(index["previous"], groups)


def records_changed(publications: Sequence[Publication]) -> dict[str, tuple[str, str]]:
    """Give the last change of every record: of those that are there also when its release is no longer kept, of those that
    went when it is. Shape: record → (moment, kind of change)."""
    told = moments_of(index_of(publications[0].folder))
    found = {iri: (moment, KINDS[kind]) for iri, (moment, kind) in told.items()}
    for publication in reversed(publications):
        for kind, iri in index_of(publication.folder)["changes"]:
            found[iri] = (publication.issued, KINDS[kind])
    return found


@lru_cache(maxsize=16)
def words_of(before: Path, now: Path, as_rdf: bool) -> bytes:
    """Give the change between two releases in words, or as N-Quads."""
    found = difference(before, now)
    return (found.as_nquads() if as_rdf else found.as_text()).encode()
