"""Tables that people send: read with the line of every row, and refused with a reason when their form is wrong."""

import gzip
import os
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from regin_graph.importers import table_file
from regin_graph.importers.table_file import read_table_file


def written(tmp_path, content: bytes, name: str = "table.csv"):
    """Give the table read from a file with this content."""
    path = tmp_path / name
    path.write_bytes(content)
    return read_table_file(path)


def workbook(tmp_path, rows, change=None):
    """Give the table read from a workbook with these rows."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    if change:
        change(book.active)
    path = tmp_path / "table.xlsx"
    book.save(path)
    return read_table_file(path)


@pytest.mark.parametrize("text", ["region,score\nazores,56\n\n,\nskane,63\n", "\ufeffregion;score\r\nazores;56\r\n;\r\n\r\nskane;63", "region\tscore\nazores\t56\n\t\n\nskane\t63\n"])
def test_rows_keep_their_lines_whatever_separates_their_cells(tmp_path, text):
    table = written(tmp_path, text.encode())
    assert not table.findings and [(row.line, row.cells) for row in table.rows] == [(2, {"region": "azores", "score": "56"}), (5, {"region": "skane", "score": "63"})]


def test_a_line_break_inside_a_cell_is_counted(tmp_path):
    table = written(tmp_path, b'a,b\n"x\ny",1\nz,2\n')
    assert [(row.line, row.cells["a"]) for row in table.rows] == [(2, "x\ny"), (4, "z")]


@pytest.mark.parametrize(("content", "rule", "line"), [
    ("a,b\nSk\u00e5ne,1\n".encode("latin-1"), "encoding", 2), ("a\nb\n".encode("utf-16"), "encoding", 1), (b"a\n\x00\n", "encoding", 1), (b'a,b\n"x,1\n', "not-csv", 2),
    (b"a,b\n1,2,3\n", "row-length", 2), (b"a,a\n1,2\n", "duplicate-column", 1), (b"a,,b\n1,2,3\n", "column-without-name", 1), (b"", "no-header", 1), (b"\n\n", "no-header", 1),
    (b"a\n" + b"x" * 200_000, "not-csv", 2),
])
def test_faults_of_text_are_told_with_their_line(tmp_path, content, rule, line):
    finding = written(tmp_path, content).findings[0]
    assert (finding.rule, finding.place.line) == (rule, line) and finding.problem and finding.repair


def test_other_files_are_refused(tmp_path):
    assert written(tmp_path, b"x", "table.xls").findings[0].rule == "unknown-format"
    assert written(tmp_path, b"no workbook", "table.xlsx").findings[0].rule == "unreadable-file"
    assert read_table_file(tmp_path / "missing.csv").findings[0].rule == "unreadable-file"


def test_cells_of_a_workbook_become_text(tmp_path):
    from datetime import date

    table = workbook(tmp_path, [["a", "b", "c", "d"], [1.0, 2.5, date(2021, 3, 1), True], [None, "x", None, None]])
    assert [row.cells for row in table.rows] == [{"a": "1", "b": "2.5", "c": "2021-03-01", "d": "true"}, {"a": "", "b": "x", "c": "", "d": ""}]


@pytest.mark.parametrize(("change", "rule", "place"), [
    (lambda sheet: sheet.merge_cells("A2:B2"), "merged-cells", (2, "A")),
    (lambda sheet: sheet.__setitem__("B2", "=SUM(1,2)"), "formula", (2, "B")),
    (lambda sheet: setattr(sheet["A2"], "value", "#REF!"), "error-value", (2, "A")),
])
def test_faults_of_a_workbook_are_told_with_their_cell(tmp_path, change, rule, place):
    finding = workbook(tmp_path, [["a", "b"], ["x", 1]], change).findings[0]
    assert (finding.rule, (finding.place.line, finding.place.field)) == (rule, place)


def test_a_workbook_that_unpacks_to_much_is_not_opened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert read_table_file(path).findings[0].rule == "file-too-large"


def test_more_rows_and_bytes_than_allowed_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(table_file, "MOST_ROWS", 3)
    table = written(tmp_path, b"a\n" + b"1\n" * 10)
    assert table.findings[0].rule == "too-many-rows" and len(table.rows) == 4
    monkeypatch.setattr(table_file, "LARGEST_FILE", 10)
    assert written(tmp_path, b"a\n" + b"1\n" * 10).findings[0].rule == "file-too-large"


def test_more_cells_than_allowed_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(table_file, "MOST_CELLS", 10)
    table = written(tmp_path, b"a,b\n" + b"1,2\n" * 10)
    assert table.findings[0].rule == "too-many-cells" and table.findings[0].place.line == 7


def test_a_million_rows_are_refused_in_bounded_memory(tmp_path):
    """The rows come from a file that is larger than what reading it may take."""
    path = tmp_path / "large.csv"
    path.write_bytes(b"region,score,note\n" + b"azores,56,the same words in every row\n" * 1_000_000)
    script = (
        "import resource, sys; from pathlib import Path; from regin_graph.importers.table_file import read_table_file; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; found = read_table_file(Path(sys.argv[1])).findings[0].rule; "
        "print(found, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    rule, mebibytes = subprocess.run([sys.executable, "-c", script, path], check=True, capture_output=True, text=True, timeout=60).stdout.split()
    assert rule == "too-many-rows" and int(mebibytes) < 150


def test_a_workbook_full_of_texts_is_not_opened(tmp_path):
    path = tmp_path / "texts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", os.urandom(1_000_000).hex() * 40)
    assert read_table_file(path).findings[0].rule == "file-too-large"


def test_a_packed_table_is_unpacked_and_never_further_than_allowed(tmp_path, monkeypatch):
    table = written(tmp_path, gzip.compress(b"a,b\n1,2\n"), "table.tsv.gz")
    assert not table.findings and table.rows[0].cells == {"a": "1", "b": "2"}
    assert written(tmp_path, gzip.compress(b"a,b\n1,2,3\n"), "table.csv.gz").findings[0].place.file == "table.csv.gz"
    for content, name in ((b"no gzip", "t.csv.gz"), (gzip.compress(b"a\n1\n")[:-9], "t.csv.gz")):
        assert written(tmp_path, content, name).findings[0].rule == "unreadable-file"
    monkeypatch.setattr(table_file, "LARGEST_FILE", 2**20)
    assert written(tmp_path, gzip.compress(b"0" * 50 * 2**20), "bomb.csv.gz").findings[0].rule == "file-too-large"
