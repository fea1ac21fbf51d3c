"""The dumps of a release hold the graph, each format the same, and the tables say what their columns mean."""

import csv
import hashlib
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
)

from regin_graph.exporters import exporters
from regin_graph.exporters.prefixes import prefixes_of
from regin_graph.exporters.tables import RDF_TYPE

BASE = "https://w3id.org/regin/"
META = BASE + "graph/meta"
TRIPLES, QUADS = ("ttl", "nt", "rdf", "jsonld"), ("nq", "trig")
DATASETS = ("practices", "regions", "actors", "mipexr-scores", "context-statistics", "vocabulary", "links", "sources")


@pytest.fixture(scope="session")
def store(release) -> Store:
    """Give the store of the release."""
    return Store.read_only(str(release / "store"))


@pytest.fixture(scope="session")
def graphs(store) -> dict[NamedNode, set]:
    """Give the statements of every named graph of the release."""
    found: dict[NamedNode, set] = {}
    for quad in store:
        if isinstance(quad.graph_name, NamedNode):
            found.setdefault(quad.graph_name, set()).add(quad.triple)
    return found


def read(release: Path, dataset: str, ending: str) -> Dataset:
    """Give a dump, its blank nodes named canonically."""
    path = release / "dumps" / dataset / f"{dataset}.{ending}"
    found = Dataset(parse(path=str(path), format=RdfFormat.from_extension(ending)))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


@pytest.mark.parametrize("dataset", DATASETS)
def test_forms_of_triples_are_isomorphic_and_forms_of_quads_too(release, dataset):
    triples = [read(release, dataset, ending) for ending in TRIPLES]
    assert all(one == triples[0] for one in triples), "run the exporter of the format that differs"
    quads = [Dataset(read(release, dataset, ending)) for ending in QUADS]
    assert quads[0] == quads[1]
    assert sum(1 for quad in quads[0] if quad.graph_name == DefaultGraph()) == len(triples[0])


@pytest.mark.parametrize("dataset", DATASETS)
def test_named_graphs_of_a_dump_are_those_of_the_endpoint(release, dataset, graphs):
    whole = not dataset == "links"
    found: dict[NamedNode, set] = {}
    default = set()
    for quad in parse(path=str(release / "dumps" / dataset / f"{dataset}.nq"), format=RdfFormat.N_QUADS):
        if isinstance(quad.graph_name, NamedNode):
            found.setdefault(quad.graph_name, set()).add(quad.triple)
        else:
            default.add(quad.triple)
    assert default == {triple for triples in found.values() for triple in triples}
    for graph, triples in found.items():
        if whole and graph.value != META:
            assert triples == graphs[graph], graph
        else:
            assert triples <= graphs[graph], graph


def test_the_datasets_together_are_the_graph(release, store):
    together = set()
    for dataset in DATASETS:
        together |= set(parse(path=str(release / "dumps" / dataset / f"{dataset}.nq"), format=RdfFormat.N_QUADS))
    missing = {quad.graph_name for quad in set(store) - together}
    assert not missing, f"give these graphs to a dataset of data/catalogue.yml: {sorted(map(str, missing))[:5]}"


def test_the_same_statements_give_the_same_bytes(release, store, tmp_path):
    for dataset in ("regions", "mipexr-scores"):
        folder = release / "dumps" / dataset
        again = Store()
        # Taken in backwards, into a new store: neither order nor time may show.
        again.bulk_extend(list(parse(path=str(folder / f"{dataset}.nq"), format=RdfFormat.N_QUADS))[::-1])
        for exporter in exporters(dataset, BASE, {}, prefixes_of(store), "urn:x"):
            first, second = tmp_path / "first", tmp_path / "second"
            for place in (first, second):
                place.mkdir(exist_ok=True)
                exporter.write(again, place)
        assert checksums(first) == checksums(second)
        for ending in (*TRIPLES, *QUADS):
            assert (first / f"{dataset}.{ending}").read_bytes() == (folder / f"{dataset}.{ending}").read_bytes()


