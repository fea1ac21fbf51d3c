"""The streams as a client finds them: the root with its relations, and the feed of the catalogue."""

from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from regin_graph.publication.changes import member_quads, stream_iri
from regin_graph.publication.description import Places, describe_dataset, typed
from regin_graph.publication.namespaces import LICENSE, term
from regin_graph.publication.record import TYPE, catalog_iri, dataset_iri
from regin_graph.publication.surroundings import describe_surroundings
from regin_graph.publication.versions import Publication


def streams_list(titles: Mapping[str, str], places: Places) -> Iterator[Quad]:
    """Give the streams there are, each with the address where reading begins."""
    catalog = catalog_iri(places.base)
    for name, title in titles.items():
        stream = stream_iri(places.base, name)
        yield Quad(stream, TYPE, term("ldes:EventStream"))
        yield Quad(stream, term("dct:title"), Literal(title, language="en"))
        yield Quad(stream, term("dct:license"), NamedNode(LICENSE))
        yield Quad(stream, term("dct:isPartOf"), catalog)
        yield Quad(stream, term("tree:view"), places.address(f"ldes/{name}"))


def stream_root(name: str, title: str, pages: Sequence[tuple[str, str]], places: Places) -> Iterator[Quad]:
    """Give the root of a stream. `pages`: path and moment of each page, the oldest first."""
    stream, root = stream_iri(places.base, name), places.address(f"ldes/{name}")
    yield Quad(stream, TYPE, term("ldes:EventStream"))
    yield Quad(stream, term("dct:title"), Literal(title, language="en"))
    yield Quad(stream, term("dct:license"), NamedNode(LICENSE))
    yield Quad(stream, term("ldes:timestampPath"), term("as:published"))
    yield Quad(stream, term("ldes:versionOfPath"), term("as:object"))
    yield Quad(stream, term("tree:view"), root)
    yield Quad(root, TYPE, term("tree:Node"))
    for path, moment in pages:
        relation = NamedNode(f"{root.value}#{path}")
        yield Quad(root, term("tree:relation"), relation)
        yield Quad(relation, TYPE, term("tree:GreaterThanOrEqualToRelation"))
        yield Quad(relation, term("tree:node"), places.address(f"ldes/{name}/{path}"))
        yield Quad(relation, term("tree:path"), term("as:published"))
        yield Quad(relation, term("tree:value"), typed(moment, "dateTime"))


def catalogue_page(publication: Publication, former: Publication | None, places: Places) -> Iterator[Quad]:
    """Give what a release changed in the catalogue: datasets that came, changed or went.
    Source: DCAT-AP Feeds (https://semiceu.github.io/LDES-DCAT-AP-feeds/)."""
    stream, now = stream_iri(places.base, "catalog"), publication.datasets
    before = former.datasets if former else {}
    entries = {entry.id: entry for entry in publication.record.datasets}
    for name in sorted(now.keys() | before.keys()):
        kind = "Delete" if name not in now else "Create" if name not in before else "Update"
        if kind == "Update" and _same(before[name], now[name]) and former.record == publication.record:
            continue
        member = NamedNode(f"{places.base}ldes/catalog/{publication.version}#{name}")
        yield from member_quads(member, kind, dataset_iri(name, places.base), publication.issued, stream)
        if kind != "Delete":
            statements = set(describe_dataset(publication, entries[name], places))
            for triple in statements | set(describe_surroundings(statements, publication, places)):
                yield Quad(*triple, member)


def _same(one: dict, other: dict) -> bool:
    return [file["sha256"] for file in one["files"]] == [file["sha256"] for file in other["files"]]
