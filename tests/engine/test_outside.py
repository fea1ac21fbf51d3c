"""The same answers over another SPARQL server as over the embedded store, and plain words when it fails.

The server is `oxigraph serve`, or the one that --engine names."""

import csv
import html
import io
import json
import re
import signal
import time
from collections import Counter
from operator import attrgetter

import httpx
import pytest
from click.testing import CliRunner
from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

from benchmarks.peers import start
from regin_graph.cli import main
from regin_graph.engine_loading import addresses, load_release
from regin_graph.errors import WrongUse

# What loading states beside the release, where the server computes no relations.
STATED = 'FILTER(!STRSTARTS(STR(?p), "http://www.opengis.net/ont/geosparql#sf") && !(ISIRI(?s) && STRENDS(STR(?s), "/graph/derived/spatial-relations")))'
QUERIES = [
    f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o {STATED} }}",
    f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o {STATED} }} }} GROUP BY ?g ORDER BY ?g LIMIT 50",
    "SELECT ?r ?n WHERE { ?r a <https://w3id.org/regin/def/Region> ; <https://w3id.org/regin/def/population> ?n } ORDER BY DESC(?n) LIMIT 5",
    "SELECT ?r ?wkt WHERE { ?r a <https://w3id.org/regin/def/Region> ; <http://www.opengis.net/ont/geosparql#hasDefaultGeometry>/<http://www.opengis.net/ont/geosparql#asWKT> ?wkt } ORDER BY ?r",
    "SELECT ?p (COUNT(DISTINCT ?v) AS ?n) WHERE { ?s ?p ?v FILTER(ISLITERAL(?v) && DATATYPE(?v) IN (xsd:gYear, xsd:gYearMonth, xsd:date, xsd:boolean, xsd:decimal, xsd:integer)) } GROUP BY ?p ORDER BY ?p",
    r"PREFIX id: <https://w3id.org/regin/id/> SELECT ?v WHERE { id:region\/skane <http://www.w3.org/2004/02/skos/core#prefLabel> ?v } ORDER BY LANG(?v)",
    "SELECT ?g WHERE { GRAPH ?g { <https://w3id.org/regin/id/practice/skane-testbed-health-equity> <https://w3id.org/regin/def/topic> ?t } ?g <http://www.w3.org/ns/prov#wasDerivedFrom> ?source } ORDER BY ?g",
    "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/regin/graph/meta> WHERE { ?s a ?class FILTER(!STRENDS(STR(?s), '/graph/derived/spatial-relations')) }",
    "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/regin/graph/meta> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) FROM NAMED <https://w3id.org/regin/graph/scheme/topic> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) FROM NAMED <https://w3id.org/regin/graph/scheme/topic> WHERE { ?s ?p ?o }",
    "ASK { <https://w3id.org/regin/id/region/skane> ?p ?o }",
    "ASK { <https://w3id.org/regin/id/region/nowhere> ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/regin/id/region/skane> <https://w3id.org/regin/id/practice/skane-testbed-health-equity> } ?s ?p ?o }",
]
GEO = "PREFIX regin: <https://w3id.org/regin/def/> PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> "
GEOF, WKT = "http://www.opengis.net/def/function/geosparql/", "http://www.opengis.net/ont/geosparql#wktLiteral"
FORMER = "https://w3id.org/regin/graph/of-an-earlier-release"
SPATIAL = re.compile(r"geosparql#sf(?:Equals|Intersects|Touches|Crosses|Within|Contains|Overlaps)>|derived/spatial-relations>")
DOUBLE = re.compile(r'"([^"]*)"\^\^<http://www.w3.org/2001/XMLSchema#double>')


@pytest.fixture(scope="module")
def outside(release, engines, tmp_path_factory):
    """Give another server that holds the release."""
    if engines.name != "embedded":
        engines.environment_of(release)
        yield engines.peers[release]
        return
    peer = start("oxigraph", tmp_path_factory.mktemp("oxigraph"))
    # What an earlier release left must go.
    httpx.put(peer.store_url, params={"graph": FORMER}, content="<urn:a> <urn:b> <urn:c> .", headers={"Content-Type": "application/n-triples"}).raise_for_status()
    told = CliRunner().invoke(main, ["load", str(release), "--engine", f"{peer.query_url},{peer.store_url}"])
    assert told.exit_code == 0 and "Loaded:" in told.output
    yield peer
    peer.stop()


