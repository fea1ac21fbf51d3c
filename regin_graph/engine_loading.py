"""Load a release into an outside SPARQL server by the Graph Store Protocol: the default graph and every named graph.

Servers that take a whole dataset get it in one step, so that readers never see a mixture. The protocol itself knows no
transaction over several graphs: elsewhere graphs are put one by one, and what an earlier release left is removed last.
Spatial relations are added where the server does not compute them.
Source: SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 and 5.4.
"""

import gzip
import json
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from regin_graph.engine_dialects import WKT
from regin_graph.engine_relations import GRAPH, RELATIONS_PROBE, facts_of_relations, related_features
from regin_graph.engine_store import GraphStore
from regin_graph.errors import WrongUse
from regin_graph.identifiers import CANONICAL_BASE
from regin_graph.publication.versions import WHOLE

log = logging.getLogger(__name__)

# Told how many of how many graphs, or MiB, are in the server.
Told = Callable[[int, int], None]

BLOCK_BYTES = 2**20
WHOLE_DECIMAL = re.compile(rb'("-?\d+)("\^\^<http://www.w3.org/2001/XMLSchema#decimal>)')


def addresses(setting: str) -> tuple[str, str]:
    """Give the query address and the Graph Store address of the setting `engine`. Raises: WrongUse.

    >>> addresses("http://127.0.0.1:7878/query,http://127.0.0.1:7878/store")
    ('http://127.0.0.1:7878/query', 'http://127.0.0.1:7878/store')
    """
    query, _, data = (part.strip() for part in setting.partition(","))
    if not all(part.startswith(("http://", "https://")) for part in (query, data)):
        raise WrongUse(f'"{setting}" names no outside engine.', "Write its query address, a comma, and its Graph Store address.", "REGIN_ENGINE")
    return query, data


def load_release(release: Path, setting: str, credentials: tuple[str, str] | None = None, told: Told = lambda *_: None) -> int:
    """Give the number of graphs loaded from a release folder. Raises: WrongUse when there is none, or the server refuses."""
    query, data = addresses(setting)
    dump = release / WHOLE
    if not dump.exists():
        raise WrongUse("there is no release here.", "Name a folder below build/releases.", str(release))
    base = base_of(release)
    store = GraphStore(query, data, credentials)
    try:
        number = _put_whole(store, dump, told) if store.dialect.takes_datasets else _put_graphs(store, dump, base, told)
        if not store.answers_true(RELATIONS_PROBE):
            number += _add_relations(store, dump, base)
    finally:
        store.close()
    log.info("loaded %d graphs into a server of the dialect %s", number, store.dialect.name)
    return number


def base_of(release: Path) -> str:
    """Give the namespace of a release, as its manifest says."""
    try:
        return json.loads((release / "manifest.json").read_text("utf-8")).get("base_iri") or CANONICAL_BASE
    except (OSError, ValueError):
        return CANONICAL_BASE


def _put_whole(store: GraphStore, dump: Path, told: Told) -> int:
    size = dump.stat().st_size

    def blocks() -> Iterator[bytes]:
        with dump.open("rb") as file, gzip.open(file) as lines:
            while block := b"".join(lines.readlines(BLOCK_BYTES)):
                yield WHOLE_DECIMAL.sub(rb"\1.0\2", block) if store.dialect.points_decimals else block
                told(file.tell(), size)

    store.put_dataset(blocks())
    return len(store.graphs()) + 1


def _put_graphs(store: GraphStore, dump: Path, base: str, told: Told) -> int:
    graphs = _graphs(dump, store.dialect.wkt)
    # Graphs outside our namespace are the server's own, or of others.
    former = {graph for graph in store.graphs() - set(graphs) if graph.startswith(base)}
    _put_all(store, graphs, sorted(graphs), told)
    # Servers have been seen to lose statements of requests that they answered well.
    lacking = _lacking(store, graphs)
    _put_all(store, graphs, lacking, told)
    if lacking and (lacking := _lacking(store, graphs)):
        raise WrongUse(f"the engine holds fewer statements than were sent, of {len(lacking)} graphs, such as <{lacking[0]}>.", "Look at its log, and load again.", store.data_address)
    for graph in sorted(former):
        store.remove(graph)
    return len(graphs)


def _put_all(store: GraphStore, graphs: dict[str, bytes], names: list[str], told: Told) -> None:
    with ThreadPoolExecutor(store.dialect.writers) as pool:
        for number, _ in enumerate(pool.map(lambda name: store.put(name, graphs[name]), names), 1):
            told(number, len(names))


def _lacking(store: GraphStore, graphs: dict[str, bytes]) -> list[str]:
    """Give the graphs of which the server holds fewer statements than we do."""
    held = store.sizes()
    return [graph for graph, lines in sorted(graphs.items()) if held.get(graph, 0) < lines.count(b"\n")]


def _add_relations(store: GraphStore, dump: Path, base: str) -> int:
    """Add the spatial relations between features, in a graph of their own and in the default graph, as all derived facts are."""
    with gzip.open(dump) as file:
        relations = list(related_features(parse(file, format=RdfFormat.N_QUADS)))
    facts = list(facts_of_relations(base))
    store.put(base + GRAPH, _lines(relations))
    store.add(base + "graph/meta", _lines(facts))
    store.add("", _lines([*relations, *facts]))
    log.info("stated %d spatial relations, as the server computes none", len(relations))
    return 1


def _lines(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _graphs(dump: Path, wkt: str) -> dict[str, bytes]:
    """Give the N-Triples of each graph by its IRI; the default graph has the empty name. WKT literals get the datatype `wkt`."""
    triples: dict[str, list] = defaultdict(list)
    with gzip.open(dump) as file:
        for quad in parse(file, format=RdfFormat.N_QUADS):
            triple = quad.triple
            if wkt and isinstance(triple.object, Literal) and triple.object.datatype.value == WKT:
                triple = Triple(triple.subject, triple.predicate, Literal(triple.object.value, datatype=NamedNode(wkt)))
            triples["" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value].append(triple)
    return {graph: _lines(found) for graph, found in triples.items()}
