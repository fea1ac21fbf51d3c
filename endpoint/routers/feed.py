"""What changed, as feeds: Atom for people, event streams for programs that keep a copy."""

import gzip
from collections import defaultdict

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pyoxigraph import RdfFormat, parse

from endpoint.errors import NotAcceptable, NotFound
from endpoint.languages import best_text
from endpoint.links import place_of
from endpoint.media_types import ATOM, HTML, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Form, choose
from endpoint.pages import READ, environment
from endpoint.published import Published, places_of, published, written
from endpoint.releases import index_of, records_changed
from endpoint.sending import UNCHANGING, send_document
from endpoint.visit import Visit, last_part
from regin_graph.publication.changes import CATALOGUE_PAGE, CHANGES, PAGE_SIZE, entities_of, entity_of, write_page
from regin_graph.publication.departures import read_departed
from regin_graph.publication.streams import (
    catalogue_page,
    placed,
    stream_root,
    streams_list,
    written_quads,
)
from regin_graph.publication.versions import WHOLE, Publication, lineage

router = APIRouter()

# Entries of a feed: the newest ones; who wants all reads the stream.
FEED_SIZE = 100
ROOT_FORMS = (TRIG, TURTLE, N_QUADS, N_TRIPLES, JSON_LD)
PAGE_FORMS = (TRIG, N_QUADS, JSON_LD)
FIXED = f"{CHANGES}/{CATALOGUE_PAGE}"
TITLES = {"entities": "Entities of REGIN Graph", "catalog": "Datasets of REGIN Graph"}


@router.api_route("/feed.atom", **READ)
async def feed(request: Request) -> Response:
    """Give the feed of all practices and releases."""
    return await _feed(request, "", "")


@router.api_route("/feed/{kind}/{name}.atom", **READ)
async def feed_of(request: Request, kind: str, name: str) -> Response:
    """Give the feed of the practices of a topic or a region."""
    paths = {"topic": f"scheme/topic/{name}", "region": f"id/region/{name}"}
    if kind not in paths:
        raise NotFound("There are feeds per topic and per region: /feed/topic/health.atom, /feed/region/skane.atom.")
    return await _feed(request, kind, paths[kind])


