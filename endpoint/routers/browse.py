"""Lists beside practices and regions: competences, indicators, actors."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from endpoint.pages import READ, page
from endpoint.paging import page_numbers
from endpoint.practice_list import Facet
from endpoint.region_view import one_per
from endpoint.routers.resource import describe, resource_page
from endpoint.visit import Visit, last_part
from regin_graph.reconciliation.names import plain

router = APIRouter()
PER_PAGE = 50


@router.api_route("/competences", **READ)
async def competences(request: Request) -> HTMLResponse:
    """Give the statements of competence that the filters leave: can my region do this?"""
    visit = Visit(request)
    paths = {
        "field": "scheme/policy-field/",
        "kind": "scheme/competence-kind/",
        "level": "scheme/holder-level/",
        "region": "id/region/",
    }
    chosen = {key: request.query_params.get(key, "") for key in paths}
    every = gather_competences(await visit.ask("competences", shown=False), visit)
    members = await visit.ask("competence_regions", shown=False)
    values = {key: visit.iri(path + chosen[key]) for key, path in paths.items() if chosen[key]}
    found = gather_competences(await visit.ask("competences", **values), visit)
    facets = [
        Facet(
            "region",
            "region",
            chosen["region"],
            {row["region"].value: int(row["count"].value) for row in members if "region" in row},
        ),
        Facet("field", "policy_field", chosen["field"], counted(iri for row in every for iri in row.fields)),
        Facet("kind", "kind", chosen["kind"], counted(row.kind for row in every)),
        Facet("level", "level", chosen["level"], counted(row.level for row in every if row.level)),
    ]
    return await page(visit, "competences.html", rows=found, facets=facets, with_words=False)


def gather_competences(rows: list, visit: Visit) -> list:
    """Give one record per statement of competence."""
    names = ("kind", "extent", "level", "field_text", "holder_text", "legal_basis", "note")
    return one_per(
        rows, "competence", names, visit.reader.language, many={"field": "fields", "territory": "territories"}
    )


def counted(iris) -> dict[str, int]:
    """Count how often each thing comes."""
    counts: dict[str, int] = {}
    for iri in iris:
        counts[iri] = counts.get(iri, 0) + 1
    return counts


@router.api_route("/indicators", **READ)
async def indicators(request: Request) -> HTMLResponse:
    """Give the indicators, and of each what is known."""
    visit = Visit(request)
    rows = one_per(
        await visit.ask("indicators"),
        "indicator",
        ("class", "evidence", "domain", "unit_text", "values"),
        visit.reader.language,
    )
    groups = [
        (kind, [row for row in rows if last_part(getattr(row, "class")) == name])
        for kind, name in (("policy", "PolicyIndicator"), ("outcome", "OutcomeIndicator"))
    ]
    return await page(visit, "indicators.html", groups=groups)


@router.api_route("/indicators/{name}", **READ)
async def indicator(request: Request, name: str) -> Response:
    """Give the document of an indicator."""
    return await describe(request, f"id/indicator/{name}", resource_page)


@router.api_route("/actors", **READ)
async def actors(request: Request) -> HTMLResponse:
    """Give the actors that the filters leave, by name."""
    visit = Visit(request)
    rows = one_per(
        await visit.ask("actors"),
        "actor",
        ("form", "country", "practices"),
        visit.reader.language,
        many={"kind": "kinds", "place": "places"},
    )
    facets = [
        Facet("kind", "kind", request.query_params.get("kind", ""), counted(iri for row in rows for iri in row.kinds))
    ]
    wanted, words = facets[0].chosen, request.query_params.get("q", "")
    await visit.learn_names()
    found = [
        row
        for row in rows
        if (not wanted or wanted in map(last_part, row.kinds))
        and all(word in plain(visit.plain_name(row.actor)) for word in plain(words).split())
    ]
    found.sort(key=lambda row: visit.order(row.actor))
    number, pages = page_numbers(request, len(found), PER_PAGE)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return await page(
        visit,
        "actors.html",
        rows=shown,
        total=len(found),
        facets=facets,
        words=words,
        with_words=True,
        page_number=number,
        pages=pages,
    )
