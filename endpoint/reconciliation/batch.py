"""Read a batch of reconciliation queries: plain data in, queries or a clear problem out.

Source: Reconciliation Service API 0.2, section 4.
"""

import json
from dataclasses import dataclass
from typing import Any

from endpoint.errors import BadRequest, QueryTooLong
from endpoint.reconciliation.spaces import Space

LARGEST_BATCH, LARGEST_LIMIT, LONGEST_TEXT = 10_000, 100, 2_000
# What clients are asked to send at once; more is taken, up to the largest batch.
GOOD_BATCH = 500
STRICTNESS = ("any", "should", "all")


@dataclass(frozen=True)
class PropertyWish:
    """A property that candidates should have. Shape: property id, values (texts, numbers, or IRIs of things), whether
    candidates without it are left out, and how many of the values are wished for: any, all or none."""

    property: str
    values: tuple[Any, ...]
    is_required: bool = False
    quantifier: str = "any"


@dataclass(frozen=True)
class MatchQuery:
    """One query of a batch. Shape: text, type IRIs, how strictly they hold, number of candidates, properties."""

    text: str
    types: frozenset[str]
    strictness: str
    limit: int
    properties: tuple[PropertyWish, ...]


@dataclass(frozen=True)
class ThingNamed:
    """A property value that is itself a thing. Shape: IRI or foreign identifier, its name when given."""

    identifier: str
    name: str = ""


def read_json(text: str, what: str) -> Any:
    """Give the JSON of a parameter. Raises: BadRequest, with line and column; also for escapes of half a letter (lone surrogates)."""
    try:
        found = json.loads(text)
        if "\\u" in text:  # only an escape can write one
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except json.JSONDecodeError as error:
        raise BadRequest(f"The {what} is not JSON: {error.msg}.", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise BadRequest(f"The {what} is nested too deeply.") from None
    except UnicodeEncodeError as error:
        raise BadRequest(f"The {what} has \\u{ord(error.object[error.start]):04x}, which is half a letter: a text that is no Unicode.") from None


def read_batch(text: str, space: Space, known_types: set[str], known_properties: set[str]) -> dict[str, MatchQuery]:
    """Give the queries of a batch by their keys. Raises: BadRequest, QueryTooLong."""
    batch = read_json(text, "batch of queries")
    if not isinstance(batch, dict):
        raise BadRequest('The batch must be an object, such as {"q0": {"query": "Azores"}}.')
    check_size(batch)
    return {name: _query(name, given, space, known_types, known_properties) for name, given in batch.items()}


def check_size(batch: Any) -> None:
    """Pass when a batch is not too large. Raises: QueryTooLong."""
    if len(batch) > LARGEST_BATCH:
        raise QueryTooLong(f"The batch holds {len(batch)} queries; at most {LARGEST_BATCH} are taken at once. Send it in parts.")


def _query(name: str, given: Any, space: Space, known_types: set[str], known_properties: set[str]) -> MatchQuery:
    if not isinstance(given, dict):
        raise BadRequest(f'Query "{name}" is not an object.', query=name)
    text, wishes = given.get("query", ""), given.get("properties") or []
    check_text(name, text, "query")
    if not isinstance(wishes, list) or not (text.strip() or wishes):
        raise BadRequest(f'Query "{name}" needs `query`, a text, or `properties`, a list that is not empty.', query=name)
    limit = read_limit(name, given)
    strictness = given.get("type_strict", "any")
    if strictness not in STRICTNESS:
        raise BadRequest(f'Query "{name}": `type_strict` must be one of {", ".join(STRICTNESS)}.', query=name)
    types = frozenset(read_types(name, given.get("type"), space, known_types))
    properties = tuple(_wish(name, wish, space, known_properties) for wish in wishes)
    return MatchQuery(text, types, strictness, limit, properties)


def check_text(name: str, text: Any, member: str) -> None:
    """Pass when it is a text that names can be compared with. Raises: BadRequest."""
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise BadRequest(f'Query "{name}": `{member}` must be a text of at most {LONGEST_TEXT} characters.', query=name)


def read_limit(name: str, given: dict) -> int:
    """Give how many candidates are asked for. Raises: BadRequest."""
    limit = given.get("limit", 5)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise BadRequest(f'Query "{name}": `limit` must be a number from 1.', query=name)
    return int(min(limit, LARGEST_LIMIT))


def read_types(name: str, given: Any, space: Space, known: set[str]) -> list[str]:
    """Give the IRIs of the types that are asked for. Raises: BadRequest."""
    types = []
    for one in given if isinstance(given, list) else [given] if given else []:
        # Older clients send a type as an object.
        identifier = one.get("id") if isinstance(one, dict) else one
        if not isinstance(identifier, str):
            raise BadRequest(f'Query "{name}": `type` must be an identifier or a list of them.', query=name)
        iri = space.type_iri(identifier)
        if iri not in known:
            raise BadRequest(f'Query "{name}": the type "{identifier}" is unknown here. See /reconcile/suggest/type.', query=name, type_id=identifier)
        types.append(iri)
    return types


def _wish(name: str, given: Any, space: Space, known: set[str]) -> PropertyWish:
    pid = given.get("pid") if isinstance(given, dict) else None
    if not isinstance(pid, str) or "v" not in given:
        raise BadRequest(f'Query "{name}": each of `properties` needs `pid` and `v`.', query=name)
    return PropertyWish(known_property(name, pid, known), read_values(name, given["v"], space))


def known_property(name: str, pid: str, known: set[str]) -> str:
    """Give the property when there is one of this id. Raises: BadRequest."""
    if pid not in known:
        raise BadRequest(f'Query "{name}": the property "{pid}" is unknown here. See /reconcile/suggest/property.', query=name, property=pid)
    return pid


def read_values(name: str, given: Any, space: Space) -> tuple[Any, ...]:
    """Give one or more values as a tuple. Raises: BadRequest."""
    return tuple(_value(name, value, space) for value in (given if isinstance(given, list) else [given]))


def _value(name: str, value: Any, space: Space) -> Any:
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return ThingNamed(space.long(value["id"]), str(value.get("name") or ""))
    if isinstance(value, str | int | float):
        return value
    raise BadRequest(f'Query "{name}": a value of a property must be a text, a number, true, false or an object with `id`.', query=name)
