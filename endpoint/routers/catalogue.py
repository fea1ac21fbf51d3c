"""The catalogue, its datasets and their versions: DCAT in every RDF form, and pages with schema.org descriptions."""

import json
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from endpoint.citation import cite_dataset
from endpoint.errors import NotFound
from endpoint.links import split_suffix
from endpoint.media_types import HTML, JSON_LD, Form
from endpoint.pages import READ, page
from endpoint.paging import page_number
from endpoint.published import Published, places_of, published, written
from endpoint.routers.resource import ENTITY, FORMS, dereference, resource_page, wanted_form
from endpoint.sending import send_document
from endpoint.signposting import dataset_links
from endpoint.visit import Visit
from regin_graph.publication.catalogue import catalogue_pages, catalogue_statements, dataset_statements
from regin_graph.publication.description import Places, describe_dataset
from regin_graph.publication.record import Entry, dataset_iri
from regin_graph.publication.schema_org import schema_catalogue, schema_dataset
from regin_graph.publication.surroundings import describe_surroundings, is_reserved
from regin_graph.publication.versions import Publication

router = APIRouter()
# Parts of the description of a dataset, or of a version of it, that have identifiers of their own.
PARTS = ("period", "name")


@router.api_route("/catalog", **READ)
@router.api_route("/catalog.{extension}", **READ)
async def catalog(request: Request, extension: str = "") -> Response:
    """Give the catalogue of the datasets, or the page of it that `page=` names."""
    form = _form(request, extension)
    known, places = await published(request), places_of(request)
    size = request.app.state.settings.catalogue_page
    number = page_number(request, len(catalogue_pages(known.publications, size)))
    if form is HTML:
        return await _catalog_page(request, known)
    key = ("catalog", places.root, form.media_type, number)
    document = known.document(key, lambda: written(catalogue_statements(known.publications, places, number, size), form, places.base))
    return send_document(request, document, form, known.current.issued, {"Link": _alternates("/catalog")})


@router.api_route("/catalog/{path:path}", **READ)
@router.api_route("/service/{path:path}", **READ)
async def described_in_catalog(request: Request, path: str) -> Response:
    """Send from what the catalogue describes to the catalogue: records, services, rights, contact."""
    known = await published(request)
    if path.split("/")[0] in dict(known.departed["releases"]):
        known.version(path.split("/")[0])
    names = {"contact", "rights", "provenance", "editors-share", *PARTS, *known.current.datasets, *(one.id for one in known.current.record.services)}
    if path.split("/")[0] not in names | set(known.versions):
        raise NotFound
    return RedirectResponse("/catalog", 303)


@router.api_route("/dataset/{path:path}", **READ)
async def dataset(request: Request, path: str) -> Response:
    """Give the description of a dataset or of a version of it; cubes, structures and files lead to what describes them."""
    known = await published(request)
    path, suffix = split_suffix(path)
    name, _, rest = path.rstrip("/").partition("/")
    version, _, file = rest.partition("/")
    held = {one for publication in known.every for one in publication.datasets} if version else known.current.datasets
    if name not in held or version in ("structure", "slice") or version.startswith("by-"):
        return await _cube(request, known, f"dataset/{path}{suffix}")
    versions = known.versions
    if version in PARTS or file in PARTS or file.endswith("/checksum"):
        # What belongs to a dataset, a version or a file is told where that is described.
        return RedirectResponse(f"/dataset/{name}" + (f"/{known.version(version).version}" if file else ""), 303)
    if file or version and version not in versions and version + suffix in versions:
        # The last part of a version may look like a suffix; a file's identifier ends with one.
        version, suffix = (version, suffix) if file else (version + suffix, "")
    publication = known.version(version) if version else known.current
    entry = known.entry(name, publication)
    if file:
        return RedirectResponse(f"/dumps/{version}/{name}/{file}{suffix}", 303)
    form = _form(request, suffix.removeprefix("."))
    if form is HTML:
        return await _dataset_page(request, known, entry, publication, version)
    places = places_of(request)

    def make() -> bytes:
        statements = set(describe_dataset(publication, entry, places, version) if version else dataset_statements(known.publications, entry, places))
        return written(statements | set(describe_surroundings(statements, publication, places)), form, places.base)

    document = known.document(("dataset", places.root, form.media_type, name, version), make)
    headers = {"Link": f"{_alternates(f'/dataset/{path}')}, {dataset_links(entry, publication, places, version)}"}
    return send_document(request, document, form, publication.issued, headers)


