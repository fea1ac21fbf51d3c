"""The kinds of records: their folder, class, fields and parts, read from data/record_types.yml."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class PartType:
    """A part of a record that is a node of its own. Shape: class (prefixed name), fields."""

    class_name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class RecordType:
    """A kind of record. Shape: name, folder below data/, path of its IRIs, class, fields in guide order, parts."""

    name: str
    folder: str
    path: str
    class_name: str
    fields: tuple[str, ...]
    parts: dict[str, PartType]


def read_record_types(data: Path) -> dict[str, RecordType]:
    """Give the record types by the folder their files stand in."""
    table = yaml.safe_load((data / "record_types.yml").read_text("utf-8"))
    types = {}
    for name, entry in table.items():
        parts = {
            key: PartType(part["class"], tuple(part["fields"])) for key, part in (entry.get("parts") or {}).items()
        }
        types[entry["folder"]] = RecordType(
            name, entry["folder"], entry["path"], entry["class"], tuple(entry["fields"]), parts
        )
    return types
