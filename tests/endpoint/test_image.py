"""Answers from memory: the same as from disk, only where they fit, and never from half a store."""

import os
import signal
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint.engine import image

SAME = {
    "all statements": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "named graphs": "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "counts": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
    "nothing": "ASK { <https://example.org/nothing> ?p ?o }",
}


@pytest.fixture(scope="module")
def from_memory(start_server):
    return start_server(query_timeout_s=60)


@pytest.fixture(scope="module")
def from_disk(start_server):
    return start_server(memory_quads=0, query_timeout_s=60)


def rows(results: dict) -> list[str]:
    """Rows that compare equal come in any order."""
    return sorted(map(str, results["results"]["bindings"])) if "results" in results else [str(results["boolean"])]


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_memory_and_disk_answer_the_same(from_memory, from_disk, text):
    answers = [server.query(text) for server in (from_memory, from_disk)]
    assert [answer.status_code for answer in answers] == [200, 200], [answer.text[:500] for answer in answers]
    assert rows(answers[0].json()) == rows(answers[1].json())


def test_a_store_that_is_too_large_stays_on_disk(small_release):
    store = small_release / "store"
    count = len(ox.Store.read_only(str(store)))
    assert image.memory_image(store, count - 1) is None
    assert len(image.memory_image(store, count)) == count


def test_blank_nodes_keep_their_names(small_release):
    store = small_release / "store"
    assert set(image.memory_image(store, 10**6)) == set(ox.Store.read_only(str(store)))


@pytest.mark.parametrize("kept_bytes", [0, 5, 200, 20_000])
def test_a_reader_that_dies_leaves_the_disk(small_release, monkeypatch, kept_bytes):
    """The process that reads is killed after so many bytes, in the middle of a line or at its end."""
    whole = image._write

    def die_midway(folder: Path, most: int, writing: int) -> None:
        reading, inner = os.pipe()
        if os.fork() == 0:
            os.close(reading)
            whole(folder, most, inner)
            os._exit(0)
        os.close(inner)
        with os.fdopen(reading, "rb") as source:
            os.write(writing, source.read(kept_bytes))
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(image, "_write", die_midway)
    assert image.memory_image(small_release / "store", 10**6) is None
