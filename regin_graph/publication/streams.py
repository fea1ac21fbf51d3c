"""The streams as a client finds them: the root with its relations, and the feed of the catalogue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from regin_graph.exporters.rdf_files import sorted_head
from regin_graph.publication.changes import member_quads, stream_iri
from regin_graph.publication.description import Places, describe_dataset, typed
from regin_graph.publication.namespaces import LICENSE, PREFIXES, term
from regin_graph.publication.record import TYPE, catalog_iri, dataset_iri
from regin_graph.publication.surroundings import describe_surroundings
from regin_graph.publication.versions import Publication

# Stands for the host that serves in the pages that a release holds, which does not know it. Source: RFC 2606, 2.
NOWHERE = "https://host.invalid"
# How to reach the operator is set for an installation, not fixed by a release: the catalogue tells it.
OF_INSTALLATION = ("vcard:hasEmail", "vcard:note", "foaf:mbox")


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


def catalogue_changes(publication: Publication, former: Publication | None) -> Iterator[tuple[str, str]]:
    """Give what a release changed in the catalogue. Shape: (Create, Update or Delete; name of the dataset)."""
    now, before = publication.datasets, former.datasets if former else {}
    for name in sorted(now.keys() | before.keys()):
        kind = "Delete" if name not in now else "Create" if name not in before else "Update"
        if kind != "Update" or not _same(before[name], now[name]) or former.record != publication.record:
            yield kind, name


def catalogue_page(publication: Publication, changes: Iterable[tuple[str, str]], page: str, places: Places) -> Iterator[Quad]:
    """Give a page of the feed of datasets: each member in the default graph, and the dataset as it is in the release in a
    graph of the member's name. `page`: its path below the feed. Source: DCAT-AP Feeds (https://semiceu.github.io/LDES-DCAT-AP-feeds/)."""
    stream = stream_iri(places.base, "catalog")
    entries = {entry.id: entry for entry in publication.record.datasets}
    for kind, name in changes:
        member = NamedNode(f"{places.base}ldes/catalog/{page}#{name}")
        yield from member_quads(member, kind, dataset_iri(name, places.base), publication.issued, stream)
        if kind != "Delete":
            statements = set(describe_dataset(publication, entries[name], places))
            for triple in statements | set(describe_surroundings(statements, publication, places)):
                yield Quad(*triple, member)


def fixed_catalogue_page(publication: Publication, former: Publication | None, base: str, left: Iterable[Publication] = ()) -> bytes:
    """Give the page that a release adds to the feed of datasets, in TriG, as the release holds it: no program changes it
    afterwards, and `placed` makes it that of a host. `left`: what was gone back from, the newest first; what it said otherwise is told, too."""
    unfixed = {term(name) for name in OF_INSTALLATION}
    kinds = {name: kind for kind, name in catalogue_changes(publication, former)}
    for one in left:
        for kind, name in catalogue_changes(publication, one):
            kinds.setdefault(name, kind)
    changes = [(kind, name) for name, kind in kinds.items()]
    quads = catalogue_page(publication, changes, publication.version, Places(base, NOWHERE))
    return written_quads((quad for quad in quads if quad.predicate not in unfixed), RdfFormat.TRIG)


def placed(page: bytes, root: str) -> bytes:
    """Give a page that a release holds with the addresses of the host that serves it."""
    return page.replace(f"<{NOWHERE}/".encode(), f"<{root}/".encode())


def written_quads(quads: Iterable[Quad], syntax: RdfFormat) -> bytes:
    """Give quads in an RDF syntax, sorted: equal quads are equal bytes. Syntaxes of triples leave the graphs out."""
    statements = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad)))
    if not syntax.supports_datasets:
        statements = [quad.triple for quad in statements]
    takes_prefixes = syntax in (RdfFormat.TURTLE, RdfFormat.TRIG)
    return sorted_head(serialize(statements, format=syntax, prefixes=PREFIXES if takes_prefixes else None), syntax)


def _same(one: dict, other: dict) -> bool:
    return [file["sha256"] for file in one["files"]] == [file["sha256"] for file in other["files"]]
