"""Releases and servers for the tests of the endpoint: small stores, real processes, real HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from regin_graph.geosparql import SpatialIndex

PROJECT = Path(__file__).parents[2]
SMALL = Path(__file__).with_name("small.trig")
MANY_THINGS = 30_000
TIME_LIMIT_S = 2.0
MEMORY_MIB = 300


def new_release(folder: Path, version: str, extra: str = "") -> Path:
    """Write a release: the small dataset, many things, and a statement of the version."""
    folder.mkdir(exist_ok=True)
    store = ox.Store(str(folder / "store"))
    store.load(SMALL.read_bytes(), format=ox.RdfFormat.TRIG)
    lines = [
        f'<https://example.org/thing/{n}> <https://example.org/number> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> <https://example.org/things> .\n'
        f'<https://example.org/thing/{n}> <https://example.org/number> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        for n in range(MANY_THINGS)
    ]
    lines.append(f'<https://example.org/release> <https://example.org/version> "{version}" .\n')
    store.bulk_load("".join([*lines, extra]).encode(), format=ox.RdfFormat.N_QUADS)
    store.flush()
    SpatialIndex.build(store).save(folder / "spatial_index")
    (folder / "manifest.json").write_text(f'{{"version": "{version}", "created": "2026-01-01", "quads": {len(store)}}}')
    return folder


class Server:
    """A server process of the endpoint; `settings` are REGIN_* variables without their prefix."""

    def __init__(self, log: Path, **settings: object):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REGIN_")}
        environment |= {f"REGIN_{name.upper()}": str(value) for name, value in settings.items()}
        environment["PYTHONPATH"] = str(PROJECT)
        files = "[]" if settings.get("scratch") else "None"
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"from endpoint.serve import serve; serve(port={self.port}, scratch_files={files})"],
                env=environment, stdout=output, stderr=output, cwd=PROJECT,
            )
        self.client = httpx.Client(base_url=self.address, timeout=30)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until queries are answered."""
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                if self.client.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                if self.process.poll() is not None:
                    break
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError(f"the server did not start: {self.log.read_text()[-3000:]}")

    def query(self, text: str, accept: str | None = None, **options) -> httpx.Response:
        """Ask by GET."""
        headers = {"Accept": accept} if accept else {}
        return self.client.get("/sparql", params={"query": text} | options.pop("params", {}), headers=headers | options.pop("headers", {}), **options)

    def rows(self, text: str, **options) -> list[dict[str, str]]:
        """Give the rows of a query as plain values."""
        answer = self.query(text, **options)
        assert answer.status_code == 200, answer.text
        return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]

    def update(self, text: str, **options) -> httpx.Response:
        """Send an update to a scratch store."""
        return self.client.post("/update", content=text, headers={"Content-Type": "application/sparql-update"}, **options)

    def metric(self, name: str, labels: str = "") -> float:
        """Give the value of a metric, 0 when it is not there yet."""
        for line in self.client.get("/metrics").text.splitlines():
            if line.startswith(name + labels + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    def query_processes(self) -> list[int]:
        """Give the process numbers of the query processes."""
        found = []
        for nursery in children_of(self.process.pid):
            found += children_of(nursery)
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop the server and give its exit code."""
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def children_of(pid: int) -> list[int]:
    """Give the child processes of a process."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(folder.name))
    return found


@pytest.fixture(scope="session")
def small_release(tmp_path_factory) -> Path:
    """Give the folder of the small release."""
    return new_release(tmp_path_factory.mktemp("release-one"), "1.0.0")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory, small_release):
    """Give the function that starts a server over the small release with settings of its own; all are stopped at the end."""
    servers = []

    def start(**settings: object) -> Server:
        defaults = {"release": small_release, "query_timeout_s": TIME_LIMIT_S, "query_memory_mib": MEMORY_MIB, "shutdown_grace_s": 5, "quick_slots": 2, "slow_slots": 2}
        server = Server(tmp_path_factory.mktemp("server") / "log.txt", **defaults | settings)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def endpoint(start_server) -> Server:
    """Give the server over the small release."""
    return start_server()


@pytest.fixture(scope="session")
def narrow(start_server) -> Server:
    """Give a server with narrow limits: results and cache of 1 MiB, one origin whose scripts may read."""
    return start_server(result_mib=1, cache_mib=1, cache_item_kib=100, query_timeout_s=20, cors_origins='["https://friend.example"]')


@pytest.fixture(scope="session")
def scratch(start_server) -> Server:
    """Give the server over a scratch store."""
    return start_server(scratch="true")


@pytest.fixture
def empty_scratch(scratch) -> Server:
    """Give the scratch server with nothing in its store."""
    assert scratch.update("DROP ALL").status_code == 204
    return scratch


@pytest.fixture(scope="session")
def write_release():
    """Give the function that writes a small release of some version into a folder."""
    return new_release


@pytest.fixture(scope="session")
def children():
    """Give the function that tells the child processes of a process."""
    return children_of
