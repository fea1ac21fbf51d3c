"""What the cells of an outside table may name: regions, concepts, actors, practices, countries, indicators, editions, sources, areas."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from regin_graph.build.yaml_text import read_yaml
from regin_graph.identifiers import CANONICAL_BASE
from regin_graph.reconciliation.names import plain, readings

LABELS = {NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"), NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")}
SCHEME = CANONICAL_BASE + "scheme/"


@dataclass
class Names:
    """Identifiers of one kind, and the names that lead to them."""

    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    identifiers: set[str] = field(default_factory=set)

    def add(self, identifier: str, *names: str) -> None:
        """Take in an identifier with its names."""
        self.identifiers.add(identifier)
        for name in names:
            for reading in readings(name) if name else ():
                self.by_name[plain(reading)].add(identifier)

    def find(self, text: str) -> set[str]:
        """Give the identifiers that a text may mean: itself when it is one, else those with this name."""
        return {text} if text in self.identifiers else self.by_name.get(plain(text), set())

    def near(self, text: str) -> list[str]:
        """Give identifiers with a name like this, for a hint."""
        found = get_close_matches(plain(text), list(self.by_name), 3, 0.7) + get_close_matches(text, list(self.identifiers), 2, 0.6)
        return sorted({identifier for name in found for identifier in self.by_name.get(name, {name})})[:3]


def read_known_names(data: Path, ontology: Path) -> dict[str, Names]:
    """Give the names by kind: region, concept schemes (`concept topic`), dimension, actor, practice, country, indicator, edition, source, area."""
    known: dict[str, Names] = defaultdict(Names)
    for row in _rows(data / "regions" / "regions.csv"):
        known["region"].add(row["id"], row["name"], row["local_name"])
    for row in _rows(data / "regions" / "names.csv"):
        known["region"].add(row["id"], row["name"], row["other_name"])
    for row in _rows(data / "regions" / "codings.csv"):
        known["region"].add(row["coding_of"], row["code"])
    for row in _rows(data / "regions" / "countries.csv"):
        known["country"].add(row["id"], row["name"], row["code"])
    for row in _rows(data / "regions" / "areas.csv"):
        known["area"].add(row["id"])
    for table in ("policy_indicators", "outcome_indicators"):
        for row in _rows(data / "indicators" / f"{table}.csv"):
            known["indicator"].add(row["id"], row["name"])
    for row in _rows(data / "editions" / "editions.csv"):
        known["edition"].add(row["id"], row["name"])
    for row in _rows(data / "sources" / "sources.csv"):
        known["source"].add(row["id"])
    _add_records(data / "actors", ("name", "other_name"), known["actor"])
    _add_records(data / "practices", ("title",), known["practice"])
    for path in sorted((ontology / "concepts").glob("*.ttl")):
        _add_concepts(path, known)
    return known


def _rows(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _add_records(folder: Path, keys: tuple[str, ...], names: Names) -> None:
    for path in sorted(folder.glob("*.yml")):
        mapping, _ = read_yaml(path, path.name)
        for record in (mapping or {}).get("records", [mapping] if mapping else []):
            texts = []
            for key in keys:
                content = record.get(key, {})
                for item in content if isinstance(content, list) else [content]:
                    values = [value for name, value in item.items() if name != "source"] if isinstance(item, dict) else [item]
                    texts += [text for value in values for text in (value if isinstance(value, list) else [value])]
            names.add(record["id"], *texts)


def _add_concepts(path: Path, known: dict[str, Names]) -> None:
    for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE):
        if quad.predicate in LABELS and quad.subject.value.startswith(SCHEME):
            scheme, _, concept = quad.subject.value.removeprefix(SCHEME).partition("/")
            known[f"concept {scheme}"].add(concept, quad.object.value)
            if scheme.startswith("mipexr-"):
                known["dimension"].add(f"{scheme}/{concept}", quad.object.value, concept)
