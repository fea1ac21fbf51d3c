"""Read a table that somebody sends: CSV, TSV (also packed with gzip) or XLSX, with the line of every row and every fault of its form.

Units: bytes and rows of the limits below. What is over a limit is refused before it is read.
"""

import csv
import gzip
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from regin_graph.build.report import Finding, Place

LARGEST_FILE, MOST_ROWS, MOST_COLUMNS, MOST_CELLS, LONGEST_CELL = 100 * 2**20, 200_000, 500, 4_000_000, 100_000
# What a workbook may unpack to, and how much smaller it may be packed.
LARGEST_UNPACKED, HIGHEST_RATIO, MOST_ENTRIES = 400 * 2**20, 200, 2_000
# Texts of a workbook are held in memory all at once, those of a sheet row by row.
LARGEST_TEXTS, TEXTS = 64 * 2**20, "xl/sharedStrings.xml"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+)')
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")


@dataclass(frozen=True)
class Row:
    """A row. Shape: line in the file (from 1, the header counts), text of each cell by column."""

    line: int
    cells: dict[str, str]


@dataclass
class TableFile:
    """A table as it was read. Shape: shown name, columns, rows, findings; with findings the rows are not to be used."""

    name: str
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, line: int, column: str, rule: str, problem: str, repair: str) -> None:
        """Note a fault of the form."""
        self.findings.append(Finding(Place(self.name, line, column), "Violation", rule, problem, repair))


def read_table_file(path: Path) -> TableFile:
    """Give the table of a file; every fault is in its findings."""
    table = TableFile(path.name)
    try:
        size = path.stat().st_size
    except OSError as error:
        table.fault(0, "", "unreadable-file", f"the file cannot be read ({error.strerror}).", "Check its name and rights.")
        return table
    if size > LARGEST_FILE:
        table.fault(0, "", "file-too-large", f"the file has {size / 2**20:.0f} MiB; {LARGEST_FILE // 2**20} are allowed.", "Send it in parts.")
        return table
    if path.suffix.lower() == ".gz":
        return _unpacked(path, table)
    reader = {".csv": _text_rows, ".tsv": _text_rows, ".txt": _text_rows, ".xlsx": _sheet_rows}.get(path.suffix.lower())
    if reader is None:
        table.fault(0, "", "unknown-format", f'files ending in "{path.suffix}" are not read.', "Save it as .csv (UTF-8) or .xlsx.")
        return table
    _take_in(table, reader(path, table))
    return table


def _unpacked(path: Path, table: TableFile) -> TableFile:
    """Give the table of a file packed with gzip, as Eurostat offers its tables; it is unpacked to disk, and no further than allowed."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.stem
        try:
            with gzip.open(path) as packed, plain.open("wb") as file:
                while piece := packed.read(2**20):
                    file.write(piece)
                    if file.tell() > LARGEST_FILE:
                        table.fault(0, "", "file-too-large", f"the file unpacks to more than {LARGEST_FILE // 2**20} MiB.", "Send it in parts.")
                        return table
        except (OSError, EOFError, zlib.error):
            table.fault(0, "", "unreadable-file", "the file cannot be unpacked.", "Download it again, or unpack it yourself.")
            return table
        read = read_table_file(plain)
    for finding in read.findings:
        table.findings.append(replace(finding, place=replace(finding.place, file=table.name)))
    table.columns, table.rows = read.columns, read.rows
    return table


def _take_in(table: TableFile, rows: Iterable[tuple[int, list[str]]]) -> None:
    """Take in the rows: the first one that is not empty is the header. Equal cells share their text, as most cells of a table are repeated."""
    texts: dict[str, str] = {}
    for line, cells in rows:
        while cells and not cells[-1].strip():
            cells = cells[:-1]
        if not cells:
            continue
        if not table.columns:
            _take_header(table, line, cells)
            continue
        if len(cells) > len(table.columns):
            table.fault(line, "", "row-length", f"the row has {len(cells)} cells, the header {len(table.columns)}.", "Check separators and quotes of this line.")
            continue
        stripped = [cell.strip() for cell in cells]
        padded = [texts.setdefault(cell, cell) if len(cell) < 40 else cell for cell in stripped] + [""] * (len(table.columns) - len(cells))
        table.rows.append(Row(line, dict(zip(table.columns, padded, strict=True))))
        if len(table.rows) > MOST_ROWS:
            table.fault(line, "", "too-many-rows", f"the table has more than {MOST_ROWS:,} rows.", "Send it in parts.")
            return
        if len(table.rows) * len(table.columns) > MOST_CELLS:
            table.fault(line, "", "too-many-cells", f"the table has more than {MOST_CELLS:,} cells.", "Send it in parts.")
            return
    if not table.columns and not table.findings:
        table.fault(1, "", "no-header", "the table is empty.", "The first row names the columns.")


def _take_header(table: TableFile, line: int, cells: list[str]) -> None:
    names = [cell.strip() for cell in cells]
    if len(names) > MOST_COLUMNS:
        table.fault(line, "", "too-many-columns", f"the table has {len(names)} columns; {MOST_COLUMNS} are allowed.", "Remove columns.")
    for position, name in enumerate(names, 1):
        if not name:
            table.fault(line, "", "column-without-name", f"column {position} has no name.", "Name it, or remove it.")
        elif names.index(name) < position - 1:
            table.fault(line, name, "duplicate-column", f'column "{name}" stands twice.', "Keep one.")
    table.columns = names


def _text_rows(path: Path, table: TableFile) -> Iterator[tuple[int, list[str]]]:
    """Give the rows of a text file as they are read; the file is never held as a whole."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head:
        table.fault(1, "", "encoding", "the file is not UTF-8 text.", "Save it as CSV, UTF-8.")
        return
    csv.field_size_limit(LONGEST_CELL)
    previous = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(LONGEST_CELL)
            file.seek(0)
            # A tab in the header separates, whatever else stands in it.
            delimiter = "\t" if "\t" in first else max((",", ";"), key=first.count)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for cells in reader:
                yield previous + 1, cells
                previous = reader.line_num
    except UnicodeDecodeError:
        line, byte = _first_wrong_byte(path)
        table.fault(line, "", "encoding", f"byte {byte:#04x} is not UTF-8.", "Save the file as CSV, UTF-8.")
    except csv.Error as error:
        table.fault(previous + 1, "", "not-csv", f"the table is not valid CSV: {error}.", "Check the quotes of this line.")


