"""A server over a miniature release, and clients of it."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph
import pytest

from regin_graph.build.search_texts import search_texts

MINIATURE = Path(__file__).parent / "miniature.trig"
CANONICAL = "https://w3id.org/regin/"
LAND = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 40], [20, 40], [20, 60], [0, 60], [0, 40]]]},
        }
    ],
}


def make_release(folder: Path, base: str) -> Path:
    """Give a release folder that holds the miniature graph in a namespace, every statement in the default graph as well."""
    store = pyoxigraph.Store(str(folder / "store"))
    store.load(
        MINIATURE.read_text(encoding="utf-8").replace(CANONICAL, base).encode(), format=pyoxigraph.RdfFormat.TRIG
    )
    store.extend([pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in store])
    store.extend([pyoxigraph.Quad(*triple) for triple in search_texts(store, base)])
    store.flush()
    quads = len(store)
    (folder / "graph.nq.gz").write_bytes(gzip.compress(store.dump(format=pyoxigraph.RdfFormat.N_QUADS)))
    del store
    (folder / "land.geojson").write_text(json.dumps(LAND))
    manifest = {"version": "miniature", "created": "2026-01-01", "base_iri": base, "counts": {}, "quads": quads}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@contextmanager
def serving(folder: Path, base: str, engines):
    """Serve the miniature graph in a namespace; give the address of the server."""
    release = make_release(folder, base)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    log = (folder / "log.txt").open("w+")
    command = [sys.executable, "-m", "regin_graph", "serve", "--release", str(release), "--port", str(port)]
    environment = {**os.environ, "REGIN_BASE_IRI": base, **engines.environment_of(release)}
    process = subprocess.Popen(
        command, stdout=log, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[3], env=environment
    )
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address, process, log)
    yield address
    process.terminate()
    process.wait(15)


@pytest.fixture(scope="session")
def miniature(tmp_path_factory, engines):
    """Give the address of a server over the miniature release."""
    with serving(tmp_path_factory.mktemp("miniature"), CANONICAL, engines) as address:
        yield address


def wait_until_ready(address: str, process: subprocess.Popen, log) -> None:
    """Wait for the server; fail with its log when it does not start."""
    for _ in range(150):
        try:
            if process.poll() is None and httpx.get(f"{address}/health/ready", timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    process.kill()
    log.seek(0)
    pytest.fail(f"the server did not start:\n{log.read()[-3000:]}")


@pytest.fixture(scope="session")
def small(miniature):
    """Give a client of the miniature server that does not follow redirects."""
    with httpx.Client(base_url=miniature, timeout=20, headers={"Accept": "text/html"}) as client:
        yield client


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory, engines):
    """Give a client of a server over the miniature graph in another namespace."""
    with serving(tmp_path_factory.mktemp("elsewhere"), "https://graph.example.org/x/", engines) as address:
        with httpx.Client(base_url=address, timeout=20, headers={"Accept": "text/html"}) as client:
            yield client


@pytest.fixture(scope="session")
def site(server):
    """Give a client of the server over the real data that does not follow redirects."""
    with httpx.Client(base_url=server, timeout=30, headers={"Accept": "text/html"}) as client:
        yield client
