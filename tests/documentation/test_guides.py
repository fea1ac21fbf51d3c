"""What the guides show can be run as it stands, and is true of the data."""

import json
import re
from pathlib import Path

import httpx

PROJECT = Path(__file__).parents[2]


def guide(name: str) -> str:
    """Give the text of a guide."""
    return (PROJECT / "docs" / name).read_text("utf-8")


def test_the_practices_without_a_place_are_as_many_as_the_guide_says(server):
    text = guide("geosparql.md")
    query = re.search(r"```sparql\n(.*?)```", text, re.S)[1]
    rows = httpx.post(f"{server}/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"}).json()["results"]["bindings"]
    practices = len(list((PROJECT / "data" / "practices").glob("*.yml")))
    assert f"Of the {practices} practices {len(rows)} have none" in text
    assert {row["practice"]["value"].rpartition("/")[2] for row in rows} >= set(re.findall(r"`([a-z]+(?:-[a-z]+){2,})`", text.partition("misses")[2].partition("\n\n")[0]))


def test_the_batch_of_conditions_answers(server):
    batch = json.loads(re.search(r"reconcile/draft/reconcile .* -d '\n(.*?)'\n```", guide("linking.md"), re.S)[1])
    (result,) = httpx.post(f"{server}/reconcile/draft/reconcile", json=batch, timeout=30).json()["results"]
    assert result["candidates"][0]["id"] == "id/region/catalonia" and result["candidates"][0]["match"]
    assert set(batch["queries"][0]["conditions"][1]) == {"matchType", "pid", "v", "required", "matchQuantifier"}