@pytest.fixture(scope="module")
def over(release, outside, serve_release):
    """Give a client of a server over the outside engine."""
    address = serve_release(release, {"REGIN_ENGINE": f"{outside.query_url},{outside.store_url}", "REGIN_CACHE_MIB": "0", "REGIN_RELEASE_POLL_S": "1"})
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def embedded(release, engines, server, serve_release):
    """Give a client of a server over the embedded store."""
    with httpx.Client(base_url=server if engines.name == "embedded" else serve_release(release, {}), timeout=30) as client:
        yield client


def comparable(response: httpx.Response) -> object:
    """Give an answer without what may differ from server to server: addresses, moments, the order of columns, digits of
    doubles after the sixth, and the relations that are stated where a server computes none."""
    text = re.sub(r"127\.0\.0\.1:\d+", "here", response.text)
    text = re.sub(r'"timeStamp": "[^"]*", |"instance": "[^"]*"', "", text).replace(", }", "}")
    form = response.headers.get("content-type", "")
    if "n-triples" in form:
        text = DOUBLE.sub(lambda found: f'"{float(found[1]):.6g}"', text)
        return sorted(line for line in text.splitlines() if not SPATIAL.search(line))
    if "csv" in form:
        return [sorted(row.items()) for row in csv.DictReader(io.StringIO(text))]
    if "sparql-results+xml" in form:
        results = parse_query_results(text, QueryResultsFormat.XML)
        return bool(results) if isinstance(results, QueryBoolean) else [{name: str(row[name]) for name in map(attrgetter("value"), results.variables)} for row in results]
    if "html" in form:
        # The order of equals, and with it the numbers of sources, is the server's own.
        return Counter(re.findall(r"[^\W\d_]{3,}", text))
    return json.loads(text) if "json" in form else text


@pytest.mark.parametrize("query", QUERIES)
def test_queries_have_the_same_answers(over, embedded, query):
    for accept in ("application/sparql-results+json, application/n-triples", "text/csv, text/turtle;q=0.1, application/n-triples", "application/sparql-results+xml, application/n-triples"):
        ours, theirs = (client.post("/sparql", data={"query": query}, headers={"Accept": accept}) for client in (over, embedded))
        assert ours.status_code == theirs.status_code and ours.headers["content-type"] == theirs.headers["content-type"]
        assert comparable(ours) == comparable(theirs)


