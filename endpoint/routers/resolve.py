"""Which region a code means in which version of its list."""

import asyncio
import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pyoxigraph import Literal, NamedNode

from endpoint.errors import BadRequest, NotFound
from endpoint.languages import best_text, reader_of
from endpoint.media_types import PLAIN_JSON, prefers_html
from endpoint.queries import answer_rows
from endpoint.questions import question
from regin_graph.territory import VERSIONS, NotResolved, Resolution, codings_of_rows, resolve, resolve_anywhere

router = APIRouter(include_in_schema=False)
LONGEST = 20


@router.get("/resolve")
async def resolve_code(request: Request, code: str = "", version: str = "") -> Response:
    """Give the region that a code means; browsers are led to its page."""
    code, version = code.strip().upper(), version.strip().lower()
    if not code or len(code) > LONGEST:
        raise BadRequest("Name a code, such as /resolve?code=FI1C6&version=nuts-2024.", parameter="code")
    if version and version not in VERSIONS:
        raise BadRequest(f'"{version[:LONGEST]}" is no list of codes known here. Name one of {", ".join(VERSIONS)}.', parameter="version")
    engine, base = request.app.state.engine, request.app.state.settings.base_iri
    asked = {"asked": Literal(code)}
    codings, changes = await asyncio.gather(*(answer_rows(engine, question(name, base=base, **asked).text) for name in ("codings_of_code", "changes_of_code")))
    try:
        found = resolve(code, version, codings_of_rows(codings)) if version else resolve_anywhere(code, codings_of_rows(codings))
    except NotResolved as error:
        raise NotFound(str(error), code=code, version=version or None, valid_in=error.valid_in, instead=error.instead) from None
    if prefers_html(request.headers.get("accept")):
        return RedirectResponse(f"/regions/{found.region}", 303, {"Vary": "Accept"})
    body = await _told(request, found, changes)
    return Response(json.dumps(body, ensure_ascii=False), media_type=PLAIN_JSON.media_type, headers={"Vary": "Accept, Accept-Language"})


async def _told(request: Request, found: Resolution, changes: list) -> dict:
    base = request.app.state.settings.base_iri
    iri = f"{base}id/region/{found.region}"
    names = await answer_rows(request.app.state.engine, question("labels", base=base, iri=NamedNode(iri)).text)
    name = best_text([row["label"] for row in names], reader_of(request).language)
    return {
        "code": found.code, "version": found.version, "fit": found.fit, "note": found.note or None,
        "region": {"id": found.region, "iri": iri, "name": name.value if name else found.region},
        "codes": found.codes,
        "changes": [
            {key: row[key].value.rpartition("/")[2] if row[key].kind == "iri" else row[key].value for key in ("before", "after", "change", "comparison", "note") if key in row}
            for row in changes
        ],
    }
