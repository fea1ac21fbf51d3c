"""The same answers over another SPARQL server (oxigraph serve), and plain words when it fails."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from regin_graph.cli import main
from regin_graph.engine_loading import addresses, load_release
from regin_graph.errors import WrongUse

PROJECT = Path(__file__).parents[2]
OXIGRAPH = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
QUERIES = [
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g LIMIT 50",
    "SELECT ?r ?n WHERE { ?r a <https://w3id.org/regin/def/Region> ; <https://w3id.org/regin/def/population> ?n } ORDER BY DESC(?n) LIMIT 5",
    "ASK { <https://w3id.org/regin/id/region/skane> ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/regin/id/region/skane> } ?s ?p ?o }",
]


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def started(command: list[str], address: str, log: Path, **environment: str) -> subprocess.Popen:
    """Give a process that answers at an address."""
    process = subprocess.Popen(command, stdout=log.open("w"), stderr=subprocess.STDOUT, cwd=PROJECT, env=os.environ | environment)
    for _ in range(150):
        try:
            httpx.get(address, timeout=1)
            return process
        except httpx.TransportError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    process.kill()
    pytest.fail(f"{command[0]} did not start")


@pytest.fixture(scope="module")
def outside(release, tmp_path_factory):
    """Give the setting of an outside engine that holds the release."""
    folder, port = tmp_path_factory.mktemp("oxigraph"), free_port()
    address = f"http://127.0.0.1:{port}"
    process = started([OXIGRAPH, "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"], address, folder / "log.txt")
    setting = f"{address}/query,{address}/store"
    # What an earlier release left must go.
    httpx.put(f"{address}/store", params={"graph": "urn:former"}, content="<urn:a> <urn:b> <urn:c> .", headers={"Content-Type": "application/n-triples"}).raise_for_status()
    told = CliRunner().invoke(main, ["load", str(release), "--engine", setting])
    assert told.exit_code == 0 and "Loaded:" in told.output
    yield setting, process
    process.terminate()
    process.wait(15)


@pytest.fixture(scope="module")
def over(release, outside, tmp_path_factory):
    """Give a client of a server over the outside engine."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "regin_graph", "serve", "--release", str(release), "--port", str(port)]
    process = started(command, f"{address}/health/live", tmp_path_factory.mktemp("over") / "log.txt", REGIN_ENGINE=outside[0], REGIN_CACHE_MIB="0")
    with httpx.Client(base_url=address, timeout=30) as client:
        for _ in range(50):
            if client.get("/health/ready").status_code == 200:
                break
            time.sleep(0.2)
        yield client
    process.terminate()
    process.wait(15)


def comparable(response: httpx.Response) -> object:
    """Give an answer without what differs from server to server: addresses and moments."""
    text = re.sub(r"127\.0\.0\.1:\d+", "here", response.text)
    text = re.sub(r'"timeStamp": "[^"]*", |"instance": "[^"]*"', "", text).replace(", }", "}")
    form = response.headers.get("content-type", "")
    if "n-triples" in form:
        return sorted(text.splitlines())
    return json.loads(text) if "json" in form else text


@pytest.mark.parametrize("query", QUERIES)
def test_queries_have_the_same_answers(over, server, query):
    for accept in ("application/sparql-results+json, application/n-triples", "text/csv, text/turtle;q=0.1, application/n-triples"):
        answers = [client.post(f"{base}/sparql", data={"query": query}, headers={"Accept": accept}) for client, base in ((over, ""), (httpx, server))]
        assert answers[0].status_code == answers[1].status_code and comparable(answers[0]) == comparable(answers[1])


@pytest.mark.parametrize("path", [
    "/", "/practices", "/practices/skane-nad", "/regions", "/regions/skane", "/compare?region=skane&region=azores", "/indicators", "/actors", "/competences", "/id/region/skane",
    "/regions/skane.nt", "/scheme/topic/health.html", "/features/collections/regions/items?limit=5", "/features/collections/practices/items?topic=health", "/resolve?code=FI1C6",
    "/reconcile?queries=" + '{"q":{"query":"Katalonien","type":"Region"}}', "/no/such/page",
])
def test_pages_and_services_are_the_same(over, server, path):
    ours, theirs = over.get(path), httpx.get(server + path)
    assert ours.status_code == theirs.status_code and comparable(ours) == comparable(theirs)


def test_graphs_come_in_every_form(over):
    for media_type in ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples", "application/trig"):
        response = over.post("/sparql", data={"query": QUERIES[-1]}, headers={"Accept": media_type})
        assert response.status_code == 200 and response.headers["content-type"].startswith(media_type) and "skane" in response.text


def test_what_an_earlier_release_left_is_gone(over):
    response = over.post("/sparql", data={"query": "ASK { GRAPH <urn:former> { ?s ?p ?o } }"}, headers={"Accept": "application/sparql-results+json"})
    assert response.json()["boolean"] is False


def test_large_answers_stream_and_wrong_queries_are_told(over):
    everything = over.post("/sparql", data={"query": "SELECT * WHERE { ?s ?p ?o }"}, headers={"Accept": "text/csv"})
    assert everything.status_code == 200 and len(everything.content) > 2**20
    assert over.post("/sparql", data={"query": "SELECT nothing"}).status_code == 400
    assert over.post("/sparql", data={"query": "SELECT * WHERE { ?s ?p ?o }"}, headers={"Accept": "image/png"}).status_code == 406


def test_the_description_of_the_service_claims_no_functions_of_ours(over):
    description = over.get("/sparql", headers={"Accept": "application/n-triples"}).text
    assert "extensionFunction" not in description and "SPARQL11Query" in description


def test_an_engine_that_is_slow_or_gone_is_told_in_time(over, outside):
    process = outside[1]
    process.send_signal(signal.SIGSTOP)
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
        process.send_signal(signal.SIGCONT)
    for _ in range(80):
        if (ready := over.get("/health/ready")).status_code == 200:
            break
        time.sleep(0.2)
    assert ready.status_code == 200 and over.get("/regions/skane").status_code == 200


def test_an_engine_that_is_down_is_told(release, tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "regin_graph", "serve", "--release", str(release), "--port", str(port)]
    process = started(command, f"{address}/health/live", tmp_path / "log.txt", REGIN_ENGINE="http://127.0.0.1:9/query,http://127.0.0.1:9/store")
    try:
        assert httpx.get(f"{address}/health/ready").status_code == 503
        for path in ("/sparql?query=ASK%20%7B%7D", "/practices", "/reconcile", "/features/collections"):
            response = httpx.get(address + path)
            assert response.status_code == 503 and int(response.headers["retry-after"]) > 0
        assert httpx.get(f"{address}/health/live").status_code == 200
    finally:
        process.terminate()
        process.wait(15)


@pytest.mark.parametrize("setting", ["", "http://127.0.0.1:9/query", "ftp://x,ftp://y"])
def test_a_setting_that_names_no_engine_is_told(setting):
    with pytest.raises(WrongUse):
        addresses(setting)


def test_loading_into_nothing_is_told(release, tmp_path):
    for folder, setting in ((release, "http://127.0.0.1:9/query,http://127.0.0.1:9/store"), (tmp_path, "http://127.0.0.1:9/query,http://127.0.0.1:9/store")):
        with pytest.raises(WrongUse):
            load_release(folder, setting)
