"""Tables made from the graph: one per class (or data cube), one row per thing, one column per property and language."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DATA_SET = "http://purl.org/linked-data/cube#dataSet"
SEPARATORS = ("|", "‖", "␞")
# Columns that say what a row is about stand first.
FIRST = ("prefLabel", "title", "label", "identifier", "notation")


@dataclass
class Column:
    """A column. Shape: name, property; language of texts or datatype of values; reference: IRIs; separator if several."""

    name: str
    property: str
    language: str = ""
    datatypes: set[str] = field(default_factory=set)
    is_reference: bool = False
    separator: str = ""
    names_of: str = ""


@dataclass
class Table:
    """A table. Shape: name, class IRI, columns, rows of text cells (the first cell is the IRI)."""

    name: str
    class_iri: str
    columns: list[Column]
    rows: list[list[str]]


class TableMaker:
    """Makes the tables of stores; those of the last store are kept, as several formats write the same tables."""

    def __init__(self, name: str, base: str, labels: Mapping[str, str]):
        self.name, self.base, self.labels = name, base, labels
        self._last: tuple[Store | None, list[Table]] = (None, [])

    def tables(self, store: Store) -> list[Table]:
        """Give the tables of a store."""
        if self._last[0] is not store:
            self._last = (store, tables_of(store, self.name, self.base, self.labels))
        return self._last[1]


def tables_of(store: Store, name: str, base: str, labels: Mapping[str, str]) -> list[Table]:
    """Give the tables of a store, in the order of their names; things without a class stand in table `name`."""
    subjects: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for quad in store.quads_for_pattern(None, None, None, DefaultGraph()):
        if isinstance(quad.subject, NamedNode):
            subjects[quad.subject.value][quad.predicate.value].append(quad.object)
    grouped: dict[str, list[str]] = defaultdict(list)
    classes: dict[str, str] = {}
    for iri, statements in subjects.items():
        types = sorted(node.value for node in statements.get(RDF_TYPE, ()) if isinstance(node, NamedNode))
        ours = [one for one in types if one.startswith(base + "def/")] or types
        cube = next((node.value for node in statements.get(DATA_SET, ()) if node.value.startswith(base)), "")
        title = _slug(cube or (ours[0] if ours else ""))
        grouped[title].append(iri)
        classes[title] = ours[0] if ours else ""
    if "" in grouped:
        # A dataset's own name may be that of a cube already.
        free = name if name not in grouped else f"{name}-descriptions"
        grouped[free], classes[free] = grouped.pop(""), classes.pop("")
    return [
        _table(title, classes[title], {iri: subjects[iri] for iri in sorted(grouped[title])}, labels)
        for title in sorted(grouped)
    ]


def _slug(iri: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", _local(iri)).lower()


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


def _table(title: str, class_iri: str, things: Mapping[str, Mapping[str, list]], labels: Mapping[str, str]) -> Table:
    cells: dict[tuple[str, str, bool], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    datatypes: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for iri, statements in things.items():
        for prop, values in statements.items():
            for value in values:
                # A node without a name cannot stand in a cell; the RDF forms hold it.
                if isinstance(value, BlankNode) or prop == RDF_TYPE and value.value == class_iri:
                    continue
                key = (prop, value.language or "" if isinstance(value, Literal) else "", isinstance(value, NamedNode))
                cells[key][iri].append(value.value)
                if isinstance(value, Literal) and not value.language:
                    datatypes[key].add(value.datatype.value)
    columns = [Column("iri", "", is_reference=True)]
    rows = [[iri] for iri in things]
    for key, column in _columns(cells, datatypes):
        _add(column, [sorted(cells[key].get(iri, ())) for iri in things], columns, rows)
        if column.is_reference and any(value in labels for values in cells[key].values() for value in values):
            named = Column(f"{column.name}_label", "", "en", names_of=column.name)
            _add(named, [[labels.get(v, "") for v in sorted(cells[key].get(iri, ()))] for iri in things], columns, rows)
    return Table(title, class_iri, columns, rows)


def _columns(cells, datatypes) -> list[tuple[tuple[str, str, bool], Column]]:
    """Give the columns: names first, then properties in the order of the alphabet."""
    owners: dict[str, set[str]] = defaultdict(set)
    for prop, _, _ in cells:
        owners[_local(prop)].add(prop)

    def order(key):
        local = _local(key[0])
        return (FIRST.index(local) if local in FIRST else len(FIRST), local, key[0], key[1] != "en", key[1], key[2])

    found = []
    both_kinds = {prop for prop, _, is_reference in cells if is_reference} & {prop for prop, _, ref in cells if not ref}
    for key in sorted(cells, key=order):
        prop, language, is_reference = key
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", _local(prop)).replace("-", "_").lower()
        if len(owners[_local(prop)]) > 1:
            name = f"{re.split(r'[/#]', prop.rstrip('/#'))[-2].split('.')[0]}_{name}"
        if is_reference and prop in both_kinds:
            name += "_iri"
        name += f"_{language.lower().replace('-', '_')}" if language else ""
        found.append((key, Column(name, prop, language, datatypes[key], is_reference)))
    return found


def _add(column: Column, values: list[list[str]], columns: list[Column], rows: list[list[str]]) -> None:
    if any(len(one) > 1 for one in values):
        column.separator = next(mark for mark in SEPARATORS if not any(mark in text for one in values for text in one))
    columns.append(column)
    for row, one in zip(rows, values, strict=True):
        row.append(column.separator.join(one))
