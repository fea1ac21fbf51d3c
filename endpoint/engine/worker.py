"""A query process: answers one query after the other over a store, until it is told to end or is killed."""

import os
import resource
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from time import monotonic, process_time
from typing import Any

import orjson
import pyoxigraph as ox

from endpoint.engine import confinement
from endpoint.engine.frames import FAILED, LENGTH, READY, json_frame
from endpoint.engine.geography import Geography
from endpoint.engine.merging import TooManyTriples, merged_store
from endpoint.engine.sink import Sink, TooLarge
from endpoint.engine.unknown_functions import evaluated
from endpoint.engine.xml_forms import NotInXml
from endpoint.lexing import DEFAULT_PREFIXES, dataset_clauses
from endpoint.syntax_check.diagnosis import diagnose
from regin_graph.geosparql import ImpossibleCall, Warnings, collect_warnings
from regin_graph.geosparql.vocabulary import MARK

MEBIBYTE = 1024 * 1024
# Queries take what processor is left: the web process, which passes everybody's requests and answers on, goes before them.
# Where it took turns with them, a lookup beside large queries waited twice as long, and the mix of queries went at half the rate.
NICENESS = 5
# Far within the stack of the thread that evaluates.
DEEPEST_RECURSION = 50_000
# Where the page stands that explains what spatial functions warn of, beside the endpoint.
EXPLAINED = "problem/spatial-query"
# After this much work it is worth looking at how large the process has become; reading it takes milliseconds, so only
# when it can have grown by so much since.
LOOK_AFTER_S = 0.05
LOOK_AFTER_PAGES = 16_384


@dataclass(frozen=True)
class Bounds:
    """What one query process may take. Units: MiB; triples."""

    memory_mib: int
    stack_mib: int
    merged_triples: int
    may_reach_hosts: bool


class FormRefused(Exception):
    """The kind of result has no form that the client accepts."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.kind = kind


def serve(link: socket.socket, open_store: Callable[[], ox.Store], geography: Geography, bounds: Bounds) -> None:
    """Answer queries that come over the link, in a thread with a large stack, until the link is closed."""
    confinement.no_core_files()
    os.nice(NICENESS)
    if not bounds.may_reach_hosts:
        confinement.refuse_network()
    threading.stack_size(bounds.stack_mib * MEBIBYTE)
    thread = threading.Thread(target=_answer_all, args=(link, open_store, geography, bounds))
    thread.start()
    thread.join()


def _answer_all(link: socket.socket, open_store: Callable[[], ox.Store], geography: Geography, bounds: Bounds) -> None:
    store = open_store()
    # Only now: the stack and what opening takes (a thread per file for a moment) do not count.
    confinement.bound_memory(bounds.memory_mib * MEBIBYTE)
    link.sendall(json_frame(READY, {}))
    while (request := read_request(link)) is not None:
        _answer(link, store, geography, bounds, request)


def read_request(link: socket.socket) -> dict[str, Any] | None:
    """Give the next request of a link, or None at its end."""
    data = bytearray(link.recv(65536))
    while len(data) < LENGTH.size or len(data) < LENGTH.unpack_from(data)[0] + LENGTH.size:
        more = link.recv(1 << 20) if data else b""
        if not more:
            return None
        data += more
    return orjson.loads(data[LENGTH.size:])


def _answer(link: socket.socket, store: ox.Store, geography: Geography, bounds: Bounds, request: dict[str, Any]) -> None:
    """Answer one query. The engine's results are used up in the thread that made them, or the process would abort."""
    try:
        with collect_warnings() as warnings:
            _send_results(link, store, geography, bounds, request, warnings)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except BaseException as error:  # whatever it is, the client is told and the next query is answered
        link.sendall(json_frame(FAILED, told(error, request["query"])))


