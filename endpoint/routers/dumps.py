"""The files of every release that is kept: whole or in part, packed or not, never damaged ones."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from endpoint.errors import NotFound
from endpoint.media_types import CSV_RESULTS, GEOJSON, GRAPH_FORMS, GZIP, SPREADSHEET, TABLE_METADATA, by_name
from endpoint.pages import READ
from endpoint.published import places_of, published
from endpoint.sending import send_file
from regin_graph.publication.record import dataset_iri
from regin_graph.publication.versions import CODINGS, WHOLE

router = APIRouter()

FORMS = (*GRAPH_FORMS, CSV_RESULTS, GEOJSON, SPREADSHEET)


@router.api_route("/dumps", **READ)
@router.api_route("/dumps/", **READ)
@router.api_route("/dumps/{version}", **READ)
@router.api_route("/dumps/{version}/{dataset}", **READ)
async def folder(request: Request, version: str = "", dataset: str = "") -> Response:
    """Send from the folders of files to the documents that describe them; the whole graph lies beside the folders.
    Raises: NotFound, Gone."""
    if dataset == WHOLE:
        return await whole(request, version)
    if not version:
        return RedirectResponse("/catalog", 303)
    known = await published(request)
    publication = known.version(version)
    if not dataset:
        return RedirectResponse("/catalog", 303)
    return RedirectResponse(f"/dataset/{known.entry(dataset, publication).id}/{version}", 303)


async def whole(request: Request, version: str) -> Response:
    """Give the whole graph of a release, packed."""
    known = await published(request)
    publication = known.version(version)
    await known.refuse_damaged(publication, WHOLE)
    facts = publication.content["whole"]
    return send_file(request, publication.folder / WHOLE, GZIP, facts["sha256"][:24], publication.issued, {})


@router.api_route("/dumps/{version}/{dataset}/{name}", **READ)
async def dump(request: Request, version: str, dataset: str, name: str) -> Response:
    """Give a file of a dataset in a version."""
    known = await published(request)
    publication = known.version(version)
    known.entry(dataset, publication)
    file = publication.file(dataset, name)
    places = places_of(request)
    links = [f'<{dataset_iri(dataset, places.base, version).value}>; rel="collection"', f'</dataset/{dataset}/{version}>; rel="describedby"']
    if file is None:
        table = next((one for one in publication.datasets[dataset]["files"] if one["metadata"] == name), None)
        if table is None:
            names = [one["name"] for one in publication.datasets[dataset]["files"]]
            raise NotFound(f"{dataset} has no file {name}. Files: {', '.join(names)}.", known=names)
        await known.refuse_damaged(publication, f"{dataset}/{name}")
        tag = f"{table['sha256'][:20]}-csvm"
        return send_file(request, publication.path(dataset, name), TABLE_METADATA, tag, publication.issued, {"Link": ", ".join(links)})
    await known.refuse_damaged(publication, f"{dataset}/{name}")
    if file["metadata"]:
        links.append(f'<{file["metadata"]}>; rel="describedby"; type="{TABLE_METADATA.media_type}"')
    headers = {"Link": ", ".join(links), "Repr-Digest": f"sha-256=:{digest(file['sha256'])}:"}
    form, path = by_name(file["media_type"], FORMS), publication.path(dataset, name)
    codings = [coding for coding, ending in CODINGS.items() if coding in file.get("packed", ()) and not await known.is_damaged(publication, f"{dataset}/{name}{ending}")]
    return send_file(request, path, form, file["sha256"][:24], publication.issued, headers, codings)


def digest(hexadecimal: str) -> str:
    """Give a checksum as the header writes it. Source: RFC 9530.

    >>> digest("00ff")
    'AP8='
    """
    from base64 import b64encode

    return b64encode(bytes.fromhex(hexadecimal)).decode()
