"""ODS: the tables as one workbook, a sheet each, for people with a spreadsheet program."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import Store

from regin_graph.exporters.exporter import FILE_TYPE, Exporter
from regin_graph.exporters.tables import Column, Table, TableMaker

NUMBERS = {f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("decimal", "integer", "double", "nonNegativeInteger")}
OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
CLOSING = "</office:spreadsheet></office:body></office:document-content>"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest manifest:version="1.3"'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{type}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
# Characters that XML does not allow; none stands in the data, and none may break a file.
FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)}


class Workbook(Exporter):
    """A spreadsheet in the OpenDocument format.
    Source: ISO/IEC 26300 (OpenDocument), package and content.xml."""

    title = "ODS"
    media_type = "application/vnd.oasis.opendocument.spreadsheet"
    file_type, conforms_to = FILE_TYPE + "ODS", "https://docs.oasis-open.org/office/OpenDocument/v1.3/"

    def __init__(self, maker: TableMaker):
        self.file_name, self.maker = f"{maker.name}.ods", maker

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the workbook; its packing is the same on every machine and day."""
        path = folder / self.file_name
        sheets = [_sheet(table) for table in self.maker.tables(store)]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
            # The type comes first and unpacked, so that programs know the file by its first bytes.
            _put(package, "mimetype", self.media_type, zipfile.ZIP_STORED)
            _put(package, "META-INF/manifest.xml", MANIFEST.format(type=self.media_type))
            _put(package, "content.xml", OPENING + "".join(sheets) + CLOSING)
        return [path]


def _put(package: zipfile.ZipFile, name: str, text: str, packing: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.create_system, entry.external_attr = packing, 3, 0o644 << 16
    package.writestr(entry, text)


def _sheet(table: Table) -> str:
    head = "".join(_cell(column.name, False) for column in table.columns)
    body = "".join(f"<table:table-row>{''.join(_cells(row, table.columns))}</table:table-row>" for row in table.rows)
    return f"<table:table table:name={quoteattr(table.name)}><table:table-row>{head}</table:table-row>{body}</table:table>"


def _cells(row: list[str], columns: list[Column]) -> Iterator[str]:
    for text, column in zip(row, columns, strict=True):
        yield _cell(text, bool(column.datatypes) and column.datatypes <= NUMBERS and not column.separator)


def _cell(text: str, is_number: bool) -> str:
    if not text:
        return "<table:table-cell/>"
    shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.translate(FORBIDDEN).splitlines() or [""])
    if is_number:
        return f'<table:table-cell office:value-type="float" office:value={quoteattr(text)}>{shown}</table:table-cell>'
    return f'<table:table-cell office:value-type="string">{shown}</table:table-cell>'
