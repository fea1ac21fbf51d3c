"""XLSX: the tables as one Excel workbook, a sheet each; for people, not for the catalogue."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook as ExcelBook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from pyoxigraph import Store

from regin_graph.exporters.exporter import FILE_TYPE, Exporter
from regin_graph.exporters.tables import Column, Table, TableMaker
from regin_graph.exporters.workbook import FORBIDDEN, NUMBERS

LONGEST_CELL, LONGEST_NAME = 32_767, 31
MOMENT = datetime(1980, 1, 1)


class Excel(Exporter):
    """A spreadsheet in the Office Open XML format. Source: ISO/IEC 29500-1."""

    title = "XLSX"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_type, conforms_to = FILE_TYPE + "XLSX", "https://www.iso.org/standard/71691.html"

    def __init__(self, maker: TableMaker):
        self.file_name, self.maker = f"{maker.name}.xlsx", maker

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the workbook; its packing is the same on every machine and day."""
        book = ExcelBook(write_only=True)
        book.properties.created = book.properties.modified = MOMENT
        for table in self.maker.tables(store):
            _add_sheet(book, table)
        unpacked = io.BytesIO()
        book.save(unpacked)
        path = folder / self.file_name
        with zipfile.ZipFile(unpacked) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
                content = source.read(name)
                # The library writes the moment of saving whatever it is told.
                package.writestr(entry, _without_moment(content) if name == "docProps/core.xml" else content)
        return [path]


def _without_moment(content: bytes) -> bytes:
    start, end = content.find(b"<dcterms:modified"), content.find(b"</dcterms:modified>")
    if start < 0 or end < 0:
        return content
    return content[: content.find(b">", start) + 1] + b"1980-01-01T00:00:00Z" + content[end:]


def _add_sheet(book: ExcelBook, table: Table) -> None:
    sheet = book.create_sheet(table.name[:LONGEST_NAME])
    sheet.freeze_panes = "B2"
    heads = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, column.name)
        cell.font = Font(bold=True)
        heads.append(cell)
    sheet.append(heads)
    for row in table.rows:
        sheet.append([_cell(sheet, text, column) for text, column in zip(row, table.columns, strict=True)])


def _cell(sheet, text: str, column: Column):
    if not text:
        return None
    if column.datatypes and column.datatypes <= NUMBERS and not column.separator:
        return float(text) if "." in text else int(text)
    cell = WriteOnlyCell(sheet, text.translate(FORBIDDEN)[:LONGEST_CELL])
    # A text that starts with an equals sign stays a text.
    cell.data_type = "s"
    return cell
