"""What the tests of publication share: a second release that follows the real one, and a server over it."""

import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from regin_graph.build.release import write_release
from regin_graph.build.report import Report
from regin_graph.publication.namespaces import term
from regin_graph.settings import project_folder

BASE = "https://w3id.org/regin/"
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Releases:
    """Two releases in one folder. Shape: folder with `current`, the versions, what was edited, what was removed with a
    reason of the editors and what without, what replaces the former."""

    out: Path
    first: str
    second: str
    edited: str
    removed: str
    unexplained: str
    successor: str


@pytest.fixture(scope="session")
def releases(release, tmp_path_factory) -> Releases:
    """Give two releases: the real data, and the same with one practice edited and two notes on method removed."""
    out = tmp_path_factory.mktemp("releases")
    first = release.resolve()
    (out / "releases").mkdir()
    shutil.copytree(first, out / "releases" / first.name)
    (out / "current").symlink_to(out / "releases" / first.name)
    quads = set(Store.read_only(str(first / "store")))
    practice = sorted({quad.subject.value for quad in quads if quad.predicate == term("rdf:type") and quad.object.value == f"{BASE}def/Practice"})[0]
    notes = sorted({quad.subject.value for quad in quads if quad.predicate == term("rdf:type") and quad.object.value == f"{BASE}def/MethodNote"})
    note, unexplained, successor = notes[:3]
    added = Literal("A sentence added for the second release.", language="en")
    graph = next(quad.graph_name for quad in quads if quad.subject.value == practice and isinstance(quad.graph_name, NamedNode))
    for name in (DefaultGraph(), graph):
        quads.add(Quad(NamedNode(practice), term("skos:note"), added, name))
    for gone in (note, unexplained):
        path = gone.removeprefix(f"{BASE}id/")
        quads = {quad for quad in quads if quad.subject.value != gone and f"graph/{path}/" not in f"{quad.subject} {quad.graph_name}"}
    data = tmp_path_factory.mktemp("data") / "data"
    data.mkdir()
    shutil.copyfile(project_folder() / "data" / "catalogue.yml", data / "catalogue.yml")
    reason = f"removed:\n  - id: {note.removeprefix(BASE + 'id/')}\n    reason: {{en: Said twice., sv: Sagt två gånger.}}\n    replaced_by: [{successor.removeprefix(BASE + 'id/')}]\n"
    (data / "removed.yml").write_text(reason, "utf-8")
    written = write_release(quads, Report(), BASE, data, out, "", shapes=project_folder() / "shapes")
    return Releases(out, first.name, written.version, practice, note, unexplained, successor)


@pytest.fixture(scope="session")
def second_server(releases):
    """Give a client of a server over the second release."""
    with _serving(releases.out / "current") as client:
        yield client


@pytest.fixture
def serving():
    """Give what gives a client of a server over a release, for a while."""
    return _serving


@contextmanager
def _serving(release: Path):
    """Give a client of a server over a release, for a while."""
    port = _free_port()
    command = [sys.executable, "-m", "regin_graph", "serve", "--release", str(release), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=PROJECT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for _ in range(150):
                try:
                    if client.get("/health/ready").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.2)
            yield client
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    return _free_port()


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
