"""OGC API Features: landing page, conformance, definition, collections, features."""

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode

from endpoint.clients import public_base
from endpoint.errors import BadRequest, NotFound
from endpoint.features import documents
from endpoint.features.collections import COLLECTIONS, Collection
from endpoint.features.openapi import definition
from endpoint.features.reference_systems import CRS84, read_system
from endpoint.features.register import Feature, read_registers
from endpoint.features.selection import read_selection, refuse_unknown
from endpoint.languages import reader_of
from endpoint.media_types import GEOJSON, HTML, PLAIN_JSON, prefers_html
from endpoint.pages import page
from endpoint.queries import answer_rows
from endpoint.questions import question
from endpoint.visit import Visit

router = APIRouter(prefix="/features", include_in_schema=False)
NAMED_AT_ONCE = 500


@router.get("")
@router.get("/")
async def landing(request: Request) -> Response:
    """Give the landing page."""
    form = _form(request)
    return await _answer(request, form, documents.landing(_root(request), form), "features_landing.html")


@router.get("/conformance")
async def conformance(request: Request) -> Response:
    """Give the standards that this interface follows."""
    form = _form(request)
    return await _answer(request, form, documents.conformance(_root(request), form), "features_conformance.html")


@router.get("/api")
async def api(request: Request) -> Response:
    """Give the definition of this interface."""
    content = definition(_root(request), request.app.state.engine.release.version)
    return await _answer(request, _form(request), content, "features_api.html", documents.OPENAPI, collections=COLLECTIONS)


@router.get("/collections")
async def collections(request: Request) -> Response:
    """Give all collections."""
    form = _form(request)
    content = documents.collections(_root(request), await read_registers(request), form)
    return await _answer(request, form, content, "features_collections.html")


@router.get("/collections/{name}")
async def collection(request: Request, name: str) -> Response:
    """Give the description of a collection."""
    found, form = _collection(name), _form(request)
    registers = await read_registers(request)
    content = documents.described(_root(request), found, registers[name], form)
    return await _answer(request, form, content, "features_collection.html", collection=found)


@router.get("/collections/{name}/queryables")
async def queryables(request: Request, name: str) -> Response:
    """Give the properties that filters can name."""
    refuse_unknown(request.query_params, {"f", "lang"})
    return _json(documents.queryables(_root(request), _collection(name)), documents.SCHEMA)


@router.get("/collections/{name}/items")
async def items(request: Request, name: str) -> Response:
    """Give a page of features."""
    found = _collection(name)
    form = _form_of(request)
    selection = read_selection(request.query_params, found)
    registers = await read_registers(request)
    selected = selection.of(registers[name], found)
    shown = selected[selection.offset:selection.offset + selection.limit]
    objects = await _objects(request, found, shown, selection.system)
    links = _page_links(request, name, selection.offset, selection.limit, len(selected), form)
    content = documents.feature_collection(objects, len(selected), links)
    headers = {"Content-Crs": f"<{selection.system}>"}
    return await _answer(request, form, content, "features_items.html", GEOJSON.media_type, headers, collection=found)


@router.get("/collections/{name}/items/{feature_id}")
async def item(request: Request, name: str, feature_id: str) -> Response:
    """Give one feature."""
    found, form = _collection(name), _form_of(request)
    refuse_unknown(request.query_params, {"f", "crs", "lang"})
    system = read_system(request.query_params.get("crs", CRS84), "crs")
    registers = await read_registers(request)
    feature = registers[name].features.get(feature_id)
    if feature is None:
        raise NotFound(f'There is no feature "{feature_id[:100]}" in {name}.')
    address = f"{_root(request)}/collections/{name}"
    links = [
        documents.link(f"{address}/items/{feature.id}", "self", GEOJSON.media_type), documents.link(f"{address}/items/{feature.id}?f=html", "alternate", HTML.media_type),
        documents.link(address, "collection", PLAIN_JSON.media_type), documents.link(feature.iri, "canonical", HTML.media_type),
    ]
    content = (await _objects(request, found, [feature], system, links))[0]
    return await _answer(request, form, content, "features_item.html", GEOJSON.media_type, {"Content-Crs": f"<{system}>"}, collection=found)


async def _objects(request: Request, found: Collection, features: list[Feature], system: str, links: list | None = None) -> list[dict[str, Any]]:
    language, rows = reader_of(request).language, {}
    for start in range(0, len(features), NAMED_AT_ONCE):
        asked = question("feature_properties", base=request.app.state.settings.base_iri, feature=[NamedNode(feature.iri) for feature in features[start:start + NAMED_AT_ONCE]])
        for row in await answer_rows(request.app.state.engine, asked.text):
            rows.setdefault(row["feature"].value, []).append(row)
    return [
        documents.feature_object(feature, documents.feature_properties(feature, found, rows.get(feature.iri, []), language), system, links)
        for feature in features
    ]


def _page_links(request: Request, name: str, offset: int, limit: int, matched: int, form: str) -> list[dict[str, str]]:
    address = f"{_root(request)}/collections/{name}/items"
    kept = {key: value for key, value in request.query_params.items() if key not in ("offset", "f")}

    def link(rel: str, form: str, start: int) -> dict[str, str]:
        parameters = kept | ({"offset": str(start)} if start else {}) | {"f": form}
        return documents.link(f"{address}?{urlencode(parameters)}", rel, {"json": GEOJSON, "html": HTML}[form].media_type)

    links = [link("self", form, offset), link("alternate", "html" if form == "json" else "json", offset)]
    if offset + limit < matched:
        links.append(link("next", form, offset + limit))
    if offset > 0:
        links.append(link("prev", form, max(0, offset - limit)))
    return [*links, documents.link(f"{_root(request)}/collections/{name}", "collection", PLAIN_JSON.media_type)]


def _collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise NotFound(f'There is no collection "{name[:100]}". There are {" and ".join(COLLECTIONS)}.')
    return COLLECTIONS[name]


def _root(request: Request) -> str:
    return public_base(request.scope, request.app.state.settings) + "/features"


def _form(request: Request) -> str:
    refuse_unknown(request.query_params, {"f", "lang"})
    return _form_of(request)


def _form_of(request: Request) -> str:
    asked = request.query_params.get("f", "")
    if asked not in ("", "json", "geojson", "html"):
        raise BadRequest("`f` must be json or html.", parameter="f")
    if asked:
        return "html" if asked == "html" else "json"
    return "html" if prefers_html(request.headers.get("accept")) else "json"


async def _answer(request: Request, form: str, content: dict[str, Any], template: str, media_type: str = PLAIN_JSON.media_type, headers: dict[str, str] | None = None, **context: Any) -> Response:
    if form == "html":
        return await page(Visit(request), template, headers=headers, document=content, root=_root(request), **context)
    return _json(content, media_type, headers)


def _json(content: dict[str, Any], media_type: str, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(body, media_type=media_type, headers={"Vary": "Accept, Accept-Language", **(headers or {})})
