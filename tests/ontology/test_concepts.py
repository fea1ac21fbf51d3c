"""Every scheme and concept is labelled in eight languages, defined, sourced and in its place."""

import re

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

from .conftest import BASE, ONTOLOGY, OWN_LANGUAGES, REGIN, SCHEME

# Schemes whose concepts stand elsewhere: the areas are data, the dimensions stand with their axes.
CONCEPTS_ELSEWHERE = {SCHEME["nuts"], SCHEME["mipexr-dimension"]}


def concepts_of(graph: Graph) -> list[URIRef]:
    """Our concepts."""
    return sorted(c for c in graph.subjects(RDF.type, SKOS.Concept) if c.startswith(str(SCHEME)))


def faults_of_labels(graph: Graph, node: URIRef, prop: URIRef, name: str) -> list[str]:
    """What is wrong with the labels of a scheme or concept, one sentence for each fault."""
    given = {label.language for label in graph.objects(node, prop)}
    own = {str(language) for language in graph.objects(node, REGIN.ownTranslation)}
    faults = []
    if missing := {"en", *OWN_LANGUAGES} - given:
        faults.append(f"{name}: no label in {sorted(missing)}.")
    if strange := own - set(OWN_LANGUAGES):
        faults.append(f'{name}: regin:ownTranslation {sorted(strange)} is none of {", ".join(OWN_LANGUAGES)}.')
    if empty := own - given:
        faults.append(f"{name}: regin:ownTranslation {sorted(empty)}, but there is no such label; remove the mark.")
    return faults


def faults_of_concepts(graph: Graph) -> list[str]:
    """What is missing or wrong at our concepts, one sentence for each fault."""
    faults = []
    for concept in concepts_of(graph):
        name = concept.removeprefix(BASE)
        faults += faults_of_labels(graph, concept, SKOS.prefLabel, name)
        if [text.language for text in graph.objects(concept, SKOS.definition)] != ["en"]:
            faults.append(f"{name}: give one skos:definition in English.")
        if len(list(graph.objects(concept, SKOS.notation))) != 1:
            faults.append(f"{name}: give one skos:notation.")
        if not list(graph.objects(concept, DCTERMS.source)):
            faults.append(f"{name}: give a dcterms:source.")
        if not re.fullmatch(r"scheme/[a-z0-9-]+/[a-z0-9-]+", name):
            faults.append(f"{name}: identifiers are small letters, digits and hyphens.")
        scheme = URIRef(concept.rsplit("/", 1)[0])
        if (concept, SKOS.inScheme, scheme) not in graph:
            faults.append(f"{name}: skos:inScheme must name {scheme}.")
    return faults


def test_concepts_are_complete(vocabulary):
    assert len(concepts_of(vocabulary)) > 300
    assert not faults_of_concepts(vocabulary), "\n".join(faults_of_concepts(vocabulary))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda g, c: g.remove((c, SKOS.prefLabel, Literal("Logement", "fr"))), "no label in ['fr']"),
        (lambda g, c: g.remove((c, SKOS.definition, None)), "skos:definition"),
        (lambda g, c: g.remove((c, SKOS.notation, None)), "skos:notation"),
        (lambda g, c: g.remove((c, DCTERMS.source, None)), "dcterms:source"),
        (lambda g, c: g.remove((c, SKOS.inScheme, None)), "skos:inScheme"),
        (lambda g, c: g.add((c, REGIN.ownTranslation, Literal("en"))), "none of"),
        (lambda g, c: g.add((c, REGIN.ownTranslation, Literal("pl"))), "no such label"),
    ],
)
def test_a_fault_is_found(vocabulary, spoil, words):
    housing = SCHEME["topic/housing"]
    graph = Graph()
    graph += vocabulary.triples((housing, None, None))
    assert not faults_of_concepts(graph)
    spoil(graph, housing)
    assert any(words in fault for fault in faults_of_concepts(graph)), faults_of_concepts(graph)


@pytest.mark.parametrize("path", sorted((ONTOLOGY / "concepts").glob("*.ttl")), ids=lambda p: p.stem)
def test_scheme(vocabulary, path):
    scheme = SCHEME[path.stem]
    faults = faults_of_labels(vocabulary, scheme, DCTERMS.title, f"ontology/concepts/{path.name}")
    for prop in (SKOS.definition, DCTERMS.source, DCTERMS.license):
        if not list(vocabulary.objects(scheme, prop)):
            faults.append(f"ontology/concepts/{path.name}: the scheme lacks {prop.n3(vocabulary.namespace_manager)}.")
    if scheme != SCHEME["nuts"] and not list(vocabulary.objects(scheme, SKOS.hasTopConcept)):
        faults.append(f"ontology/concepts/{path.name}: the scheme names no skos:hasTopConcept.")
    own = Graph().parse(path, format="turtle")
    if strangers := {s for s in own.subjects() if s != scheme and not str(s).startswith(f"{scheme}/")}:
        faults.append(f"ontology/concepts/{path.name}: states things of other schemes: {strangers}")
    if scheme not in CONCEPTS_ELSEWHERE and len(set(own.subjects(RDF.type, SKOS.Concept))) < 1:
        faults.append(f"ontology/concepts/{path.name}: no concepts.")
    assert not faults, "\n".join(faults)


def test_links_to_our_concepts_and_schemes_resolve(vocabulary):
    known = set(concepts_of(vocabulary)) | set(vocabulary.subjects(RDF.type, SKOS.ConceptScheme))
    used = {t for t in vocabulary.all_nodes() if isinstance(t, URIRef) and t.startswith(str(SCHEME))}
    dangling = {iri for iri in used - known if not iri.startswith(str(SCHEME["nuts/"]))}
    assert not dangling, f"Named in ontology/ and stated nowhere: {sorted(dangling)}"


def test_criteria_and_aspects_meet_only_at_sustainability(vocabulary):
    criterion, aspect = str(SCHEME["criterion/"]), str(SCHEME["aspect/"])
    pairs = {
        (str(s).removeprefix(criterion), p, str(o).removeprefix(aspect))
        for s, p, o in vocabulary
        if str(s).startswith(criterion) and str(o).startswith(aspect)
    }
    assert pairs == {("sustainability", SKOS.closeMatch, "sustainability")}


def test_links_to_eurovoc_stand_in_the_tables_of_mappings_alone(vocabulary):
    links = [(s, p) for s, p, o in vocabulary if str(o).startswith("http://eurovoc.europa.eu/")]
    assert not links, "Put them into data/mappings/concepts.sssom.tsv."


@pytest.mark.parametrize("name", ["topic", "mipexr-policy-area", "aspect"])
def test_labels_that_filters_show_begin_with_a_capital(vocabulary, name):
    """Entries of one filter look alike, whatever the writing of the source they come from."""
    labels = [label for concept in vocabulary.subjects(SKOS.inScheme, SCHEME[name]) for label in vocabulary.objects(concept, SKOS.prefLabel)]
    small = sorted(label.n3() for label in labels if label[0].islower())
    assert labels and not small, f"Begin these labels with a capital: {small}"
