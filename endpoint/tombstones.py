"""Tombstones: what is told of something that is gone: since when, why, what stands in its place, where it can still be read."""

from dataclasses import dataclass

from fastapi import Response
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from endpoint.errors import NotFound
from endpoint.languages import messages
from endpoint.links import document_links, place_of
from endpoint.media_types import HTML, N_TRIPLES, Form
from endpoint.pages import page
from endpoint.published import places_of, published, written
from endpoint.questions import question
from endpoint.releases import records_changed
from endpoint.visit import Visit, last_part
from regin_graph.identifiers import record_iri
from regin_graph.publication.description import typed
from regin_graph.publication.namespaces import LANGUAGES, term

Texts = dict[str, str]


@dataclass(frozen=True)
class Removed:
    """A thing that was removed. Shape: identifier; names, reason by language; what replaces it; the last release with it,
    the release that removed it and its moment; which of the two are kept."""

    iri: str
    names: Texts
    reason: Texts
    replaced_by: tuple[str, ...]
    last: str
    version: str
    moment: str
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Ahead:
    """A thing that only a newer release holds, which was gone back from. Shape: identifier; names by language; the newest
    release with it and its moment; the release that is served."""

    iri: str
    names: Texts
    version: str
    moment: str
    current: str


async def find_ahead(visit: Visit, path: str) -> Ahead | None:
    """Give what is known of something under a path that only a newer release holds; None when none does."""
    try:
        known = await published(visit.request)
    except NotFound:
        return None
    if not known.later:
        return None
    things, iri = await known.ahead(visit.base), visit.iri(path).value
    facts = things.get(iri) or things.get(record_iri(iri, visit.base))
    return Ahead(iri, facts["names"], facts["version"], facts["moment"], known.current.version) if facts else None


async def ahead_tombstone(visit: Visit, ahead: Ahead, form: Form) -> Response:
    """Give 410 with what is known of a thing of a newer release, in the form asked for: to who follows what is served, it is
    withdrawn with the release."""
    places = places_of(visit.request)
    headers = tombstone_headers(form, [f'<{places.root}/releases/{ahead.version}>; rel="describedby"'])
    if form is not HTML:
        return Response(written(ahead_statements(ahead, visit.base, places.root), form, visit.base), 410, headers, media_type=form.content_type)
    title, tongue = best_of(ahead.names, visit.reader.language)
    return await page(
        visit, "ahead.html", status=410, headers=headers, ahead=ahead, title=title or last_part(ahead.iri), title_language=tongue,
    )


def ahead_statements(ahead: Ahead, base: str, root: str) -> set[Triple]:
    """Give what is known of a thing of a newer release: its names, the release that holds it, what is served."""
    iri = NamedNode(ahead.iri)
    return {
        Triple(iri, term("dct:isPartOf"), NamedNode(f"{base}releases/{ahead.version}")),
        Triple(iri, term("rdfs:seeAlso"), NamedNode(f"{root}/releases/{ahead.version}")),
        *(Triple(iri, term("skos:changeNote"), Literal(messages(one)["ahead_text"].format(version=ahead.version, current=ahead.current), language=one)) for one in LANGUAGES),
        *(Triple(iri, term("rdfs:label"), _text(text, language)) for language, text in ahead.names.items()),
    }


