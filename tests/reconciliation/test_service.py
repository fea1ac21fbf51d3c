"""The reconciliation service over the real release: every answer in the form of the specification, every region found."""

import csv
import json
import time
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator

from regin_graph.linking import read_evidence

from . import forms

REGIONS = Path(__file__).parents[2] / "data" / "regions"


@pytest.fixture(scope="module")
def service(server):
    """Give a client of the reconciliation service."""
    with httpx.Client(base_url=f"{server}/reconcile", timeout=30) as client:
        yield client


def checked(response: httpx.Response, form: dict) -> dict:
    """Give the body of a good answer that has the form."""
    assert response.status_code == 200, response.text
    assert response.headers["access-control-allow-origin"] == "*"
    body = response.json()
    Draft202012Validator(form).validate(body)
    return body


def matched(service, **queries) -> dict:
    """Give the answer to a batch."""
    return checked(service.post("", data={"queries": json.dumps(queries)}), forms.RESULTS)


def region_names() -> list[tuple[str, str]]:
    """Give each stated name of each region."""
    names = []
    for table in ("regions.csv", "names.csv"):
        with (REGIONS / table).open(encoding="utf-8", newline="") as file:
            names += [(row["id"], row[column]) for row in csv.DictReader(file) for column in ("name", "local_name", "other_name") if row.get(column)]
    return names


def test_the_manifest_says_what_the_service_can_do(service):
    manifest = checked(service.get(""), forms.MANIFEST)
    assert manifest["identifierSpace"] == "https://w3id.org/regin/"
    assert {"id": "def/Region", "name": "region"} in manifest["defaultTypes"]


def test_the_addresses_of_the_manifest_answer(service):
    manifest = service.get("").json()
    for kind, found in manifest["suggest"].items():
        checked(httpx.get(found["service_url"] + found["service_path"], params={"prefix": "co"}), {"entity": forms.SUGGESTED_ENTITIES, "type": forms.SUGGESTED_TYPES, "property": forms.SUGGESTED_PROPERTIES}[kind])
        example = {"entity": "id/region/skane", "type": "def/Region", "property": "country"}[kind]
        checked(httpx.get(found["flyout_service_url"] + found["flyout_service_path"].replace("${id}", example)), forms.FLYOUT)
    assert httpx.get(manifest["view"]["url"].replace("{{id}}", "id/region/skane")).status_code == 303
    preview = httpx.get(manifest["preview"]["url"].replace("{{id}}", "id/region/skane"))
    assert preview.status_code == 200 and "Skåne" in preview.text and "frame-ancestors" not in preview.headers["content-security-policy"]
    proposed = manifest["extend"]["propose_properties"]
    found = checked(httpx.get(proposed["service_url"] + proposed["service_path"], params={"type": "def/Region", "limit": 3}), forms.PROPOSED_PROPERTIES)
    assert len(found["properties"]) == 3


def test_every_stated_name_of_every_region_finds_it(service):
    names = region_names()
    answers = matched(service, **{f"q{number}": {"query": name, "type": "def/Region"} for number, (_, name) in enumerate(names)})
    wrong = [(name, answers[f"q{number}"]["result"][0]["id"]) for number, (region, name) in enumerate(names)
             if answers[f"q{number}"]["result"][0]["id"] != f"id/region/{region}"]
    assert not wrong and len({region for region, _ in names}) == 32


def test_the_regions_are_found_by_their_names_in_eight_languages(service):
    with (Path(__file__).parent / "names_in_eight_languages.csv").open(encoding="utf-8", newline="") as file:
        asked = {(row["id"], language): name for row in csv.DictReader(file) for language, name in row.items() if language != "id"}
    assert len(asked) == 32 * 8
    answers = matched(service, **{" ".join(key): {"query": name, "type": "def/Region"} for key, name in asked.items()})
    wrong = {(*key, name): [one["id"] for one in answers[" ".join(key)]["result"][:2]] for key, name in asked.items()
             if answers[" ".join(key)]["result"][0]["id"] != f"id/region/{key[0]}"}
    assert not wrong


