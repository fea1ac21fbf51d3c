"""A record as a JSON-LD document: what the context's own processor reads, for exchange and for proof."""

from regin_graph.build.context import PARTIAL_DATE, Context
from regin_graph.build.literals import partial_date_type
from regin_graph.build.record import Located, Record


def document(record: Record, context: Context) -> dict:
    """Give the JSON-LD document of a record (without its sources), to be read with data/context.jsonld."""
    node: dict = {"@id": record.iri, "@type": list(record.classes)}
    for statement in record.statements:
        node.setdefault(statement.key, []).append(_content(record, statement.key, statement.content, context))
    # A language map cannot stand in a list beside another: merge them.
    for key, values in node.items():
        if not key.startswith("@") and context.terms[key].datatype == "@language":
            node[key] = _merged(values)
    return node


def _content(record: Record, key: str, content, context: Context):
    term = context.terms[key]
    if isinstance(content, list):
        return [_content(record, key, item, context) for item in content]
    if isinstance(content, Located) and key in record.parts:
        inner = context.within(key)
        part = {name: _content(record, name, value, inner) for name, value in content.items() if name != "id"}
        return {"@id": f"{record.iri}/{content['id']}", "@type": record.parts[key], **part}
    if term.datatype == PARTIAL_DATE:
        return {"@value": content, "@type": partial_date_type(content)}
    return dict(content) if isinstance(content, dict) else content


def _merged(maps: list[dict]) -> dict:
    merged: dict[str, list[str]] = {}
    for one in maps:
        for language, texts in one.items():
            merged.setdefault(language, []).extend(texts if isinstance(texts, list) else [texts])
    return merged
