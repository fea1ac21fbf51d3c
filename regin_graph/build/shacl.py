"""Check nodes against the SHACL shapes with pySHACL, record by record on all cores.

Records are dealt to processes in chunks. Each chunk holds its records whole, and of the nodes they point to only the
types and schemes. The shapes' target classes become target nodes: the chunk's own, so that a node is checked once, by
the chunk that holds it whole. pySHACL's own filter of focus nodes would also skip nodes reached through sh:node. So
the cost grows with the number of records, and the result is that of one run over everything (a test compares them).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyshacl
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery

from regin_graph.build.report import Finding, Place
from regin_graph.identifiers import rebase, record_iri

CHUNK_TRIPLES = 4_000
CONTEXT_PREDICATES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "http://www.w3.org/2004/02/skos/core#inScheme",
}
# What forms and pages read, and validation does not.
FOR_PEOPLE = (SH.name, SH.description, SH.group, SH.order, RDFS.label, RDFS.comment)
_shapes = Graph()
_shapes_of_class: dict[URIRef, list[URIRef]] = {}


class PreparedGraph(Graph):
    """A graph that parses the text of a query once: rdflib parses a constraint's query anew for each node."""

    _prepared: dict[str, object] = {}

    def query(self, query_object, *args, **kwargs):
        """Give the result of a query, parsed at its first use."""
        if isinstance(query_object, str):
            if query_object not in self._prepared:
                self._prepared[query_object] = prepareQuery(query_object, initNs=dict(self.namespaces()))
            query_object = self._prepared[query_object]
        return super().query(query_object, *args, **kwargs)


def read_shapes(folder: Path, base: str) -> str:
    """Give all shapes of the folder as one N-Triples text."""
    graph = Graph()
    for path in sorted(folder.glob("*.ttl")):
        graph.parse(data=rebase(path.read_text("utf-8"), base), format="turtle")
    return graph.serialize(format="nt")


def chunks(
    quads: Iterable[Quad], base: str, size: int = CHUNK_TRIPLES, records: frozenset[str] | None = None
) -> list[tuple[bytes, frozenset[str]]]:
    """Deal the default graph, or these records of it, into chunks. Shape: N-Triples text, IRIs of the nodes the chunk owns."""
    by_record: dict[str, list[Triple]] = defaultdict(list)
    context: dict[str, list[Triple]] = defaultdict(list)
    hierarchy: list[Triple] = []
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph):
            continue
        subject = quad.subject.value
        by_record[record_iri(subject, base)].append(quad.triple)
        if quad.predicate.value in CONTEXT_PREDICATES:
            context[subject].append(quad.triple)
        elif quad.predicate.value == str(RDFS.subClassOf):
            hierarchy.append(quad.triple)
    dealt, current = [], []
    for record in sorted(by_record if records is None else by_record.keys() & records):
        current += by_record[record]
        if len(current) >= size:
            dealt.append(_chunk(current, context, hierarchy))
            current = []
    return dealt + ([_chunk(current, context, hierarchy)] if current else [])


def _chunk(triples: list[Triple], context, hierarchy) -> tuple[bytes, frozenset[str]]:
    owned = frozenset(triple.subject.value for triple in triples)
    pointed = {t.object.value for t in triples if isinstance(t.object, NamedNode)} - owned
    known = [triple for node in pointed for triple in context.get(node, ())]
    return serialize([*triples, *known, *hierarchy], format=RdfFormat.N_TRIPLES), owned


def check_shapes(
    quads: Iterable[Quad],
    shapes: str,
    base: str,
    jobs: int,
    place_of: Callable,
    progress: Callable = lambda *_: None,
    size: int = CHUNK_TRIPLES,
    records: frozenset[str] | None = None,
) -> list[Finding]:
    """Give the findings of all shapes over the default graph of the quads, dealt into chunks of `size` triples.

    With `records`, only what belongs to these is checked.
    """
    dealt = chunks(quads, base, size, records)
    rows: list[tuple] = []
    if jobs == 1 or len(dealt) <= 1:
        _take_shapes(shapes)
        for number, chunk in enumerate(dealt, 1):
            rows += validate_chunk(chunk)
            progress(number, len(dealt))
    else:
        spawn = get_context("spawn")
        with ProcessPoolExecutor(jobs or None, spawn, _take_shapes, (shapes,)) as pool:
            for number, part in enumerate(pool.map(validate_chunk, dealt), 1):
                rows += part
                progress(number, len(dealt))
    return [_finding(row, place_of) for row in sorted(set(rows))]


def _take_shapes(text: str) -> None:
    global _shapes
    _shapes = Graph().parse(data=text, format="nt")
    _shapes_of_class.clear()
    for predicate in FOR_PEOPLE:
        _shapes.remove((None, predicate, None))
    for shape, target in list(_shapes.subject_objects(SH.targetClass)):
        _shapes.remove((shape, SH.targetClass, target))
        _shapes_of_class.setdefault(target, []).append(shape)
        if (None, SH.node, shape) not in _shapes:
            # Property shapes that have the target themselves spare a step between node and property.
            properties = list(_shapes.objects(shape, SH.property))
            _shapes_of_class[target] += properties
            _shapes.remove((shape, SH.property, None))


def _targets(data: Graph, owned: frozenset[str]) -> list[tuple]:
    targets = set()
    for node, node_class in data.subject_objects(RDF.type):
        if str(node) in owned:
            for ancestor in data.transitive_objects(node_class, RDFS.subClassOf):
                targets |= {(shape, SH.targetNode, node) for shape in _shapes_of_class.get(ancestor, ())}
    return list(targets)


def validate_chunk(chunk: tuple[bytes, frozenset[str]]) -> list[tuple]:
    """Give the results about the chunk's own nodes. Shape: severity, focus node, path, value, shape, message."""
    text, owned = chunk
    data = PreparedGraph()
    data.parse(data=text, format="nt")
    targets = _targets(data, owned)
    for target in targets:
        _shapes.add(target)
    _, report, _ = pyshacl.validate(data, shacl_graph=_shapes, inference="none", inplace=True)
    for target in targets:
        _shapes.remove(target)
    rows = []
    for result in report.objects(None, SH.result):
        focus = str(report.value(result, SH.focusNode))
        if focus not in owned:
            continue
        severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
        path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
        shape, message = report.value(result, SH.sourceShape), _message(report, result)
        rows.append((severity, focus, str(path or ""), value.n3() if value is not None else "", _shape_name(shape), message))
    return rows


def _message(report: Graph, result) -> str:
    messages = sorted(report.objects(result, SH.resultMessage), key=lambda text: (text.language != "en", text))
    return str(messages[0]) if messages else "does not fit its shape."


def _shape_name(shape) -> str:
    if isinstance(shape, URIRef):
        return str(shape)
    # An unnamed constraint: its node shape or its path names it better than a blank node would.
    owner = next(_shapes.subjects(SH.property, shape), None) or next(_shapes.subjects(SH.sparql, shape), None)
    return str(owner) if isinstance(owner, URIRef) else "shape"


def _finding(row: tuple, place_of: Callable) -> Finding:
    severity, focus, path, value, shape, message = row
    place = place_of(focus, path, value) or Place("(derived)", 0, focus)
    return Finding(place, severity, shape, message, "", focus, value)
