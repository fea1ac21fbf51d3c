"""Read tables: CSV with CSVW metadata beside it; every column is used or said to be suppressed.

Source: CSV on the Web (https://www.w3.org/TR/tabular-metadata/). Our own annotations: regin:class,
regin:sourceColumn, regin:defaultSource, regin:languageColumn.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from uritemplate import expand

from regin_graph.build.record import Record, Statement
from regin_graph.build.records import shown_path
from regin_graph.build.report import Finding, Place

SUFFIX = "-metadata.json"


def read_tables(data: Path, base: str, root: Path) -> Iterator[Record | Finding]:
    """Give a record for each row of each table below the data folder, and every finding about their form."""
    for metadata in sorted(data.rglob(f"*.csv{SUFFIX}")):
        yield from read_table(metadata, base, root)
    described = {path.name.removesuffix(SUFFIX) for path in data.rglob(f"*.csv{SUFFIX}")}
    for path in sorted(data.rglob("*.csv")):
        if path.name not in described:
            yield _violation(Place(shown_path(path, root)), "table-without-metadata", "no metadata describe this table.", f"Add {path.name}{SUFFIX} beside it.")


def read_table(metadata_path: Path, base: str, root: Path) -> Iterator[Record | Finding]:
    """Give a record for each row of one table."""
    try:
        metadata = json.loads(metadata_path.read_text("utf-8"))
        columns = {column["name"]: column for column in metadata["tableSchema"]["columns"]}
        path = metadata_path.parent / metadata["url"]
        template = metadata["aboutUrl"]
    except (ValueError, KeyError, TypeError) as error:
        place = Place(shown_path(metadata_path, root), getattr(error, "lineno", 0))
        yield _violation(place, "unreadable-file", f"the metadata cannot be used ({error}).", "Give url, aboutUrl and tableSchema.columns with names.")
        return
    shown = shown_path(path, root)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            faults = list(_header_findings(header, columns, shown))
            yield from faults
            if not faults:
                yield from _rows(reader, header, columns, metadata, template, base, shown)
    except OSError as error:
        yield _violation(Place(shown), "unreadable-file", f"the table cannot be read ({error.strerror}).", "Check the file and its rights.")
    except UnicodeDecodeError:
        line = path.read_bytes().count(b"\n", 0, first_bad_byte(path.read_bytes())) + 1
        yield _violation(Place(shown, line), "unreadable-file", "the table is not UTF-8 text.", "Save it as UTF-8.")
    except csv.Error as error:
        yield _violation(Place(shown, reader.line_num), "unreadable-file", f"the table is not valid CSV: {error}.", "Check the quotes of this line.")


def first_bad_byte(content: bytes) -> int:
    """Give the place of the first byte that is not UTF-8, or the length.

    >>> first_bad_byte(b"ab" + bytes([255]))
    2
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def _header_findings(header, columns, shown: str) -> Iterator[Finding]:
    if len(header) == 1 and len(columns) > 1 and (cut := header[0].count(";") or header[0].count("\t")):
        problem = f"the cells are not separated by commas (the header has {cut} other separators)."
        yield _violation(Place(shown, 1), "unreadable-file", problem, "Save the table as CSV with commas, UTF-8.")
        return
    for name in header:
        if name not in columns:
            yield _violation(Place(shown, 1, name), "unknown-field", f'column "{name}" is not described.', f"Name it as one of: {', '.join(columns)}.")
        elif header.count(name) > 1:
            yield _violation(Place(shown, 1, name), "duplicate-field", f'column "{name}" stands twice.', "Keep one.")
    for name in columns:
        if name not in header:
            yield _violation(Place(shown, 1, name), "missing-column", f'column "{name}" is missing.', "Put it back; its cells may be empty.")


def _rows(reader, header, columns, metadata, template: str, base: str, shown: str) -> Iterator[Record | Finding]:
    previous = reader.line_num
    for cells in reader:
        line, previous = previous + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            yield _violation(Place(shown, line), "row-length", f"the row has {len(cells)} cells, the header {len(header)}.", "Check commas and quotes of this line.")
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        missing = [name for name, column in columns.items() if column.get("required") and not row[name]]
        if missing:
            yield from (_violation(Place(shown, line, name), "missing-value", f'column "{name}" is empty.', "Write its value.") for name in missing)
            continue
        yield from _record(row, columns, metadata, template, base, shown, line)


def _record(row, columns, metadata, template: str, base: str, shown: str, line: int) -> Iterator[Record | Finding]:
    iri = expand(template, row)
    iri = iri if "://" in iri else base + iri
    classes = metadata.get("regin:class", [])
    record = Record(iri, tuple([classes] if isinstance(classes, str) else classes), Place(shown, line, "id"))
    default = metadata.get("regin:defaultSource")
    fallback = [expand(default, row)] if default else []
    record.sources = tuple(_split(row.get(metadata.get("regin:sourceColumn", "source"), "")) or fallback)
    for name, column in columns.items():
        # The id stands in the row's address already.
        if column.get("suppressOutput") or name == "id" or not row[name]:
            continue
        own = _split(row[column["regin:sourceColumn"]]) if "regin:sourceColumn" in column else []
        sources, place = tuple(own) or record.sources, Place(shown, line, name)
        if not sources:
            yield _violation(place, "statement-without-source", f'column "{name}" names no source.', "Fill the source column with ids of data/sources/sources.csv.")
            continue
        values = [part.strip() for part in row[name].split(column["separator"]) if part.strip()] if "separator" in column else [row[name]]
        language = row[column["regin:languageColumn"]] if "regin:languageColumn" in column else column.get("lang")
        content = {language: values} if language else values
        record.statements.append(Statement(column.get("regin:key", name), content, sources, place))
    yield record


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _violation(place: Place, rule: str, problem: str, repair: str) -> Finding:
    return Finding(place, "Violation", rule, problem, repair)
