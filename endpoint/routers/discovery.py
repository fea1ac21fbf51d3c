"""What lets a program find its way: VoID, robots, sitemap, linksets, citations, pages of releases."""

import asyncio
import json
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from endpoint.citation import Citation, cite, cite_result
from endpoint.errors import BadRequest, NotFound
from endpoint.examples import read_examples
from endpoint.guards import check_text
from endpoint.links import place_of
from endpoint.media_types import (
    BIBTEX,
    CITATION,
    HTML,
    LINKSET,
    N_QUADS,
    PLAIN_TEXT,
    SITEMAP,
    YAML,
    by_name,
    choose,
    prefers_html,
)
from endpoint.pages import READ, page
from endpoint.protocol import is_absolute_iri
from endpoint.published import Published, places_of, published, written
from endpoint.queries import Term
from endpoint.releases import change_of, records_changed, words_of
from endpoint.routers.resource import ENTITY, FORMS, data_document, wanted_form
from endpoint.sending import send_document
from endpoint.signposting import dataset_linkset
from endpoint.syntax import refuse_no_query
from endpoint.visit import Visit
from regin_graph.publication.description import Places
from regin_graph.publication.versions import WHOLE, Publication
from regin_graph.publication.void import void_statements

router = APIRouter()

PAGES = ("/", "/practices", "/regions", "/map", "/competences", "/indicators", "/compare", "/actors", "/about", "/vocabulary", "/catalog", "/sparql")
# The sitemap protocol allows 50,000 addresses in a file.
SITEMAP_SIZE = 40_000
CITED_AS = (PLAIN_TEXT, BIBTEX, CITATION)


@router.api_route("/.well-known/void", **READ)
@router.api_route("/void.{extension}", **READ)
async def void(request: Request, extension: str = "ttl") -> Response:
    """Give the VoID description of the graph: counts, partitions, linksets, dumps, endpoint."""
    if f".{extension}" not in FORMS or extension == "html":
        raise NotFound
    form = wanted_form("", request) if request.url.path.startswith("/.well-known") else wanted_form(f".{extension}", request)
    if form is HTML:
        # There is no page: people find the same on the pages of the datasets.
        form = FORMS[".ttl"]
    known, places = await published(request), places_of(request)
    document = known.document(("void", places.root, form.media_type), lambda: written(void_statements(known.current, places), form, places.base))
    return send_document(request, document, form, known.current.issued, {"Link": '</catalog>; rel="describedby"'})


@router.api_route("/robots.txt", **READ)
async def robots(request: Request) -> Response:
    """Give the rules for crawlers: everything may be read, queries are not for crawling."""
    root = places_of(request).root
    lines = ["User-agent: *", "Disallow: /sparql?", "Disallow: /reconcile", "Crawl-delay: 1", f"Sitemap: {root}/sitemap.xml", ""]
    return Response("\n".join(lines), media_type=PLAIN_TEXT.content_type, headers={"Cache-Control": "public, max-age=3600"})


@router.api_route("/sitemap.xml", **READ)
async def sitemap(request: Request) -> Response:
    """Give the addresses of all pages, each with the day of its last change."""
    known, places = await published(request), places_of(request)
    visit = Visit(request)
    rows = await visit.ask("described_records", limit=SITEMAP_SIZE, shown=False)
    records = sorted({row["record"].value.removeprefix(places.base) for row in rows})

    def make() -> bytes:
        changed = records_changed(known.publications)
        day = known.current.issued[:10]
        entries = [(path, day) for path in PAGES]
        entries += [(f"/dataset/{name}", day) for name in known.current.datasets]
        entries += [(visit_path(path), changed.get(places.base + path, (day, ""))[0][:10]) for path in records]
        body = "".join(f"<url><loc>{escape(places.root + path)}</loc><lastmod>{when}</lastmod></url>\n" for path, when in entries)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        return f"{head}{body}</urlset>\n".encode()

    return send_document(request, known.document(("sitemap", places.root), make), SITEMAP, known.current.issued)


def visit_path(path: str) -> str:
    """Give the address of the page about a record."""
    return place_of(path).document()


@router.api_route("/linkset/{name}", **READ)
async def linkset(request: Request, name: str) -> Response:
    """Give the typed links of a dataset as one document."""
    known, places = await published(request), places_of(request)
    entry = known.entry(name, known.current)
    document = known.document(("linkset", places.root, name), lambda: json.dumps(dataset_linkset(entry, known.current, places), indent=1).encode())
    return send_document(request, document, LINKSET, known.current.issued)


@router.api_route("/cite", **READ)
async def citation(request: Request, iri: str = "", query: str = "") -> Response:
    """Give the citation of an entity, a dataset or the result of a query, as text, BibTeX or CSL-JSON."""
    wanted = request.query_params.get("format")
    form = by_name(wanted, CITED_AS) if wanted else choose(request.headers.get("accept"), CITED_AS) or PLAIN_TEXT
    if form is None:
        raise BadRequest(f"There is no citation format {wanted}.", available=[name for one in CITED_AS for name in one.names])
    known, visit = await published(request), Visit(request)
    cited = await _cited(known, visit, iri, query)
    body = {PLAIN_TEXT: cited.text, BIBTEX: cited.bibtex, CITATION: cited.csl}[form]
    return Response(body, media_type=form.content_type, headers={"Vary": "Accept, Accept-Language"})


