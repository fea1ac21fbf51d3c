"""CSV tables with their CSVW metadata: one table per class or data cube."""

import csv
import io
import json
from pathlib import Path

from pyoxigraph import Store

from regin_graph.exporters.exporter import FILE_TYPE, Exporter
from regin_graph.exporters.tables import RDF_TYPE, Column, Table, TableMaker

XSD = "http://www.w3.org/2001/XMLSchema#"
METADATA = "-metadata.json"


class CsvTables(Exporter):
    """CSV after RFC 4180, UTF-8; beside each table the metadata that says what its columns mean.
    Source: Model for Tabular Data and Metadata on the Web (https://www.w3.org/TR/tabular-data-model/)."""

    title = "CSV"
    media_type, file_type = "text/csv", FILE_TYPE + "CSV"
    conforms_to = "https://www.w3.org/TR/tabular-data-model/"

    def __init__(self, maker: TableMaker, license_iri: str):
        self.file_name, self.maker, self.license_iri = f"{maker.name}.csv", maker, license_iri

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the tables written; the metadata of a table stand in a file of its name with `-metadata.json` added."""
        paths = []
        for table in self.maker.tables(store):
            path = folder / f"{table.name}.csv"
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(column.name for column in table.columns)
            writer.writerows(table.rows)
            path.write_text(text.getvalue(), "utf-8", newline="")
            described = json.dumps(self._metadata(table), ensure_ascii=False, indent=1)
            (folder / f"{path.name}{METADATA}").write_text(described + "\n", "utf-8")
            paths.append(path)
        return paths

    def _metadata(self, table: Table) -> dict:
        columns = [_described(column) for column in table.columns]
        if table.class_iri:
            columns.append({"name": "type", "virtual": True, "propertyUrl": RDF_TYPE, "valueUrl": table.class_iri})
        return {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": f"{table.name}.csv",
            "dc:title": self.maker.labels.get(table.class_iri, table.name),
            "dc:license": {"@id": self.license_iri},
            "tableSchema": {"aboutUrl": "{+iri}", "primaryKey": "iri", "columns": columns},
        }


def _described(column: Column) -> dict:
    entry: dict = {"name": column.name, "titles": column.name}
    if column.name == "iri":
        return {**entry, "datatype": "anyURI", "required": True, "suppressOutput": True}
    if column.separator:
        entry["separator"] = column.separator
    if column.names_of:
        about = f"Names of what stands in column {column.names_of}."
        return {**entry, "dc:description": about, "lang": column.language, "suppressOutput": True}
    entry["propertyUrl"] = column.property
    if column.is_reference:
        # A template cannot split a cell: with several values the IRIs are given as values of datatype anyURI.
        return entry | ({"datatype": "anyURI"} if column.separator else {"datatype": "anyURI", "valueUrl": f"{{+{column.name}}}"})
    if column.language:
        return {**entry, "lang": column.language}
    if len(column.datatypes) == 1:
        return {**entry, "datatype": _datatype(next(iter(column.datatypes)))}
    return {**entry, "datatype": "anyAtomicType"}


def _datatype(iri: str):
    return iri.removeprefix(XSD) if iri.startswith(XSD) else {"base": "string", "@id": iri}
