"""Tombstones of what an older release held and the present one does not: when it went, and where it can still be read."""

import asyncio
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Response
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from endpoint.errors import NotFound
from endpoint.media_types import HTML, Form
from endpoint.pages import page
from endpoint.published import places_of, published, written
from endpoint.visit import Visit, last_part
from regin_graph.publication.description import typed
from regin_graph.publication.namespaces import term
from regin_graph.publication.versions import Publication

NAMES = (term("skos:prefLabel"), term("dct:title"), term("rdfs:label"))


@dataclass(frozen=True)
class Removed:
    """A thing that was removed. Shape: identifier, its names, the last release with it, the release that removed it."""

    iri: NamedNode
    names: tuple[Literal, ...]
    last: Publication
    removed_in: Publication


@lru_cache(maxsize=8)
def _store(folder: str) -> Store:
    return Store.read_only(folder)


async def find_removed(visit: Visit, path: str) -> Removed | None:
    """Give what an older release that is kept holds under a path; None when none does."""
    try:
        known = await published(visit.request)
    except NotFound:
        return None
    iri = visit.iri(path)
    for newer, older in zip(known.publications, known.publications[1:], strict=False):
        quads = await asyncio.to_thread(_statements, str(older.folder / "store"), iri)
        if quads:
            names = tuple(sorted((quad.object for quad in quads if quad.predicate in NAMES), key=str))
            return Removed(iri, names, older, newer)
    return None


def _statements(folder: str, iri: NamedNode) -> list:
    return list(_store(folder).quads_for_pattern(iri, None, None, DefaultGraph()))


async def removed_tombstone(visit: Visit, removed: Removed, form: Form) -> Response:
    """Give 410 with what is known of a removed thing, in the form asked for."""
    places = places_of(visit.request)
    headers = {"Vary": "Accept", "Link": f'<{places.root}/releases/{removed.removed_in.version}>; rel="describedby"'}
    if form is not HTML:
        body = written(tombstone_statements(removed, visit.base, places.root), form, visit.base)
        return Response(body, 410, headers, media_type=form.content_type)
    best = next((name.value for language in (visit.reader.language, "en", None) for name in removed.names if language in (name.language, None)), "")
    return await page(
        visit, "removed.html", status=410, headers=headers, identifier=removed.iri.value, title=best or last_part(removed.iri.value), removed=removed,
    )


def tombstone_statements(removed: Removed, base: str, root: str) -> set[Triple]:
    """Give what is known of a removed thing: that it is gone, since when, from which release, and its former names."""
    iri, words = removed.iri, f"Removed in release {removed.removed_in.version}; last part of release {removed.last.version}."
    return {
        Triple(iri, term("owl:deprecated"), typed("true", "boolean")),
        Triple(iri, term("prov:invalidatedAtTime"), typed(removed.removed_in.issued, "dateTime")),
        Triple(iri, term("rdfs:comment"), Literal(words, language="en")),
        Triple(iri, term("rdfs:seeAlso"), NamedNode(f"{root}/releases/{removed.removed_in.version}")),
        Triple(iri, term("dct:isPartOf"), NamedNode(f"{base}releases/{removed.last.version}")),
        *(Triple(iri, term("rdfs:label"), name) for name in removed.names),
    }