def _first_wrong_byte(path: Path) -> tuple[int, int]:
    """Give the line of the first byte that is not UTF-8, and the byte."""
    with path.open("rb") as file:
        for line, content in enumerate(file, 1):
            try:
                content.decode()
            except UnicodeDecodeError as error:
                return line, content[error.start]
    return 1, 0


def _sheet_rows(path: Path, table: TableFile) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not _is_safe_package(path, table):
        return
    try:
        workbook = load_workbook(path, read_only=True, data_only=False)
        sheet = workbook.worksheets[0]
        # The stated size may be wrong or a million empty rows.
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
            yield line, [_cell_text(cell, line, table) for cell in cells]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError) as error:
        table.fault(0, "", "unreadable-file", f"the workbook cannot be read ({type(error).__name__}).", "Open it, save it anew as .xlsx, and try again.")


def _is_safe_package(path: Path, table: TableFile) -> bool:
    """Tell whether the workbook can be opened without harm: not too large unpacked, and no cells merged."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            texts = sum(entry.file_size for entry in entries if entry.filename == TEXTS)
            unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
            if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or unpacked > 2**20 and unpacked > HIGHEST_RATIO * max(packed, 1):
                table.fault(0, "", "file-too-large", f"the workbook unpacks to {unpacked / 2**20:.0f} MiB from {packed / 2**10:.0f} KiB.", "Copy the table into a new workbook, or save it as CSV.")
                return False
            if texts > LARGEST_TEXTS:
                table.fault(0, "", "file-too-large", f"the workbook holds {texts / 2**20:.0f} MiB of texts; {LARGEST_TEXTS // 2**20} are allowed.", "Save the table as CSV.")
                return False
            sheets = sorted((entry for entry in entries if SHEET.fullmatch(entry.filename)), key=lambda entry: entry.filename)
            if sheets:
                _note_merged_cells(package, sheets[0], table)
    # zipfile raises RuntimeError for encrypted entries, and a kind of it for compressions it cannot undo.
    except (zipfile.BadZipFile, OSError, RuntimeError):
        table.fault(0, "", "unreadable-file", "the file is no workbook.", "Save the table as .xlsx or as CSV.")
        return False
    return True


def _note_merged_cells(package: zipfile.ZipFile, entry: zipfile.ZipInfo, table: TableFile) -> None:
    tail = b""
    with package.open(entry) as file:
        while piece := file.read(2**20):
            for column, line in MERGED.findall(tail + piece):
                table.fault(int(line), column.decode(), "merged-cells", f"cells are merged from {column.decode()}{line.decode()} on.", "Split them and write the value in each.")
            cut = (tail + piece).rfind(b"<")
            tail = (tail + piece)[cut:] if cut >= 0 else b""


def _cell_text(cell, line: int, table: TableFile) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        table.fault(line, cell.column_letter, "formula", f"the cell holds a formula ({str(value)[:40]}).", "Replace it by its value (paste values only).")
        return ""
    if cell.data_type == "e":
        table.fault(line, cell.column_letter, "error-value", f"the cell holds the error {value}.", "Replace it by a value, or empty it.")
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        # A day without a time comes as midnight.
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)[:LONGEST_CELL]