async def _feed(request: Request, kind: str, path: str) -> Response:
    """Give a feed. Source: RFC 4287, The Atom Syndication Format."""
    known, visit, places = await published(request), Visit(request), places_of(request)
    wanted = visit.iri(path).value if path else ""
    practices: dict[str, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    for row in await visit.ask("practices_of_feed", shown=False):
        for name, term in row.items():
            practices[row["practice"].value][name].add(term)
    if wanted:
        visit.mention([wanted])
        await visit.learn_names()
        if wanted not in visit.names:
            raise NotFound(f"The graph holds nothing about {wanted}.")

    def make() -> bytes:
        entries = []
        for iri, (moment, change) in records_changed(known.publications).items():
            facts, gone = practices.get(iri), known.departed["things"].get(iri)
            if gone and not wanted and iri.startswith(f"{places.base}id/practice/"):
                # Its address answers with the tombstone. Which topics it had, this release does not know.
                title, topics = gone["names"].get("en") or next(iter(gone["names"].values()), last_part(iri)), []
            elif facts and (not wanted or wanted in {term.value for term in facts[kind]}):
                title = best_text(sorted(facts["title"], key=str), "en").value
                topics = sorted({last_part(term.value) for term in facts["topic"]})
                change = "retired" if "retired" in {last_part(term.value) for term in facts["status"]} else change
            else:
                continue
            entries.append({"id": iri, "title": title, "updated": moment, "change": change, "topics": topics, "address": places.root + place_of(iri.removeprefix(places.base)).document()})
        if not wanted:
            entries += [
                {"id": f"{places.base}releases/{one.version}", "title": f"Release {one.version}", "updated": one.issued, "change": "added", "topics": [], "address": f"{places.root}/releases/{one.version}"}
                for one in known.publications
            ]
        newest = sorted(sorted(entries, key=lambda entry: entry["id"]), key=lambda entry: entry["updated"], reverse=True)[:FEED_SIZE]
        title = f"REGIN Graph: {visit.plain_name(wanted)}" if wanted else "REGIN Graph"
        template = environment.get_template("feed.atom")
        text = template.render(
            entries=newest, title=title, identifier=f"{places.base}{request.url.path.lstrip('/')}", own=f"{places.root}{request.url.path}",
            home=f"{places.root}/", updated=known.current.issued, author=known.current.content["editors"]["en"],
        )
        return text.encode()

    return send_document(request, known.document(("feed", places.root, path), make), ATOM, known.current.issued)


@router.api_route("/ldes", **READ)
@router.api_route("/ldes/", **READ)
async def streams(request: Request) -> Response:
    """Give the streams there are; people are sent to where the catalogue tells of them."""
    known, places = await published(request), places_of(request)
    form = choose(request.headers.get("accept"), (TURTLE, TRIG, N_TRIPLES, N_QUADS, JSON_LD, RDF_XML, HTML))
    if form is None:
        raise NotAcceptable(headers={"Vary": "Accept"}, available=[one.media_type for one in (TURTLE, *ROOT_FORMS, RDF_XML)])
    if form is HTML:
        return RedirectResponse("/catalog#streams", 303, {"Vary": "Accept"})
    document = known.document(("streams", places.root, form.media_type), lambda: written({quad.triple for quad in streams_list(TITLES, places)}, form, places.base))
    return send_document(request, document, form, known.current.issued)


@router.api_route("/ldes/{name}", **READ)
async def stream(request: Request, name: str) -> Response:
    """Give the root of a stream: which pages there are, from when."""
    if name not in TITLES:
        raise NotFound("There are two streams: /ldes/entities and /ldes/catalog.", known=list(TITLES))
    known, places, form = await published(request), places_of(request), _form(request, ROOT_FORMS)
    pages = [(path, one.issued) for one in reversed(lineage(known.publications)) for path in _paths(known, one, name, places.base)]
    key = ("stream", places.root, name, form.media_type)
    document = known.document(key, lambda: written_quads(stream_root(name, TITLES[name], pages, places), syntax_of(form)))
    return send_document(request, document, form, known.current.issued)


def _paths(known: Published, publication: Publication, name: str, base: str) -> list[str]:
    """Give the paths of the pages that a release added to a stream."""
    if name == "catalog":
        fixed = [publication.version] if _has_catalogue_page(publication) else []
        return [f"{publication.version}/all"] if _is_cut_off(known, publication) else fixed
    if _is_cut_off(known, publication):
        count = -(-len(_snapshot_members(publication, base)) // PAGE_SIZE)
        return [f"{publication.version}/all-{number}" for number in range(1, count + 1)]
    return [f"{publication.version}/{page.removesuffix('.trig')}" for page in index_of(publication.folder)["pages"]]


def _is_cut_off(known: Published, publication: Publication) -> bool:
    """Tell whether the release before this one is no longer kept: then the stream starts here with everything."""
    previous = index_of(publication.folder)["previous"]
    return bool(previous) and previous not in known.versions


@router.api_route("/ldes/catalog/{version}", **READ)
async def catalogue_stream_page(request: Request, version: str) -> Response:
    """Give the page of the feed of datasets that a release added: as the release fixed it, it never changes."""
    known, places, form = await published(request), places_of(request), _form(request, PAGE_FORMS)
    publication = known.version(version)
    if not _has_catalogue_page(publication):
        raise NotFound(f"Release {version} was written by an older program and has no page in the feed of datasets.")

    def make() -> bytes:
        page = placed((publication.folder / FIXED).read_bytes(), places.root)
        return page if form is TRIG else written_quads(parse(page, format=RdfFormat.TRIG), syntax_of(form))

    key = ("catalogue stream", places.root, version, form.media_type)
    if key not in known.documents:
        await known.refuse_damaged(publication, FIXED)
    document = known.document(key, make)
    return send_document(request, document, form, publication.issued, cache=UNCHANGING if form is TRIG else "")


def _has_catalogue_page(publication: Publication) -> bool:
    return FIXED in publication.files


@router.api_route("/ldes/catalog/{version}/all", **READ)
async def catalogue_stream_start(request: Request, version: str) -> Response:
    """Give all datasets of a release, for the release that the feed of datasets now starts with."""
    known, places, form = await published(request), places_of(request), _form(request, PAGE_FORMS)
    publication = known.version(version)
    if not _is_cut_off(known, publication):
        raise NotFound(f"The feed does not start with release {version}.")
    opening = f"{places.base}dataset/"
    gone = {iri.removeprefix(opening).split("/")[0] for iri in read_departed(publication.folder)["things"] if iri.startswith(opening)}
    changes = [("Create", name) for name in publication.datasets] + [("Delete", name) for name in sorted(gone - publication.datasets.keys())]
    key = ("catalogue stream start", places.root, version, form.media_type)
    document = known.document(key, lambda: written_quads(catalogue_page(publication, changes, f"{version}/all", places), syntax_of(form)))
    return send_document(request, document, form, publication.issued)


@router.api_route("/ldes/entities/{version}/{page}", **READ)
async def entity_stream_page(request: Request, version: str, page: str) -> Response:
    """Give a page of the stream of entities: as the release wrote it, it never changes."""
    known, places = await published(request), places_of(request)
    publication, form = known.version(version), _form(request, (TRIG,))
    pages = [path.rpartition("/")[2] for path in _paths(known, publication, "entities", places.base)]
    if page not in pages:
        raise NotFound(f"Release {version} has no page {page}.", known=pages)

    def make() -> bytes:
        if not page.startswith("all-"):
            return (publication.folder / CHANGES / f"{page}.trig").read_bytes()
        return _snapshot_page(publication, places.base, page)

    key = ("page", version, page)
    if key not in known.documents:
        await known.refuse_damaged(publication, WHOLE if page.startswith("all-") else f"{CHANGES}/{page}.trig")
    document = await known.document_apart(key, make)
    # Pages with everything are written when they are needed, by the program as it then is.
    return send_document(request, document, form, publication.issued, cache="" if page.startswith("all-") else UNCHANGING)


def _snapshot_members(publication, base: str) -> list[tuple[str, str]]:
    """Give what a stream says that starts with a release: all entities are there, and those that went before are gone."""
    entities = index_of(publication.folder)["entities"]
    # Graphs go with the record that they are about.
    departed = (iri for iri in read_departed(publication.folder)["things"] if not iri.startswith(f"{base}graph/"))
    gone = (iri for iri in departed if iri not in entities and iri == entity_of(iri, base))
    return [("Create", iri) for iri in sorted(entities)] + [("Delete", iri) for iri in sorted(gone)]


def _snapshot_page(publication, base: str, page: str) -> bytes:
    """Give a page of all entities of a release, for the release that the stream now starts with."""
    with gzip.open(publication.folder / WHOLE) as file:
        entities = entities_of(parse(file, format=RdfFormat.N_QUADS), base)
    members = _snapshot_members(publication, base)
    start = (int(page.removeprefix("all-")) - 1) * PAGE_SIZE
    return write_page(members[start:start + PAGE_SIZE], entities, base, f"{publication.version}/{page}", publication.issued)


def _form(request: Request, forms: tuple[Form, ...]) -> Form:
    """Give the form of a page; browsers get the first. Raises: NotAcceptable."""
    form = choose(request.headers.get("accept"), (*forms, HTML))
    if form is None:
        raise NotAcceptable(headers={"Vary": "Accept"}, available=[one.media_type for one in forms])
    return forms[0] if form is HTML else form


def syntax_of(form: Form) -> RdfFormat:
    """Give the RDF syntax of a form."""
    return RdfFormat.from_media_type(form.media_type)
