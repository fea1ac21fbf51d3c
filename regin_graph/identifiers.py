"""The rules of identifiers: mint, check, shorten and expand the IRIs of the graph."""

import re

CANONICAL_BASE = "https://w3id.org/regin/"
NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*\Z")


def is_name(text: str) -> bool:
    """Tell whether the text may be the last part of an identifier: lower case, digits, hyphens, single dots.

    >>> is_name("skane-nad"), is_name("Skåne"), is_name("a--b")
    (True, False, False)
    """
    return NAME.match(text) is not None


def rebase(text: str, base: str) -> str:
    """Give source text written for the canonical namespace in the namespace of this installation."""
    return text if base == CANONICAL_BASE else text.replace(CANONICAL_BASE, base)


def record_iri(iri: str, base: str) -> str:
    """Give the IRI of the record that a node belongs to: a part's IRI stands below its record's.

    >>> record_iri("https://w3id.org/regin/id/practice/x/budget-1", "https://w3id.org/regin/")
    'https://w3id.org/regin/id/practice/x'
    """
    if iri.startswith(base + "id/"):
        return base + "/".join(iri[len(base):].split("/")[:3])
    return iri


def source_graph(record: str, source: str, base: str) -> str:
    """Give the IRI of the named graph that holds what one source says about one record.

    >>> source_graph("https://w3id.org/regin/id/region/azores", "country-levels", "https://w3id.org/regin/")
    'https://w3id.org/regin/graph/region/azores/country-levels'
    """
    path = record[len(base):] if record.startswith(base) else "/".join(record.rstrip("/").split("/")[-2:])
    return f"{base}graph/{path.removeprefix('id/')}/{source}"
