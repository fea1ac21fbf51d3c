"""What OpenRefine asks, in the form in which it asks: small batches as forms, types that only should hold, data extension by POST."""

import csv
import json
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft202012Validator

from . import forms

AT_ONCE = 10


@pytest.fixture(scope="module")
def service(server):
    """Give a client of the reconciliation service."""
    with httpx.Client(base_url=f"{server}/reconcile", timeout=30) as client:
        yield client


def asked_names() -> list[tuple[str, str]]:
    """Give each region with its name in each of eight languages."""
    with (Path(__file__).parent / "names_in_eight_languages.csv").open(encoding="utf-8", newline="") as file:
        return [(row["id"], name) for row in csv.DictReader(file) for language, name in row.items() if language != "id"]


def test_a_column_of_names_is_matched(service):
    names, wrong = asked_names(), []
    for start in range(0, len(names), AT_ONCE):
        part = names[start:start + AT_ONCE]
        queries = {f"q{number}": {"query": name, "type": "def/Region", "type_strict": "should", "limit": 5} for number, (_, name) in enumerate(part)}
        answer = service.post("", data={"queries": json.dumps(queries)}).json()
        wrong += [(region, name) for number, (region, name) in enumerate(part) if answer[f"q{number}"]["result"][0]["id"] != f"id/region/{region}"]
    assert len(names) == 256 and not wrong


def test_the_kind_of_a_column_is_guessed_from_its_first_names(service):
    queries = {f"q{number}": {"query": name, "limit": 3} for number, name in enumerate(["Azores", "Campania", "Catalogna", "Skåne", "Murcia"])}
    answer = service.post("", data={"queries": json.dumps(queries)}).json()
    first = [answer[f"q{number}"]["result"][0]["type"] for number in range(5)]
    assert all({"id": "def/Region", "name": "region"} in types for types in first)


def test_another_column_weighs_as_a_property(service):
    query = {"query": "Valencia", "type": "def/Region", "type_strict": "should", "properties": [{"pid": "country", "v": "ES"}, {"pid": "nuts-2021", "v": "ES52"}]}
    first = service.post("", data={"queries": json.dumps({"q0": query})}).json()["q0"]["result"][0]
    assert first["id"] == "id/region/valencia" and {one["id"] for one in first["features"]} == {"name", "country", "nuts-2021"}


def test_columns_are_added_from_matched_values(service):
    asked = {"ids": ["id/region/skane", "id/region/azores"], "properties": [{"id": "nuts-2024"}, {"id": "country"}, {"id": "population", "settings": {"limit": 1}}]}
    answer = service.post("", data={"extend": json.dumps(asked)}).json()
    Draft202012Validator(forms.EXTENSION).validate(answer)
    assert answer["rows"]["id/region/skane"]["nuts-2024"] == [{"str": "SE224"}]
    assert answer["rows"]["id/region/azores"]["country"][0]["name"] == "Portugal"


def test_suggestions_take_the_parameters_of_old_clients(service):
    parameters = {"prefix": "ska", "type": "def/Region", "type_strict": "any", "spell": "always", "callback": "jQuery17_4", "_": "1700000000"}
    answer = service.get("/suggest/entity", params=parameters)
    assert answer.headers["content-type"].startswith("text/javascript") and answer.text.startswith("/**/jQuery17_4(")
    assert json.loads(answer.text.removeprefix("/**/jQuery17_4(").removesuffix(");"))["result"][0]["id"] == "id/region/skane"


def test_the_links_of_cells_lead_to_the_things(service, server):
    manifest = service.get("").json()
    view = manifest["view"]["url"].replace("{{id}}", quote("id/region/skane", safe=""))
    assert httpx.get(view, follow_redirects=True, headers={"Accept": "text/html"}).status_code == 200
    preview = httpx.get(manifest["preview"]["url"].replace("{{id}}", quote("id/region/skane", safe="")))
    assert "Skåne" in preview.text
    assert manifest["batchSize"] <= 10_000
