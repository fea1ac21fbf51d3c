"""Rows in the columns of the collection template as records of practices."""

from pathlib import Path

from regin_graph.importers.columns import Column, read_mapping, read_rows
from regin_graph.importers.known_names import Names
from regin_graph.importers.proposal import Proposal, propose_record
from regin_graph.importers.table_file import TableFile


def import_practices(table: TableFile, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a table of practices, one record for each row; faults go to the table's findings."""
    proposal, mapping, lines = Proposal(), read_mapping("practices"), {}
    records = []
    for row, outcome in read_rows(table, mapping, known):
        if isinstance(outcome, list):
            table.findings += outcome
            continue
        if outcome["id"] in lines:
            table.fault(row.line, "id", "duplicate-row", f'the id "{outcome["id"]}" stands in line {lines[outcome["id"]]} already.', "Give each practice an id of its own.")
        lines.setdefault(outcome["id"], row.line)
        records.append((outcome["id"], record_fields(outcome, mapping)))
    if not table.findings:
        for name, fields in records:
            propose_record(name, fields, "practices", data, proposal)
    return proposal


def record_fields(values: dict, mapping: list[Column]) -> dict[str, object]:
    """Give the fields of a record from the values of a row: each with its language and its sources."""
    language, sources = values["language"], values["source"]
    fields: dict[str, object] = {"status": {"value": "draft", "source": ["editorial"]}}
    for column in mapping:
        if column.field in ("id", "language", "source") or column.field not in values:
            continue
        value = values[column.field]
        if column.kind == "words":
            fields[column.field] = {language: value, "source": sources}
        elif column.kind == "actors":
            fields[column.field] = [{"id": f"participation-{actor}", "actor": actor, "source": sources} for actor in value]
        else:
            fields[column.field] = {"value": value, "source": sources}
    return fields
