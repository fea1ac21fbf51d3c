"""Load a release into an outside SPARQL server by the Graph Store Protocol: the default graph and every named graph.

Graphs of an earlier release that this one has not are removed last. The protocol knows no transaction over several graphs:
load into a second dataset and switch the address where readers must never see a mixture.
Source: SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 and 5.4.
"""

import gzip
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize

from regin_graph.errors import WrongUse

log = logging.getLogger(__name__)

TIMEOUT_S = 300
GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"


def addresses(setting: str) -> tuple[str, str]:
    """Give the query address and the Graph Store address of the setting `engine`. Raises: WrongUse.

    >>> addresses("http://127.0.0.1:7878/query,http://127.0.0.1:7878/store")
    ('http://127.0.0.1:7878/query', 'http://127.0.0.1:7878/store')
    """
    query, _, data = (part.strip() for part in setting.partition(","))
    if not all(part.startswith(("http://", "https://")) for part in (query, data)):
        raise WrongUse(f'"{setting}" names no outside engine.', "Write its query address, a comma, and its Graph Store address.", "REGIN_ENGINE")
    return query, data


def load_release(release: Path, setting: str) -> int:
    """Give the number of graphs loaded from a release folder. Raises: WrongUse when there is none, or the server refuses."""
    query, data = addresses(setting)
    graphs = _graphs(release)
    store = _Connection(data)
    present = set(_present(_Connection(query)))
    for number, (graph, lines) in enumerate(sorted(graphs.items()), 1):
        store.send("PUT", f"graph={quote(graph, safe='')}" if graph else "default", lines, RdfFormat.N_TRIPLES.media_type)
        if number % 500 == 0:
            log.info("loaded %d of %d graphs", number, len(graphs))
    for graph in sorted(present - set(graphs)):
        store.send("DELETE", f"graph={quote(graph, safe='')}")
    log.info("loaded %d graphs, removed %d", len(graphs), len(present - set(graphs)))
    return len(graphs)


def _graphs(release: Path) -> dict[str, bytes]:
    """Give the N-Triples of each graph by its IRI; the default graph has the empty name."""
    dump = release / "graph.nq.gz"
    if not dump.exists():
        raise WrongUse("there is no release here.", "Name a folder below build/releases.", str(release))
    triples: dict[str, list] = defaultdict(list)
    with gzip.open(dump) as file:
        for quad in parse(file, format=RdfFormat.N_QUADS):
            triples["" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value].append(quad.triple)
    return {graph: serialize(found, format=RdfFormat.N_TRIPLES) for graph, found in triples.items()}


def _present(server: "_Connection") -> Iterator[str]:
    body = server.send("POST", "", urlencode({"query": GRAPHS}).encode(), "application/x-www-form-urlencoded", "application/sparql-results+json")
    for row in json.loads(body)["results"]["bindings"]:
        yield row["g"]["value"]


class _Connection:
    """One lasting connection to an address."""

    def __init__(self, address: str):
        self.parts, self.address = urlsplit(address), address
        kind = HTTPSConnection if self.parts.scheme == "https" else HTTPConnection
        self.connection = kind(self.parts.netloc, timeout=TIMEOUT_S)

    def send(self, method: str, query: str, body: bytes | None = None, content_type: str = "", accept: str = "*/*") -> bytes:
        """Give the body of a good answer. Raises: WrongUse with what the server said."""
        target = (self.parts.path or "/") + (f"?{query}" if query else "")
        headers = {"Accept": accept, "User-Agent": "regin"} | ({"Content-Type": content_type} if content_type else {})
        try:
            self.connection.request(method, target, body, headers)
            response: HTTPResponse = self.connection.getresponse()
            said = response.read()
        except (OSError, HTTPException) as error:
            self.connection.close()
            raise WrongUse(f"the engine does not answer ({type(error).__name__}).", "Check that it runs and that REGIN_ENGINE names it.", self.address) from None
        if response.status >= 300:
            raise WrongUse(f"the engine refused {method} with status {response.status}: {said.decode('utf-8', 'replace')[:300]}", "Check its rights and addresses.", self.address)
        return said
