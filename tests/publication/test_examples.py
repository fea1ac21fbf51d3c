"""The example queries: at least thirty, for every group of readers, each with an answer on the real data, found in the graph."""

import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

import regin_graph
from regin_graph.geosparql import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS
from regin_graph.publication.namespaces import term

EXAMPLES = sorted((Path(regin_graph.__file__).parent / "queries" / "examples").glob("*.rq"))
GROUPS = {"practitioners", "regional authorities", "researchers", "integrators"}


@pytest.fixture(scope="module")
def store(release) -> Store:
    """Give the store of the release."""
    return Store.read_only(str(release / "store"))


def test_there_are_examples_for_every_group():
    counted = Counter(re.search(r"^# Group: (.*)$", path.read_text("utf-8"), re.MULTILINE)[1] for path in EXAMPLES)
    assert sum(counted.values()) >= 30
    assert set(counted) == GROUPS and min(counted.values()) >= 4


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_has_an_answer(store, path):
    text = path.read_text("utf-8")
    answer = store.query(text, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)
    assert next(iter(answer), None) is not None


def test_editors_find_the_examples_in_the_graph(store):
    query = "SELECT ?q ?text WHERE { ?q a <http://www.w3.org/ns/shacl#SPARQLExecutable> ; <http://www.w3.org/ns/shacl#select> ?text }"
    found = {row["text"].value for row in store.query(query)}
    assert found == {path.read_text("utf-8") for path in EXAMPLES}
    declared = list(store.quads_for_pattern(NamedNode("https://w3id.org/regin/def"), term("sh:declare"), None))
    assert len(declared) > 20
