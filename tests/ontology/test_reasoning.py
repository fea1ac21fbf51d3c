"""An OWL 2 RL reasoner finds no contradiction in the vocabulary and good records, and finds the wrong ones."""

from pathlib import Path

import pytest
from owlrl import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal

from .conftest import REGIN

EXAMPLES = Path(__file__).parent / "examples"
AXIOMS = (
    RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf, OWL.disjointWith, OWL.members, OWL.unionOf,
    RDF.first, RDF.rest,
)  # fmt: skip


def entailed(*graphs: Graph) -> tuple[Graph, list[str]]:
    """Give what follows under OWL 2 RL, and the contradictions found.

    Texts do not take part in any rule that could contradict, and would only cost time."""
    closure = Graph()
    for graph in graphs:
        closure += (t for t in graph if not (isinstance(t[2], Literal) and t[2].language))
    reasoner = OWLRL_Semantics(closure, axioms=False, daxioms=False, rdfs=False)
    reasoner.closure()
    return closure, reasoner.error_messages


@pytest.fixture(scope="module")
def terms(vocabulary) -> Graph:
    """The axioms of our terms and, as far as they bear on records, of the vocabularies we use."""
    graph = Graph().parse(EXAMPLES / "foreign_axioms.ttl", format="turtle")
    for axiom in AXIOMS:
        graph += vocabulary.triples((None, axiom, None))
    graph += vocabulary.triples((None, RDF.type, OWL.AllDisjointClasses))
    _, contradictions = entailed(graph)
    assert not contradictions
    return graph


@pytest.fixture(scope="module")
def reasoned(vocabulary) -> tuple[Graph, list[str]]:
    """What follows from the whole vocabulary, the axioms of others and the good records."""
    return entailed(
        vocabulary,
        Graph().parse(EXAMPLES / "foreign_axioms.ttl", format="turtle"),
        Graph().parse(EXAMPLES / "consistent.ttl", format="turtle"),
    )


def test_no_contradiction(reasoned):
    graph, contradictions = reasoned
    assert not contradictions, "\n".join(map(str, contradictions))
    assert not list(graph.subjects(RDF.type, OWL.Nothing)), "Something belongs to owl:Nothing."
    empty = [c for c in graph.subjects(RDFS.subClassOf, OWL.Nothing) if c != OWL.Nothing]
    assert not empty, f"No record can belong to {empty}."


def test_nothing_false_follows_about_records(reasoned, vocabulary):
    graph, _ = reasoned
    stated = Graph().parse(EXAMPLES / "consistent.ttl", format="turtle")
    for record in set(stated.subjects(RDF.type)):
        above = {
            c for kind in stated.objects(record, RDF.type) for c in vocabulary.transitive_objects(kind, RDFS.subClassOf)
        }
        found = {c for c in graph.objects(record, RDF.type) if not isinstance(c, BNode) and c in REGIN}
        assert found <= above, f"{record}: the reasoner makes it {found - above}; look at the domains and ranges."


def test_good_records_are_of_every_noun(vocabulary):
    stated = Graph().parse(EXAMPLES / "consistent.ttl", format="turtle")
    used = set(stated.objects(None, RDF.type))
    nouns = {REGIN[n] for n in ("Practice", "Region", "Competence", "Actor", "Score", "Evaluation", "Source")}
    assert nouns <= used


@pytest.mark.parametrize("path", sorted((EXAMPLES / "contradictory").glob("*.ttl")), ids=lambda p: p.stem)
def test_contradiction_is_found(terms, path):
    _, contradictions = entailed(terms, Graph().parse(path, format="turtle"))
    assert contradictions, f"{path.name}: the reasoner accepts it; a class is not told apart from another."
