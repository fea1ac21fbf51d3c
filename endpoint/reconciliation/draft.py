"""The coming version of the interface: its batches and answers, where they differ from 0.2.

Source: Reconciliation Service API 1.0-draft, sections 4 and 7.
"""

from typing import Any

from endpoint.errors import BadRequest
from endpoint.reconciliation.batch import (
    MatchQuery,
    PropertyWish,
    check_size,
    check_text,
    known_property,
    read_limit,
    read_types,
    read_values,
)
from endpoint.reconciliation.spaces import Space

QUANTIFIERS = ("any", "all", "none")


def read_draft_batch(given: Any, space: Space, known_types: set[str], known_properties: set[str]) -> list[tuple[MatchQuery, str]]:
    """Give the queries of a batch in their order, each with the language that it asks for, or an empty one.
    Raises: BadRequest, QueryTooLong."""
    batch = given.get("queries") if isinstance(given, dict) else None
    if not isinstance(batch, list):
        raise BadRequest('The batch must be an object with a list, such as {"queries": [{"conditions": [{"matchType": "name", "v": "Azores"}]}]}.')
    check_size(batch)
    return [_query(str(number), one, space, known_types, known_properties) for number, one in enumerate(batch)]


def _query(name: str, given: Any, space: Space, known_types: set[str], known_properties: set[str]) -> tuple[MatchQuery, str]:
    conditions = given.get("conditions") if isinstance(given, dict) else None
    if not isinstance(conditions, list) or not conditions:
        raise BadRequest(f'Query "{name}" needs `conditions`, a list that is not empty.', query=name)
    text, wishes, strictness = "", [], "any"
    for condition in conditions:
        if not isinstance(condition, dict) or condition.get("matchType") not in ("name", "property") or "v" not in condition:
            raise BadRequest(f'Query "{name}": each of `conditions` needs `v` and a `matchType`, name or property.', query=name)
        if condition.get("matchQualifier") is not None:
            raise BadRequest(f'Query "{name}": there are no qualifiers here; leave `matchQualifier` out.', query=name)
        if condition["matchType"] == "property":
            wishes.append(_wish(name, condition, space, known_properties))
        elif text:
            raise BadRequest(f'Query "{name}" has two conditions on the name.', query=name)
        else:
            # Of several names for the same thing the first is taken; the others are what a person would try next.
            values = condition["v"] if isinstance(condition["v"], list) else [condition["v"]]
            text = values[0] if values else ""
            check_text(name, text, "v")
    kind = given.get("type")
    if kind is not None and not isinstance(kind, str):
        raise BadRequest(f'Query "{name}": `type` must be one identifier.', query=name)
    language = given.get("lang") or ""
    if not isinstance(language, str):
        raise BadRequest(f'Query "{name}": `lang` must be a language tag.', query=name)
    if not text.strip() and not wishes:
        raise BadRequest(f'Query "{name}" has an empty name and no property.', query=name)
    types = frozenset(read_types(name, kind, space, known_types))
    return MatchQuery(text, types, strictness, read_limit(name, given), tuple(wishes)), language


def _wish(name: str, condition: dict, space: Space, known: set[str]) -> PropertyWish:
    pid, quantifier, is_required = condition.get("pid"), condition.get("matchQuantifier") or "any", condition.get("required", False)
    if not isinstance(pid, str):
        raise BadRequest(f'Query "{name}": a condition on a property needs `pid`.', query=name)
    if quantifier not in QUANTIFIERS or not isinstance(is_required, bool):
        raise BadRequest(f'Query "{name}": `matchQuantifier` must be one of {", ".join(QUANTIFIERS)}, and `required` true or false.', query=name)
    return PropertyWish(known_property(name, pid, known), read_values(name, condition["v"], space), is_required, quantifier)


def draft_extension(answer: dict[str, Any]) -> dict[str, Any]:
    """Give the answer to a data extension query in the form of this version: rows and their properties as lists."""
    return {"meta": answer["meta"], "rows": [
        {"id": identifier, "properties": [{"id": pid, "values": cells} for pid, cells in columns.items()]}
        for identifier, columns in answer["rows"].items()
    ]}
