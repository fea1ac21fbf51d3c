"""Identifiers and their documents: 303 to the form the client wants, the page or data of any entity and graph, 404 and 410."""

from collections import defaultdict
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from endpoint.documents import entity_document
from endpoint.engine.verdicts import not_in_xml
from endpoint.engine.xml_forms import NotInXml
from endpoint.errors import NotAcceptable, NotFound
from endpoint.links import Place, document_links, place_of, split_suffix, with_parameters
from endpoint.media_types import HTML, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Form, choose
from endpoint.pages import READ, page
from endpoint.paging import no_such_page, page_number, page_numbers
from endpoint.questions import question
from endpoint.sending import document_of, send_document
from endpoint.statements import read_entity, sources_of
from endpoint.tombstones import ahead_tombstone, find_ahead, find_removed, removed_tombstone, retired_tombstone
from endpoint.visit import Visit

router = APIRouter()

FORMS = {".html": HTML, ".ttl": TURTLE, ".nt": N_TRIPLES, ".rdf": RDF_XML, ".jsonld": JSON_LD, ".trig": TRIG, ".nq": N_QUADS}
LINKS_PER_PAGE = 100
RETIRED = "scheme/record-status/retired"

# Documents other than an entity's are one CONSTRUCT query each, about this variable.
ENTITY = "entity_document"
VARIABLES = {
    "graph_document": "graph",
    "scheme_document": "scheme",
    "ontology_document": "ontology",
}

PageOf = Callable[[Visit, str], Awaitable[Response]]


@router.api_route("/id/{path:path}", **READ)
async def identifier(request: Request, path: str) -> Response:
    """Answer for an entity or a part of one."""
    return await dereference(request, f"id/{path}", ENTITY, resource_page)


@router.api_route("/graph/{path:path}", **READ)
async def graph(request: Request, path: str) -> Response:
    """Answer for a named graph."""
    return await dereference(request, f"graph/{path}", "graph_document", graph_page)


async def dereference(request: Request, path: str, document: str, html_page: PageOf) -> Response:
    """Give 303 from an identifier to its document, or the document when the path ends with the suffix of a form.
    Source: W3C, Cool URIs for the Semantic Web, section 4.2."""
    if split_suffix(path)[1]:
        return await describe(request, path, html_page, document)
    visit = Visit(request)
    if gone := await departed(visit, path, ""):
        return gone
    form = wanted_form("", request)
    suffix = next(suffix for suffix, known in FORMS.items() if known is form)
    place = place_of(path)
    location = place.page if form is HTML else place.document(suffix)
    if form is HTML and visit.reader.is_chosen:
        location = with_parameters(location, lang=visit.reader.language)
    return RedirectResponse(location, 303, {"Vary": "Accept", "Link": document_links(place, visit.iri(path).value)})


async def describe(request: Request, path: str, html_page: PageOf, document: str = ENTITY) -> Response:
    """Give the document about a thing, in the form that the suffix names or else the client wants."""
    path, suffix = split_suffix(path)
    visit = Visit(request)
    if gone := await departed(visit, path, suffix):
        return gone
    form = wanted_form(suffix, request)
    if form is HTML:
        return await html_page(visit, path)
    return await data_document(visit, path, form, document)


async def departed(visit: Visit, path: str, suffix: str) -> Response | None:
    """Give the tombstone of what is retired or what only another release holds; None for what is there. Raises: NotFound."""
    try:
        if not await is_retired(visit, path):
            return None
    except NotFound:
        removed = await find_removed(visit, path)
        if removed is not None:
            return await removed_tombstone(visit, removed, wanted_form(suffix, visit.request))
        ahead = await find_ahead(visit, path)
        if ahead is None:
            raise
        return await ahead_tombstone(visit, ahead, wanted_form(suffix, visit.request))
    return await retired_tombstone(visit, path, wanted_form(suffix, visit.request))