def tombstone_headers(form: Form, links: list[str]) -> dict[str, str]:
    """Give the headers of what is told of something that is gone."""
    varying = "Accept, Accept-Language" if form is HTML else "Accept"
    headers = {"Vary": varying, "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
    return headers | ({"Link": ", ".join(links)} if links else {})


async def find_removed(visit: Visit, path: str) -> Removed | None:
    """Give what is known of something under a path that an older release held; None when none did."""
    try:
        known = await published(visit.request)
    except NotFound:
        return None
    iri = visit.iri(path).value
    facts = known.departed["things"].get(iri) or known.departed["things"].get(record_iri(iri, visit.base))
    if facts is None:
        return None
    kept = tuple(known.versions)
    reason = facts["reason"] or {language: messages(language)["removed_without_reason"] for language in LANGUAGES}
    return Removed(iri, facts["names"], reason, tuple(facts["replaced_by"]), facts["last"], facts["version"], facts["moment"], kept)


async def removed_tombstone(visit: Visit, removed: Removed, form: Form) -> Response:
    """Give 410 with what is known of a removed thing, in the form asked for."""
    places = places_of(visit.request)
    links = [f'<{places.root}/releases/{removed.version}>; rel="describedby"'] if removed.version in removed.kept else []
    links += [f'<{iri}>; rel="successor-version"' for iri in removed.replaced_by]
    headers = tombstone_headers(form, links)
    if form is not HTML:
        body = written(tombstone_statements(removed, visit.base, places.root), form, visit.base)
        return Response(body, 410, headers, media_type=form.content_type)
    visit.mention(removed.replaced_by)
    title, tongue = best_of(removed.names, visit.reader.language)
    reason, reason_tongue = best_of(removed.reason, visit.reader.language)
    return await page(
        visit, "removed.html", status=410, headers=headers, identifier=removed.iri, removed=removed,
        title=title or last_part(removed.iri), title_language=tongue, reason=reason, reason_language=reason_tongue,
    )


def tombstone_statements(removed: Removed, base: str, root: str) -> set[Triple]:
    """Give what is known of a removed thing: that it is gone, since when, why, its former names and what replaces it."""
    iri = NamedNode(removed.iri)
    found = {
        Triple(iri, term("owl:deprecated"), typed("true", "boolean")),
        Triple(iri, term("prov:invalidatedAtTime"), typed(removed.moment, "dateTime")),
        Triple(iri, term("rdfs:comment"), Literal(f"Removed in release {removed.version}; last part of release {removed.last}.", language="en")),
        Triple(iri, term("dct:isPartOf"), NamedNode(f"{base}releases/{removed.last}")),
        *(Triple(iri, term("skos:changeNote"), _text(text, language)) for language, text in removed.reason.items()),
        *(Triple(iri, term("dct:isReplacedBy"), NamedNode(one)) for one in removed.replaced_by),
        *(Triple(iri, term("rdfs:label"), _text(text, language)) for language, text in removed.names.items()),
    }
    if removed.version in removed.kept:
        found.add(Triple(iri, term("rdfs:seeAlso"), NamedNode(f"{root}/releases/{removed.version}")))
    return found


async def retired_tombstone(visit: Visit, path: str, form: Form) -> Response:
    """Give 410 with what is left of a retired record, in the form asked for."""
    iri, place, moment = visit.iri(path), place_of(path), await retired_since(visit, path)
    answer = await visit.engine.answer(question("tombstone_document", base=visit.base, entity=iri).text, media_type=N_TRIPLES.media_type)
    left = {quad.triple for quad in parse(await answer.read(), format=RdfFormat.N_TRIPLES)}
    followers = sorted(one.object.value for one in left if one.predicate == term("dct:isReplacedBy"))
    successors = [f'<{one}>; rel="successor-version"' for one in followers]
    headers = tombstone_headers(form, [document_links(place, iri.value, visit.request.app.state.settings.public_url), *successors])
    if form is not HTML:
        left.add(Triple(iri, term("owl:deprecated"), typed("true", "boolean")))
        left |= {Triple(iri, term("prov:invalidatedAtTime"), typed(moment, "dateTime"))} if moment else set()
        return Response(written(left, form, visit.base), 410, headers, media_type=form.content_type)
    notes = {one.object.language or "": one.object.value for one in left if one.predicate == term("skos:note")}
    visit.mention([iri.value, *followers])
    reason, tongue = best_of(notes, visit.reader.language)
    return await page(
        visit, "tombstone.html", status=410, headers=headers, identifier=iri.value, replacements=followers, place=place,
        reason=reason, reason_language=tongue, moment=moment,
    )


async def retired_since(visit: Visit, path: str) -> str:
    """Give the moment of the release that last changed a retired record; empty when none is kept that did."""
    try:
        known = await published(visit.request)
    except NotFound:
        return ""
    return records_changed(known.publications).get(visit.iri(path).value, ("", ""))[0]


def best_of(texts: Texts, language: str) -> tuple[str, str]:
    """Give the text for a reader, and its language.

    >>> best_of({"en": "Gone.", "sv": "Borta."}, "sv"), best_of({"fr": "Parti."}, "de"), best_of({}, "en")
    (('Borta.', 'sv'), ('Parti.', 'fr'), ('', ''))
    """
    found = next((one for one in (language, "en", "") if one in texts), next(iter(texts), ""))
    return texts.get(found, ""), found


def _text(text: str, language: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)
