"""The data cubes keep the integrity constraints IC-1 to IC-21, and each constraint finds what breaks it."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

CUBES = Path(__file__).with_name("cubes")
QB = "http://purl.org/linked-data/cube#"
CONSTRAINTS = sorted(CUBES.glob("ic_*.rq"))


def normalised(store: Store) -> Store:
    """Give the store with what follows from the definition of a cube."""
    for name in ("normalise_types", "normalise_attachments"):
        store.update((CUBES / f"{name}.ru").read_text("utf-8"))
    return store


@pytest.fixture(scope="module")
def cubes(release) -> Store:
    """Give the statements of the release, normalised."""
    store = Store()
    store.bulk_extend(Store.read_only(str(release / "store")).quads_for_pattern(None, None, None, DefaultGraph()))
    return normalised(store)


def is_broken(store: Store, constraint: Path) -> bool:
    """Tell whether a constraint is broken. IC-20 and IC-21 are asked for each step of a hierarchy, as the text says."""
    text = constraint.read_text("utf-8")
    if "<STEP>" not in text:
        return bool(store.query(text))
    steps = {quad.object for quad in store.quads_for_pattern(None, NamedNode(QB + "parentChildProperty"), None)}
    inverse = {quad.object for step in steps for quad in store.quads_for_pattern(step, NamedNode("http://www.w3.org/2002/07/owl#inverseOf"), None)}
    wanted = inverse if "^<STEP>" in text else {step for step in steps if isinstance(step, NamedNode)}
    return any(bool(store.query(text.replace("<STEP>", str(step)))) for step in wanted)


def test_there_are_all_constraints():
    assert len(CONSTRAINTS) == 21


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda path: path.stem)
def test_cubes_of_the_release_keep_the_constraint(cubes, constraint):
    assert not is_broken(cubes, constraint)


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda path: path.stem)
def test_constraint_finds_what_breaks_it_and_nothing_else(constraint):
    store = Store()
    store.bulk_load(path=str(CUBES / "well_formed.ttl"), format=RdfFormat.TURTLE)
    change = (CUBES / f"breaks_{constraint.stem}.ru").read_text("utf-8")
    normalised(store)
    assert not is_broken(store, constraint)
    store.update(change)
    assert is_broken(store, constraint)


def test_the_cubes_are_not_empty(cubes):
    query = "SELECT ?cube (COUNT(?o) AS ?n) WHERE { ?o <http://purl.org/linked-data/cube#dataSet> ?cube } GROUP BY ?cube"
    counted = {row["cube"].value.rpartition("/")[2]: int(row["n"].value) for row in cubes.query(query)}
    assert counted["mipexr-scores"] >= 5 and counted["context-figures"] > 200 and counted["urban-rural-classes"] > 50


def test_every_score_stands_in_a_slice(cubes):
    query = "SELECT ?o WHERE { ?o <http://purl.org/linked-data/cube#dataSet> <https://w3id.org/regin/dataset/mipexr-scores> FILTER NOT EXISTS { ?s <http://purl.org/linked-data/cube#observation> ?o } }"
    assert not list(cubes.query(query))
