"""Practices: the list with its filters, and the page of one practice."""

import asyncio
from types import SimpleNamespace

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from endpoint.links import place_of
from endpoint.pages import LETTERS_KEPT, READ, page
from endpoint.paging import page_numbers
from endpoint.practice_fields import TemplateField, template_fields
from endpoint.practice_list import FACETS, chosen_terms, chosen_words, ignored_words, read_cards, read_facets, titles_of
from endpoint.region_view import one_per
from endpoint.routers.resource import describe, document_headers
from endpoint.statements import Entity, read_entity, sources_of
from endpoint.visit import Visit, last_part

router = APIRouter()
PER_PAGE = 20


@router.api_route("/practices", **READ)
async def practices(request: Request, q: str = "") -> HTMLResponse:
    """Give the practices that the filters of the address leave."""
    is_cut, q = len(q) > LETTERS_KEPT, q[:LETTERS_KEPT]
    visit = Visit(request)
    keys = tuple(FACETS)
    found, facets = await asyncio.gather(
        visit.ask("practices", **chosen_terms(visit, keys), **chosen_words(q)),
        read_facets(visit, keys),
    )
    titles = titles_of(found, visit.reader.language)
    number, pages = page_numbers(request, len(titles), PER_PAGE)
    shown = dict(list(titles.items())[(number - 1) * PER_PAGE : number * PER_PAGE])
    cards = await read_cards(visit, shown)
    await visit.learn_names()
    chosen = [
        (facet.key, facet.chosen, visit.plain_name(visit.iri(FACETS[facet.key][1] + facet.chosen).value))
        for facet in facets
        if facet.chosen
    ]
    if q.strip():
        chosen.append(("q", q, q))
    return await page(
        visit,
        "practices.html",
        cards=cards,
        total=len(titles),
        facets=facets,
        chosen=chosen,
        words=q,
        with_words=True,
        is_cut=is_cut,
        letters=LETTERS_KEPT,
        ignored=ignored_words(q),
        page_number=number,
        pages=pages,
    )


@router.api_route("/practices/{name}", **READ)
async def practice(request: Request, name: str) -> Response:
    """Give the document of a practice: the page, or the form that the suffix or Accept asks for."""
    return await describe(request, f"id/practice/{name}", practice_page)


async def practice_page(visit: Visit, path: str) -> HTMLResponse:
    """Give the page of a practice: every field of the template, who says so, and what is not known."""
    iri = visit.iri(path)
    rows, findings, related, similar = await asyncio.gather(
        visit.ask("statements_of_entity", entity=iri),
        visit.ask("practice_evaluations", practice=iri),
        visit.ask("related_practices", practice=iri),
        visit.ask("similar_practices", practice=iri),
    )
    entity = read_entity(iri.value, rows)
    fields = [read_field(entity, field, visit) for field in template_fields(f"{visit.base}def/")]
    visit.mention(field.iri for field in fields)
    place = place_of(path)
    return await page(
        visit,
        "practice.html",
        headers=document_headers(visit, place, iri.value),
        entity=entity,
        fields=fields,
        evaluations=by_origin(findings, visit),
        related=related,
        similar=similar,
        sources_of=sources_of,
        place=place,
        identifier=iri.value,
    )


def read_field(entity: Entity, field: TemplateField, visit: Visit) -> SimpleNamespace:
    """Give what answers one field of the template; nothing in it means that it is not known to us."""
    statements = entity.texts(visit.reader.language, *field.properties)
    parts = entity.parts_of(field.parts) if field.parts else []
    said = [statement.sources for statement in statements] + [tuple(sources_of(part.statements)) for part in parts]
    return SimpleNamespace(
        name=field.name,
        iri=visit.iri(f"scheme/template-field/{field.name}").value,
        statements=statements,
        parts=parts,
        by_property=[
            (prop, [s for s in statements if s.property == prop])
            for prop in dict.fromkeys(s.property for s in statements)
        ],
        sources=list(dict.fromkeys(source for sources in said for source in sources)),
        differs=len(set(said)) > 1,
    )


def by_origin(rows: list, visit: Visit) -> list[tuple[str, list[SimpleNamespace]]]:
    """Give the findings by their origin, what REGIN itself found first."""
    origins = {row["finding"].value: row["origin"].value for row in rows}
    grouped: dict[str, list[SimpleNamespace]] = {}
    for finding in one_per(rows, "finding", ("aspect", "kind", "text"), visit.reader.language):
        grouped.setdefault(origins[finding.finding], []).append(finding)
    return sorted(grouped.items(), key=lambda item: (last_part(item[0]) != "regin", item[0]))
