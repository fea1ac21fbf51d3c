"""Changes of a scratch store: updates and Graph Store writes, made in a copy that replaces the former when it succeeds.

A change that fails, runs too long or takes too much memory leaves no trace: its copy is thrown away."""

import base64
import select
import socket
import threading
from typing import Any

import pyoxigraph as ox

from endpoint.engine import confinement, worker
from endpoint.engine.frames import FAILED, READY, json_frame
from endpoint.engine.geography import Geography
from endpoint.engine.unknown_functions import evaluated
from endpoint.lexing import DEFAULT_PREFIXES

LOOK_EVERY_S = 0.2


class NoSuchGraph(Exception):
    """The graph to be deleted is not there."""


class BadData(Exception):
    """The data cannot be read in the format that they are said to have."""


def change(link: socket.socket, control: socket.socket, store: ox.Store, geography: Geography, bounds: worker.Bounds) -> bool:
    """Make the change that comes over the link; tell whether the store is to be used from now on."""
    confinement.no_core_files()
    if not bounds.may_reach_hosts:
        confinement.refuse_network()
    request = worker.read_request(link)
    if request is None:
        return False
    outcome: list[bytes] = []
    thread = threading.Thread(target=lambda: outcome.append(_make(request, store, geography)))
    confinement.bound_memory((bounds.memory_mib + bounds.stack_mib) * worker.MEBIBYTE, is_final=False)
    threading.stack_size(bounds.stack_mib * worker.MEBIBYTE)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_EVERY_S)
        if thread.is_alive() and select.select([control], [], [], 0)[0]:
            return False  # the web process is gone
    confinement.lift_memory_bound()
    threading.stack_size(0)
    link.sendall(outcome[0])
    return outcome[0].startswith(READY)


def _make(request: dict[str, Any], store: ox.Store, geography: Geography) -> bytes:
    try:
        if request["do"] == "update":
            request["update"] = geography.prepare_update(request["update"], store, request["rdfs"], request["rewrite"], request["strict"])
            functions, aggregates = geography.functions(request["update"])
            evaluated(
                lambda known: store.update(
                    request["update"], base_iri=request["base_iri"], prefixes=DEFAULT_PREFIXES, custom_functions=known, custom_aggregate_functions=aggregates,
                ), functions,
            )
            return json_frame(READY, {})
        return json_frame(READY, _write_graph(request, store))
    except NoSuchGraph:
        return json_frame(FAILED, {"problem": "no graph"})
    except BadData as error:
        return json_frame(FAILED, {"problem": "data", "message": str(error)})
    except BaseException as error:  # whatever it is, the client is told
        return json_frame(FAILED, worker.told(error))


def _write_graph(request: dict[str, Any], store: ox.Store) -> dict[str, Any]:
    """Put, add or delete a graph. Source: SPARQL 1.1 Graph Store HTTP Protocol, 5."""
    graph = ox.NamedNode(request["graph"]) if request["graph"] else ox.DefaultGraph()
    is_there = not request["graph"] or store.contains_named_graph(graph)
    if request["do"] == "delete":
        if not is_there:
            raise NoSuchGraph
        store.clear_graph(graph)
        if request["graph"]:
            store.remove_graph(graph)
        return {"existed": True}
    is_whole = request["is_whole_dataset"]
    if request["do"] == "put":
        store.clear() if is_whole else store.clear_graph(graph)
    if request["graph"]:
        store.add_graph(graph)
    for part in request["parts"]:
        options = {} if is_whole else {"to_graph": graph}
        try:
            store.load(base64.b64decode(part["data"]), format=ox.RdfFormat.from_media_type(part["media_type"]), base_iri=request["base_iri"], **options)
        except (SyntaxError, ValueError) as error:
            raise BadData(str(error.args[0])[:500]) from error
    return {"existed": is_there}
