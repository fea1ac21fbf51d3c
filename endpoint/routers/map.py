"""The map page, its land, and the small picture of it on the front page."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from pyoxigraph import Literal, NamedNode

from endpoint.errors import NotFound
from endpoint.media_types import GEOJSON
from endpoint.pages import READ, page
from endpoint.picture import COLOURS, draw_picture
from endpoint.practice_list import chosen_terms, read_facets, titles_of
from endpoint.queries import query_text
from endpoint.questions import question
from endpoint.visit import Visit
from regin_graph.identifiers import rebase

router = APIRouter()

FILTERS = ("topic", "aspect")
WKT = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
EUROPE = Literal("POLYGON((-12 34, 32 34, 32 66, -12 66, -12 34))", datatype=WKT)

# Queries and words that the scripts of the map use; they stand in the page, so that each has one home.
MAP_QUERIES = (
    "practices_in_box",
    "regions_in_box",
    "practices_within_region",
    "practices_without_place",
    "practice_summary",
    "region_scores",
    "region_competences",
    "region_figures",
    "labels",
)
# Where the engine has no spatial functions, these have another text.
WITHOUT_FUNCTIONS = "without_functions/"
OF_FUNCTIONS = {"practices_in_box": "sfWithin", "regions_in_box": "sfIntersects", "practices_within_region": "sfWithin"}
GEOF = "http://www.opengis.net/def/function/geosparql/"
MAP_WORDS = (
    "practices_found",
    "not_known",
    "no_answer",
    "close",
    "region",
    "scores",
    "practices",
    "competences",
    "context_figures",
    "all_about_region",
    "show_query",
    "map_attribution",
    "in_this_view",
    "by_record",
    "by_records",
    "figures_shown",
    "held_by",
    "said_of_group",
    "legal_basis",
    "sources",
)


def map_query(visit: Visit, name: str) -> str:
    """Give the name of a query of the map as the engine can answer it."""
    needed = OF_FUNCTIONS.get(name)
    return f"{WITHOUT_FUNCTIONS}{name}" if needed and GEOF + needed not in visit.engine.abilities.functions else name


@router.api_route("/map", **READ)
async def map_page(request: Request) -> HTMLResponse:
    """Give the map; the same practices and regions stand below it as lists, without scripts too."""
    visit = Visit(request)
    filters = chosen_terms(visit, FILTERS)
    facets = await read_facets(visit, FILTERS)
    unplaced = titles_of(await visit.ask("practices_without_place", **filters), visit.reader.language)
    found = titles_of(await visit.ask("practices", **filters), visit.reader.language)
    regions = {row["region"].value for row in await visit.ask("regions")}
    undrawn = {row["region"].value for row in await visit.ask("regions_without_outline")}
    asked = request.query_params.get("region", "")
    region = visit.iri(f"id/region/{asked}").value if asked else ""
    return await page(
        visit,
        "map.html",
        facets=facets,
        with_words=False,
        placed=[iri for iri in found if iri not in unplaced],
        unplaced=list(unplaced),
        regions=regions,
        undrawn=undrawn,
        region=region if region in regions else "",
        no_region=asked if region not in regions else "",
        live=question(map_query(visit, "practices_in_box"), base=visit.base, box=EUROPE, **filters),
        queries={name: rebase(query_text(map_query(visit, name)), visit.base) for name in MAP_QUERIES},
        words={key: visit.words[key] for key in MAP_WORDS},
    )


def release_file(request: Request, name: str) -> Path:
    """Give a file of the release that is served now. Raises: NotFound when the release has none."""
    path = Path(request.app.state.engine.release.folder) / name
    if not path.is_file():
        raise NotFound
    return path


@router.api_route("/map/land.geojson", **READ)
async def land(request: Request) -> FileResponse:
    """Give the land backdrop of the release."""
    return FileResponse(
        release_file(request, "land.geojson"), media_type=GEOJSON.media_type, headers={"Cache-Control": "max-age=86400"}
    )


@router.api_route("/map/picture-{scheme}.svg", **READ)
async def picture(request: Request, scheme: str) -> Response:
    """Give the picture of regions and practices, for light or dark pages."""
    if scheme not in COLOURS:
        raise NotFound
    rows = await Visit(request).ask("outlines_and_places", shown=False)
    drawing = draw_picture(release_file(request, "land.geojson").read_text(encoding="utf-8"), rows, COLOURS[scheme])
    return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})
