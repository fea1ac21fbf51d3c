"""The mapping from record to graph: data/context.jsonld, read as terms.

The file is a JSON-LD 1.1 context; a test proves that PyLD, the reference processor, states the same quads.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from regin_graph.identifiers import rebase

PARTIAL_DATE = "regin:PartialDate"


@dataclass(frozen=True)
class Term:
    """What a key means. Shape: property IRI, datatype IRI (or @id, @vocab, @language, ""), base of short names."""

    iri: str
    datatype: str
    base: str
    is_reverse: bool


class Context:
    """The terms of a context by key. Shape: `terms[key]` → Term; `expand("regin:Practice")` → IRI."""

    def __init__(self, definitions: dict, outer: "Context | None" = None):
        """Read term definitions; `outer` is the context in which a part's own context stands."""
        self.prefixes = dict(outer.prefixes) if outer else {}
        self.terms = dict(outer.terms) if outer else {}
        self._inner: dict[str, Context] = {}
        for key, entry in definitions.items():
            if isinstance(entry, str) and entry[-1:] in "/#":
                self.prefixes[key] = entry
        entries = {key: entry for key, entry in definitions.items() if isinstance(entry, dict)}
        self.terms |= {key: self._term(entry) for key, entry in entries.items()}
        # A part's own context stands on all terms around it, so it is read last.
        for key, entry in entries.items():
            own = {name: term for name, term in entry.get("@context", {}).items() if not name.startswith("@")}
            if own:
                self._inner[key] = Context(own, self)

    def _term(self, entry: dict) -> Term:
        own = entry.get("@context", {})
        datatype = "@language" if "@container" in entry else entry.get("@type", "")
        return Term(
            iri=self.expand(entry.get("@id") or entry["@reverse"]),
            datatype=datatype if datatype.startswith("@") or datatype == PARTIAL_DATE else self.expand(datatype),
            base=own.get("@base") or own.get("@vocab") or "",
            is_reverse="@reverse" in entry,
        )

    def expand(self, name: str) -> str:
        """Give the IRI of a prefixed name; an IRI stays as it is."""
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local if prefix in self.prefixes and not local.startswith("//") else name

    def within(self, key: str) -> "Context":
        """Give the context inside a part."""
        return self._inner.get(key, self)


def resolve(term: Term, name: str) -> str:
    """Give the IRI a short name stands for: joined to the term's base, or appended to its vocabulary."""
    return term.base + name if term.datatype == "@vocab" else urljoin(term.base, name)


def read_context(path: Path, base: str) -> Context:
    """Give the context of the data folder, in the namespace of this installation."""
    return Context(json.loads(rebase(path.read_text("utf-8"), base))["@context"])
