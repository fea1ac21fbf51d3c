"""The data cubes are well formed, and good observations fit them.

Source: RDF Data Cube Vocabulary, integrity constraints IC-1 to IC-8, IC-11, IC-14, IC-19."""

from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Namespace, URIRef

from .conftest import BASE, REGIN

QB = Namespace("http://purl.org/linked-data/cube#")
SDMX_MEASURE = Namespace("http://purl.org/linked-data/sdmx/2009/measure#")
CUBES = ("mipexr-scores", "context-figures", "undated-context-figures", "urban-rural-classes")


def components(graph: Graph, cube: URIRef, kind: URIRef) -> set[URIRef]:
    """The dimensions, measures or attributes of a cube."""
    return {
        prop
        for structure in graph.objects(cube, QB.structure)
        for component in graph.objects(structure, QB.component)
        for prop in graph.objects(component, kind)
    }


def faults_of_observation(vocabulary: Graph, records: Graph, node: URIRef) -> list[str]:
    """Why an observation does not fit its cube, one sentence for each reason."""
    cubes = list(records.objects(node, QB.dataSet))
    if len(cubes) != 1:
        return [f"{node} is in {len(cubes)} cubes."]
    needed = components(vocabulary, cubes[0], QB.dimension) | components(vocabulary, cubes[0], QB.measure)
    faults = [f"{node} has no {prop}." for prop in needed if len(list(records.objects(node, prop))) != 1]
    for prop in needed:
        for scheme in vocabulary.objects(prop, QB.codeList):
            for value in records.objects(node, prop):
                if (value, SKOS.inScheme, scheme) not in vocabulary:
                    faults.append(f"{node}: {value} is not in {scheme}.")
    return faults


@pytest.fixture
def records() -> Graph:
    """The good records."""
    return Graph().parse(Path(__file__).parent / "examples" / "consistent.ttl", format="turtle")


@pytest.mark.parametrize("name", CUBES)
def test_cube_is_well_formed(vocabulary, name):
    cube = URIRef(f"{BASE}dataset/{name}")
    assert len(list(vocabulary.objects(cube, QB.structure))) == 1
    assert components(vocabulary, cube, QB.measure), f"{name} has no measure."
    for prop in components(vocabulary, cube, QB.dimension):
        if prop in REGIN:
            assert (prop, RDF.type, QB.DimensionProperty) in vocabulary, f"{prop} is no qb:DimensionProperty."
            assert vocabulary.value(prop, RDFS.range), f"{prop} has no range."
            if (prop, RDFS.range, SKOS.Concept) in vocabulary:
                assert vocabulary.value(prop, QB.codeList), f"{prop} has no qb:codeList."
    for structure in vocabulary.objects(cube, QB.structure):
        for key in vocabulary.objects(structure, QB.sliceKey):
            fixed = set(vocabulary.objects(key, QB.componentProperty))
            assert fixed and fixed < components(vocabulary, cube, QB.dimension)


def test_every_cube_is_tested(vocabulary):
    assert {str(c) for c in vocabulary.subjects(RDF.type, QB.DataSet)} == {f"{BASE}dataset/{name}" for name in CUBES}


@pytest.mark.parametrize("name", ["score", "figure"])
def test_good_observation_fits(vocabulary, records, name):
    assert not faults_of_observation(vocabulary, records, URIRef(f"{BASE}id/observation/{name}"))


@pytest.mark.parametrize("prop", [QB.dataSet, REGIN.edition, REGIN.dimension, REGIN.score])
def test_incomplete_observation_is_found(vocabulary, records, prop):
    score = URIRef(f"{BASE}id/observation/score")
    records.remove((score, prop, None))
    assert faults_of_observation(vocabulary, records, score)


def test_dimension_from_another_list_is_found(vocabulary, records):
    score = URIRef(f"{BASE}id/observation/score")
    records.set((score, REGIN.dimension, URIRef(f"{BASE}scheme/topic/health")))
    assert faults_of_observation(vocabulary, records, score)


def test_all_axes_are_in_the_code_list_of_the_score_cube(vocabulary):
    union = URIRef(f"{BASE}scheme/mipexr-dimension")
    axes = {s for s in vocabulary.subjects(RDF.type, SKOS.ConceptScheme) if "/mipexr-" in s} - {union}
    concepts = {c for axis in axes for c in vocabulary.subjects(SKOS.inScheme, axis)}
    assert len(axes) == 5 and concepts == set(vocabulary.subjects(SKOS.inScheme, union))
