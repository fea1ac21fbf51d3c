"""Every class and property of ours is labelled, defined, exemplified, sourced and placed."""

import re

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef

from .conftest import BASE, ONTOLOGY, OWN_LANGUAGES, REGIN

VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Datatype}
NEEDED = {
    "an rdfs:isDefinedBy": RDFS.isDefinedBy,
    "a skos:example": SKOS.example,
    "a dcterms:source": DCTERMS.source,
    "a vs:term_status": VS.term_status,
}


def terms_of(graph: Graph) -> dict[URIRef, URIRef]:
    """Our terms with their kind."""
    return {
        term: kind
        for kind in KINDS
        for term in graph.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and term in REGIN
    }


def faults_of_terms(graph: Graph) -> list[str]:
    """What is missing or wrong at our terms, one sentence for each fault."""
    faults = []
    for term, kind in sorted(terms_of(graph).items()):
        name = "regin:" + term.removeprefix(str(REGIN))
        labels = [label.language for label in graph.objects(term, RDFS.label)]
        if sorted(labels, key=str) != sorted(("en", *OWN_LANGUAGES)):
            faults.append(f"{name}: rdfs:label stands in {labels}; give one in each of en, {', '.join(OWN_LANGUAGES)}.")
        if [text.language for text in graph.objects(term, SKOS.definition)] != ["en"]:
            faults.append(f"{name}: give one skos:definition in English.")
        faults += [f"{name}: give it {what}." for what, prop in NEEDED.items() if not list(graph.objects(term, prop))]
        if not set(graph.objects(term, RDFS.isDefinedBy)) <= {URIRef(BASE + "def")}:
            faults.append(f"{name}: rdfs:isDefinedBy must be <{BASE}def>.")
        if "Property" in kind and not graph.value(term, RDFS.range):
            faults.append(f"{name}: give it an rdfs:range.")
        placed = (RDFS.domain, SKOS.scopeNote)
        if kind in (OWL.ObjectProperty, OWL.DatatypeProperty) and not any(graph.value(term, p) for p in placed):
            faults.append(f"{name}: give it an rdfs:domain, or a skos:scopeNote that says why it has none.")
        pattern = r"[A-Z]\w+" if kind in (OWL.Class, RDFS.Datatype) else r"[a-z]\w+"
        if not re.fullmatch(pattern, term.removeprefix(str(REGIN))):
            faults.append(f"{name}: classes begin with a capital, properties with a small letter.")
    return faults


def test_terms_are_complete(vocabulary):
    assert len(terms_of(vocabulary)) > 150
    assert not faults_of_terms(vocabulary), "\n".join(faults_of_terms(vocabulary))


@pytest.mark.parametrize("missing", [RDFS.label, SKOS.definition, RDFS.isDefinedBy, SKOS.example, DCTERMS.source,
                                     RDFS.range, RDFS.domain, VS.term_status])  # fmt: skip
def test_a_missing_part_is_found(vocabulary, missing):
    spoiled = Graph()
    spoiled += vocabulary.triples((REGIN.need, None, None))
    assert not faults_of_terms(spoiled)
    spoiled.remove((REGIN.need, missing, None))
    assert any(fault.startswith("regin:need: ") for fault in faults_of_terms(spoiled))


def test_a_missing_language_is_found(vocabulary):
    spoiled = Graph()
    spoiled += vocabulary.triples((REGIN.need, None, None))
    spoiled.remove((REGIN.need, RDFS.label, Literal("behov", "sv")))
    assert len(faults_of_terms(spoiled)) == 1


def test_domains_and_ranges_of_ours_exist(vocabulary):
    known = set(terms_of(vocabulary)) | {REGIN.editors}
    used = {term for triple in vocabulary for term in triple if isinstance(term, URIRef) and term in REGIN}
    used -= {term for term in used if re.search(r"def/\d", term)}
    assert used <= known, f"Used in ontology/ and nowhere defined: {sorted(used - known)}"


def test_each_term_stands_in_one_module():
    place = {}
    for path in sorted(ONTOLOGY.glob("*.ttl")):
        for term in re.findall(r"(?m)^regin:(\w+) a ", path.read_text()):
            assert term not in place, f"regin:{term} is defined in {place[term]} and in {path.name}; keep one."
            place[term] = path.name
