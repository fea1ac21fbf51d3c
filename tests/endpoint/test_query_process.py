"""Query processes: what they leave out for most queries changes no answer, and they let the web process go first."""

import os
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint.engine.geography import Geography
from endpoint.engine.worker import Bounds, _evaluate, is_plain

PLAIN = (
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 9", "ASK { ?s ?p 1 }", "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "PREFIX e: <https://example.org/> SELECT (e:unknown(?s) AS ?x) { ?s e:near ?o } ORDER BY ?o", "SELECT (xsd:integer('7') AS ?x) {}",
)
NOT_PLAIN = (
    "SELECT * FROM <https://example.org/east> { ?s ?p ?o }", "SELECT * from named <https://example.org/east> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#> SELECT * { ?s geo:hasGeometry ?g }", "SELECT * { ?s <http://www.open\\u0067is.net/ont/geosparql#asWKT> ?o }",
)


def request(text: str, **more) -> dict:
    return {
        "query": text, "default_graphs": None, "named_graphs": None, "substitutions": [], "base_iri": "http://localhost/sparql", "explain": False,
        "rdfs": True, "rewrite": True, "strict": True,
    } | more


@pytest.fixture(scope="module")
def evaluate():
    store = ox.Store()
    store.load(path=str(Path(__file__).with_name("small.trig")))
    return partial(_evaluate, store, Geography(), Bounds(300, 64, 1000, False))


def read(results) -> object:
    return bool(results) if isinstance(results, ox.QueryBoolean) else results.serialize(format=ox.QueryResultsFormat.TSV)


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_query_answers_as_one_made_ready(evaluate, text):
    assert is_plain(request(text))
    plain, prepared = evaluate(request(text))
    made_ready, known = evaluate(request(text, explain=True))
    assert prepared is None and known is not None and read(plain) == read(made_ready)


@pytest.mark.parametrize("asked", [
    *map(request, NOT_PLAIN), request("ASK {}", default_graphs=[]), request("ASK {}", named_graphs=["urn:x"]), request("ASK {}", substitutions=[("s", "<urn:x>")]),
])
def test_what_needs_to_be_made_ready_is_not_plain(asked):
    assert not is_plain(asked)


def test_queries_let_the_web_process_go_first(endpoint):
    def niceness(pid: int) -> int:
        return os.getpriority(os.PRIO_PROCESS, pid)

    endpoint.query("ASK {}")
    assert all(niceness(pid) > niceness(endpoint.process.pid) for pid in endpoint.query_processes())
