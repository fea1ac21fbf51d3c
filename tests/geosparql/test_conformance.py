"""The requirements of GeoSPARQL 1.1, class by class, from a manifest; asked with the index and without."""

from pathlib import Path

import pytest
import yaml
from pyoxigraph import RdfFormat, Store

from regin_graph.geosparql import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS, SpatialIndex, prepare

FOLDER = Path(__file__).parent / "conformance"
CASES = yaml.safe_load((FOLDER / "manifest.yml").read_text("utf-8"))
PREFIXES = "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX ex: <https://example.org/> "


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=FOLDER / "data.ttl", format=RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def index(store) -> SpatialIndex:
    return SpatialIndex.build(store)


@pytest.mark.parametrize("way", ["index", "index, other dataset", "schema"])
@pytest.mark.parametrize("case", CASES, ids=[case["requirement"] for case in CASES])
def test_requirement(case, way, store, index):
    switches = {"rdfs": case.get("rdfs", True), "rewrite": case.get("rewrite", True), "plain_dataset": way == "index"}
    query = prepare(f"{PREFIXES}SELECT DISTINCT ?x {{ {case['where']} }} ORDER BY ?x", index.schema if way == "schema" else index, **switches)
    found = [row["x"].value.removeprefix("https://example.org/") for row in store.query(query.text, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)]
    assert found == case["x"], query.explanation
