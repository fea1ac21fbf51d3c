"""The feature service over the real release: documents, filters, paging, and GDAL as a client."""

import html
import json
import subprocess

import httpx
import pytest
from shapely.geometry import box, shape

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PRACTICES, REGIONS = "/collections/practices/items", "/collections/regions/items"


@pytest.fixture(scope="module")
def service(server):
    """Give a client of the feature service."""
    with httpx.Client(base_url=f"{server}/features", timeout=30) as client:
        yield client


def items(service, path: str, **parameters) -> dict:
    """Give a page of features."""
    response = service.get(path, params=parameters)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/geo+json"
    return response.json()


def ids(page: dict) -> list[str]:
    """Give the ids of the features of a page."""
    return [feature["id"] for feature in page["features"]]


def links(document: dict, rel: str) -> list[str]:
    """Give the addresses of the links with a relation."""
    return [link["href"] for link in document["links"] if link["rel"] == rel]


def test_everything_is_reached_from_the_landing_page(service):
    landing = service.get("").json()
    definition = httpx.get(links(landing, "service-desc")[0])
    assert definition.headers["content-type"].startswith("application/vnd.oai.openapi+json") and definition.json()["openapi"].startswith("3.0")
    classes = httpx.get(links(landing, "conformance")[0]).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    for collection in httpx.get(links(landing, "data")[0]).json()["collections"]:
        assert httpx.get(links(collection, "self")[0]).json()["id"] == collection["id"]
        page = httpx.get(links(collection, "items")[0], params={"limit": 1}).json()
        assert page["type"] == "FeatureCollection" and page["numberReturned"] == 1
        queryables = httpx.get(links(collection, "http://www.opengis.net/def/rel/ogc/1.0/queryables")[0])
        assert queryables.headers["content-type"] == "application/schema+json" and "geometry" in queryables.json()["properties"]


def test_the_definition_names_every_address_and_its_parameters(service):
    definition = service.get("/api").json()
    named = {one["name"] for one in definition["paths"][PRACTICES]["get"]["parameters"]}
    assert {"bbox", "datetime", "limit", "crs", "filter", "topic"} <= named
    for path in definition["paths"]:
        assert service.get(path.replace("{featureId}", "skane-nad" if "practices" in path else "skane")).status_code == 200


@pytest.mark.parametrize("path", ["", "/conformance", "/api", "/collections", "/collections/regions", PRACTICES, f"{REGIONS}/skane", f"{PRACTICES}/skane-nad"])
def test_browsers_get_pages(service, path):
    for response in (service.get(path, headers={"Accept": "text/html,*/*;q=0.8"}), service.get(path, params={"f": "html"})):
        assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
    assert service.get(path, params={"f": "json"}, headers={"Accept": "text/html"}).json()


@pytest.mark.parametrize("language", ["fr", "el"])
def test_pages_are_in_the_readers_language(service, language):
    from endpoint.languages import messages

    words = messages(language)
    for path, word in (("", "features_lead"), ("/collections", "features_practices_text"), ("/collections/practices", "filter_topic"), ("/api", "asked_bbox"),
                       ("/conformance", "features_conformance"), (REGIONS, "features_items")):
        page = service.get(path, params={"f": "html", "lang": language}).text
        assert f'<html lang="{language}"' in page and html.unescape(page).count(words[word]), path
    assert f"lang={language}" in service.get(PRACTICES, params={"f": "html", "lang": language, "limit": 20}).text.split('rel="next"')[1][:200]


def test_pages_hold_every_feature_once(service):
    found, address = [], f"{service.base_url}{PRACTICES.removeprefix('/')}?limit=20"
    while address:
        page = httpx.get(address).json()
        found += ids(page)
        address = next(iter(links(page, "next")), None)
    assert len(found) == len(set(found)) == page["numberMatched"] == 59


def test_a_box_takes_what_it_meets(service):
    area = (-10.0, 36.0, 4.0, 44.0)
    page = items(service, REGIONS, bbox=",".join(map(str, area)), limit=100)
    assert page["features"] and all(shape(feature["geometry"]).intersects(box(*area)) for feature in page["features"])
    everything = items(service, REGIONS, limit=100)
    meeting = {one["id"] for one in everything["features"] if one["geometry"] and shape(one["geometry"]).intersects(box(*area))}
    assert set(ids(page)) == meeting
    assert set(ids(items(service, REGIONS, bbox="36,-10,44,4", **{"bbox-crs": EPSG + "4326", "limit": 100}))) == meeting


def test_times_take_what_they_meet(service):
    page = items(service, PRACTICES, datetime="2010-01-01/2012-01-01")
    assert page["features"]
    for feature in page["features"]:
        start, end = feature["properties"]["start"], feature["properties"]["end"]
        assert (start or "0")[:4] <= "2012" and (end or "9999")[:4] >= "2010"
    assert items(service, PRACTICES, datetime="../1900-01-01")["numberMatched"] < page["numberMatched"]


