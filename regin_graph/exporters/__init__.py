"""The exporters: every format that a release is published in."""

from collections.abc import Mapping

from regin_graph.exporters.csv_tables import CsvTables
from regin_graph.exporters.exporter import Exporter
from regin_graph.exporters.geojson import GeoJson
from regin_graph.exporters.rdf_files import JsonLd, NQuads, NTriples, RdfXml, TriG, Turtle
from regin_graph.exporters.tables import TableMaker
from regin_graph.exporters.workbook import Workbook

RDF_EXPORTERS = (Turtle, NTriples, RdfXml, JsonLd, NQuads, TriG)


def exporters(
    name: str, base: str, labels: Mapping[str, str], prefixes: Mapping[str, str], license_iri: str
) -> tuple[Exporter, ...]:
    """Give the exporters of a dataset: tables first, as most people want them."""
    maker = TableMaker(name, base, labels)
    tables = (CsvTables(maker, license_iri), Workbook(maker), GeoJson(name, base, labels))
    return (*tables, *(one(name, prefixes) for one in RDF_EXPORTERS))