def test_the_dataset_may_come_with_the_request(over, embedded):
    for graphs in (
        {"default-graph-uri": "https://w3id.org/regin/graph/scheme/topic"}, {"named-graph-uri": "https://w3id.org/regin/graph/scheme/topic"},
        {"default-graph-uri": "https://w3id.org/regin/graph/scheme/topic", "named-graph-uri": "https://w3id.org/regin/graph/scheme/scale"},
    ):
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
            ours, theirs = (client.post("/sparql", data={"query": f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"} | graphs) for client in (over, embedded))
            assert ours.status_code == 200 and comparable(ours) == comparable(theirs)


@pytest.mark.parametrize("path", [
    "/", "/practices", "/practices/skane-nad", "/regions", "/regions/skane", "/compare?region=skane&region=azores", "/indicators", "/actors", "/competences",
    "/regions/skane.nt", "/scheme/topic/health.html", "/features/collections/regions/items?limit=5", "/features/collections/practices/items?topic=health", "/resolve?code=FI1C6",
    "/reconcile?queries=" + '{"q":{"query":"Katalonien","type":"Region"}}', "/no/such/page",
])
def test_pages_and_services_are_the_same(over, embedded, path):
    ours, theirs = over.get(path), embedded.get(path)
    assert ours.status_code == theirs.status_code and comparable(ours) == comparable(theirs)


def test_graphs_come_in_every_form(over):
    for media_type in ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples", "application/trig"):
        response = over.post("/sparql", data={"query": QUERIES[-1]}, headers={"Accept": media_type})
        assert response.status_code == 200 and response.headers["content-type"].startswith(media_type) and "skane" in response.text


def test_what_an_earlier_release_left_is_gone(over):
    response = over.post("/sparql", data={"query": f"ASK {{ GRAPH <{FORMER}> {{ ?s ?p ?o }} }}"}, headers={"Accept": "application/sparql-results+json"})
    assert response.json()["boolean"] is False


def test_large_answers_stream_and_wrong_queries_are_told(over):
    everything = over.post("/sparql", data={"query": "SELECT * WHERE { ?s ?p ?o }"}, headers={"Accept": "text/csv"})
    assert everything.status_code == 200 and len(everything.content) > 2**20
    assert over.post("/sparql", data={"query": "SELECT nothing"}).status_code == 400
    assert over.post("/sparql", data={"query": "SELECT * WHERE { ?s ?p ?o }"}, headers={"Accept": "image/png"}).status_code == 406


def test_the_description_tells_what_the_server_can_do(over):
    description = over.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert "SPARQL11Query" in description and "Another SPARQL server answers" in description
    listed = re.findall(r"extensionFunction> <([^>]+)>", description)
    within = "ASK { FILTER(geof:sfWithin('POINT(1 1)'^^geo:wktLiteral, 'POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'^^geo:wktLiteral)) }"
    answer = over.post("/sparql", data={"query": GEO + within})
    assert (answer.status_code == 200 and answer.json()["boolean"]) == (GEOF + "sfWithin" in listed)
    page = over.get("/sparql", headers={"Accept": "text/html"}).text
    assert "Another SPARQL server answers here." in page and ("Spatial functions do not work here." in page) == (not listed)


def test_relations_between_features_are_those_of_the_embedded_store(over, embedded):
    # The embedded store computes them also for geometries; and where both features are points.
    for relation in ("sfWithin", "sfContains", "sfTouches", "sfOverlaps", "sfIntersects"):
        query = f"""{GEO} SELECT DISTINCT ?one ?other WHERE {{ ?one geo:{relation} ?other ; geo:hasDefaultGeometry ?g . ?other geo:hasDefaultGeometry ?h .
          FILTER(EXISTS {{ ?one a regin:Region }} || EXISTS {{ ?other a regin:Region }}) }} ORDER BY ?one ?other"""
        ours, theirs = (client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"}) for client in (over, embedded))
        assert ours.status_code == theirs.status_code == 200
        assert ours.text == theirs.text and (relation == "sfOverlaps" or len(ours.text.splitlines()) > 5)


def test_the_queries_of_the_map_have_the_same_answers(over, embedded):
    asked = [{name: html.unescape(text) for name, text in re.findall(r'<template id="query-([a-z_]+)">(.*?)</template>', client.get("/map").text, re.DOTALL)} for client in (over, embedded)]
    box = f'VALUES ?box {{ "POLYGON((-10.000 36.000, 3.500 36.000, 3.500 44.000, -10.000 44.000, -10.000 36.000))"^^<{WKT}> }}'
    for name, values in (("practices_in_box", box), ("regions_in_box", box), ("practices_within_region", "VALUES ?region { <https://w3id.org/regin/id/region/azores> }")):
        answers = []
        for client, texts in zip((over, embedded), asked, strict=True):
            head, where, tail = re.split(r"(WHERE\s*\{)", texts[name], maxsplit=1)
            answers.append(client.post("/sparql", data={"query": f"{head}{where} {values} {tail}"}, headers={"Accept": "text/csv"}))
        assert answers[0].status_code == 200 and sorted(answers[0].text.splitlines()) == sorted(answers[1].text.splitlines())
        assert len(answers[0].text.splitlines()) > 4


def test_an_engine_that_is_slow_or_gone_is_told_in_time(over, outside):
    outside.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(80):
            if (ready := over.get("/health/ready")).status_code == 503:
                break
            time.sleep(0.2)
        assert ready.status_code == 503
        begun = time.monotonic()
        response = over.post("/sparql", data={"query": QUERIES[0], "timeout": "1"})
        assert response.status_code == 503 and time.monotonic() - begun < 20
    finally:
        outside.process.send_signal(signal.SIGCONT)
    for _ in range(80):
        if (ready := over.get("/health/ready")).status_code == 200:
            break
        time.sleep(0.2)
    assert ready.status_code == 200 and over.get("/regions/skane").status_code == 200


def test_an_engine_that_is_down_is_told(release, serve_release):
    address = serve_release(release, {"REGIN_ENGINE": "http://127.0.0.1:9/query,http://127.0.0.1:9/store"}, "/health/live")
    assert httpx.get(f"{address}/health/ready").status_code == 503
    for path in ("/sparql?query=ASK%20%7B%7D", "/practices", "/reconcile", "/features/collections"):
        response = httpx.get(address + path)
        assert response.status_code == 503 and int(response.headers["retry-after"]) > 0
    assert httpx.get(f"{address}/health/live").status_code == 200


@pytest.mark.parametrize("setting", ["", "http://127.0.0.1:9/query", "ftp://x,ftp://y"])
def test_a_setting_that_names_no_engine_is_told(setting):
    with pytest.raises(WrongUse):
        addresses(setting)


def test_loading_into_nothing_is_told(release, tmp_path):
    for folder, setting in ((release, "http://127.0.0.1:9/query,http://127.0.0.1:9/store"), (tmp_path, "http://127.0.0.1:9/query,http://127.0.0.1:9/store")):
        with pytest.raises(WrongUse):
            load_release(folder, setting)
