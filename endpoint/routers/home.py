"""The front page and the page about the graph."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pyoxigraph import NamedNode

from endpoint.errors import NotFound
from endpoint.media_types import GRAPH_FORMS, HTML, choose
from endpoint.pages import READ, page
from endpoint.published import published
from endpoint.questions import Question, question
from endpoint.visit import Visit
from regin_graph.publication.surroundings import is_reserved

router = APIRouter()

# Figures of the front page: word, class in the vocabulary, the page that lists them.
FIGURES = (
    ("practices", "Practice", "/practices"),
    ("regions", "Region", "/regions"),
    ("competences", "Competence", "/competences"),
    ("actors", "Actor", "/actors"),
    ("scores", "Score", "/def/Score.html"),
    ("results", "VerbalResult", "/def/VerbalResult.html"),
    ("figures", "ContextFigure", "/def/ContextFigure.html"),
    ("sources", "Source", "/def/Source.html"),
)
TOPICS_SHOWN = 14
# Paths of records that somebody wants to correct.
RECORD = re.compile(r"id/[a-z-]{1,40}/[A-Za-z0-9._~-]{1,200}")

# Where programs begin that know nothing but this address.
WAYS = ", ".join([
    '</catalog>; rel="describedby"; type="text/turtle"', '</.well-known/void>; rel="describedby"; type="text/turtle"', '</sparql>; rel="service"',
    '</ldes/>; rel="https://w3id.org/tree#view"', '</feed.atom>; rel="alternate"; type="application/atom+xml"', '</sitemap.xml>; rel="index"; type="application/xml"',
    '<http://creativecommons.org/licenses/by/4.0/>; rel="license"',
])


@dataclass(frozen=True)
class Figure:
    """A figure of the front page, with the query that it is the answer to."""

    word: str
    path: str
    count: str
    question: Question


@router.api_route("/", **READ)
async def home(request: Request) -> Response:
    """Give the front page; its figures are queries. Programs that ask for RDF are sent to the catalogue, all others are told of it."""
    if choose(request.headers.get("accept"), (HTML, *GRAPH_FORMS)) not in (HTML, None):
        return RedirectResponse("/catalog", 303, {"Vary": "Accept", "Link": WAYS})
    visit = Visit(request)
    figures = await asyncio.gather(*(count_figure(visit, *figure) for figure in FIGURES))
    rows = [row for row in await visit.ask("practice_facets") if "value" in row and row["facet"].value == "topic"]
    rows.sort(key=lambda row: (-int(row["count"].value), row["value"].value))
    topics = [{"iri": row["value"].value, "count": row["count"].value} for row in rows[:TOPICS_SHOWN]]
    return await page(visit, "home.html", headers={"Link": WAYS}, figures=figures, topics=topics)


async def count_figure(visit: Visit, word: str, term: str, path: str) -> Figure:
    """Give the number of things of a class."""
    values = {"class": NamedNode(f"{visit.base}def/{term}")}
    rows = await visit.ask("count_of_class", shown=False, **values)
    return Figure(f"figure_{word}", path, rows[0]["count"].value, question("count_of_class", base=visit.base, **values))


@router.api_route("/about", **READ)
async def about(request: Request) -> HTMLResponse:
    """Give the page that says what the graph is, how it treats sources and gaps, and which release this is."""
    visit = Visit(request)
    release = visit.engine.release
    record = request.query_params.get("record", "")
    record = record if RECORD.fullmatch(record) else ""
    if record:
        visit.mention([visit.iri(record).value])
    return await page(
        visit, "about.html", release=release if release.version else None, contact=await contact_of(request),
        record=visit.iri(record).value if record else "", record_file=file_of(record),
    )


async def contact_of(request: Request) -> str:
    """Give the address to write to; nothing when nobody reads it."""
    address = request.app.state.settings.contact
    with suppress(NotFound):
        # A server over anything else than a release has no catalogue, which would name one.
        address = address or (await published(request)).current.record.contact
    return "" if is_reserved(address) else address


def file_of(record: str) -> str:
    """Give the file that a record is written in; nothing where several share one.

    >>> file_of("id/practice/blinkbcn"), file_of("id/region/azores")
    ('data/practices/blinkbcn.yml', '')
    """
    kind, _, name = record.removeprefix("id/").partition("/")
    return f"data/{kind}s/{name}.yml" if kind in ("practice", "actor") else ""


@router.api_route("/favicon.ico", **READ)
async def icon(request: Request) -> RedirectResponse:
    """Give the way to the icon, for programs that look for it by its old name."""
    return RedirectResponse("/static/icon.svg", 301)
