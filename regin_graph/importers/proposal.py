"""A proposal: files of the data folder as they would be, and the difference to what is there in words."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import yaml


@dataclass
class Proposal:
    """What an import proposes. Shape: text of each changed file by its path below data/, lines of the difference, counts."""

    files: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    passed_over: int = 0

    def as_text(self) -> str:
        """Give the difference in words, its counts last."""
        counts = f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"
        return "\n".join([*self.lines, counts + (f", {self.passed_over} passed over" if self.passed_over else "")])

    def write(self, folder: Path) -> list[Path]:
        """Give the files written below a folder; each is written beside its place first, so none is left half written."""
        paths = []
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.new")
            beside.write_text(text, "utf-8", newline="")
            beside.replace(path)
            paths.append(path)
        return paths


def propose_rows(rows: list[dict[str, object]], table: str, data: Path, proposal: Proposal, key: tuple[str, ...] = ("id",)) -> None:
    """Take rows, each with an id, into a table of the data folder: new ones at its end, changed ones in their place.
    `key`: the columns that tell rows apart where the id alone does not."""
    with (data / table).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, present = list(reader.fieldnames or []), {"/".join(row[name] for name in key): row for row in reader}
    differs = False
    for row in rows:
        texts = {name: ";".join(value) if isinstance(value, list) else str(value) for name, value in row.items()}
        name_of_row = "/".join(texts[name] for name in key)
        before = present.get(name_of_row)
        now = {name: texts.get(name, "") for name in columns}
        if before is None:
            proposal.added, differs = proposal.added + 1, True
            proposal.lines.append(f"added {name_of_row}: " + ", ".join(f"{name} {value}" for name, value in now.items() if value and name not in key))
        elif differing := [name for name in columns if name in texts and now[name] != before[name]]:
            proposal.changed, differs = proposal.changed + 1, True
            proposal.lines.append(f"changed {name_of_row}: " + ", ".join(f"{name} {before[name] or '(empty)'} → {now[name]}" for name in differing))
            # What the import does not speak of stays.
            now = before | {name: now[name] for name in differing}
        else:
            proposal.unchanged += 1
            now = before
        present[name_of_row] = now
    if differs:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(present.values())
        proposal.files[table] = text.getvalue()


class _Inline(dict):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes YAML as the records are written: entries of a list stand below their key, indented."""

    def increase_indent(self, flow=False, indentless=False):
        """Indent the entries of a list."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        """Write everything where it stands."""
        return True


_Dumper.add_representer(_Inline, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True))


def propose_record(name: str, fields: dict[str, object], folder: str, data: Path, proposal: Proposal) -> None:
    """Take a record into a folder of the data folder. An existing record is never overwritten: it is told as unchanged or as differing."""
    path = f"{folder}/{name}.yml"
    text = yaml.dump({"id": name} | {key: _inline(value) for key, value in fields.items()}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    if (data / path).exists():
        proposal.unchanged += 1
        proposal.lines.append(f"kept {name}: a record of this name exists; change it by hand in data/{path}")
        return
    proposal.added += 1
    proposal.lines.append(f"added {name}: " + ", ".join(fields))
    proposal.files[path] = text


def _inline(value: object) -> object:
    """Short fields stand on one line."""
    if isinstance(value, dict) and all(isinstance(part, str | list) for part in value.values()) and sum(len(str(part)) for part in value.values()) < 90:
        return _Inline(value)
    return [_inline(one) for one in value] if isinstance(value, list) else value
