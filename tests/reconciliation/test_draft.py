"""The coming version of the interface, below /reconcile/draft: its own manifest, batches as lists, conditions."""

import httpx
import pytest
from jsonschema import Draft202012Validator

from . import forms


@pytest.fixture(scope="module")
def service(server):
    """Give a client of the service in its coming version."""
    with httpx.Client(base_url=f"{server}/reconcile/draft", timeout=30) as client:
        yield client


def checked(response: httpx.Response, form: dict) -> dict:
    """Give the body of a good answer that has the form."""
    assert response.status_code == 200, response.text
    assert response.headers["access-control-allow-origin"] == "*"
    Draft202012Validator(form).validate(response.json())
    return response.json()


def candidates(service, *queries: dict) -> list[list[dict]]:
    """Give the candidates of each query."""
    return [one["candidates"] for one in checked(service.post("/reconcile", json={"queries": queries}), forms.DRAFT_RESULTS)["results"]]


def named(text: str, **more) -> dict:
    """Give a query for a name of a region."""
    return {"type": "def/Region", "conditions": [{"matchType": "name", "v": text}], **more}


def of_country(name: str, **more) -> dict:
    """Give a condition on the country."""
    return {"matchType": "property", "pid": "country", "v": name, **more}


def test_the_manifest_and_the_routes_that_follow_from_it(service):
    manifest = checked(service.get(""), forms.DRAFT_MANIFEST)
    assert httpx.get(manifest["view"]["url"].replace("{+id}", "id/region/skane")).status_code == 303
    for kind, form in (("entity", forms.SUGGESTED_ENTITIES), ("type", forms.SUGGESTED_TYPES), ("property", forms.SUGGESTED_PROPERTIES)):
        assert manifest["suggest"][kind] and checked(service.get(f"/suggest/{kind}", params={"prefix": "co"}), form)["result"]
    assert "Skåne" in service.get("/preview", params={"id": "id/region/skane"}).text
    assert len(checked(service.get("/extend/propose", params={"type": "def/Region", "limit": 2}), forms.PROPOSED_PROPERTIES)["properties"]) == 2


def test_answers_come_in_the_order_of_the_queries_and_in_their_language(service):
    found = candidates(service, named("Azzorre", lang="sv", limit=1), named("Skane", lang="el", limit=1), named("qqqqzzzz"))
    assert [one[0]["id"] for one in found[:2]] == ["id/region/azores", "id/region/skane"] and found[2] == []
    assert found[0][0]["name"] == "Azorerna" and found[0][0]["match"]


def test_conditions_filter_when_they_are_required(service):
    spanish = {"type": "def/Region", "limit": 50, "conditions": [of_country("Spain", required=True)]}
    others = {"type": "def/Region", "limit": 5, "conditions": [{"matchType": "name", "v": "Valencia"}, of_country("Spain", required=True, matchQuantifier="none")]}
    both = {"type": "def/Region", "limit": 50, "conditions": [of_country(["Spain", "Portugal"], required=True)]}
    every = {"type": "def/Region", "limit": 50, "conditions": [of_country(["Spain", "Portugal"], required=True, matchQuantifier="all")]}
    found = [{one["id"].rpartition("/")[2] for one in few} for few in candidates(service, spanish, others, both, every)]
    assert {"catalonia", "valencia"} <= found[0] and not found[0] & {"azores", "skane"}
    assert "valencia" not in found[1]
    assert {"azores", "catalonia"} <= found[2] and found[0] < found[2]
    assert not found[3]


def test_values_are_fetched_as_lists(service):
    asked = {"ids": ["id/region/skane", "nobody"], "properties": [{"id": "nuts-2024"}, {"id": "country"}]}
    answer = checked(service.post("/extend", json=asked), forms.DRAFT_EXTENSION)
    assert answer["rows"][0]["properties"][0] == {"id": "nuts-2024", "values": [{"str": "SE224"}]} and [row["id"] for row in answer["rows"]] == asked["ids"]


@pytest.mark.parametrize("body", [
    {}, [], 7, {"queries": {"q0": {}}}, {"queries": [7]}, {"queries": [{}]}, {"queries": [{"conditions": []}]}, {"queries": [{"conditions": [{"v": "x"}]}]},
    {"queries": [{"conditions": [{"matchType": "name", "v": 7}]}]}, {"queries": [{"conditions": [{"matchType": "name", "v": ""}]}]},
    {"queries": [{"conditions": [{"matchType": "name", "v": "x"}, {"matchType": "name", "v": "y"}]}]}, {"queries": [{"type": ["a"], "conditions": [{"matchType": "name", "v": "x"}]}]},
    {"queries": [{"type": "nothing", "conditions": [{"matchType": "name", "v": "x"}]}]}, {"queries": [{"conditions": [{"matchType": "property", "v": "x"}]}]},
    {"queries": [{"conditions": [{"matchType": "property", "pid": "colour", "v": "x"}]}]}, {"queries": [{"conditions": [{"matchType": "name", "v": "x", "matchQualifier": "exact"}]}]},
    {"queries": [{"conditions": [{"matchType": "property", "pid": "country", "v": "x", "matchQuantifier": "most"}]}]}, {"queries": [{"limit": 0, "conditions": [{"matchType": "name", "v": "x"}]}]},
])
def test_a_batch_that_cannot_be_read_is_told(service, body):
    response = service.post("/reconcile", json=body)
    assert response.status_code == 400 and response.json()["detail"]


def test_bodies_that_are_too_large_or_of_another_kind_are_told(service):
    assert service.post("/reconcile", json={"queries": [named("a")] * 10_001}).status_code == 413
    assert service.post("/reconcile", content=b"x" * (17 * 2**20), headers={"Content-Type": "application/json"}).status_code == 413
    assert service.post("/reconcile", data={"queries": "{}"}).status_code == 415
    assert service.post("/reconcile", content=b"\xff", headers={"Content-Type": "application/json"}).status_code == 400
