"""Give the tests the vocabulary as one graph, and its files."""

from pathlib import Path

import pytest
from rdflib import Graph, Namespace

PROJECT = Path(__file__).parents[2]
ONTOLOGY = PROJECT / "ontology"
BASE = "https://w3id.org/regin/"
REGIN = Namespace(BASE + "def/")
SCHEME = Namespace(BASE + "scheme/")
OWN_LANGUAGES = ("fr", "de", "it", "es", "pt", "sv", "el")


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every Turtle file of the vocabulary."""
    return sorted(ONTOLOGY.rglob("*.ttl"))


@pytest.fixture(scope="session")
def vocabulary(files) -> Graph:
    """Everything the vocabulary states, as one graph. Tests read it and add nothing."""
    graph = Graph()
    for path in files:
        graph.parse(path, format="turtle")
    return graph
