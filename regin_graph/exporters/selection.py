"""Export kinds of things of a release in the formats that people use."""

from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from regin_graph.errors import WrongUse
from regin_graph.exporters.csv_tables import CsvTables
from regin_graph.exporters.excel import Excel
from regin_graph.exporters.exporter import Exporter
from regin_graph.exporters.geojson import GeoJson
from regin_graph.exporters.geopackage import GeoPackage
from regin_graph.exporters.parquet import Parquet
from regin_graph.exporters.tables import TableMaker
from regin_graph.exporters.workbook import Workbook
from regin_graph.identifiers import CANONICAL_BASE
from regin_graph.release_rows import open_release, release_rows

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
GEOMETRY = NamedNode("http://www.opengis.net/ont/geosparql#hasDefaultGeometry")

# What can be asked for → its classes.
KINDS = {
    "practices": ("Practice",), "regions": ("Region",), "actors": ("Actor",), "competences": ("Competence",), "indicators": ("PolicyIndicator", "OutcomeIndicator"),
    "evaluations": ("Evaluation",), "scores": ("Score",), "figures": ("ContextFigure",), "sources": ("Source",),
}
MAP_FORMATS = ("geojson", "gpkg")


def export_release(form: str, kinds: tuple[str, ...], release: Path, out: Path) -> list[Path]:
    """Give the files written for some kinds of things (none named: all) of a release. Raises: WrongUse."""
    for kind in kinds:
        if kind not in KINDS:
            raise WrongUse(f'"{kind}" is no kind of thing to export.', f"Use {', '.join(KINDS)}.")
    store = open_release(release)
    labels: dict[str, str] = {}
    for row in release_rows(store, "labels"):
        if isinstance(row["label"], Literal) and (row["label"].language == "en" or row["iri"].value not in labels):
            labels[row["iri"].value] = row["label"].value
    out.mkdir(parents=True, exist_ok=True)
    chosen = selected(store, kinds or tuple(KINDS), with_places=form in MAP_FORMATS)
    name = kinds[0] if len(kinds) == 1 else "regin-graph"
    paths = exporter_of(form, name, labels).write(chosen, out)
    if not paths:
        raise WrongUse("nothing of this has a place.", "Export practices or regions as a map format, and others as tables.")
    return paths


def exporter_of(form: str, name: str, labels: dict[str, str]) -> Exporter:
    """Give the exporter of a format."""
    if form == "geojson":
        return GeoJson(name, CANONICAL_BASE, labels)
    maker = TableMaker(name, CANONICAL_BASE, labels)
    if form == "csv":
        return CsvTables(maker, LICENCE)
    return {"xlsx": Excel, "ods": Workbook, "gpkg": GeoPackage, "parquet": Parquet}[form](maker)


def selected(store: Store, kinds: tuple[str, ...], *, with_places: bool) -> Store:
    """Give a store of what is stated about the things of these kinds, on demand with the coordinates of their places."""
    found, geometries = Store(), []
    for kind in kinds:
        for class_name in KINDS[kind]:
            for typed in store.quads_for_pattern(None, RDF_TYPE, NamedNode(f"{CANONICAL_BASE}def/{class_name}"), DefaultGraph()):
                quads = list(store.quads_for_pattern(typed.subject, None, None, DefaultGraph()))
                found.extend(quads)
                geometries += [quad.object for quad in quads if quad.predicate == GEOMETRY]
    for node in geometries if with_places else ():
        # Without their types, so that geometries make no table of their own.
        found.extend(quad for quad in store.quads_for_pattern(node, None, None, DefaultGraph()) if quad.predicate.value.endswith("asWKT"))
    return found
