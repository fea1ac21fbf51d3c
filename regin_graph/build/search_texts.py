"""Search texts: for each practice one literal with everything that people may look for, folded.

Shape: `?practice regin:searchText "words / words / …"`: the texts of the practice, of its parts and of what was found of it, and the
names, in every language, of its regions, places, groups, actors and concepts; small Latin letters without accents."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Store, Triple

from regin_graph.reconciliation.names import plain

NAMES = (
    NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
    NamedNode("http://www.w3.org/2004/02/skos/core#altLabel"),
    NamedNode("http://purl.org/dc/terms/title"),
)
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

# What a practice leads to and people look for by name. Roles and kinds are none: every record has them.
NAMED = (
    *(f"id/{noun}/" for noun in ("region", "region-group", "place", "actor")),
    *(
        f"scheme/{name}/"
        for name in ("topic", "target-group", "aspect", "funding-instrument", "ewsi-theme", "eu-action-plan-area")
    ),
)


def search_texts(store: Store, base: str) -> Iterator[Triple]:
    """Give the search text of each practice in the store."""
    practices = sorted(
        quad.subject.value for quad in store.quads_for_pattern(None, RDF_TYPE, NamedNode(base + "def/Practice"), None)
    )
    for practice in practices:
        phrases = sorted(set(_phrases(store, practice, base)) - {""})
        yield Triple(NamedNode(practice), NamedNode(base + "def/searchText"), Literal(" / ".join(phrases)))


def _phrases(store: Store, practice: str, base: str) -> Iterator[str]:
    for subject in _subjects(store, practice, base):
        for quad in store.quads_for_pattern(subject, None, None, None):
            if isinstance(quad.object, Literal):
                yield plain(quad.object.value)
            elif isinstance(quad.object, NamedNode) and _is_named(quad.object.value, base):
                yield from map(plain, _names(store, quad.object))


def _subjects(store: Store, practice: str, base: str) -> Iterable[NamedNode]:
    """Give the practice, its parts, and what was found when it was evaluated."""
    found = {NamedNode(practice)}
    for quad in store.quads_for_pattern(None, NamedNode(base + "def/assesses"), NamedNode(practice), None):
        for finding in store.quads_for_pattern(quad.subject, NamedNode(base + "def/finding"), None, None):
            found.add(finding.object)
    for quad in store.quads_for_pattern(NamedNode(practice), None, None, None):
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(practice + "/"):
            found.add(quad.object)
    return found


def _is_named(iri: str, base: str) -> bool:
    path = iri.removeprefix(base)
    return path != iri and path.startswith(NAMED)


def _names(store: Store, thing: NamedNode) -> Iterator[str]:
    for prop in NAMES:
        for quad in store.quads_for_pattern(thing, prop, None, None):
            yield quad.object.value
