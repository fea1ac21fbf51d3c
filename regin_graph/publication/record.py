"""The catalogue record: what data/catalogue.yml says, read with the line of every problem, and stated in the graph."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.identifiers import is_name
from regin_graph.publication.namespaces import AUTHORITY, EUROVOC, LANGUAGES, LICENSE, THEMES, term

FILE = "catalogue.yml"
Texts = dict[str, str]
TYPE = term("rdf:type")


@dataclass(frozen=True)
class Entry:
    """A dataset, a data service or the catalogue itself, as described by the editors."""

    id: str
    title: Texts
    description: Texts
    keyword: dict[str, list[str]]
    subject: list[str]
    theme: list[str]
    classes: list[str] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)
    predicates: list[str] = field(default_factory=list)
    type: str = ""
    path: str = ""
    conforms_to: str = ""
    format: str = ""
    serves: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Catalogue:
    """The catalogue record. Shape: the catalogue's own texts, its datasets, its data services."""

    catalog: Entry
    place: str
    contact: str
    publisher_type: str
    frequency: str
    texts: dict[str, Texts]
    datasets: tuple[Entry, ...]
    services: tuple[Entry, ...]
    # What the records of the first releases did not say yet.
    place_name: str = ""
    place_box: str = ""

    def as_dict(self) -> dict:
        """Give the record as plain data, for the release."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict) -> "Catalogue":
        """Give the record that plain data hold; fields that only other versions of the program know are passed over.
        Raises: TypeError when it lacks what every record has."""
        entries = {name: tuple(Entry(**_known(Entry, one)) for one in plain[name]) for name in ("datasets", "services")}
        return cls(**{**_known(cls, plain), "catalog": Entry(**_known(Entry, plain["catalog"])), **entries})


def _known(kind: type, plain: dict) -> dict:
    return {name: value for name, value in plain.items() if name in kind.__dataclass_fields__}


def read_catalogue(data: Path, root: Path) -> tuple[Catalogue | None, list]:
    """Give the catalogue record and the findings about it; no file, no catalogue."""
    from regin_graph.build.records import shown_path
    from regin_graph.build.report import Finding, Place
    from regin_graph.build.yaml_text import read_yaml

    path = data / FILE
    if not path.exists():
        return None, []
    shown = shown_path(path, root)
    mapping, findings = read_yaml(path, shown)
    if mapping is None:
        return None, findings
    head = mapping.get("catalog", {})
    blocks = [head, *mapping.get("datasets", ()), *mapping.get("services", ())]
    findings += [one for block in blocks for one in _findings(block, shown)]
    for name, texts in mapping.get("texts", {}).items():
        if missing := [one for one in LANGUAGES if not texts.get(one)]:
            place = Place(shown, texts.line, name)
            findings.append(Finding(place, "Violation", "missing-language", f"no text in {', '.join(missing)}.", "Write it."))
    if findings:
        return None, findings
    plain = _plain(mapping)
    head, known = plain.pop("catalog"), set(Entry.__dataclass_fields__)
    own = {key: value for key, value in head.items() if key in known}
    return Catalogue.from_dict({**plain, **{key: head[key] for key in head.keys() - known}, "catalog": {"id": "catalog", **own}}), []


def _plain(content):
    """Give the content without the places of its lines."""
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    return [_plain(item) for item in content] if isinstance(content, list) else content


def _findings(block, shown: str) -> Iterator:
    from regin_graph.build.report import Finding, Place

    def finding(key: str, rule: str, problem: str, repair: str) -> Finding:
        line = block.lines.get(key, block.line)
        return Finding(Place(shown, line, key), "Violation", rule, problem, repair)

    allowed = {*Entry.__dataclass_fields__, "place", "place_name", "place_box", "contact", "publisher_type", "frequency"}
    for key in block.keys() - allowed:
        yield finding(key, "unknown-field", f'field "{key}" is unknown here.', "Remove it, or see the head of the file.")
    if "id" in block and not is_name(block["id"]):
        yield finding("id", "identifier", f'"{block["id"]}" is no identifier.', "Use lower-case letters, digits, hyphens.")
    for key in ("title", "description", "keyword"):
        texts = block.get(key)
        missing = [one for one in LANGUAGES if not isinstance(texts, dict) or not texts.get(one)]
        if missing:
            yield finding(key, "missing-language", f"no text in {', '.join(missing)}.", "Write it in all eight languages.")
    for key in ("subject", "theme"):
        if not block.get(key):
            yield finding(key, "missing-field", f'field "{key}" is empty.', "Give EuroVoc numbers, or EU data themes.")
    for theme in block.get("theme", ()):
        if theme not in THEMES:
            yield finding("theme", "unknown-code", f'"{theme}" is no EU data theme.', f"Use one of {', '.join(THEMES)}.")


def state_catalogue(data: Path, root: Path, statements) -> None:
    """State the descriptions of the datasets and services, so that the graph can be asked what it holds."""
    from regin_graph.build.report import Place

    catalogue, findings = read_catalogue(data, root)
    statements.findings.extend(findings)
    if catalogue:
        place = Place(FILE if data == root else f"{data.name}/{FILE}")
        for triple in catalogue_statements(catalogue, statements.base):
            statements.add(triple, triple.subject.value, ["editorial"], place)


def catalogue_statements(catalogue: Catalogue, base: str) -> Iterator[Triple]:
    """Give what the record itself says about catalogue, datasets and services."""
    catalog, editors = catalog_iri(base), NamedNode(f"{base}def/editors")
    yield Triple(catalog, TYPE, term("dcat:Catalog"))
    yield from entry_statements(catalog, catalogue.catalog)
    for entry in catalogue.datasets:
        node = dataset_iri(entry.id, base)
        yield Triple(node, TYPE, term("dcat:Dataset"))
        yield Triple(catalog, term("dcat:dataset"), node)
        yield from entry_statements(node, entry)
        if entry.type:
            yield Triple(node, term("dct:type"), NamedNode(f"{AUTHORITY}dataset-type/{entry.type}"))
    for entry in catalogue.services:
        node = service_iri(entry.id, base)
        yield Triple(node, TYPE, term("dcat:DataService"))
        yield Triple(catalog, term("dcat:service"), node)
        yield from entry_statements(node, entry)
        yield Triple(node, term("dct:conformsTo"), NamedNode(entry.conforms_to))
        for name in entry.serves or [one.id for one in catalogue.datasets]:
            yield Triple(node, term("dcat:servesDataset"), dataset_iri(name, base))
    for node in [catalog, *(dataset_iri(one.id, base) for one in catalogue.datasets), *(service_iri(one.id, base) for one in catalogue.services)]:
        yield Triple(node, term("dct:publisher"), editors)
        yield Triple(node, term("dct:license"), NamedNode(LICENSE))


def entry_statements(node: NamedNode, entry: Entry) -> Iterator[Triple]:
    """Give the texts and subjects of one entry."""
    for language in LANGUAGES:
        yield Triple(node, term("dct:title"), Literal(entry.title[language], language=language))
        yield Triple(node, term("dct:description"), Literal(entry.description[language], language=language))
        for word in entry.keyword[language]:
            yield Triple(node, term("dcat:keyword"), Literal(word, language=language))
    for number in entry.subject:
        yield Triple(node, term("dct:subject"), NamedNode(EUROVOC + number))
    for code in entry.theme:
        yield Triple(node, term("dcat:theme"), NamedNode(f"{AUTHORITY}data-theme/{code}"))


def catalog_iri(base: str) -> NamedNode:
    """Give the identifier of the catalogue, which is its address as well."""
    return NamedNode(f"{base}catalog")


def dataset_iri(name: str, base: str, version: str = "") -> NamedNode:
    """Give the identifier of a dataset, or of one version of it."""
    return NamedNode(f"{base}dataset/{name}" + (f"/{version}" if version else ""))


def service_iri(name: str, base: str) -> NamedNode:
    """Give the identifier of a data service."""
    return NamedNode(f"{base}service/{name}")
