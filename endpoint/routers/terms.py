"""The vocabulary: ontology, terms, concept schemes and concepts, as documents and as one page."""

import asyncio
import re
from collections import defaultdict
from types import SimpleNamespace

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pyoxigraph import RdfFormat, parse

from endpoint.diagram import draw
from endpoint.engine import Engine
from endpoint.errors import NotFound
from endpoint.kept import Kept
from endpoint.languages import LANGUAGES, reader_of
from endpoint.links import SUFFIXES, with_parameters
from endpoint.media_types import HTML
from endpoint.pages import READ, filled_page
from endpoint.published import places_of, published, written
from endpoint.routers.resource import ENTITY, FORMS, data_document, dereference, resource_page, wanted_form
from endpoint.sending import send_document
from endpoint.visit import Visit, last_part
from endpoint.vocabulary import read_terms
from regin_graph.publication.structure import SHAPES

router = APIRouter()
# Between two pages that are made before anybody asks. Units: seconds.
PAUSE_S = 0.2
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
        raise NotFound(f"There is no form .{extension}. Forms: {', '.join(SUFFIXES)}.", known=list(SUFFIXES))
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
    return await dereference(request, f"def/{path}", ENTITY, term_page)


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


async def _no_pages(engine: Engine, base: str) -> dict[tuple[str, bool], HTMLResponse]:
    return {}


# The page is long, and differs by the reader's language and by whether its address names that: each is made once per release.
PAGES = Kept("pages of the vocabulary", _no_pages)


@router.api_route("/vocabulary", **READ)
async def vocabulary(request: Request) -> Response:
    """Give the page of all terms and schemes."""
    if set(request.query_params) - {"lang"}:
        # The page carries on what its address says.
        return await vocabulary_page(request)
    kept = await kept_page(request)
    return Response(kept.body, headers=dict(kept.headers))


async def kept_page(request: Request) -> HTMLResponse:
    """Give the page for a reader, made when it is asked for the first time."""
    reader, pages = reader_of(request), await PAGES.of(request.app)
    key = (reader.language, reader.is_chosen)
    if key not in pages:
        pages[key] = await vocabulary_page(request)
    return pages[key]


async def prepare_vocabulary(app: FastAPI) -> None:
    """Make the page for every reader of a release that has just come to be served, one after the other and without haste."""
    if not app.state.engine.release.folder or not app.state.settings.cache_mib:
        # A scratch store changes with every update; with the cache off every page would ask the graph the same again.
        return
    for language in LANGUAGES:
        for named in (f"lang={language}", ""):
            scope = {"type": "http", "method": "GET", "path": "/vocabulary", "app": app}
            await kept_page(Request(scope | {"query_string": named.encode(), "headers": [(b"accept-language", language.encode())]}))
            await asyncio.sleep(PAUSE_S)


async def vocabulary_page(request: Request) -> HTMLResponse:
    """Give the page of all terms and schemes, made from the graph."""
    visit = Visit(request)
    schemes = await visit.ask("schemes")
    terms = await read_terms(visit)
    structure = await class_structure(request)
    visit.mention(link[1] for link in structure["links"])
    await visit.learn_names()

    def filled() -> HTMLResponse:
        listed = [(kind, [terms[iri] for iri in visit.by_name(iri for iri, facts in terms.items() if facts.kind == kind)]) for kind in ("class", "property")]
        return filled_page(
            visit, "vocabulary.html", schemes=sorted(schemes, key=lambda row: visit.order(row["scheme"].value)), groups=listed,
            links=structure["links"], diagram=draw(structure["classes"], structure["links"]),
        )

    # It takes a tenth of a second, in which others are to be answered.
    return await asyncio.to_thread(filled)


async def class_structure(request: Request) -> dict:
    """Give how the classes hang together, as found when the release was built; nothing when no release is served."""
    try:
        content = (await published(request)).current.content
    except NotFound:
        content = {}
    return content.get("structure", {"classes": {}, "links": []})


async def term_page(visit: Visit, path: str) -> HTMLResponse:
    """Give the page of a term: what is stated of it, its uses, its rules and an example query."""
    iri = visit.iri(path).value
    return await resource_page(visit, path, term=(await read_terms(visit, iri)).get(iri))


@router.api_route("/shapes.{extension}", **READ)
async def shapes(request: Request, extension: str) -> Response:
    """Give all shapes in one form: what the data are checked against."""
    form = FORMS.get(f".{extension}")
    if form is None or form is HTML:
        raise NotFound(f"There is no form .{extension}. Forms: {', '.join(suffix for suffix, one in FORMS.items() if one is not HTML)}.")
    known, places = await published(request), places_of(request)
    path = known.current.folder / SHAPES
    if not path.exists():
        raise NotFound("This release holds no shapes.")

    def make() -> bytes:
        return written({quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES)}, form, places.base)

    document = known.document(("shapes", form.media_type), make)
    return send_document(request, document, form, known.current.issued, {"Link": '</vocabulary>; rel="describedby"'})


@router.api_route("/shapes", **READ)
@router.api_route("/shape/{name}", **READ)
async def shape(request: Request, name: str = "") -> Response:
    """Send from the shapes, or from one of them, to the document that holds them, or to the page of the term it is about."""
    form = wanted_form("", request)
    rules = (await published(request)).current.content.get("rules", {})
    iri = f"{request.app.state.settings.base_iri}shape/{name}"
    about = next((term for term, found in rules.items() if any(rule["shape"] == iri for rule in found)), "")
    if name and not about and form is HTML:
        raise NotFound(f"There is no shape {name} with a page of its own; all shapes stand in /shapes.ttl.")
    suffix = next(suffix for suffix, one in FORMS.items() if one is form)
    anchor = f"#{last_part(about)}" if about else ""
    return RedirectResponse(f"/vocabulary{anchor}" if form is HTML else f"/shapes{suffix}", 303, {"Vary": "Accept"})
