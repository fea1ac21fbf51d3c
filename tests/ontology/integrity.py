"""The integrity conditions of SKOS, and ours on notations and trees: what each finds in a graph.

Source: SKOS Reference, conditions S9, S13, S14, S27, S37, S46."""

from collections import Counter
from collections.abc import Iterable

from rdflib import RDF, SKOS, Graph

LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)


def all_broader(graph: Graph, concept) -> set:
    """Every concept above this one, itself included only when the tree has a cycle."""
    above, todo = set(), [concept]
    while todo:
        node = todo.pop()
        for parent in {*graph.objects(node, SKOS.broader), *graph.subjects(SKOS.narrower, node)} - above:
            above.add(parent)
            todo.append(parent)
    return above


def scheme_that_is_a_concept(graph: Graph) -> Iterable[str]:
    """S9: a concept scheme is no concept."""
    for node in set(graph.subjects(RDF.type, SKOS.ConceptScheme)) & set(graph.subjects(RDF.type, SKOS.Concept)):
        yield f"{node} is a concept and a scheme."


def label_of_two_kinds(graph: Graph) -> Iterable[str]:
    """S13: preferred, other and hidden labels exclude each other."""
    seen = Counter((s, o) for kind in LABELS for s, o in set(graph.subject_objects(kind)))
    yield from (f"{node}: {label.n3()} is a label of two kinds." for (node, label), n in seen.items() if n > 1)


def two_preferred_labels(graph: Graph) -> Iterable[str]:
    """S14: one preferred label in a language."""
    seen = Counter((s, o.language) for s, o in graph.subject_objects(SKOS.prefLabel))
    yield from (f"{node}: {n} preferred labels in {language}." for (node, language), n in seen.items() if n > 1)


def related_that_is_broader(graph: Graph) -> Iterable[str]:
    """S27: what is related is neither above nor below."""
    for one, other in graph.subject_objects(SKOS.related):
        if other in all_broader(graph, one) or one in all_broader(graph, other):
            yield f"{one} is related to {other} and in one line with it."


def collection_that_is_a_concept(graph: Graph) -> Iterable[str]:
    """S37: a collection is neither a concept nor a scheme."""
    others = {*graph.subjects(RDF.type, SKOS.Concept), *graph.subjects(RDF.type, SKOS.ConceptScheme)}
    for kind in (SKOS.Collection, SKOS.OrderedCollection):
        yield from (f"{node} is a collection and more." for node in set(graph.subjects(RDF.type, kind)) & others)


def exact_that_is_not(graph: Graph) -> Iterable[str]:
    """S46: what matches exactly is neither broader, narrower nor related."""
    for one, other in graph.subject_objects(SKOS.exactMatch):
        for kind in (SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch):
            if (one, kind, other) in graph or (other, kind, one) in graph:
                yield f"{one} matches {other} exactly and otherwise."


def notation_used_twice(graph: Graph) -> Iterable[str]:
    """A notation names one concept of its scheme."""
    seen = Counter(
        (scheme, notation)
        for concept, notation in graph.subject_objects(SKOS.notation)
        for scheme in graph.objects(concept, SKOS.inScheme)
    )
    twice = [key for key, n in seen.items() if n > 1]
    yield from (f'{scheme}: notation "{notation}" is used twice.' for scheme, notation in twice)


def cycle(graph: Graph) -> Iterable[str]:
    """No concept is above itself."""
    for concept in set(graph.subjects(SKOS.broader)):
        if concept in all_broader(graph, concept):
            yield f"{concept} is above itself."


def one_sided_tree(graph: Graph) -> Iterable[str]:
    """Broader and narrower, and the two statements on top concepts, stand in both directions."""
    for one, other in ((SKOS.broader, SKOS.narrower), (SKOS.narrower, SKOS.broader),
                       (SKOS.hasTopConcept, SKOS.topConceptOf), (SKOS.topConceptOf, SKOS.hasTopConcept)):  # fmt: skip
        for s, o in graph.subject_objects(one):
            if (o, other, s) not in graph:
                yield f"{s} {one.n3()} {o} has no statement in the other direction."


def neither_top_nor_below(graph: Graph) -> Iterable[str]:
    """In its scheme a concept is a top concept or has a broader one there, and not both."""
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        below = any((parent, SKOS.inScheme, scheme) in graph for parent in graph.objects(concept, SKOS.broader))
        if below == ((concept, SKOS.topConceptOf, scheme) in graph):
            yield f"{concept} is {'both' if below else 'neither'} top concept of {scheme} and below another."


CONDITIONS = (
    scheme_that_is_a_concept, label_of_two_kinds, two_preferred_labels, related_that_is_broader,
    collection_that_is_a_concept, exact_that_is_not, notation_used_twice, cycle, one_sided_tree, neither_top_nor_below,
)  # fmt: skip
