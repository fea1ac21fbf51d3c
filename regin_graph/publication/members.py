"""Which statements of the graph belong to which dataset."""

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, NamedNode, Quad

from regin_graph.identifiers import record_iri
from regin_graph.publication.namespaces import term
from regin_graph.publication.record import Catalogue, Entry

TYPE, TOPIC, DERIVED_FROM = term("rdf:type"), term("foaf:primaryTopic"), term("prov:wasDerivedFrom")


def members(catalogue: Catalogue, quads: Iterable[Quad], base: str) -> dict[str, set[Quad]]:
    """Give the quads of each dataset: the named graphs that belong to it, what is said about these graphs, the records
    of the sources they cite, and each of these statements once in the default graph.
    """
    by_graph, types, topics, origins, about = _indexed(quads, f"{base}graph/")
    found = {}
    for entry in catalogue.datasets:
        if entry.predicates:
            found[entry.id] = _with_defaults(_statements(entry, by_graph, base))
            continue
        graphs = {graph for graph in by_graph if _belongs(graph, entry, topics, types, base)}
        cited = {source for graph in graphs for source in origins.get(graph, ())}
        graphs |= {graph for graph in by_graph if topics.get(graph) in cited}
        chosen = {quad for graph in graphs for quad in by_graph[graph]}
        chosen |= {quad for graph in graphs for quad in about.get(graph, ())}
        found[entry.id] = _with_defaults(chosen)
    return found


def _indexed(quads: Iterable[Quad], graph_base: str):
    by_graph, types, about = defaultdict(set), defaultdict(set), defaultdict(set)
    topics, origins = {}, defaultdict(set)
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            if quad.predicate == TYPE:
                types[quad.subject.value].add(quad.object.value)
            continue
        graph = quad.graph_name.value
        if graph == graph_base + "meta":
            about[quad.subject.value].add(quad)
            if quad.predicate == TOPIC:
                topics[quad.subject.value] = quad.object.value
            elif quad.predicate == DERIVED_FROM:
                origins[quad.subject.value].add(quad.object.value)
        else:
            by_graph[graph].add(quad)
    return by_graph, types, topics, origins, about


def _belongs(graph: str, entry: Entry, topics: dict[str, str], types: dict[str, set[str]], base: str) -> bool:
    path = graph.removeprefix(f"{base}graph/")
    if any(path.startswith(one) for one in entry.graphs):
        return True
    classes = {f"{base}def/{name}" for name in entry.classes}
    topic = topics.get(graph, "")
    # A part belongs where its record does.
    return bool(classes & (types.get(topic, set()) | types.get(record_iri(topic, base), set())))


def _statements(entry: Entry, by_graph: dict[str, set[Quad]], base: str) -> set[Quad]:
    wanted = {term(name) for name in entry.predicates}
    return {
        quad for group in by_graph.values() for quad in group
        if quad.predicate in wanted and isinstance(quad.object, NamedNode) and not quad.object.value.startswith(base)
    }


def _with_defaults(quads: set[Quad]) -> set[Quad]:
    return quads | {Quad(*quad.triple, DefaultGraph()) for quad in quads}