def wanted_form(suffix: str, request: Request) -> Form:
    """Give the form of the suffix, or the one that Accept asks for. Raises: NotAcceptable when there is none such."""
    form = FORMS[suffix] if suffix else choose(request.headers.get("accept"), tuple(FORMS.values()))
    if form is None:
        raise NotAcceptable(headers={"Vary": "Accept"}, available=[known.media_type for known in FORMS.values()])
    return form


async def is_retired(visit: Visit, path: str) -> bool:
    """Tell whether the record is retired. Raises: NotFound for what the graph does not know."""
    if path.startswith("graph/"):
        known = await visit.ask("statements_of_graph", graph=visit.iri(path), limit=1, shown=False)
        rows = []
    else:
        known = rows = await visit.ask("state_of_entity", entity=visit.iri(path), shown=False)
    if not known:
        raise NotFound(f"The graph holds nothing about {visit.base}{path}.")
    return any(row["state"].value == visit.base + RETIRED for row in rows if "state" in row)


async def data_document(visit: Visit, path: str, form: Form, document: str) -> Response:
    """Give the document in a form for programs, with its parts, its graphs and their sources."""
    iri = visit.iri(path)
    if document == ENTITY:
        try:
            body = await entity_document(visit, iri, form)
        except NotInXml as error:
            raise not_in_xml(str(error), FORMS.values()) from None
    else:
        variable = VARIABLES[document]
        answer = await visit.engine.answer(
            question(document, base=visit.base, **{variable: iri}).text, media_type=form.media_type
        )
        body = await answer.read()
    headers = document_headers(visit, place_of(path), iri.value) | {"Access-Control-Allow-Origin": "*"}
    # What is served may change at any time: a client asks whether its copy still holds.
    return send_document(visit.request, document_of(body), form, "", headers, cache="no-cache")


def document_headers(visit: Visit, place: Place, identifier: str) -> dict[str, str]:
    """Give the headers that name the other forms of a document and what it describes."""
    return {"Link": document_links(place, identifier, visit.request.app.state.settings.public_url)}


async def resource_page(visit: Visit, path: str, **context: object) -> HTMLResponse:
    """Give the page of any resource: its statements with their sources, and what links here."""
    iri = visit.iri(path)
    visit.mention([iri.value])
    entity = read_entity(iri.value, await visit.ask("statements_of_entity", entity=iri))
    total = int((await visit.ask("count_of_links_to_entity", entity=iri, shown=False))[0]["count"].value)
    number, pages = page_numbers(visit.request, total, LINKS_PER_PAGE)
    links: dict[str, list[str]] = defaultdict(list)
    for row in await visit.ask(
        "links_to_entity", entity=iri, limit=LINKS_PER_PAGE, offset=(number - 1) * LINKS_PER_PAGE
    ):
        links[row["property"].value].append(row["subject"].value)
    place = place_of(path) if path.count("/") < 3 else Place(path)
    return await page(
        visit,
        "resource.html",
        headers=document_headers(visit, place, iri.value),
        entity=entity,
        parts=[part for part in entity.parts.values() if part.statements],
        links=list(links.items()),
        link_count=str(total),
        page_number=number,
        pages=pages,
        place=place,
        identifier=iri.value,
        sources_of=sources_of,
        **({"concepts": None, "term": None} | context),
    )


async def graph_page(visit: Visit, path: str) -> HTMLResponse:
    """Give the page of a named graph: the facts about it and the statements in it."""
    iri = visit.iri(path)
    facts = read_entity(iri.value, await visit.ask("statements_of_entity", entity=iri))
    number = page_number(visit.request)
    rows = await visit.ask(
        "statements_of_graph", graph=iri, limit=LINKS_PER_PAGE + 1, offset=(number - 1) * LINKS_PER_PAGE
    )
    if not rows and number > 1:
        raise no_such_page(visit.request, "The list of statements ends before this page.")
    place = place_of(path)
    return await page(
        visit,
        "graph.html",
        headers=document_headers(visit, place, iri.value),
        entity=facts,
        rows=rows[:LINKS_PER_PAGE],
        page_number=number,
        pages=number + (len(rows) > LINKS_PER_PAGE),
        place=place,
        identifier=iri.value,
    )
