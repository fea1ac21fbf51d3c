"""The concept schemes keep the integrity conditions of SKOS; each condition finds its fault."""

import pytest
from rdflib import RDF, SKOS, Graph, URIRef

from . import integrity

HEAD = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @base <https://example.org/> . "
FAULTY = {
    "scheme_that_is_a_concept": "<a> a skos:Concept , skos:ConceptScheme .",
    "label_of_two_kinds": '<a> skos:prefLabel "x"@en ; skos:altLabel "x"@en .',
    "two_preferred_labels": '<a> skos:prefLabel "x"@en , "y"@en .',
    "related_that_is_broader": "<a> skos:broader <b> . <b> skos:broader <c> . <a> skos:related <c> .",
    "collection_that_is_a_concept": "<a> a skos:Concept , skos:Collection .",
    "exact_that_is_not": "<a> skos:exactMatch <b> . <b> skos:broadMatch <a> .",
    "notation_used_twice": '<a> skos:inScheme <s> ; skos:notation "1" . <b> skos:inScheme <s> ; skos:notation "1" .',
    "cycle": "<a> skos:broader <b> . <b> skos:broader <a> .",
    "one_sided_tree": "<a> skos:broader <b> .",
    "neither_top_nor_below": "<a> skos:inScheme <s> .",
}


@pytest.mark.parametrize("condition", integrity.CONDITIONS, ids=lambda c: c.__name__)
def test_condition_holds(vocabulary, condition):
    faults = list(condition(vocabulary))
    assert not faults, f"{condition.__doc__}\n" + "\n".join(faults)


@pytest.mark.parametrize("condition", integrity.CONDITIONS, ids=lambda c: c.__name__)
def test_condition_finds_its_fault(condition):
    assert list(condition(Graph().parse(data=HEAD + FAULTY[condition.__name__], format="turtle")))


def test_mappings_link_concepts_only(vocabulary):
    concepts = set(vocabulary.subjects(RDF.type, SKOS.Concept))
    mappings = (SKOS.closeMatch, SKOS.exactMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
    ends = {end for mapping in mappings for pair in vocabulary.subject_objects(mapping) for end in pair}
    ours = {end for end in ends if isinstance(end, URIRef) and end.startswith("https://w3id.org/regin/")}
    assert ours and ours <= concepts, f"SKOS mappings make these concepts: {ours - concepts}; use rdfs:seeAlso."
