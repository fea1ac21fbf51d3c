"""Everything that a record names is there: concepts, records and sources."""

import pytest

BASE = "https://w3id.org/regin/"


def base_of(key: str, terms: dict) -> str:
    """Give the path below our base that the values of a key belong to; empty when they belong to no list of ours."""
    term = terms.get(key)
    base = term.get("@context", {}).get("@base", "") if isinstance(term, dict) else ""
    return base.removeprefix(BASE) if base.startswith(BASE) else ""


def values_of(content) -> list[str]:
    """Give the plain values of a statement or a list of statements."""
    if isinstance(content, list):
        return [value for one in content for value in values_of(one)]
    return values_of(content["value"]) if isinstance(content, dict) and "value" in content else [content] if isinstance(content, str) else []


def references_in(record: dict, terms: dict, parts: dict):
    """Give (key, path, value) for each name that a record or one of its parts refers to."""
    for key, content in record.items():
        if key in parts:
            inner = {**terms, **terms[key].get("@context", {})}
            for part in content if isinstance(content, list) else [content]:
                yield from references_in(part, inner, {})
        elif path := base_of(key, terms):
            yield from ((key, path, value) for value in values_of(content))


def unknown(path: str, value: str, names: dict) -> bool:
    return path in names and value not in names[path]


@pytest.fixture(scope="module")
def references(records, record_types, tables, context) -> list[tuple]:
    """Give (place, key, path, value) for every reference in records and tables."""
    parts = {kind["folder"]: kind.get("parts", {}) for kind in record_types.values()}
    found = [(str(path.name), *reference) for folder, content in records.items() for path, record in content for reference in references_in(record, context, parts[folder])]
    for table in tables.values():
        for name, column in table.columns.items():
            path = "" if column.get("suppressOutput") else base_of(column.get("regin:key", name), context)
            for line, row in enumerate(table.rows if path else [], start=2):
                separator = column.get("separator", "\0")
                found += [(f"{table.path.name} line {line}", name, path, value) for value in row[name].split(separator) if value]
    return found


def test_every_reference_finds_its_record_or_concept(references, names):
    dangling = [f'{place}: {key} "{value}"' for place, key, path, value in references if unknown(path, value, names)]
    assert not dangling, "These names lead nowhere; correct the spelling or add the record or concept:\n" + "\n".join(dangling)


def test_every_kind_of_reference_is_checked(references, names):
    unchecked = {path for _, _, path, _ in references} - names.keys() - {"", "scheme/obs-status/"}
    assert not unchecked, f"No list of names is known for {sorted(unchecked)}; add the scheme to ontology/concepts or the table to the fixture names."


def cited(value):
    """Give every source named anywhere below a value."""
    if isinstance(value, dict):
        yield from value.get("source", [])
        for key, inner in value.items():
            if key != "source":
                yield from cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from cited(inner)


def test_every_cited_source_exists(records, tables, names):
    known = names["id/source/"]
    missing = {f"{path.name}: {source}" for content in records.values() for path, record in content for source in cited(record) if source not in known}
    for table in tables.values():
        columns = {table.metadata.get("regin:sourceColumn")} | {column.get("regin:sourceColumn") for column in table.columns.values()}
        for name in columns - {None}:
            missing |= {f"{table.path.name}: {source}" for row in table.rows for source in row[name].split(";") if source and source not in known}
    assert not missing, "Add these to data/sources/sources.csv or correct the spelling:\n" + "\n".join(sorted(missing))


def test_every_statement_has_a_source(records):
    bare = []
    for content in records.values():
        for path, record in content:
            if "source" in record:
                continue
            for field, value in record.items():
                statements = value if isinstance(value, list) else [value]
                bare += [f"{path.name}: {field}" for one in statements if field != "id" and not (isinstance(one, dict) and one.get("source"))]
    assert not bare, "Say who says so: add source: [id] to\n" + "\n".join(bare)