async def _cited(known: Published, visit: Visit, iri: str, query: str) -> Citation:
    language = visit.reader.language
    if query and iri:
        raise BadRequest("Name what is cited by iri= or by query=, not by both.")
    if query:
        check_text(query, visit.request.app.state.settings)
        await refuse_no_query(visit.engine, query)
        return cite_result(known.current, query, visit.base, language)
    if not iri.startswith(visit.base):
        raise BadRequest(f"Name what is cited by iri=, an identifier below {visit.base}, or by query=.")
    path = iri.removeprefix(visit.base).split("/")
    if path[0] == "dataset" and 1 < len(path) < 4:
        publication = known.version(path[2]) if len(path) > 2 else known.current
        return cite(publication, known.entry(path[1], publication).title[language], iri, language)
    if is_absolute_iri(iri):
        visit.mention([iri])
        await visit.learn_names()
    if iri not in visit.names:
        raise NotFound(f"Nothing is known under {iri}.")
    return cite(known.current, visit.plain_name(iri), iri, language)


@router.api_route("/CITATION.cff", **READ)
async def citation_file(request: Request) -> Response:
    """Give the citation of the whole graph as a citation file. Source: Citation File Format 1.2.0."""
    known, places = await published(request), places_of(request)
    document = known.document(("citation file", places.root), lambda: _citation_file(known.current, places))
    return send_document(request, document, YAML, known.current.issued)


def _citation_file(current: Publication, places: Places) -> bytes:
    entry = current.record.catalog
    # A YAML scalar in double quotes takes what JSON writes.
    lines = [
        "cff-version: 1.2.0", f"message: {json.dumps(current.record.texts['rights']['en'])}", "type: dataset", f"title: {json.dumps(entry.title['en'])}",
        f"abstract: {json.dumps(entry.description['en'])}", "authors:", f"  - name: {json.dumps(current.content['editors']['en'])}",
        f"version: {json.dumps(current.version)}", f"date-released: {current.issued[:10]}", "license: CC-BY-4.0",
        f"url: {json.dumps(places.base)}", f"repository-artifact: {json.dumps(f'{places.root}/dumps/{current.version}/{WHOLE}')}",
        "keywords:", *(f"  - {json.dumps(word)}" for word in entry.keyword["en"]), "",
    ]
    return "\n".join(lines).encode()


@router.api_route("/query/{name}", **READ)
async def example_query(request: Request, name: str) -> Response:
    """Send from an example query to the editor with the query in it, or to its description as data."""
    visit = Visit(request)
    example = next((one for one in read_examples(visit.base) if one.name == name.replace("-", "_")), None)
    if example is None:
        raise NotFound(f"There is no example query {name}.")
    if prefers_html(request.headers.get("accept")):
        return RedirectResponse(example.path, 303, {"Vary": "Accept"})
    return await data_document(visit, f"query/{name}", wanted_form("", request), ENTITY)


@router.api_route("/releases", **READ)
async def releases(request: Request) -> Response:
    """Send to the list of releases."""
    return RedirectResponse("/catalog#versions", 303)


@router.api_route("/releases/{version}", **READ)
async def release(request: Request, version: str) -> Response:
    """Give the page of a release: what was added, changed, removed since the one before."""
    known, visit = await published(request), Visit(request)
    publication = known.version(version)
    change = change_of(publication)
    visit.mention(iri for group in change.groups.values() for iri in group)
    for iri in change.groups["removed"]:
        # What was removed has its names in its tombstone alone.
        names = known.departed["things"].get(iri, {}).get("names", {})
        visit.names[iri] += [Term("literal", name, language) for language, name in names.items()]
    return await page(visit, "release.html", publication=publication, change=change, is_current=publication is known.current)


@router.api_route("/releases/{version}/difference.{extension}", **READ)
async def release_difference(request: Request, version: str, extension: str) -> Response:
    """Give the difference to the release before: in words (txt), or as N-Quads with added and removed statements (nq)."""
    known = await published(request)
    publication = known.version(version)
    form = {"txt": PLAIN_TEXT, "nq": N_QUADS}.get(extension)
    if form is None:
        raise NotFound("The difference is there as difference.txt and difference.nq.")
    former = next((one for one in known.every if one.version == change_of(publication).before), None)
    if former is None:
        raise NotFound("This is the first release that is kept: there is nothing to compare it with.")
    words = await asyncio.to_thread(words_of, former.folder, publication.folder, extension == "nq")
    document = known.document(("difference", version, extension), lambda: words)
    return send_document(request, document, form, publication.issued)