def test_filters_on_topic_and_country(service):
    health = items(service, PRACTICES, topic="health")
    assert health["numberMatched"] == items(service, PRACTICES, filter="topic = 'health'")["numberMatched"] > 0
    swedish = items(service, PRACTICES, filter="topic = 'health' AND country IN ('SE', 'PT')")
    assert swedish["features"] and all(feature["properties"]["country"] in (["SWE"], ["PRT"]) for feature in swedish["features"])
    as_json = {"op": "and", "args": [{"op": "=", "args": [{"property": "topic"}, "health"]}, {"op": "=", "args": [{"property": "country"}, "SWE"]}]}
    assert set(ids(items(service, PRACTICES, **{"filter": json.dumps(as_json), "filter-lang": "cql2-json"}))) <= set(ids(swedish))
    # Health holds mental health, its narrower topic.
    assert set(ids(items(service, PRACTICES, topic="mental-health"))) <= set(ids(health))


def test_reference_systems_turn_the_coordinates(service):
    response = service.get(f"{PRACTICES}/skane-nad")
    longitude, latitude = response.json()["geometry"]["coordinates"]
    assert response.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>" and 12 < longitude < 15 and 55 < latitude < 57
    turned = service.get(f"{PRACTICES}/skane-nad", params={"crs": EPSG + "4326"})
    assert turned.json()["geometry"]["coordinates"] == pytest.approx([latitude, longitude]) and turned.headers["content-crs"] == f"<{EPSG}4326>"
    metres = service.get(f"{PRACTICES}/skane-nad", params={"crs": EPSG + "3035"}).json()["geometry"]["coordinates"]
    assert 3e6 < metres[0] < 4e6 and 4e6 < metres[1] < 5e6


def test_a_feature_leads_to_its_identifier_and_tells_in_the_readers_language(service):
    feature = service.get(f"{REGIONS}/catalonia", params={"lang": "fr"}).json()
    assert feature["properties"]["name"] == "Catalogne" and feature["properties"]["nuts_2021"] == "ES51"
    assert links(feature, "canonical") == ["https://w3id.org/regin/id/region/catalonia"]


@pytest.mark.parametrize(("path", "status"), [
    ("/collections/nothing", 404), (f"{REGIONS}/nobody", 404), (f"{REGIONS}?bbox=1,2,3", 400), (f"{REGIONS}?bbox=0,0,200,1", 400), (f"{REGIONS}?limit=0", 400),
    (f"{REGIONS}?limit=x", 400), (f"{REGIONS}?colour=red", 400), (f"{REGIONS}?crs=EPSG:25832", 400), (f"{PRACTICES}?datetime=soon", 400), (f"{PRACTICES}?filter=topic", 400),
    (f"{PRACTICES}?filter-lang=sql&filter=a", 400), ("?f=xml", 400), (f"{PRACTICES}?offset=-1", 400), (f"{PRACTICES}?limit=1&limit=2", 400), ("/collections?colour=red", 400),
])
def test_wrong_requests_are_told(service, path, status):
    response = service.get(path)
    assert response.status_code == status and response.headers["content-type"] == "application/problem+json" and response.json()["detail"]


def test_a_host_that_is_none_stands_in_no_link(server):
    for path in ("/features", "/reconcile", "/reconcile/draft"):
        answer = httpx.get(f"{server}{path}", headers={"Host": "odd<b>\"host", "Accept": "application/json"})
        assert answer.status_code in (200, 400)
        assert "odd<b>" not in answer.text and "odd%3C" not in answer.text, path
        assert "http://here.example:8443/" in httpx.get(f"{server}{path}", headers={"Host": "here.example:8443", "Accept": "application/json"}).text, path


def test_more_than_the_most_gives_the_most(service):
    assert items(service, REGIONS, limit=99_999_999)["numberReturned"] == 32


def test_gdal_writes_a_geopackage(server, tmp_path):
    package = tmp_path / "features.gpkg"
    for name in ("regions", "practices"):
        command = ["ogr2ogr", "-f", "GPKG", "-append", "-oo", "PAGE_SIZE=25", package, f"OAPIF:{server}/features", name]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    told = subprocess.run(["ogrinfo", "-ro", "-so", package, "practices"], check=True, capture_output=True, text=True, timeout=60).stdout
    assert "Feature Count: 59" in told and "topic" in told
    told = subprocess.run(["ogrinfo", "-ro", "-so", package, "regions"], check=True, capture_output=True, text=True, timeout=60).stdout
    assert "Feature Count: 32" in told and "nuts_2021" in told


def test_gdal_hands_its_filters_to_the_service(server):
    command = ["ogrinfo", "-ro", "-q", "-where", "country = 'SE'", f"OAPIF:{server}/features", "regions", "-spat", "10", "55", "20", "60"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