def test_names_without_accents_in_other_order_and_with_slips_find_the_region(service):
    asked = {
        "Vasco, Pais": "basque-country", "aland skane": "skane", "ACORES": "azores", "Nordrhein Westfalen": "north-rhine-westphalia",
        "Westphalia North-Rhine": "north-rhine-westphalia", "Emilia Romagne": "emilia-romagna", "Apulien": "puglia", "Sachsen": "saxony",
        "Κρητη": "crete", "Kriti": "crete", "Απουλία": "puglia", "Baden Wuerttemberg": "baden-wurttemberg", "Andalousie": "andalusia",
        "Katalonien": "catalonia", "Schottland": "scotland", "Kanarische Inseln": "canary-islands", "Comunitat Valenciana": "valencia",
        "Navarre": "navarra", "Valloni": "wallonia", "Flandern": "flanders", "Västra Götaland": "vastra-gotaland", "Lisboa": "lisbon",
        "Lisboa e Vale do Tejo": "lisbon-tagus-valley", "PT20": "azores", "FI1C6": "paijat-hame", "SE-M": "skane", "Mecklenburg": "mecklenburg-vorpommern",
    }
    answers = matched(service, **{name: {"query": name, "type": "Region"} for name in asked})
    found = {name: answers[name]["result"][0]["id"].rpartition("/")[2] for name in asked}
    assert found == asked


def test_a_thousand_names_take_less_than_two_seconds(service, release):
    names = region_names()
    texts = [f"{names[number % len(names)][1]} {number // len(names) or ''}" for number in range(1000)]
    answers = matched(service, **{f"q{number}": {"query": text, "type": "def/Region"} for number, text in enumerate(texts)})
    assert len(answers) == 1000
    # Seconds of the processor, as other work on the machine says nothing about the service.
    index = read_evidence(release, REGIONS.parent).index
    started = time.process_time()
    assert all(index.candidates(texts, frozenset({"https://w3id.org/regin/def/Region"})))
    assert time.process_time() - started < 2


def test_types_and_their_strictness_narrow_the_answer(service):
    found = matched(
        service,
        any={"query": "health", "type": ["scheme/topic", "scheme/aspect"]}, all={"query": "health", "type": ["scheme/topic", "def/Region"], "type_strict": "all"},
        should={"query": "Catalonia", "type": "def/Actor", "type_strict": "should", "limit": 3},
    )
    assert all(one["id"].startswith(("scheme/topic/", "scheme/aspect/")) for one in found["any"]["result"])
    assert found["all"]["result"] == []
    assert "id/region/catalonia" in [one["id"] for one in found["should"]["result"]]


def test_properties_decide_between_namesakes(service):
    spain = {"id": "http://publications.europa.eu/resource/authority/country/ESP", "name": "Spain"}
    found = matched(
        service, near={"query": "Valencia", "type": "Region", "properties": [{"pid": "country", "v": spain}]},
        alone={"properties": [{"pid": "nuts-2021", "v": "PT20"}]}, number={"query": "Azores", "properties": [{"pid": "population", "v": 242846}]},
    )
    assert found["near"]["result"][0]["id"] == "id/region/valencia"
    assert {one["id"]: one["value"] for one in found["near"]["result"][0]["features"]}["country"] == 100
    assert [one["id"] for one in found["alone"]["result"]] == ["id/region/azores"]
    assert found["number"]["result"][0]["match"] is True


def test_the_language_of_the_reader_names_the_candidates(service):
    response = service.post("", data={"queries": json.dumps({"q": {"query": "Catalonia", "type": "Region"}})}, headers={"Accept-Language": "fr"})
    assert response.json()["q"]["result"][0]["name"] == "Catalogne"


def test_queries_may_stand_in_the_address_and_in_a_callback(service):
    queries = json.dumps({"q0": {"query": "Azores"}})
    assert service.get("", params={"queries": queries}).json()["q0"]["result"][0]["id"] == "id/region/azores"
    script = service.get("", params={"queries": queries, "callback": "jQuery.done"})
    assert script.text.startswith("/**/jQuery.done({") and script.headers["content-type"].startswith("text/javascript")
    assert service.get("", params={"callback": "alert(1)//"}).status_code == 400


def test_values_are_fetched_for_matched_entities(service):
    asked = {"ids": ["id/region/azores", "nobody"], "properties": [
        {"id": "country"}, {"id": "population"}, {"id": "area-km2"}, {"id": "nuts-2021"}, {"id": "practice", "settings": {"limit": 1}}]}
    rows = checked(service.post("", data={"extend": json.dumps(asked)}), forms.EXTENSION)["rows"]
    assert rows["id/region/azores"]["country"] == [{"id": "http://publications.europa.eu/resource/authority/country/PRT", "name": "Portugal"}]
    assert rows["id/region/azores"]["population"] == [{"int": 242846}]
    assert rows["id/region/azores"]["nuts-2021"] == [{"str": "PT20"}]
    assert len(rows["id/region/azores"]["practice"]) == 1
    assert rows["nobody"]["country"] == []


