"""Ask the engine with the spatial functions, as the endpoint's workers do."""

import pytest
from pyoxigraph import Store

from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS
from regin_graph.geosparql.vocabulary import GEO, GEOF, GML, RDFS, SF, UOM

PREFIXES = {"geo": GEO, "geof": GEOF, "uom": UOM, "sf": SF, "gml": GML, "rdfs": RDFS, "ex": "https://example.org/"}


def solutions(store: Store, query: str) -> list[tuple]:
    """Give the solutions of a query as tuples of terms."""
    found = store.query(query, prefixes=PREFIXES, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)
    return [tuple(solution) for solution in found]


@pytest.fixture
def ask():
    """Give a function that gives the solutions of a query over a store."""
    return solutions


@pytest.fixture
def value():
    """Give a function that gives the value of one SPARQL expression."""

    def evaluated(expression: str):
        return solutions(Store(), f"SELECT ({expression} AS ?value) {{}}")[0][0]

    return evaluated
