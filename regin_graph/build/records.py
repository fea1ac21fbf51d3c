"""Read the record files: YAML as text into records, each statement with its sources and place."""

from collections.abc import Iterator
from pathlib import Path

from regin_graph.build.record import Located, Record, Statement
from regin_graph.build.record_types import RecordType
from regin_graph.build.report import Finding, Place
from regin_graph.build.yaml_text import read_yaml
from regin_graph.identifiers import is_name

LANGUAGE_TAG_LENGTHS = (2, 3)


def read_records(folder: Path, kind: RecordType, base: str, root: Path) -> Iterator[Record | Finding]:
    """Give the records of a folder in the order of their file names, and every finding about their form."""
    for path in sorted(folder.glob("*.y*ml")):
        yield from read_record_file(path, kind, base, root)


def read_record_file(path: Path, kind: RecordType, base: str, root: Path) -> Iterator[Record | Finding]:
    """Give the records of one file: the file is one record, or holds several under `records`."""
    shown = shown_path(path, root)
    mapping, findings = read_yaml(path, shown)
    yield from findings
    if mapping is None:
        return
    # A set of records needs no id of its own: its file's name says what it is about.
    name = str(mapping.get("id", path.stem if "records" in mapping else ""))
    if path.suffix != ".yml" or name != path.stem:
        problem = f'the id "{name}" is not the file\'s name "{path.name}".'
        yield _violation(shown, mapping.lines.get("id", 1), "id", "id-and-file-name", problem, f"Write `id: {path.stem}` in a file {path.stem}.yml.")
    if "records" not in mapping:
        yield from _record(mapping, kind, base, shown)
        return
    for key in mapping.keys() - {"id", "records"}:
        yield _unknown(shown, mapping.lines[key], key, ["id", "records"])
    for entry in mapping["records"]:
        if isinstance(entry, Located):
            yield from _record(entry, kind, base, shown)
        else:
            yield _violation(shown, mapping.lines["records"], "records", "not-a-record", f'"{entry}" is no record.', "Write `- id: …` and its fields.")


def shown_path(path: Path, root: Path) -> str:
    """Give the path as findings show it: relative to the project where it lies inside it."""
    path, root = path.resolve(), root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _record(mapping: Located, kind: RecordType, base: str, shown: str) -> Iterator[Record | Finding]:
    name = mapping.get("id")
    if not isinstance(name, str) or not is_name(name):
        problem = f'the id "{name}" is missing or is no identifier.'
        yield _violation(shown, mapping.lines.get("id", mapping.line), "id", "identifier", problem, "Use lower-case letters a-z, digits and hyphens.")
        return
    record = Record(f"{base}{kind.path}/{name}", (kind.class_name,), Place(shown, mapping.lines["id"], "id"))
    record.parts = {key: part.class_name for key, part in kind.parts.items()}
    record.sources = tuple(_as_list(mapping.get("source", [])))
    seen_parts: dict[str, int] = {}
    for key, content in mapping.items():
        if key in ("id", "source"):
            continue
        line = mapping.lines[key]
        if key not in kind.fields:
            yield _unknown(shown, line, key, kind.fields)
            continue
        several = isinstance(content, list) and any(isinstance(item, Located) for item in content)
        for item in content if several else [content]:
            place = Place(shown, item.line if isinstance(item, Located) and several else line, key)
            outcome = _statement(key, item, record, kind, place, seen_parts)
            if isinstance(outcome, Statement):
                record.statements.append(outcome)
            else:
                yield from outcome
    yield record


def _statement(key, item, record: Record, kind: RecordType, place: Place, seen_parts) -> Statement | list[Finding]:
    sources, content, findings = record.sources, item, []
    if isinstance(item, Located):
        content = Located(item.line)
        content.update({name: value for name, value in item.items() if name != "source"})
        content.lines = item.lines
        if "source" in item:
            sources = tuple(_as_list(item["source"]))
        if key in kind.parts:
            _take_own_sources(content)
            findings += _part_findings(key, content, kind, place, seen_parts)
        elif "value" in content:
            extra = [name for name in content if name != "value"]
            findings += [_unknown(place.file, content.lines[name], name, ["value", "source"]) for name in extra]
            content = content["value"]
        else:
            findings += [
                _no_language(place.file, content.lines[name], name)
                for name in content
                if len(name.split("-")[0]) not in LANGUAGE_TAG_LENGTHS
            ]
    elif key in kind.parts:
        findings.append(Finding(place, "Violation", "not-a-part", f'"{key}" is written as plain text.', "Write it as a list of entries with `id:`."))
    if not sources:
        findings.append(Finding(place, "Violation", "statement-without-source", f'field "{key}" names no source.', "Add `source: [id]` with ids of data/sources/sources.csv."))
    return findings or Statement(key, content, sources, place)


def _take_own_sources(part: Located) -> None:
    # Inside a part, a field may name sources of its own: a tag of the editors on a fact somebody else tells.
    for name, value in list(part.items()):
        if isinstance(value, Located) and "source" in value:
            part.sources[name] = tuple(_as_list(value.pop("source")))
            part[name] = value["value"] if value.keys() == {"value"} else value


def _part_findings(key, content: Located, kind: RecordType, place: Place, seen_parts) -> list[Finding]:
    findings = []
    name = content.get("id")
    if not isinstance(name, str) or not is_name(name):
        findings.append(Finding(place, "Violation", "identifier", f'an entry of "{key}" has no id or none that is allowed: "{name}".', f"Give it an id of its own, such as `id: {key.replace('_', '-')}-1`."))
    elif name in seen_parts:
        findings.append(Finding(place, "Violation", "duplicate-id", f'the id "{name}" stands twice in this record (first in line {seen_parts[name]}).', "Give each entry an id of its own."))
    else:
        seen_parts[name] = content.line
    fields = kind.parts[key].fields
    findings += [_unknown(place.file, content.lines[name], name, fields) for name in content if name not in fields and name != "id"]
    return findings


def _as_list(value) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _unknown(shown: str, line: int, key: str, known) -> Finding:
    from difflib import get_close_matches

    near = get_close_matches(key, list(known), 1)
    repair = f'Did you mean "{near[0]}"?' if near else "Remove it. data/README.md lists the fields there are, CONTRIBUTING.md says how a new one is added (\"A new field\")."
    return _violation(shown, line, key, "unknown-field", f'field "{key}" is unknown here.', repair)


def _no_language(shown: str, line: int, key: str) -> Finding:
    repair = "Write the text under its language tag: en, fr, de, it, es, pt, sv, el or another; a plain value under `value`."
    return _violation(shown, line, key, "unknown-field", f'"{key}" is no language tag.', repair)


def _violation(shown: str, line: int, key: str, rule: str, problem: str, repair: str) -> Finding:
    return Finding(Place(shown, line, key), "Violation", rule, problem, repair)
