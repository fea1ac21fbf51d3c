"""What changed from release to release: records added, changed, removed; worked out once for each pair and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from regin_graph.difference import difference
from regin_graph.publication.versions import Publication


@dataclass(frozen=True)
class Change:
    """The change that a release brought. Shape: the version before, records by kind of change, in words, as N-Quads."""

    before: str
    groups: dict[str, list[str]]
    text: str
    nquads: str


NO_CHANGE = Change("", {"added": [], "changed": [], "removed": []}, "", "")


def change_of(publications: Sequence[Publication], publication: Publication) -> Change:
    """Give the change that a release brought; of the first one that is kept, nothing is known."""
    place = [one.version for one in publications].index(publication.version)
    if place + 1 == len(publications):
        return NO_CHANGE
    before = publications[place + 1]
    return _change(str(before.folder), str(publication.folder), before.version)


@lru_cache(maxsize=32)
def _change(old: str, new: str, version: str) -> Change:
    found = difference(Path(old), Path(new))
    touched = {record for record in (_record(line) for line in found.as_text().splitlines()) if record}
    groups: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    for verb, record in sorted(touched):
        # Facts about the graphs themselves follow from the records.
        if not record.startswith(f"{found.base}graph/"):
            groups[verb].append(record)
    return Change(version, groups, found.as_text(), found.as_nquads())


def _record(line: str) -> tuple[str, str] | None:
    verb, _, record = line.partition(" ")
    return (verb, record) if verb in ("added", "changed", "removed") and record else None


def records_changed(publications: Sequence[Publication]) -> dict[str, str]:
    """Give the moment of the last change of every record that changed since the first release that is kept."""
    moments: dict[str, str] = {}
    for publication in reversed(publications):
        change = change_of(publications, publication)
        moments |= dict.fromkeys(change.groups["added"] + change.groups["changed"], publication.issued)
    return moments
