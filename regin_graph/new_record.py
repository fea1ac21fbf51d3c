"""Write an empty record with its guide: every field of its kind, in order, as comments to fill in, each with what it means."""

from pathlib import Path
from textwrap import wrap

from pyoxigraph import NamedNode, RdfFormat, parse

from regin_graph.build.context import Context, read_context
from regin_graph.build.record_types import RecordType, read_record_types
from regin_graph.errors import WrongUse
from regin_graph.identifiers import CANONICAL_BASE, is_name

DEFINITION = NamedNode("http://www.w3.org/2004/02/skos/core#definition")
WIDTH = 110
# What fields mean whose property belongs to another vocabulary, which defines it more widely than a record uses it.
FOREIGN = {
    "actor": "The actor: its file in actors/.",
    "contact": "Whom to ask: an organisation, never a private person.",
    "description": "A short description, three or four sentences.",
    "licence": "Licence of a contributed text.",
    "member_of": "The actor that it is a member of.",
    "name": "The name, in each language that a source has.",
    "note": "A remark for readers.",
    "organisation": "The organisation to ask.",
    "other_name": "A further name: short form, former name.",
    "part_of": "The practice here that it is a part of.",
    "part_of_actor": "The actor that it is a part of.",
    "participation": "Who takes part, a part for each.",
    "replaced_by": "Of a retired record: class and name of the record that takes its place, such as practice/name.",
    "role": "What it does, from the list of roles.",
    "succeeds": "The actor that went before it.",
    "title": "The title, in each language that a source has.",
    "web_page": "The address of a web page.",
}


def write_new_record(kind: str, name: str, data: Path, ontology: Path) -> Path:
    """Give the path of the new file. Raises: WrongUse when the name is not allowed or taken."""
    record_type = next(one for one in read_record_types(data).values() if one.name == kind)
    path = data / record_type.folder / f"{name}.yml"
    if not is_name(name):
        raise WrongUse(f'"{name}" is no identifier.', "Use lower-case letters a-z, digits and hyphens.")
    if path.exists():
        raise WrongUse("a record of this name exists.", "Choose another name; names are never reused.", str(path))
    context = read_context(data / "context.jsonld", CANONICAL_BASE)
    path.write_text(new_record(record_type, name, context, read_definitions(ontology)), "utf-8")
    return path


def read_definitions(ontology: Path) -> dict[str, str]:
    """Give what each term of ours means, in English, by its IRI."""
    quads = (quad for path in sorted(ontology.glob("*.ttl")) for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=CANONICAL_BASE))
    return {quad.subject.value: quad.object.value for quad in quads if quad.predicate == DEFINITION and quad.object.language == "en"}


def new_record(kind: RecordType, name: str, context: Context, definitions: dict[str, str]) -> str:
    """Give the text of an empty record: its id, and each field as a comment with what it means and its form."""
    lines = [f"id: {name}", "# Take one # away from what you know; leave out what you do not. Lines with ## explain. Guide: data/README.md"]
    lines += ["status: {value: draft, source: [editorial]}"] if "status" in kind.fields else []
    for key in kind.fields:
        if key != "status":
            lines += _field(key, kind, context, definitions)
    return "\n".join(lines) + "\n"


def explanation(key: str, context: Context, definitions: dict[str, str]) -> str:
    """Give what a field means: the definition of its property, or our own words for a property of others, and where its values stand."""
    term = context.terms[key]
    meaning = FOREIGN.get(key) or definitions.get(term.iri, "")
    scheme = term.base.removeprefix(f"{CANONICAL_BASE}scheme/").rstrip("/") if term.base.startswith(f"{CANONICAL_BASE}scheme/") else ""
    return f"{meaning} Values: ontology/concepts/{scheme}.ttl.".strip() if scheme else meaning


def _field(key: str, kind: RecordType, context: Context, definitions: dict[str, str]) -> list[str]:
    told = wrap(explanation(key, context, definitions), WIDTH, initial_indent="## ", subsequent_indent="## ", break_on_hyphens=False)
    if key not in kind.parts:
        return [*told, f"# {key}: {{{_form(key, context)}, source: []}}"]
    inner = context.within(key)
    lines = [*told, f"# {key}:", f"#   - id: {key.replace('_', '-')}-1"]
    for name in kind.parts[key].fields:
        lines += wrap(explanation(name, inner, definitions), WIDTH, initial_indent="##     ", subsequent_indent="##     ", break_on_hyphens=False)
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
