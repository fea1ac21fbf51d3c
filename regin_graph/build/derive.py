"""Derive facts: CONSTRUCT queries in name order, and places; each into a graph of its own."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from regin_graph.build.places import practice_places
from regin_graph.build.search_texts import search_texts
from regin_graph.build.statements import RDF_TYPE, Statements
from regin_graph.geosparql import properties
from regin_graph.identifiers import rebase

DERIVATIONS = Path(__file__).parent / "derivations"
PROV = "http://www.w3.org/ns/prov#"
FOAF_TOPIC = NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")


def derive(statements: Statements) -> None:
    """Add what follows from the statements: derived facts, and the facts about the graphs themselves."""
    store = Store()
    store.bulk_extend(quad for quad in statements.quads if isinstance(quad.graph_name, DefaultGraph))
    _take_in(statements, store, "practice_places", practice_places(store, statements.base), "natural-earth")
    _take_in(statements, store, "geometry_properties", list(properties.state(store)), "natural-earth")
    for path in sorted(DERIVATIONS.glob("*.rq")):
        query = rebase(path.read_text("utf-8"), statements.base)
        _take_in(statements, store, path.stem, store.query(query))
    _take_in(statements, store, "search_texts", search_texts(store, statements.base))
    _take_in(statements, store, "", _graph_facts(statements))


def _take_in(
    statements: Statements, store: Store, rule: str, triples: Iterable[Triple], source: str = "editorial"
) -> None:
    path = f"graph/derived/{rule.replace('_', '-')}" if rule else "graph/meta"
    graph = NamedNode(statements.base + path)
    new = set()
    for triple in triples:
        quad = Quad(*triple, DefaultGraph())
        # What a source states already is not stated again as derived.
        if quad not in statements.quads:
            new |= {quad, Quad(*triple, graph)}
    statements.quads |= new
    store.bulk_extend(new)
    if rule:
        statements.graphs[graph.value] = ("", source)


def _graph_facts(statements: Statements) -> Iterable[Triple]:
    regin, scheme = statements.base + "def/", statements.base + "scheme/assertion-kind/"
    for graph, (record, source) in sorted(statements.graphs.items()):
        node = NamedNode(graph)
        kind = "derived" if not record else "editorial" if source == "editorial" else "reported"
        yield Triple(node, RDF_TYPE, NamedNode(regin + "SourceGraph"))
        yield Triple(node, NamedNode(regin + "assertionKind"), NamedNode(scheme + kind))
        yield Triple(node, NamedNode(PROV + "wasDerivedFrom"), NamedNode(f"{statements.base}id/source/{source}"))
        if record:
            yield Triple(node, FOAF_TOPIC, NamedNode(record))
