"""The mapping table of a format: which column becomes which field, and what its cells may hold."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regin_graph.build.literals import partial_date_type
from regin_graph.build.report import Finding, Place
from regin_graph.identifiers import is_name
from regin_graph.importers.known_names import Names
from regin_graph.importers.table_file import Row, TableFile
from regin_graph.reconciliation.names import plain

MAPPINGS = Path(__file__).parent / "mappings"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
SEXES = {"F": "F", "M": "M", "T": "T", "FEMALE": "F", "MALE": "M", "TOTAL": "T"}


@dataclass(frozen=True)
class Column:
    """A row of a mapping table. Shape: column of theirs, field of ours (with a part: part.field), kind of value, required, default,
    help, and the field of the collection template whose labels, in any language, name the column as well."""

    column: str
    field: str
    kind: str
    required: bool
    default: str
    help: str
    template: str = ""

    def names(self, known: dict[str, Names]) -> set[str]:
        """Give the names that the column may have, as they are compared."""
        labels = known["concept template-field"].by_name if self.template else {}
        return {plain(self.column)} | {label for label, fields in labels.items() if self.template in fields}


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be taken. Shape: problem, repair."""

    problem: str
    repair: str


def read_mapping(name: str) -> list[Column]:
    """Give the mapping table of a format."""
    with (MAPPINGS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [Column(row["column"], row["field"], row["kind"], row["required"] == "yes", row["default"], row["help"], row.get("template", "")) for row in csv.DictReader(file)]


def read_rows(table: TableFile, mapping: list[Column], known: dict[str, Names]) -> Iterator[tuple[Row, dict[str, object] | list[Finding]]]:
    """Give for each row its values by field, or the findings that forbid it; faults of the columns go to the table's findings."""
    wanted = [(column, column.names(known)) for column in mapping if column.column]
    theirs: dict[str, str] = {}
    for name in table.columns:
        meant = {column.column for column, names in wanted if plain(name) in names}
        for column in meant:
            if column in theirs:
                table.fault(1, name, "duplicate-column", f'columns "{theirs[column]}" and "{name}" mean the same.', "Keep one.")
            theirs[column] = name
        if name and not meant:
            table.fault(1, name, "unknown-column", f'column "{name}" is not known.', f"Known columns: {', '.join(dict.fromkeys(column.column for column, _ in wanted))}.")
    for column, _ in wanted:
        if column.required and not column.default and column.column not in theirs:
            table.fault(1, column.column, "missing-column", f'column "{column.column}" is missing.', column.help)
    if table.findings:
        return
    for row in table.rows:
        values, findings = {}, []
        for column in mapping:
            text = row.cells.get(theirs.get(column.column, ""), "")
            outcome = read_cell(text or column.default, column, known)
            if isinstance(outcome, Fault):
                findings.append(Finding(Place(table.name, row.line, column.column), "Violation", "cell", outcome.problem, outcome.repair, value=text))
            elif outcome not in ("", []):
                values[column.field] = outcome
        yield row, findings or values


def read_cell(text: str, column: Column, known: dict[str, Names]) -> object:
    """Give the value of a cell (a text, or a list for several), or the fault that forbids it."""
    if not text:
        return Fault("the cell is empty.", column.help) if column.required else ""
    kind, _, scheme = column.kind.partition(" ")
    if kind == "partners":
        return _partners(text, known)
    if kind == "texts":
        return [line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t")]
    if kind in ("concepts", "regions", "practices", "dimensions", "source"):
        name = f"concept {scheme}" if kind == "concepts" else kind.rstrip("s")
        found = [_named(part.strip(), name, known) for part in text.split(";") if part.strip()]
        faults = [one for one in found if isinstance(one, Fault)]
        return faults[0] if faults else found
    if kind in ("region", "country", "area", "indicator", "edition", "dimension", "concept", "practice"):
        return _named(text, column.kind, known)
    if kind in ("number", "score"):
        return _number(text, kind)
    if kind == "date":
        return text if _is_date(text) else Fault(f'"{text}" is no date.', "Write the year, month or day: 2019, 2019-06, 2019-06-30.")
    if kind == "sex":
        return SEXES.get(text.upper()) or Fault(f'"{text}" is not known.', "Use F, M or T.")
    if kind == "currency":
        return text.upper() if re.fullmatch(r"[A-Za-z]{3}", text) else Fault(f'"{text}" is no currency.', "Write its three letters, such as EUR.")
    if kind == "expert":
        return f"expert-{int(text)}" if re.fullmatch(r"[1-9]\d{0,2}", text.removeprefix("expert-")) and text.isdigit() else text if re.fullmatch(r"expert-[1-9]\d{0,2}", text) else Fault(
            "the cell does not number an expert.", "Write 1, 2 …; never a name or initials.")
    if kind == "name":
        return text if is_name(text) else Fault(f'"{text}" is no identifier.', "Use lower-case letters a-z, digits and hyphens.")
    if kind == "language":
        return text if LANGUAGE.fullmatch(text) else Fault(f'"{text}" is no language tag.', "Write it as en, fr, pt …")
    if kind == "address":
        return text if re.fullmatch(r"https?://[^\s<>\"]+", text) else Fault(f'"{text}" is no web address.', "Write it in full, with https://.")
    return text


def _named(text: str, kind: str, known: dict[str, Names]) -> str | Fault:
    names = known[kind]
    found = names.find(text)
    what = kind.removeprefix("concept ").replace("-", " ")
    if len(found) == 1:
        return next(iter(found))
    if found:
        return Fault(f'"{text}" may mean {", ".join(sorted(found))}.', "Write the identifier.")
    near = names.near(text)
    if near:
        return Fault(f'no {what} is called "{text}".', f"Did you mean {' or '.join(near)}?")
    few = sorted(names.identifiers)
    return Fault(f'no {what} is called "{text}".', f"Use one of {', '.join(few)}." if len(few) <= 20 else f"Use an identifier of a {what} known here, or add it first.")


def _partners(text: str, known: dict[str, Names]) -> list[dict[str, object]] | Fault:
    """Give each partner with its roles, which stand behind it in brackets: `Uppsala University (evaluator)`."""
    partners = []
    for part in (part.strip() for part in re.split(r"[;\n]", text)):
        found = re.fullmatch(r"(?P<name>.*\S)\s*\((?P<roles>[^()]+)\)", part)
        if not part:
            continue
        if found is None or known["actor"].find(part):
            name, roles = part, []
        else:
            name, roles = found["name"], [_named(role.strip(), "concept actor-role", known) for role in re.split(r"[,/]", found["roles"])]
        actor = _named(name, "actor", known)
        faults = [one for one in (actor, *roles) if isinstance(one, Fault)]
        if faults:
            return faults[0]
        partners.append({"actor": actor} | ({"role": roles} if roles else {}))
    return partners


def _number(text: str, kind: str) -> str | Fault:
    if not NUMBER.fullmatch(text):
        return Fault(f'"{text}" is no number.', "Write digits with a point and nothing else, such as 56.5; leave the row out where the value is missing.")
    if kind == "score" and not 0 <= float(text) <= 100:
        return Fault(f"{text} is no score.", "Scores are from 0 to 100.")
    return text


def _is_date(text: str) -> bool:
    try:
        return bool(partial_date_type(text))
    except ValueError:
        return False