def checksums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_turtle_uses_the_declared_prefixes(release, store):
    declared = prefixes_of(store)
    assert declared["regin"] == BASE + "def/"
    head = (release / "dumps" / "practices" / "practices.ttl").read_text("utf-8")[:5000]
    assert f"@prefix regin: <{declared['regin']}>" in head


TABLES = [
    ("mipexr-scores", "mipexr-scores"), ("context-statistics", "context-figures"), ("context-statistics", "undated-context-figures"),
    ("context-statistics", "urban-rural-classes"), ("practices", "practice"), ("regions", "competence"), ("actors", "actor"),
]


@pytest.mark.parametrize(("dataset", "table"), TABLES)
def test_a_table_with_its_metadata_says_what_the_graph_says(release, store, dataset, table):
    path = release / "dumps" / dataset / f"{table}.csv"
    metadata = json.loads((path.parent / f"{path.name}-metadata.json").read_text("utf-8"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = metadata["tableSchema"]["columns"]
    assert list(rows[0]) == [column["name"] for column in columns if not column.get("virtual")]
    stated = {quad.triple for row in rows for quad in store.quads_for_pattern(NamedNode(row["iri"]), None, None, DefaultGraph())}
    untyped = {triple for row in rows for triple in read_row(row, columns)}
    assert untyped == {plain(triple) for triple in stated}


def read_row(row: dict[str, str], columns: list[dict]):
    """Give what a row states, literals without their datatype."""
    for column in columns:
        if column.get("virtual"):
            yield row["iri"], column["propertyUrl"], column["valueUrl"], ""
            continue
        if column.get("suppressOutput") or not row[column["name"]]:
            continue
        cell = row[column["name"]]
        for value in cell.split(column["separator"]) if "separator" in column else [cell]:
            yield row["iri"], column["propertyUrl"], value, column.get("lang", "")


def plain(triple) -> tuple[str, str, str, str]:
    language = triple.object.language or "" if isinstance(triple.object, Literal) else ""
    return triple.subject.value, triple.predicate.value, triple.object.value, language


def test_the_workbook_opens_with_a_sheet_for_each_table(release):
    folder = release / "dumps" / "practices"
    with zipfile.ZipFile(folder / "practices.ods") as package:
        assert package.namelist()[0] == "mimetype"
        assert package.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        content = ElementTree.fromstring(package.read("content.xml"))
    space = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    sheets = {sheet.get(f"{space}name"): len(sheet.findall(f"{space}table-row")) for sheet in content.iter(f"{space}table")}
    tables = {path.stem: len(list(csv.reader(path.open(encoding="utf-8", newline="")))) for path in folder.glob("*.csv")}
    assert sheets == tables


def test_features_lie_where_the_graph_says(release, store):
    for dataset, count in (("regions", "Region"), ("practices", "Practice")):
        features = json.loads((release / "dumps" / dataset / f"{dataset}.geojson").read_text("utf-8"))["features"]
        query = f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a <{BASE}def/{count}> ; <http://www.opengis.net/ont/geosparql#hasDefaultGeometry> ?g }}"
        assert len([one for one in features if one["properties"]["class"] == count]) == int(next(iter(store.query(query)))[0].value)
    names = {one["id"]: one["properties"]["name"] for one in json.loads((release / "dumps/regions/regions.geojson").read_text("utf-8"))["features"]}
    assert names[BASE + "id/region/skane"] == "Skåne"


def test_a_value_that_holds_the_separator_is_not_split(tmp_path):
    store = Store()
    thing, note = NamedNode(BASE + "id/x/y"), NamedNode("urn:note")
    for text in ("a|b", "c"):
        store.add(Quad(thing, note, Literal(text, language="en")))
    store.add(Quad(thing, NamedNode(RDF_TYPE), NamedNode(BASE + "def/Thing")))
    exporters("x", BASE, {}, {}, "urn:x")[0].write(store, tmp_path)
    metadata = json.loads((tmp_path / "thing.csv-metadata.json").read_text("utf-8"))
    separator = metadata["tableSchema"]["columns"][1]["separator"]
    assert separator not in "a|bc"
    assert f"a|b{separator}c" in (tmp_path / "thing.csv").read_text("utf-8")
