"""The change feed of a release: which entities came, changed or went since the release before, in pages that never change.
Source: Linked Data Event Streams (https://w3id.org/ldes/specification), TREE (https://w3id.org/tree/specification)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from regin_graph.exporters.rdf_files import sorted_head
from regin_graph.identifiers import record_iri
from regin_graph.publication.description import typed
from regin_graph.publication.namespaces import PREFIXES, term
from regin_graph.publication.record import TYPE

CHANGES = "changes"
INDEX = "index.json"
# The page of the feed of datasets, beside the pages of the stream of entities.
CATALOGUE_PAGE = "catalog.trig"
# Members on a page: a page is read in a moment, and a first harvest takes few of them.
PAGE_SIZE = 250
TOPIC = term("foaf:primaryTopic")


def stream_iri(base: str, name: str = "entities") -> NamedNode:
    """Give the identifier of a stream."""
    return NamedNode(f"{base}ldes/{name}#stream")


def entities_of(quads: Iterable[Quad], base: str) -> dict[str, list[Triple]]:
    """Give the statements of the default graph by the entity they belong to: a record with its parts and the facts about
    its graphs, a term, a scheme with its concepts, or a thing elsewhere. Blank nodes go with what refers to them.
    """
    triples = [quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    topics = {triple.subject.value: triple.object.value for triple in triples if triple.predicate == TOPIC}
    holders = {triple.object: triple.subject for triple in triples if isinstance(triple.object, BlankNode)}
    found = defaultdict(list)
    for triple in triples:
        node = triple.subject
        while isinstance(node, BlankNode) and node in holders:
            node = holders[node]
        found[f"{base}def" if isinstance(node, BlankNode) else entity_of(topics.get(node.value, node.value), base)].append(triple)
    return dict(found)


def entity_of(iri: str, base: str) -> str:
    """Give the entity that something belongs to by its IRI: a part to its record, a concept to its scheme."""
    if iri.startswith(f"{base}scheme/"):
        return "/".join(iri.split("/")[: base.count("/") + 2])
    return record_iri(iri, base)


def write_changes(
    folder: Path, quads: Iterable[Quad], base: str, version: str, issued: str, previous: Path | None, catalogue: bytes, left: Iterable[Path] = (),
) -> None:
    """Write `changes/`: the members that this release adds to the stream, page by page, the page that it adds to the feed
    of datasets, and the index of all entities. `left`: releases that were gone back from, the newest first; who followed one
    of them is told what it said otherwise, too."""
    before = read_index(previous) if previous else None
    entities = {iri: sorted(triples, key=str) for iri, triples in entities_of(quads, base).items()}
    marks = {iri: _mark(triples) for iri, triples in sorted(entities.items())}
    place = folder / CHANGES
    place.mkdir()
    (place / CATALOGUE_PAGE).write_bytes(catalogue)
    pages, checksums = [], {f"{CHANGES}/{CATALOGUE_PAGE}": hashlib.sha256(catalogue).hexdigest()}
    members = list(changed(before["entities"] if before else {}, marks))
    told = members + taken_back([index["entities"] for index in map(read_index, left) if index], marks, members)
    for start in range(0, len(told), PAGE_SIZE):
        pages.append(f"{len(pages) + 1}.trig")
        here = told[start:start + PAGE_SIZE]
        content = write_page(here, entities, base, f"{version}/{pages[-1].removesuffix('.trig')}", issued)
        (place / pages[-1]).write_bytes(content)
        checksums[f"{CHANGES}/{pages[-1]}"] = hashlib.sha256(content).hexdigest()
    index = {
        "version": version, "issued": issued, "previous": before["version"] if before else "", "pages": pages,
        "checksums": checksums, "changes": [list(member) for member in members], "entities": marks,
        "moments": _moments(before, marks, members, issued),
    }
    (place / INDEX).write_text(json.dumps(index, ensure_ascii=False) + "\n", "utf-8")


def read_index(release: Path) -> dict | None:
    """Give the index of the changes of a release, or None when it has none."""
    path = release / CHANGES / INDEX
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def moments_of(index: dict) -> dict[str, list[str]]:
    """Give when each entity of a release last changed, and how: from the releases before it too, also those that are no longer
    kept. A release of before this was written down tells since when an entity is there at the latest.
    Shape: entity → [moment, Create or Update]."""
    told = dict.fromkeys(index["entities"], [index.get("issued", ""), "Create"])
    return told | index.get("moments", {})


def _moments(before: dict | None, marks: dict[str, str], members: Iterable[tuple[str, str]], issued: str) -> dict[str, list[str]]:
    known = moments_of(before) if before else {}
    known |= {iri: [issued, kind] for kind, iri in members}
    return {iri: known[iri] for iri in marks}


def changed(before: dict[str, str], now: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give what happened to the entities between two states, sorted. Shape: (Create, Update or Delete; entity).

    >>> list(changed({"a": "1", "b": "1"}, {"b": "2", "c": "1"}))
    [('Delete', 'a'), ('Update', 'b'), ('Create', 'c')]
    """
    for iri in sorted(before.keys() | now.keys()):
        if iri not in now:
            yield "Delete", iri
        elif iri not in before:
            yield "Create", iri
        elif before[iri] != now[iri]:
            yield "Update", iri


def taken_back(left: Iterable[dict[str, str]], now: dict[str, str], members: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give what is beside the members to tell those who followed states that were left, the newest first. Shape: see changed.

    >>> taken_back([{"a": "2", "b": "1", "c": "1"}], {"a": "1", "b": "2", "d": "1"}, [("Update", "b")])
    [('Update', 'a'), ('Delete', 'c'), ('Create', 'd')]
    """
    kinds: dict[str, str] = {}
    for state in left:
        for kind, iri in changed(state, now):
            kinds.setdefault(iri, kind)
    for _, iri in members:
        kinds.pop(iri, None)
    return [(kind, iri) for iri, kind in sorted(kinds.items())]


def write_page(members: Iterable[tuple[str, str]], entities: dict[str, list[Triple]], base: str, page: str, issued: str) -> bytes:
    """Give a page: each member in the default graph, and the entity as it now is in a graph of the member's name."""
    quads = []
    for kind, iri in members:
        member = NamedNode(f"{base}ldes/entities/{page}#{quote(iri.removeprefix(base), safe='/:.-_~')}")
        quads += member_quads(member, kind, NamedNode(iri), issued, stream_iri(base))
        quads += [Quad(*triple, member) for triple in (entities[iri] if kind != "Delete" else ())]
    return sorted_head(serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES), RdfFormat.TRIG)


def member_quads(member: NamedNode, kind: str, entity: NamedNode, issued: str, stream: NamedNode) -> list[Quad]:
    """Give what is said of a member of a stream."""
    return [
        Quad(stream, term("tree:member"), member),
        Quad(member, TYPE, term(f"as:{kind}")),
        Quad(member, term("as:object"), entity),
        Quad(member, term("as:published"), typed(issued, "dateTime")),
    ]


def _mark(triples: list[Triple]) -> str:
    return hashlib.sha256("\n".join(map(str, triples)).encode()).hexdigest()[:16]
