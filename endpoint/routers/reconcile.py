"""The reconciliation service: manifest, matching in batches, suggestions, previews, data extension."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from endpoint.clients import public_base
from endpoint.errors import BadRequest, NotFound, QueryTooLong, UnsupportedMediaType
from endpoint.languages import reader_of
from endpoint.media_types import FORM_DATA, PLAIN_JSON, media_type_of
from endpoint.pages import environment
from endpoint.reconciliation.batch import read_batch, read_json
from endpoint.reconciliation.catalogue import Catalogue, read_catalogue
from endpoint.reconciliation.draft import draft_extension, read_draft_batch
from endpoint.reconciliation.extension import best_name, extend, extended
from endpoint.reconciliation.manifest import draft_manifest, manifest, type_object
from endpoint.reconciliation.matching import Match, match_batch
from endpoint.reconciliation.properties import every_property, property_values
from endpoint.reconciliation.spaces import Space
from regin_graph.reconciliation.index import Entity
from regin_graph.reconciliation.names import plain

router = APIRouter(prefix="/reconcile", include_in_schema=False)

# Where the coming version of the interface is answered; its manifest cannot be that of 0.2.
DRAFT = "/draft"
LARGEST_BODY = 16 * 1024 * 1024
CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,5}")
LONGEST_CALLBACK = 100
SUGGESTED, MOST_SUGGESTED = 10, 50
PREVIEW_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


@router.get("")
@router.get("/")
async def answer(request: Request) -> Response:
    """Give the manifest, or the answer to the queries of the address."""
    return await _answer(request, dict(request.query_params))


@router.post("")
@router.post("/")
async def answer_form(request: Request) -> Response:
    """Give the answer to the queries of a form."""
    media_type, _ = media_type_of(request.headers.get("content-type", FORM_DATA))
    if media_type != FORM_DATA:
        raise UnsupportedMediaType(f"Send the queries as {FORM_DATA}.", accepted=[FORM_DATA])
    body = await _body(request)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise BadRequest("The form is not UTF-8 text, or has too many fields.") from None
    return await _answer(request, dict(request.query_params) | {name: values[0] for name, values in fields.items()})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise QueryTooLong(f"The request is larger than {LARGEST_BODY // 2**20} MiB. Send the batch in parts.")
    return bytes(body)


async def _json_body(request: Request, what: str) -> Any:
    media_type, _ = media_type_of(request.headers.get("content-type", PLAIN_JSON.media_type))
    if media_type != PLAIN_JSON.media_type:
        raise UnsupportedMediaType(f"Send the {what} as {PLAIN_JSON.media_type}.", accepted=[PLAIN_JSON.media_type])
    try:
        return read_json((await _body(request)).decode(), what)
    except UnicodeDecodeError:
        raise BadRequest(f"The {what} is not UTF-8 text.") from None


@router.get(DRAFT)
@router.get(f"{DRAFT}/")
async def describe_draft(request: Request) -> Response:
    """Give the manifest of the coming version of the interface."""
    language, catalogue = reader_of(request).language, await read_catalogue(request)
    return _json(draft_manifest(_space(request), _address(request), catalogue, request.app.state.engine.release.version, language), {})


@router.post(f"{DRAFT}/reconcile")
@router.post(f"{DRAFT}/match")
async def answer_draft(request: Request) -> Response:
    """Give the candidates for a batch of the coming version, in the order of its queries."""
    space, catalogue, engine = _space(request), await read_catalogue(request), request.app.state.engine
    asked = read_draft_batch(await _json_body(request, "batch of queries"), space, set(catalogue.types), set(every_property()))
    found = await match_batch({str(number): query for number, (query, _) in enumerate(asked)}, catalogue, engine, space)
    told: dict[tuple[str, str, str], dict[str, Any]] = {}
    return _json({"results": [
        {"candidates": [match_object(one, catalogue, space, language or reader_of(request).language, told) for one in found[str(number)]]}
        for number, (_, language) in enumerate(asked)
    ]}, {})


@router.post(f"{DRAFT}/extend")
async def extend_draft(request: Request) -> Response:
    """Give the values of properties in the form of the coming version."""
    asked = await _json_body(request, "data extension query")
    return _json(draft_extension(await extended(asked, request.app.state.engine, _space(request), reader_of(request).language)), {})


async def _answer(request: Request, parameters: dict[str, str]) -> Response:
    space, language = _space(request), reader_of(request).language
    engine, catalogue = request.app.state.engine, await read_catalogue(request)
    if "queries" in parameters:
        queries = read_batch(parameters["queries"], space, set(catalogue.types), set(every_property()))
        matches = await match_batch(queries, catalogue, engine, space)
        told: dict[tuple[str, str, str], dict[str, Any]] = {}
        found = {name: {"result": [match_object(one, catalogue, space, language, told) for one in few]} for name, few in matches.items()}
        return _json(found, parameters)
    if "extend" in parameters:
        return _json(await extend(parameters["extend"], engine, space, language), parameters)
    return _json(manifest(space, _address(request), catalogue, engine.release.version, language), parameters)


def match_object(match: Match, catalogue: Catalogue, space: Space, language: str, told: dict[tuple[str, str, str], dict[str, Any]]) -> dict[str, Any]:
    """Give a candidate as answers hold it; `told` keeps what was said of it before in the same batch."""
    entity, name = match.candidate.entity, match.candidate.name.text
    if (entity.iri, name, language) not in told:
        told[entity.iri, name, language] = {
            "id": space.short(entity.iri),
            "name": entity.named(language),
            "description": description_of(entity, language, name),
            "type": [type_object(iri, catalogue, space, language) for iri in entity.types],
        }
    return {
        **told[entity.iri, name, language],
        "score": match.candidate.score,
        "match": match.is_certain,
        "features": [{"id": pid, "name": every_property()[pid].title if pid in every_property() else pid, "value": value} for pid, value in match.features.items()],
    }


def description_of(entity: Entity, language: str, matched: str = "") -> str:
    """Give what tells an entity from its namesakes: country, and the name by which it was found."""
    parts = [entity.named(language, "country")]
    if matched and plain(matched) != plain(entity.named(language)):
        parts.append(matched)
    return " · ".join(part for part in parts if part)


@router.get("/suggest/entity")
@router.get(f"{DRAFT}/suggest/entity")
async def suggest_entity(request: Request, prefix: str = "", type: str = "", limit: int = SUGGESTED, cursor: int = 0) -> Response:
    """Give entities with a name that starts like this."""
    space, language, catalogue = _space(request), reader_of(request).language, await read_catalogue(request)
    types = frozenset(space.type_iri(one) for one in type.split(",") if one)
    if unknown := types - set(catalogue.types):
        raise BadRequest(f'The type "{space.short(sorted(unknown)[0])}" is unknown here. See /reconcile/suggest/type.')
    start, size = _window(cursor, limit)
    found = catalogue.index.starting_with(_short_enough(prefix), types, start + size)[start:]
    return _json({"result": [
        {"id": space.short(one.iri), "name": one.named(language), "description": description_of(one, language),
         "notable": [type_object(iri, catalogue, space, language) for iri in one.types]}
        for one in found
    ]}, request.query_params)


@router.get("/suggest/type")
@router.get(f"{DRAFT}/suggest/type")
async def suggest_type(request: Request, prefix: str = "", limit: int = SUGGESTED, cursor: int = 0) -> Response:
    """Give types whose name has a word that starts like this."""
    space, language, catalogue = _space(request), reader_of(request).language, await read_catalogue(request)
    start, size = _window(cursor, limit)
    found = [iri for iri, one in catalogue.types.items() if _starts(prefix, [*one.labels.values(), space.short(iri)])]
    return _json({"result": [type_object(iri, catalogue, space, language, with_broader=True) for iri in found[start:start + size]]}, request.query_params)


@router.get("/suggest/property")
@router.get(f"{DRAFT}/suggest/property")
async def suggest_property(request: Request, prefix: str = "", limit: int = SUGGESTED, cursor: int = 0) -> Response:
    """Give properties whose name has a word that starts like this."""
    start, size = _window(cursor, limit)
    found = [one for one in every_property().values() if _starts(prefix, [one.title, one.id])]
    return _json({"result": [
        {"id": one.id, "name": one.title, "description": f"of {', '.join(one.types)}"} for one in found[start:start + size]
    ]}, request.query_params)


@router.get("/properties")
@router.get(f"{DRAFT}/extend/propose")
async def propose_properties(request: Request, type: str = "", limit: int = 0) -> Response:
    """Give the properties that entities of a type can be extended with."""
    space, catalogue = _space(request), await read_catalogue(request)
    iri = space.type_iri(type) if type else ""
    if iri and iri not in catalogue.types:
        raise BadRequest(f'The type "{type}" is unknown here. See /reconcile/suggest/type.')
    names = {name for name in (iri, catalogue.types[iri].broader) if name} if iri else set()
    locals_ = {name.replace("#", "/").rpartition("/")[2] for name in names}
    found = [one for one in every_property().values() if not locals_ or locals_ & set(one.types)]
    answer = {"properties": [{"id": one.id, "name": one.title} for one in (found[:limit] if limit > 0 else found)]}
    if type:
        answer["type"] = type
    if limit > 0:
        answer["limit"] = limit
    return _json(answer, request.query_params)


@router.get("/preview")
@router.get(f"{DRAFT}/preview")
async def preview(request: Request, id: str) -> HTMLResponse:
    """Give a small page about an entity, to be shown inside another page."""
    body = environment.get_template("reconcile_preview.html").render(**await _card(request, id))
    return HTMLResponse(body, headers={"Content-Security-Policy": PREVIEW_POLICY, "X-Content-Type-Options": "nosniff"})


@router.get("/flyout/{kind}")
async def flyout(request: Request, kind: str, id: str) -> Response:
    """Give a few words about an entity, a type or a property as a piece of HTML."""
    space, language, catalogue = _space(request), reader_of(request).language, await read_catalogue(request)
    if kind == "entity":
        card = await _card(request, id)
    elif kind == "type" and space.type_iri(id) in catalogue.types:
        one = catalogue.types[space.type_iri(id)]
        card = _plain_card(one.named(language), one.definition, f"{_address(request)}/{space.short(one.iri)}" if one.iri.startswith(space.base) else one.iri)
    elif kind == "property" and id in every_property():
        one = every_property()[id]
        card = _plain_card(one.title, f"of {', '.join(one.types)}", f"{_address(request)}/reconcile/properties")
    else:
        raise NotFound(f'There is no {kind} "{id}" here.')
    html = environment.get_template("_reconcile_card.html").render(**card)
    return _json({"id": id, "html": html}, request.query_params)


async def _card(request: Request, identifier: str) -> dict[str, Any]:
    space, language, catalogue = _space(request), reader_of(request).language, await read_catalogue(request)
    entity = catalogue.index.entities.get(space.long(identifier))
    if entity is None:
        raise NotFound(f'There is no entity "{identifier}" here.')
    found = {name: await property_values(request.app.state.engine, name, [entity.iri], space) for name in ("description", "definition")}
    texts = [term for column in found.values() for term in column.get(entity.iri, [])]
    others = dict.fromkeys(name.text for name in entity.names if name.kind in ("name", "other") and name.text != entity.named(language))
    return {
        "lang": language, "name": entity.named(language), "country": entity.named(language, "country"),
        "types": [type_object(iri, catalogue, space, language)["name"] for iri in entity.types],
        "description": best_name(texts, language), "others": list(others)[:8], "address": f"{_address(request)}/{space.short(entity.iri)}",
    }


def _plain_card(name: str, description: str, address: str) -> dict[str, Any]:
    return {"name": name, "description": description, "address": address, "types": [], "country": "", "others": []}


def _space(request: Request) -> Space:
    return Space(request.app.state.settings.base_iri)


def _address(request: Request) -> str:
    return public_base(request.scope, request.app.state.settings)


def _window(cursor: int, limit: int) -> tuple[int, int]:
    return min(max(cursor, 0), 10_000), min(max(limit, 1), MOST_SUGGESTED)


def _short_enough(prefix: str) -> str:
    if len(prefix) > 500:
        raise BadRequest("The prefix is longer than 500 characters.")
    return prefix


def _starts(prefix: str, texts: list[str]) -> bool:
    words = plain(_short_enough(prefix)).split()
    return any(all(any(known.startswith(word) for known in plain(text).split()) for word in words) for text in texts)


def _json(content: Any, parameters: Any) -> Response:
    body, callback = json.dumps(content, ensure_ascii=False), parameters.get("callback")
    if callback is None:
        return Response(body, media_type=PLAIN_JSON.media_type)
    if len(callback) > LONGEST_CALLBACK or not CALLBACK.fullmatch(callback):
        raise BadRequest("The callback must be the name of a function.")
    # The comment keeps the answer from being taken for another kind of file. Line separators end a string in old scripts.
    script = body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Response(f"/**/{callback}({script});", media_type="text/javascript", headers={"X-Content-Type-Options": "nosniff"})
