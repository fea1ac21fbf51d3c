"""What changed between two releases: added, changed and removed records, in words and as N-Quads."""

import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from regin_graph.errors import WrongUse
from regin_graph.identifiers import record_iri
from regin_graph.publication.versions import WHOLE

# A field put together from others, so that they are searched together: what changed in them says it all.
FOR_SEARCH = "searchText"
# Letters of a text that the words of a change show, and how many of them come before the place that changed.
SHOWN, BEFORE = 100, 40
Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Difference:
    """The statements of the default graph that one release has and the other has not. Shape: added, removed."""

    added: frozenset[Quad]
    removed: frozenset[Quad]
    records_before: frozenset[str]
    records_now: frozenset[str]
    base: str

    def as_text(self) -> str:
        """Give the change in words, record by record, field by field."""
        fields: dict[str, dict[str, tuple[list, list]]] = defaultdict(lambda: defaultdict(lambda: ([], [])))
        for side, quads in ((0, self.removed), (1, self.added)):
            for quad in quads:
                subject = record_iri(quad.subject.value, self.base)
                fields[subject][_short(quad.predicate)][side].append(quad.object)
        lines = []
        for record in sorted(fields):
            if record.startswith(f"{self.base}graph/"):
                # That a source says something of a record comes and goes with the record.
                continue
            verb = "changed" if record in self.records_before & self.records_now else (
                "added" if record in self.records_now else "removed"
            )
            lines.append(f"{verb} {record}")
            if verb == "changed":
                for name, (before, now) in sorted(fields[record].items()):
                    if name == FOR_SEARCH:
                        continue
                    lines += [f"  - {name}: {value}" for value in sorted(_shown(value, now) for value in before)]
                    lines += [f"  + {name}: {value}" for value in sorted(_shown(value, before) for value in now)]
        return "\n".join(lines) + "\n" if lines else "Nothing changed.\n"

    def as_nquads(self) -> str:
        """Give the change as N-Quads: added statements in graph <urn:added>, removed ones in <urn:removed>."""
        lines = []
        for name, quads in (("added", self.added), ("removed", self.removed)):
            lines += [f"{Quad(*quad.triple, NamedNode('urn:' + name))} ." for quad in quads]
        return "".join(f"{line}\n" for line in sorted(lines))


def difference(old: Path, new: Path) -> Difference:
    """Give the difference between two release folders. Raises: WrongUse when one is no release."""
    before, now = _statements(old), _statements(new)
    base = json.loads((new / "manifest.json").read_text("utf-8"))["base_iri"]
    return Difference(
        frozenset(now - before),
        frozenset(before - now),
        frozenset(record_iri(quad.subject.value, base) for quad in before),
        frozenset(record_iri(quad.subject.value, base) for quad in now),
        base,
    )


def _statements(release: Path) -> set[Quad]:
    dump = release / WHOLE
    if not dump.exists():
        raise WrongUse("there is no release here.", "Name a folder below build/releases.", str(release))
    with gzip.open(dump) as file:
        quads = parse(file, format=RdfFormat.N_QUADS)
        return {quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)}


def _short(predicate: NamedNode) -> str:
    return predicate.value.replace("#", "/").rpartition("/")[2]


def _shown(term: Term, others: Sequence[Term]) -> str:
    """Give a value as the change shows it; of a long text, the place where it parts from the one text of its language on the
    other side.

    >>> old, new = Literal("Once. " * 30 + "Two rooms.", language="en"), Literal("Once. " * 30 + "Three rooms.", language="en")
    >>> _shown(old, [new])
    '"…e. Once. Once. Once. Once. Once. Once. Two rooms."@en'
    """
    if not isinstance(term, Literal):
        return term.value if isinstance(term, NamedNode) else str(term)
    same = [one.value for one in others if isinstance(one, Literal) and one.language == term.language]
    start = 0
    if len(term.value) > SHOWN and len(same) == 1:
        start = max(0, len(commonprefix([term.value, same[0]])) - BEFORE)
    text = ("…" if start else "") + term.value[start:start + SHOWN] + ("…" if len(term.value) > start + SHOWN else "")
    return f'"{text}"@{term.language}' if term.language else f'"{text}"'
