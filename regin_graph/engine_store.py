"""The Graph Store of an outside SPARQL server: one connection that puts, adds and removes graphs, and lists them.

Source: SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 to 5.5."""

import time
from collections.abc import Iterable, Iterator

import httpx

from regin_graph.engine_dialects import DIALECT_PROBE, FUNCTIONS_PROBE, SPATIAL_VIRTUOSO, VIRTUOSO, Dialect, dialect_of
from regin_graph.errors import WrongUse

TIMEOUT_S = 300
# Grouped, as Virtuoso takes minutes over the same with DISTINCT.
GRAPHS = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
SIZES = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
SIZE = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
N_TRIPLES, N_QUADS, JSON_RESULTS = "application/n-triples", "application/n-quads", "application/sparql-results+json"
# Graphs larger than this are sent in several requests. Units: bytes of N-Triples.
PIECE_BYTES = 4 * 2**20
# A busy server is asked again after so many seconds.
PAUSES_S = (0.5, 2.0, 5.0)


class GraphStore:
    """A server by its query address and its Graph Store address. Raises: WrongUse with what the server said."""

    def __init__(self, query: str, data: str, credentials: tuple[str, str] | None = None):
        self.query_address, self.data_address = query, data
        self.client = httpx.Client(auth=Credentials(*credentials) if credentials else None, timeout=TIMEOUT_S, trust_env=False, headers={"User-Agent": "regin"})
        self.dialect: Dialect = self._dialect()

    def close(self) -> None:
        """End the connections."""
        self.client.close()

    def put(self, graph: str, lines: bytes) -> None:
        """Have a graph hold these N-Triples and no others; the default graph has the empty name. Large graphs go in pieces."""
        for number, piece in enumerate(pieces(lines, PIECE_BYTES)):
            self._send("PUT" if number == 0 else "POST", self._target(graph), piece, N_TRIPLES)

    def add(self, graph: str, lines: bytes) -> None:
        """Have a graph hold these N-Triples as well."""
        for piece in pieces(lines, PIECE_BYTES):
            self._send("POST", self._target(graph), piece, N_TRIPLES)

    def put_dataset(self, lines: Iterable[bytes]) -> None:
        """Have the server hold these N-Quads and nothing else, in one step."""
        self._send("PUT", None, lines, N_QUADS)

    def remove(self, graph: str) -> None:
        """Remove a graph; where the server does not remove large ones, it is emptied, which is the same to queries."""
        try:
            self._send("DELETE", self._target(graph))
        except WrongUse:
            self._send("PUT", self._target(graph), b"", N_TRIPLES)

    def rows(self, query: str) -> list[dict[str, str]]:
        """Give the rows of a SELECT query as plain values."""
        response = self._asked(query)
        self._refuse_failure("POST", response, self.query_address)
        try:
            return [{name: cell["value"] for name, cell in row.items()} for row in response.json()["results"]["bindings"]]
        except (ValueError, KeyError, TypeError):
            raise WrongUse("the engine does not answer in SPARQL JSON results.", "Check that REGIN_ENGINE names its query address first.", self.query_address) from None

    def graphs(self) -> set[str]:
        """Give the names of the graphs that are there."""
        return {row["g"] for row in self.rows(GRAPHS)}

    def sizes(self) -> dict[str, int]:
        """Give the number of statements of each graph; the default graph has the empty name."""
        found = {row["g"]: int(row["n"]) for row in self.rows(SIZES)}
        graph = self.dialect.default_graph
        return found | {"": found.pop(graph, 0) if graph else int(self.rows(SIZE)[0]["n"])}

    def answers_true(self, query: str) -> bool:
        """Tell whether the server answers an ASK query with yes; a server that cannot answer it does not."""
        response = self._asked(query)
        try:
            return response.status_code == 200 and response.json()["boolean"] is True
        except (ValueError, KeyError, TypeError):
            return False

    def _dialect(self) -> Dialect:
        response = self._asked(DIALECT_PROBE)
        dialect = dialect_of(response.status_code, response.headers)
        return SPATIAL_VIRTUOSO if dialect is VIRTUOSO and self.answers_true(FUNCTIONS_PROBE) else dialect

    def _target(self, graph: str) -> dict[str, str]:
        graph = graph or self.dialect.default_graph
        return {"graph": graph} if graph else {"default": ""}

    def _asked(self, query: str) -> httpx.Response:
        try:
            return self.client.post(self.query_address, data={"query": query}, headers={"Accept": JSON_RESULTS})
        except httpx.HTTPError as error:
            raise self._silent(error, self.query_address) from None

    def _send(self, method: str, target: dict[str, str] | None, body: bytes | Iterable[bytes] | None = None, content_type: str = "") -> None:
        headers = {"Content-Type": content_type} if content_type else {}
        for pause in (*PAUSES_S, None):
            try:
                response = self.client.request(method, self.data_address, params=target, content=body, headers=headers)
            except httpx.HTTPError as error:
                raise self._silent(error, self.data_address) from None
            if response.status_code not in (429, 503) or pause is None or not isinstance(body, bytes | None):
                break
            time.sleep(pause)
        self._refuse_failure(method, response, self.data_address)

    @staticmethod
    def _refuse_failure(method: str, response: httpx.Response, address: str) -> None:
        if response.status_code >= 300:
            raise WrongUse(f"the engine refused {method} with status {response.status_code}: {response.text[:300]}", "Check its rights and addresses.", address)

    @staticmethod
    def _silent(error: httpx.HTTPError, address: str) -> WrongUse:
        return WrongUse(f"the engine does not answer ({type(error).__name__}).", "Check that it runs and that REGIN_ENGINE names it.", address)


class Credentials(httpx.Auth):
    """User and password, given as the server asks for them: basic or digest."""

    def __init__(self, user: str, password: str):
        self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)
        self._asked_for: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request):
        """Answer the server's question, and from then on without being asked."""
        if self._asked_for is None:
            response = yield request
            if response.status_code != 401:
                return
            self._asked_for = self._digest if response.headers.get("www-authenticate", "").lower().startswith("digest") else self._basic
        yield from self._asked_for.auth_flow(request)


def pieces(lines: bytes, most: int) -> Iterator[bytes]:
    """Give N-Triples in pieces of whole lines. Blank nodes are known by their names within one request only: all
    statements with one stand in the first piece, which is as large as that asks for.

    >>> list(pieces(b'<urn:a> <urn:b> "1" .\\n<urn:a> <urn:b> _:x .\\n<urn:a> <urn:b> "2" .\\n', 30))
    [b'<urn:a> <urn:b> _:x .\\n<urn:a> <urn:b> "1" .\\n', b'<urn:a> <urn:b> "2" .\\n']
    """
    if len(lines) <= most:
        yield lines
        return
    whole = lines.splitlines(keepends=True)
    blank = {line for line in whole if line.startswith(b"_:") or b" _:" in line}
    piece = sorted(blank)
    size = sum(map(len, piece))
    for line in whole:
        if line in blank:
            continue
        if size >= most:
            yield b"".join(piece)
            piece, size = [], 0
        piece.append(line)
        size += len(line)
    yield b"".join(piece)
