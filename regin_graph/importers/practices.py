"""Rows in the columns of the collection template as records of practices."""

from pathlib import Path

from regin_graph.build.record_types import RecordType, read_record_types
from regin_graph.importers.columns import Column, read_mapping, read_rows
from regin_graph.importers.known_names import Names
from regin_graph.importers.proposal import Proposal, propose_record
from regin_graph.importers.table_file import TableFile

# Parts of records are numbered under these names where they are not named as their field.
PART_IDS = {"evaluation_conducted": "evaluation"}
# What the check refuses a practice without, and a table in the template's columns need not have.
ASKED_FOR = ("regional_role",)


def import_practices(table: TableFile, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a table of practices, one record for each row; faults go to the table's findings."""
    proposal, mapping, lines = Proposal(), read_mapping("practices"), {}
    records, kind = [], read_record_types(data)["practices"]
    for row, outcome in read_rows(table, mapping, known):
        if isinstance(outcome, list):
            table.findings += outcome
            continue
        if outcome["id"] in lines:
            table.fault(row.line, "id", "duplicate-row", f'the id "{outcome["id"]}" stands in line {lines[outcome["id"]]} already.', "Give each practice an id of its own.")
        lines.setdefault(outcome["id"], row.line)
        records.append((outcome["id"], record_fields(outcome, mapping, kind)))
    if not table.findings:
        for name, fields in records:
            propose_record(name, fields, "practices", data, proposal)
            if missing := [key for key in ASKED_FOR if key not in fields]:
                proposal.lines.append(f"to add to {name} before it can be published: {', '.join(missing)}")
    return proposal


def record_fields(values: dict, mapping: list[Column], kind: RecordType) -> dict[str, object]:
    """Give the fields of a record from the values of a row: each with its language and its sources, in the order of the guide."""
    language, sources = values["language"], values["source"]
    fields: dict[str, object] = {"status": {"value": "draft", "source": ["editorial"]}}
    for column in mapping:
        if column.field in ("id", "language", "source") or column.field not in values:
            continue
        value, (key, _, inner) = values[column.field], column.field.partition(".")
        text = {language: value} if column.kind in ("words", "texts") else value
        if inner:
            part = fields.setdefault(key, [{"id": f"{PART_IDS.get(key, key).replace('_', '-')}-1", "source": sources}])[0]
            part[inner] = text
        elif column.kind == "partners":
            fields[key] = [{"id": f"participation-{partner['actor']}", **partner, "source": sources} for partner in value]
        else:
            fields[key] = (text if isinstance(text, dict) else {"value": value}) | {"source": sources}
    for key, content in fields.items():
        if isinstance(content, list):
            names = ("id", *kind.parts[key].fields, "source")
            fields[key] = [{name: part[name] for name in names if name in part} for part in content]
    return {key: fields[key] for key in kind.fields if key in fields}
