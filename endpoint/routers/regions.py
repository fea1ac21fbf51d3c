"""Regions: the list, the page of one region, and regions side by side."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from endpoint.links import place_of
from endpoint.pages import READ, page
from endpoint.region_view import one_per, read_region
from endpoint.routers.resource import describe, document_headers
from endpoint.statements import read_entity, sources_of
from endpoint.visit import Visit, last_part

router = APIRouter()

FEWEST_COMPARED, MOST_COMPARED = 2, 4

# Facts of a region's own record, in the order of its page.
FACTS = (
    "regionTypeText",
    "capital",
    "governedBy",
    "responsibleAuthorityText",
    "responsibleAuthorityNote",
    "areaKm2",
    "population",
    "populationReference",
    "reginRole",
    "mipexrParticipation",
    "codingNote",
)


@router.api_route("/regions", **READ)
async def regions(request: Request) -> HTMLResponse:
    """Give all regions with how much is known of each."""
    visit = Visit(request)
    rows = one_per(
        await visit.ask("regions"), "region", ("country", "practices", "scores", "competences"), visit.reader.language
    )
    await visit.learn_names()
    rows.sort(key=lambda row: visit.order(row.region))
    return await page(visit, "regions.html", rows=rows)


@router.api_route("/regions/{name}", **READ)
async def region(request: Request, name: str) -> Response:
    """Give the document of a region: the page, or the form that the suffix or Accept asks for."""
    return await describe(request, f"id/region/{name}", region_page)


async def region_page(visit: Visit, path: str) -> HTMLResponse:
    """Give the page of a region: what is known, with edition and area, and what is not."""
    iri = visit.iri(path)
    rows, view = await asyncio.gather(visit.ask("statements_of_entity", entity=iri), read_region(visit, iri))
    entity = read_entity(iri.value, rows)
    language = visit.reader.language
    properties = [f"{visit.base}def/{name}" for name in FACTS]
    facts = [(prop, entity.texts(language, prop)) for prop in properties if entity.about(prop)]
    visit.mention(properties)
    place = place_of(path)
    return await page(
        visit,
        "region.html",
        headers=document_headers(visit, place, iri.value),
        entity=entity,
        view=view,
        facts=facts,
        sources_of=sources_of,
        slug=last_part(iri.value),
        place=place,
        identifier=iri.value,
    )


@router.api_route("/compare", **READ)
async def compare(request: Request) -> HTMLResponse:
    """Give two to four regions side by side."""
    visit = Visit(request)
    known = {row["region"].value for row in await visit.ask("regions", shown=False)}
    asked = [visit.iri(f"id/region/{name}") for name in dict.fromkeys(request.query_params.getlist("region")) if name]
    chosen = [iri for iri in asked if iri.value in known]
    is_cut, chosen = len(chosen) > MOST_COMPARED, chosen[:MOST_COMPARED]
    unknown = [last_part(iri.value)[:80] for iri in asked if iri.value not in known]
    views = await asyncio.gather(*(read_region(visit, iri) for iri in chosen))
    visit.mention(known)
    slots = min(max(FEWEST_COMPARED, len(views) + 1), MOST_COMPARED)
    return await page(
        visit, "compare.html", views=views, all_regions=known, slots=slots, is_cut=is_cut, unknown=unknown
    )
