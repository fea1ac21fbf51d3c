"""How the classes hang together: which property leads from the things of one class to the things of another, how often;
and which shapes say what a term must look like."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, RdfFormat, Store, parse

from regin_graph.identifiers import rebase
from regin_graph.publication.namespaces import term

SHAPES = "shapes.nt"
TYPE, SUBCLASS = term("rdf:type"), term("rdfs:subClassOf")
# A graph is about any record: lines from it to everything would say nothing.
LEADS_ANYWHERE = {TYPE, term("foaf:primaryTopic")}
LIMITS = {"min": "sh:minCount", "max": "sh:maxCount"}
VALUES = ("sh:datatype", "sh:class", "sh:nodeKind")


def structure_of(store: Store, base: str) -> dict:
    """Give the classes with the number of their things, and the links between them.
    Shape: classes (IRI → count), parents (IRI → IRIs), links (from, property, to, uses; 0: only said by the ontology)."""
    terms = f"{base}def/"
    default = DefaultGraph()
    parents: dict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, SUBCLASS, None, default):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(terms) and isinstance(quad.object, NamedNode):
            parents[quad.subject.value].append(quad.object.value)
    types: dict = defaultdict(set)
    for quad in store.quads_for_pattern(None, TYPE, None, default):
        if quad.object.value.startswith(terms):
            types[quad.subject].add(quad.object.value)
    counts = Counter(one for found in types.values() for one in found)
    # A score is an observation too: lines start and end at the narrowest class.
    narrow = {node: found - {parent for one in found for parent in parents.get(one, ())} for node, found in types.items()}
    uses: Counter = Counter()
    for quad in store.quads_for_pattern(None, None, None, default):
        if quad.predicate not in LEADS_ANYWHERE and quad.subject in narrow and quad.object in narrow:
            uses.update((one, quad.predicate.value, other) for one in narrow[quad.subject] for other in narrow[quad.object])
    used = {prop for _, prop, _ in uses}
    declared = {link: 0 for link in _declared(store, terms) if link[1] not in used}
    classes = {
        quad.subject.value for quad in store.quads_for_pattern(None, TYPE, term("owl:Class"), default)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(terms)
    }
    return {
        "classes": {iri: counts[iri] for iri in sorted(classes)},
        "parents": {iri: sorted(set(found)) for iri, found in sorted(parents.items())},
        "links": [[*link, count] for link, count in sorted((declared | dict(uses)).items())],
    }


def _declared(store: Store, terms: str) -> Iterator[tuple[str, str, str]]:
    for quad in store.quads_for_pattern(None, TYPE, term("owl:ObjectProperty"), DefaultGraph()):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(terms):
            for domain in _classes(store, quad.subject, "rdfs:domain", terms):
                for target in _classes(store, quad.subject, "rdfs:range", terms):
                    yield domain, quad.subject.value, target


def _classes(store: Store, prop: NamedNode, name: str, terms: str) -> list[str]:
    """Give the classes of a domain or range: the one that is named, or the members of a union."""
    found = []
    for quad in store.quads_for_pattern(prop, term(name), None, DefaultGraph()):
        members = [quad.object]
        for union in store.quads_for_pattern(quad.object, term("owl:unionOf"), None, DefaultGraph()):
            members = list(_listed(store, union.object))
        found += [one.value for one in members if isinstance(one, NamedNode) and one.value.startswith(terms)]
    return sorted(set(found))


def _listed(store: Store, node) -> Iterator:
    while node != term("rdf:nil"):
        yield from (quad.object for quad in store.quads_for_pattern(node, term("rdf:first"), None, DefaultGraph()))
        node = next((quad.object for quad in store.quads_for_pattern(node, term("rdf:rest"), None, DefaultGraph())), term("rdf:nil"))


def write_shapes(folder: Path, shapes: Path, base: str) -> dict[str, list[dict]]:
    """Write all shapes into one file of a release; give the rules of each term.
    Shape: term → shape, of (class), min, max, values, severity, message."""
    found = Dataset()
    for path in sorted(shapes.glob("*.ttl")):
        # Each file's nodes without names are told apart from those of the others.
        for quad in parse(rebase(path.read_text("utf-8"), base), format=RdfFormat.TURTLE, rename_blank_nodes=True):
            found.add(quad)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    (folder / SHAPES).write_text("".join(sorted(f"{quad.triple} .\n" for quad in found)), "utf-8")
    return rules_of(found)


def rules_of(shapes: Dataset) -> dict[str, list[dict]]:
    """Give the rules of each class and property that shapes speak of."""
    def values(node, name: str) -> list:
        return [quad.object for quad in shapes.quads_for_subject(node) if quad.predicate == term(name)]

    def first(node, name: str) -> str:
        return next((value.value for value in values(node, name)), "")

    rules: dict[str, list[dict]] = defaultdict(list)
    targets = [quad for quad in shapes.quads_for_predicate(term("sh:targetClass"))]
    for quad in sorted(targets, key=str):
        shape, kind = quad.subject, quad.object.value
        rules[kind].append({"shape": shape.value, "of": kind, "min": "", "max": "", "values": "", "severity": "", "message": first(shape, "sh:message")})
        for prop in sorted(values(shape, "sh:property"), key=str):
            paths = [path.value for path in values(prop, "sh:path") if isinstance(path, NamedNode)]
            limits = {name: first(prop, key) for name, key in LIMITS.items()}
            if isinstance(prop, NamedNode) and paths:
                rules[paths[0]].append({
                    "shape": prop.value, "of": kind, **limits, "values": next((one for one in (first(prop, key) for key in VALUES) if one), ""),
                    "severity": first(prop, "sh:severity").rpartition("#")[2], "message": first(prop, "sh:message"),
                })
    return dict(sorted(rules.items()))
