"""Tables: every fault of a CSV file or its metadata is named by file, line and column."""

import json

import pytest

from regin_graph.build.record import Record
from regin_graph.build.tables import read_tables
from regin_graph.identifiers import CANONICAL_BASE

COLUMNS = [
    {"name": "id", "suppressOutput": True, "required": True},
    {"name": "name", "lang": "en"},
    {"name": "other_name", "regin:languageColumn": "language", "separator": ";", "regin:sourceColumn": "seen_in"},
    {"name": "language", "suppressOutput": True},
    {"name": "seen_in", "suppressOutput": True},
    {"name": "source", "suppressOutput": True},
]
HEADER = "id,name,other_name,language,seen_in,source"


def write(folder, text: str, columns=COLUMNS):
    """Write a table of regions with its metadata."""
    (folder / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    metadata = {"url": "t.csv", "aboutUrl": "id/region/{id}", "regin:class": "regin:Region",
                "tableSchema": {"columns": columns}}
    (folder / "t.csv-metadata.json").write_text(json.dumps(metadata), "utf-8")


def test_a_row_becomes_a_record_with_the_sources_of_its_columns(tmp_path):
    write(tmp_path, f"{HEADER}\nskane,Skåne,Scania;Skonia,la,s2,s1; s3\n")
    (record,) = read_tables(tmp_path, CANONICAL_BASE, tmp_path)
    assert (record.iri, record.sources) == (CANONICAL_BASE + "id/region/skane", ("s1", "s3"))
    stated = {one.key: (one.content, one.sources, one.place.line) for one in record.statements}
    assert stated == {
        "name": ({"en": ["Skåne"]}, ("s1", "s3"), 2),
        "other_name": ({"la": ["Scania", "Skonia"]}, ("s2",), 2),
    }


def test_an_empty_cell_states_nothing(tmp_path):
    write(tmp_path, f"{HEADER}\nskane,,,,,s1\n")
    (record,) = read_tables(tmp_path, CANONICAL_BASE, tmp_path)
    assert record.statements == []


def test_a_quoted_line_break_keeps_the_line_numbers_right(tmp_path):
    write(tmp_path, f'{HEADER}\na,"two\nlines",,,,s\nb,B,,,,s\n')
    assert [record.place.line for record in read_tables(tmp_path, CANONICAL_BASE, tmp_path)] == [2, 4]


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("id,nam,other_name,language,seen_in,source\n", "unknown-field", 1),
        ("id,name,name,other_name,language,seen_in,source\n", "duplicate-field", 1),
        ("id,name,other_name,language,seen_in\n", "missing-column", 1),
        (f"{HEADER}\na,A,,,s\n", "row-length", 2),
        (f"{HEADER}\n,A,,,,s\n", "missing-value", 2),
        (f"{HEADER}\na,A,,,,\n", "statement-without-source", 2),
        (f'{HEADER}\na,"A"x,,,,s\n', "unreadable-file", 2),
        (f"{HEADER}\na,".encode() + b"\xff,,,,s\n", "unreadable-file", 2),
        (HEADER.replace(",", ";") + "\na;A;;;;s\n", "unreadable-file", 1),
    ],
)
def test_a_spoiled_table_is_named_by_file_line_and_column(tmp_path, text, rule, line):
    write(tmp_path, text)
    findings = [one for one in read_tables(tmp_path, CANONICAL_BASE, tmp_path) if not isinstance(one, Record)]
    assert {(finding.rule, finding.place.line) for finding in findings} >= {(rule, line)}
    assert all(finding.repair and finding.place.file == "t.csv" for finding in findings)


def test_a_table_without_metadata_is_a_finding(tmp_path):
    (tmp_path / "lonely.csv").write_text("id\n", "utf-8")
    (finding,) = read_tables(tmp_path, CANONICAL_BASE, tmp_path)
    assert (finding.rule, finding.place.file) == ("table-without-metadata", "lonely.csv")


def test_damaged_metadata_are_a_finding(tmp_path):
    (tmp_path / "t.csv-metadata.json").write_text('{"url": "t.csv",\n "aboutUrl"}', "utf-8")
    (finding,) = list(read_tables(tmp_path, CANONICAL_BASE, tmp_path))[:1]
    assert (finding.rule, finding.place.line) == ("unreadable-file", 2)
