"""Write an empty record with its guide: every field of its kind, in order, as comments to fill in."""

from pathlib import Path

from regin_graph.build.context import Context, read_context
from regin_graph.build.record_types import RecordType, read_record_types
from regin_graph.errors import WrongUse
from regin_graph.identifiers import CANONICAL_BASE, is_name


def write_new_record(kind: str, name: str, data: Path) -> Path:
    """Give the path of the new file. Raises: WrongUse when the name is not allowed or taken."""
    record_type = next(one for one in read_record_types(data).values() if one.name == kind)
    path = data / record_type.folder / f"{name}.yml"
    if not is_name(name):
        raise WrongUse(f'"{name}" is no identifier.', "Use lower-case letters a-z, digits and hyphens.")
    if path.exists():
        raise WrongUse("a record of this name exists.", "Choose another name; names are never reused.", str(path))
    context = read_context(data / "context.jsonld", CANONICAL_BASE)
    path.write_text(new_record(record_type, name, context), "utf-8")
    return path


def new_record(kind: RecordType, name: str, context: Context) -> str:
    """Give the text of an empty record: its id, and each field as a comment with its form."""
    lines = [f"id: {name}", "# Take the # away from what you know; leave out what you do not. Guide: data/README.md"]
    lines += ["status: {value: draft, source: [editorial]}"] if "status" in kind.fields else []
    for key in kind.fields:
        if key != "status":
            lines += _field(key, kind, context)
    return "\n".join(lines) + "\n"


def _field(key: str, kind: RecordType, context: Context) -> list[str]:
    if key not in kind.parts:
        return [f"# {key}: {{{_form(key, context)}, source: []}}"]
    inner = context.within(key)
    lines = [f"# {key}:", f"#   - id: {key.replace('_', '-')}-1"]
    for name in kind.parts[key].fields:
        lines.append(f"#     {name}: {_value(name, inner)}")
    return [*lines, "#     source: []"]


def _form(key: str, context: Context) -> str:
    value = _value(key, context)
    return value.strip("{}") if value.startswith("{") else f"value: {value}"


def _value(key: str, context: Context) -> str:
    term = context.terms[key]
    if term.datatype == "@language":
        return "{en: }"
    if term.base.startswith(CANONICAL_BASE + "scheme/"):
        return "[]"
    return "" if term.datatype in ("@id", "@vocab") else "''"