@pytest.mark.parametrize("prefix", ["", "a", "cata", "ΚΑΤΑ", "💶", "  "])
def test_suggestions_have_their_form(service, prefix):
    checked(service.get("/suggest/entity", params={"prefix": prefix}), forms.SUGGESTED_ENTITIES)
    checked(service.get("/suggest/type", params={"prefix": prefix}), forms.SUGGESTED_TYPES)
    checked(service.get("/suggest/property", params={"prefix": prefix}), forms.SUGGESTED_PROPERTIES)


@pytest.mark.parametrize(("queries", "words"), [
    ("{", "not JSON"), ("[]", "must be an object"), ('{"q": 1}', "not an object"), ('{"q": {}}', "needs `query`"), ('{"q": {"query": 3}}', "must be a text"),
    ('{"q": {"query": "a", "type": "Nope"}}', 'type "Nope" is unknown'), ('{"q": {"query": "a", "limit": 0}}', "`limit`"),
    ('{"q": {"query": "a", "properties": [{"pid": "nope", "v": 1}]}}', 'property "nope" is unknown'), ('{"q": {"query": "a", "properties": [{"pid": "country"}]}}', "`pid` and `v`"),
    ('{"q": {"query": "a", "type_strict": "maybe"}}', "type_strict"), ("[" * 100_000, "nested too deeply"), ('{"q": {"query": "' + "a" * 3000 + '"}}', "at most"),
])
def test_a_batch_that_cannot_be_read_is_told_with_its_place(service, queries, words):
    response = service.post("", data={"queries": queries})
    assert response.status_code == 400 and words in response.json()["detail"]


def test_what_is_too_large_is_refused(service):
    batch = json.dumps({str(number): {"query": "a"} for number in range(10_001)})
    assert service.post("", data={"queries": batch}).status_code == 413
    assert service.post("", content=b"queries=" + b"a" * (17 * 2**20), headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code == 413
    assert service.post("", json={}).status_code == 415


@pytest.mark.parametrize("query", ['{"ids": "x", "properties": []}', '{"ids": [], "properties": [{"id": "nope"}]}', "7"])
def test_an_extension_that_cannot_be_read_is_told(service, query):
    assert service.get("", params={"extend": query}).status_code == 400


@pytest.mark.parametrize("identifier", ["\u0001", "\u0000", "\u007f", "http://[/", "http://a/%zz", "a b", "<>", "http://", "", "\\"])
def test_an_identifier_that_is_no_iri_has_no_values(service, identifier):
    asked = {"ids": [identifier, "id/region/azores"], "properties": [{"id": "country"}]}
    for answer in (service.post("", data={"extend": json.dumps(asked)}), service.post("/draft/extend", json=asked)):
        assert answer.status_code == 200, answer.text
    rows = service.post("", data={"extend": json.dumps(asked)}).json()["rows"]
    assert rows[identifier]["country"] == [] and rows["id/region/azores"]["country"]


@pytest.mark.parametrize(("path", "asked"), [
    ("/draft/extend", '{"ids": ["$"], "properties": [{"id": "country"}]}'), ("/draft/reconcile", '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "$"}]}]}'),
    ("extend", '{"ids": ["$"], "properties": []}'), ("queries", '{"$": {"query": "Azores"}}'), ("queries", '{"q": {"query": "$"}}'), ("queries", '{"q": {"query": "a", "properties": [{"pid": "$", "v": 1}]}}'),
])
@pytest.mark.parametrize("half", ["\\ud800", "a\\uDFFF", "\\udc00\\ud800"])
def test_half_a_letter_is_told(service, path, asked, half):
    def sent(text: str) -> httpx.Response:
        body = asked.replace("$", text)
        return service.post(path, content=body, headers={"Content-Type": "application/json"}) if path[0] == "/" else service.post("", data={path: body})

    assert sent(half).status_code == 400 and "half a letter" in sent(half).json()["detail"]
    assert "half a letter" not in sent("\\ud83d\\ude00").text  # both halves


@pytest.mark.parametrize("path", ["/preview?id=nobody", "/flyout/entity?id=nobody", "/flyout/type?id=nobody", "/flyout/nothing?id=x"])
def test_nobody_is_not_found(service, path):
    assert service.get(path).status_code == 404
