"""Data extension: values of properties for entities that were matched.

Source: Reconciliation Service API 0.2, section 7.
"""

import asyncio
from typing import Any

from pyoxigraph import NamedNode

from endpoint.engine import Engine
from endpoint.errors import BadRequest, QueryTooLong
from endpoint.queries import Term
from endpoint.reconciliation.batch import read_json
from endpoint.reconciliation.properties import every_property, names_of, property_values
from endpoint.reconciliation.spaces import Space

MOST_ENTITIES = 10_000
XSD = "http://www.w3.org/2001/XMLSchema#"
WHOLE = {XSD + name for name in ("integer", "int", "long", "nonNegativeInteger")}
BROKEN = {XSD + name for name in ("decimal", "double", "float")}

SETTINGS = [
    {"name": "limit", "label": "Most values", "type": "number", "default": 0, "help_text": "At most this many values of an entity; 0: all."},
    {"name": "language", "label": "Language of texts", "type": "text", "default": "", "help_text": "Language tag, such as fr; empty: texts in every language."},
]


async def extend(text: str, engine: Engine, space: Space, language: str) -> dict[str, Any]:
    """Give the answer to a data extension query. Raises: BadRequest, QueryTooLong."""
    return await extended(read_json(text, "data extension query"), engine, space, language)


async def extended(asked: Any, engine: Engine, space: Space, language: str) -> dict[str, Any]:
    """Give the answer to a data extension query that was read. Raises: BadRequest, QueryTooLong."""
    ids, wishes = (asked.get("ids"), asked.get("properties")) if isinstance(asked, dict) else (None, None)
    if not isinstance(ids, list) or not isinstance(wishes, list) or not all(isinstance(one, str) for one in ids):
        raise BadRequest("A data extension query needs `ids`, a list of identifiers, and `properties`, a list of objects with `id`.")
    if len(ids) > MOST_ENTITIES:
        raise QueryTooLong(f"{len(ids)} entities were named; at most {MOST_ENTITIES} are taken at once. Send them in parts.")
    for wish in wishes:
        if not isinstance(wish, dict) or wish.get("id") not in every_property():
            named = wish.get("id") if isinstance(wish, dict) else wish
            raise BadRequest(f'The property "{named}" is unknown here. See /reconcile/suggest/property.', property=str(named))
    iris = {identifier: space.long(identifier) for identifier in ids if _is_iri(space.long(identifier))}
    columns = await asyncio.gather(*(property_values(engine, wish["id"], sorted(set(iris.values())), space) for wish in wishes))
    names = await names_of(engine, {term.value for column in columns for terms in column.values() for term in terms if term.kind == "iri"}, space)
    rows = {
        identifier: {
            wish["id"]: _cells(column.get(iris.get(identifier, ""), []), wish.get("settings") or {}, names, space, language)
            for wish, column in zip(wishes, columns, strict=True)
        }
        for identifier in ids
    }
    meta = [{"id": wish["id"], "name": every_property()[wish["id"]].title} for wish in wishes]
    return {"meta": meta, "rows": rows}


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:  # also of half a letter, which has no UTF-8
        return False
    return True


def _cells(terms: list[Term], settings: dict, names, space: Space, language: str) -> list[dict[str, Any]]:
    wanted = str(settings.get("language") or "")
    kept = [term for term in terms if not wanted or not term.language or term.language == wanted]
    most = settings.get("limit") or 0
    if not isinstance(most, int | float) or isinstance(most, bool):
        raise BadRequest("The setting `limit` must be a number.")
    cells = [_cell(term, names, space, wanted or language) for term in sorted(kept, key=lambda term: (term.value, term.language or ""))]
    return cells[: int(most)] if most > 0 else cells


def _cell(term: Term, names, space: Space, language: str) -> dict[str, Any]:
    if term.kind == "iri":
        if term.value.startswith(space.base) or term.value in names:
            return {"id": space.short(term.value), "name": best_name(names.get(term.value, []), language) or term.value}
        return {"str": term.value}
    if term.datatype in WHOLE:
        return {"int": int(term.value)}
    if term.datatype in BROKEN:
        return {"float": float(term.value)}
    if term.datatype == XSD + "date":
        return {"date": f"{term.value[:10]}T00:00:00Z"}
    return {"str": term.value}


def best_name(names: list[Term], language: str) -> str:
    """Give the name in a language, else in English, else any."""
    ranked = sorted(names, key=lambda term: (term.language != language, term.language != "en", term.language or "", term.value))
    return ranked[0].value if ranked else ""
