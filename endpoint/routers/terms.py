"""The vocabulary: ontology, terms, concept schemes and concepts, as documents and as one page."""

import re
from collections import defaultdict
from types import SimpleNamespace

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pyoxigraph import NamedNode

from endpoint.errors import NotFound
from endpoint.links import SUFFIXES, with_parameters
from endpoint.media_types import HTML
from endpoint.pages import READ, page
from endpoint.published import published
from endpoint.questions import question
from endpoint.routers.resource import ENTITY, data_document, dereference, resource_page, wanted_form
from endpoint.visit import Visit, last_part

router = APIRouter()
VERSION = re.compile(r"\d+(\.\d+)+")


@router.api_route("/def", **READ)
async def ontology(request: Request) -> Response:
    """Give 303 from the ontology to the vocabulary page or to its data."""
    form = wanted_form("", request)
    suffix = next(suffix for suffix, media_type in SUFFIXES.items() if media_type == form.media_type)
    visit = Visit(request)
    path = "/vocabulary" if form is HTML else f"/def{suffix}"
    if form is HTML and visit.reader.is_chosen:
        path = with_parameters(path, lang=visit.reader.language)
    return RedirectResponse(path, 303, {"Vary": "Accept"})


@router.api_route("/def.{extension}", **READ)
async def ontology_document(request: Request, extension: str) -> Response:
    """Give the whole vocabulary in one form."""
    if f".{extension}" not in SUFFIXES:
        raise NotFound
    form = wanted_form(f".{extension}", request)
    if form is HTML:
        return RedirectResponse("/vocabulary", 303)
    return await data_document(Visit(request), "def", form, "ontology_document")


@router.api_route("/def/{path:path}", **READ)
async def term(request: Request, path: str) -> Response:
    """Answer for a class or property, for their namespace, or for the version of the vocabulary that the graph holds."""
    if not path:
        return await ontology(request)
    if VERSION.fullmatch(path):
        visit = Visit(request)
        if not await visit.ask("links_to_entity", entity=visit.iri(f"def/{path}"), limit=1, shown=False):
            raise NotFound(
                f"The graph does not hold version {path} of the vocabulary. Older ones are in the dumps of the dataset `vocabulary`."
            )
        return await ontology(request)
    return await dereference(request, f"def/{path}", ENTITY, resource_page)


@router.api_route("/scheme/{path:path}", **READ)
async def concept(request: Request, path: str) -> Response:
    """Answer for a concept scheme or a concept."""
    if "/" in path:
        return await dereference(request, f"scheme/{path}", ENTITY, resource_page)
    return await dereference(request, f"scheme/{path}", "scheme_document", scheme_page)


async def scheme_page(visit: Visit, path: str) -> HTMLResponse:
    """Give the page of a scheme: its concepts as a tree, then everything stated of it."""
    rows = await visit.ask("concepts_of_scheme", scheme=visit.iri(path))
    narrower: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if "broader" in row and row["concept"].value not in narrower[row["broader"].value]:
            narrower[row["broader"].value].append(row["concept"].value)
    below = {concept for concepts in narrower.values() for concept in concepts}
    concepts = dict.fromkeys(row["concept"].value for row in rows)
    tree = SimpleNamespace(
        top=[iri for iri in concepts if iri not in below], narrower=dict(narrower), count=len(concepts)
    )
    return await resource_page(visit, path, concepts=tree if concepts else None)


@router.api_route("/vocabulary", **READ)
async def vocabulary(request: Request) -> HTMLResponse:
    """Give the page of all terms and schemes, made from the graph."""
    visit = Visit(request)
    schemes = await visit.ask("schemes")
    groups: dict[str, dict[str, SimpleNamespace]] = {"class": {}, "property": {}}
    for row in await visit.ask("terms"):
        kind = "class" if last_part(row["kind"].value) == "Class" else "property"
        groups[kind].setdefault(
            row["term"].value, SimpleNamespace(iri=row["term"].value, definition=row.get("definition"))
        )
    await visit.learn_names()
    counts = await count_uses(request)
    for kind, terms in groups.items():
        for found in terms.values():
            found.uses = counts.get(found.iri, 0)
            found.query = question(f"uses_of_{kind}", **{kind: NamedNode(found.iri)}).path
    schemes = sorted(schemes, key=lambda row: visit.order(row["scheme"].value))
    listed = [(kind, [terms[iri] for iri in visit.by_name(terms)]) for kind, terms in groups.items()]
    return await page(visit, "vocabulary.html", schemes=schemes, groups=listed)


async def count_uses(request: Request) -> dict[str, int]:
    """Give how many things each class has and how many statements each property, as counted when the release was built."""
    try:
        facts = (await published(request)).current.content["void"]
    except NotFound:
        return {}
    return facts["properties"] | facts["classes"]