def _send_results(link: socket.socket, store: ox.Store, geography: Geography, bounds: Bounds, request: dict[str, Any], warnings: Warnings) -> None:
    """Evaluate a query and send what comes; what functions warn of before the first piece goes with the head, all with the facts."""
    is_explained = request["explain"]
    begun, cpu = monotonic(), process_time() if is_explained else 0.0
    results, prepared = _evaluate(store, geography, bounds, request)
    opened = monotonic()
    kind, form, output = _choose(results, request)
    sink = Sink(link.sendall, {"kind": kind, **form}, request["coding"], request["result_bytes"], warnings, request["base_iri"].removesuffix("sparql") + EXPLAINED)
    results.serialize(sink, output)
    spent = monotonic() - begun
    facts: dict[str, Any] = {}
    if warnings:
        facts["warnings"] = list(warnings)
    if is_explained:
        facts |= {"open_ms": round((opened - begun) * 1e3, 3), "total_ms": round(spent * 1e3, 3), "cpu_ms": round((process_time() - cpu) * 1e3, 3)}
        facts |= {"is_rewritten": prepared.is_rewritten, "explanation": prepared.explanation, "evaluated_query": prepared.text}
    if spent > LOOK_AFTER_S or sink.bytes > MEBIBYTE:
        used = resource.getrusage(resource.RUSAGE_SELF)
        facts["own_mib"] = _own_mib(used.ru_minflt // LOOK_AFTER_PAGES)
        facts["peak_mib"] = used.ru_maxrss // 1024
    sink.finish(facts)


def _evaluate(store: ox.Store, geography: Geography, bounds: Bounds, request: dict[str, Any]):
    text = request["query"]
    if is_plain(request):
        return evaluated(lambda known: store.query(text, base_iri=request["base_iri"], prefixes=DEFAULT_PREFIXES, custom_functions=known), {}), None
    default, named = request["default_graphs"], request["named_graphs"]
    options: dict[str, Any] = {}
    if default is None and named is None:
        default, named = dataset_clauses(text, request["base_iri"])
        # One FROM the engine takes as it should; of several, even of the same one twice, it counts triples twice. So it does of the
        # same FROM NAMED twice.
        is_given = len(default) > 1 or len(set(named)) < len(named)
    else:
        is_given = True
    default, named = list(dict.fromkeys(default or ())), list(dict.fromkeys(named or ()))
    if is_given and len(default) > 1:
        store = merged_store(store, default, named, bounds.merged_triples)
        options["default_graph"] = ox.DefaultGraph()
    elif is_given:
        options["default_graph"] = [ox.NamedNode(iri) for iri in default]
    if is_given:
        options["named_graphs"] = [ox.NamedNode(iri) for iri in named]
    substitutions = {name: term_from_text(value) for name, value in request["substitutions"]}
    prepared = geography.prepare(text, store, has_dataset=bool(options), rdfs=request["rdfs"], rewrite=request["rewrite"], strict=request["strict"], substitutions=substitutions)
    functions, aggregates = prepared.called
    if substitutions:
        options["substitutions"] = {ox.Variable(name): term for name, term in substitutions.items()}
    results = evaluated(
        lambda known: prepared.answer(
            store, base_iri=request["base_iri"], prefixes=DEFAULT_PREFIXES, custom_functions=known, custom_aggregate_functions=aggregates, **options,
        ), functions,
    )
    return results, prepared


def is_plain(request: dict[str, Any]) -> bool:
    """Tell that nothing of a query is to be made ready for the engine, as of most: no spatial term or escape that may hide
    one, no dataset, no substitutions. What would come to nothing took as long as a third of a lookup."""
    text = request["query"]
    return not (
        MARK in text or "\\" in text or request["substitutions"] or request["explain"]
        or request["default_graphs"] is not None or request["named_graphs"] is not None or "from" in text.lower()
    )


def _choose(results: Any, request: dict[str, Any]) -> tuple[str, dict[str, str], Any]:
    if isinstance(results, ox.QueryTriples):
        kind, form, formats = "graph", request["graph_form"], ox.RdfFormat
    else:
        kind = "solutions" if isinstance(results, ox.QuerySolutions) else "boolean"
        form, formats = request["solution_form"], ox.QueryResultsFormat
    if form is None:
        raise FormRefused(kind)
    return kind, form, _format(formats, form["media_type"])


@cache
def _format(formats: Any, media_type: str) -> Any:
    return formats.from_media_type(media_type)


@lru_cache(maxsize=1)
def _own_mib(growth: int) -> int:
    """Give the memory that this process shares with nobody. `growth` changes when it may be more than before."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
        return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) // 1024


def term_from_text(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Give the term that an N-Triples text writes."""
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    quad = next(iter(ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES)))
    return quad.object


def _diagnosed(text: str | None) -> dict[str, Any] | None:
    """Give where a text leaves the grammar; None for an update, or for what only the engine knows (RDF 1.2)."""
    if text is None or "<<" in text:
        return None
    sys.setrecursionlimit(DEEPEST_RECURSION)
    return diagnose(text)


def told(error: BaseException, text: str | None = None) -> dict[str, Any]:
    """Give what the web process is told about a fault of a query: its kind, and the words it needs."""
    if isinstance(error, FormRefused):
        return {"problem": "form", "kind": error.kind}
    if isinstance(error, ImpossibleCall):
        return {"problem": "spatial", "message": str(error), "function": error.function, "repair": error.repair, "line": error.line, "column": error.column}
    if isinstance(error, SyntaxError):
        return {"problem": "syntax", "message": str(error), "diagnosis": _diagnosed(text)}
    if isinstance(error, MemoryError):
        return {"problem": "memory"}
    if isinstance(error, TooLarge):
        return {"problem": "result"}
    if isinstance(error, NotInXml):
        return {"problem": "xml", "message": str(error), "media_type": error.media_type}
    if isinstance(error, TooManyTriples):
        return {"problem": "merge", "limit": error.limit}
    return {"problem": "engine", "message": f"{type(error).__name__}: {error}"[:2000]}