async def _cube(request: Request, known: Published, path: str) -> Response:
    """Send from a data cube to the dataset that holds it; describe its structure from the graph."""
    name = path.split("/")[1]
    holder = next((one for one, facts in known.current.datasets.items() if name in facts["cubes"] and name != one), None)
    if holder and path.count("/") == 1:
        return RedirectResponse(f"/dataset/{holder}", 303)
    base = places_of(request).base
    elsewhere = known.departed["things"].keys() | (await known.ahead(base)).keys()
    if not holder and name not in known.current.datasets and f"{base}{split_suffix(path)[0]}" not in elsewhere:
        raise NotFound(f"There is no dataset {name}. Known datasets: {', '.join(known.current.datasets)}.", known=list(known.current.datasets))
    return await dereference(request, path, ENTITY, resource_page)


def _form(request: Request, extension: str) -> Form:
    suffix = f".{extension}" if extension else ""
    if suffix and suffix not in FORMS:
        raise NotFound(f"There is no form {suffix}. Forms: {', '.join(FORMS)}.")
    return wanted_form(suffix, request)


def _alternates(path: str) -> str:
    return ", ".join(f'<{path}{suffix}>; rel="alternate"; type="{form.media_type}"' for suffix, form in FORMS.items() if form is not HTML)


def _embedded(content: dict) -> Markup:
    """Give a JSON-LD block of a page; `<` is escaped so that nothing in it can end the block."""
    return Markup(json.dumps(content, ensure_ascii=False).replace("<", "\\u003c"))


async def _catalog_page(request: Request, known: Published) -> Response:
    visit, places = Visit(request), places_of(request)
    described = schema_catalogue(known.current, places)
    return await page(
        visit, "catalog.html", headers={"Link": f'{_alternates("/catalog")}, </catalog.ttl>; rel="describedby"; type="text/turtle"'},
        publication=known.current, publications=known.publications, services=known.current.record.services, contact=_contact(known.current, places),
        embedded=_embedded(described), embedded_type=JSON_LD.media_type, size=partial(_size),
    )


async def _dataset_page(request: Request, known: Published, entry: Entry, publication, version: str) -> Response:
    visit, places = Visit(request), places_of(request)
    facts = publication.datasets[entry.id]
    described = schema_dataset(publication, entry, places, version)
    having = [one for one in known.publications if entry.id in one.datasets]
    return await page(
        visit, "dataset.html", headers={"Link": f"{_alternates(request.url.path)}, {dataset_links(entry, publication, places, version)}"},
        entry=entry, publication=publication, facts=facts, publications=having, version=version, path=request.url.path,
        identifier=dataset_iri(entry.id, places.base, version).value, damaged=known.damaged[publication.folder],
        citation=cite_dataset(publication, entry, places, version, visit.reader.language),
        embedded=_embedded(described), embedded_type=JSON_LD.media_type, size=partial(_size), contact=_contact(publication, places),
    )


def _contact(publication: Publication, places: Places) -> str:
    """Give the address of the editors; nothing when nobody reads it."""
    address = places.contact or publication.record.contact
    return "" if is_reserved(address) else address


def _size(count: int) -> str:
    """Give a size for people.

    >>> _size(900), _size(1_540_000)
    ('900 B', '1.5 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.1f} {unit}" if unit in ("MB", "GB") else f"{count:.0f} {unit}"
        count /= 1000
    return ""
