"""What tests share: one release of the real data, and a server over it, both made once.

    pytest --engine=virtuoso tests/questions       the same tests over another SPARQL server (see tests/engine/test_suite.py)
    pytest --release=build/current tests/features  over a release that is there already
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from hypothesis import settings

from benchmarks.peers import Peer, start
from regin_graph.build import build
from regin_graph.engine_loading import load_release
from regin_graph.settings import BuildSettings

PROJECT = Path(__file__).parents[1]
EMBEDDED = "embedded"
# How long a generated case takes says how busy the machine is.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")
# What the graphs of the tests take in another server. Units: MiB.
ENGINE_MEMORY_MIB = 400


def pytest_addoption(parser) -> None:
    """Take the engine to test over, and a release to test with."""
    parser.addoption("--engine", default=EMBEDDED, help="SPARQL server below the endpoint: embedded, or a name of benchmarks/peers.py.")
    parser.addoption("--release", type=Path, help="Release folder to test with; by default one is built.")


@pytest.fixture(scope="session")
def release(tmp_path_factory, pytestconfig) -> Path:
    """Give the folder of a release of the project's own data; processes that test in parallel share one."""
    from filelock import FileLock

    if pytestconfig.getoption("release"):
        return pytestconfig.getoption("release").resolve()
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    with FileLock(shared / "release.lock"):
        if not (shared / "built" / "current").exists():
            build(BuildSettings(out=shared / "built", jobs=1))
    return shared / "built" / "current"


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Engines:
    """The SPARQL servers that releases are loaded into, one for each; `name` is the kind, or embedded for none."""

    def __init__(self, name: str, folders):
        self.name, self.folders = name, folders
        self.peers: dict[Path, Peer] = {}

    def environment_of(self, release: Path) -> dict[str, str]:
        """Give the environment of an endpoint over a release; its engine is started and loaded at the first asking."""
        if self.name == EMBEDDED:
            return {}
        if release not in self.peers:
            peer = self.peers[release] = start(self.name, self.folders.mktemp(self.name), memory_mib=ENGINE_MEMORY_MIB)
            load_release(release, f"{peer.query_url},{peer.store_url}", peer.writer)
        return setting_of(self.peers[release])

    def stop(self) -> None:
        """End all of them."""
        for peer in self.peers.values():
            peer.stop()


def setting_of(peer: Peer) -> dict[str, str]:
    """Give the environment of an endpoint over a server."""
    return {"REGIN_ENGINE": f"{peer.query_url},{peer.store_url}"}


@pytest.fixture(scope="session")
def engines(tmp_path_factory, pytestconfig):
    """Give the engines of this run of the tests."""
    found = Engines(pytestconfig.getoption("engine"), tmp_path_factory)
    yield found
    found.stop()


@pytest.fixture(scope="session")
def serve_release(tmp_path_factory):
    """Give the function that serves a release in a process with environment variables of its own, and tells its address;
    all end with the tests."""
    processes = []

    def serve(folder: Path, environment: dict[str, str], until: str = "/health/ready") -> str:
        port = free_port()
        log = (tmp_path_factory.mktemp("server") / "log.txt").open("w+")
        command = [sys.executable, "-m", "regin_graph", "serve", "--release", str(folder), "--port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=PROJECT, env=os.environ | environment)
        processes.append(process)
        address = f"http://127.0.0.1:{port}"
        for _ in range(150):
            if process.poll() is not None:
                break
            try:
                if httpx.get(address + until, timeout=1).status_code == 200:
                    return address
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        process.kill()
        log.seek(0)
        pytest.fail(f"the server did not start:\n{log.read()[-3000:]}")

    yield serve
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(15)


@pytest.fixture(scope="session")
def server(release, engines, serve_release):
    """Give the address of a real server process over the real release."""
    return serve_release(release, engines.environment_of(release))
