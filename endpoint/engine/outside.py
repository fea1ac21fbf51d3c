"""The engine over an outside SPARQL 1.1 server: every query goes there by the protocol, every failure comes back as ours.

The release folder is read all the same, for its manifest and files; its statements are those loaded into the server.
What kind of server it is, and which spatial functions it has, is found out by asking it.
Source: SPARQL 1.1 Protocol, section 2.1.3.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from time import time
from typing import Any

import httpx

from endpoint.engine import Abilities, Answer, Inquiry, ReleaseFacts, fuseki, virtuoso
from endpoint.engine.answer_pieces import Pieces, Stream, close, first_pieces
from endpoint.engine.conversion import ConvertedPieces
from endpoint.engine.probing import found_abilities
from endpoint.engine.release import NoRelease, read_release
from endpoint.errors import (
    BadRequest,
    Busy,
    EngineFailure,
    Forbidden,
    NotAcceptable,
    QuerySyntax,
    TimeLimit,
)
from endpoint.lexing import DEFAULT_PREFIXES, read_prologue
from endpoint.media_types import GRAPH_FORMS, JSON_RESULTS, N_TRIPLES, SOLUTION_FORMS, Form, media_type_of
from endpoint.questions import PATTERN_START
from endpoint.settings import EndpointSettings
from regin_graph.engine_dialects import (
    DIALECT_PROBE,
    FUNCTIONS_PROBE,
    FUSEKI,
    SPATIAL_VIRTUOSO,
    STANDARD,
    VIRTUOSO,
    Dialect,
    dialect_of,
)
from regin_graph.engine_store import Credentials

log = logging.getLogger(__name__)

PROBE = "ASK {}"
PROBE_TIMEOUT_S = 5.0
RETRY_AFTER_S = 5
# Answers of a server without a release folder are taken for the same for so long.
UNTOLD_S = 600
GRAPH_QUERIES = ("CONSTRUCT", "DESCRIBE")
# Modules that put right how a dialect writes its answers.
WRITING = {VIRTUOSO.name: virtuoso, FUSEKI.name: fuseki}
FOREIGN = 'SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(!STRSTARTS(STR(?g), "BASE")) } GROUP BY ?g'


@dataclass
class Lanes:
    """What the metrics ask of waiting lines; the outside server keeps its own."""

    waiting: int = 0
    quick: set = field(default_factory=set)
    slow: set = field(default_factory=set)


class OutsideEngine:
    """Answers from the server that the setting `engine` names."""

    def __init__(self, settings: EndpointSettings):
        self.settings = settings
        self.query_address = settings.engine.partition(",")[0].strip()
        self.lanes, self.generation, self.former, self.kills = Lanes(), None, [], {}
        self.is_ready = False
        self.dialect: Dialect = STANDARD
        # Graphs of the server that are not the release's, where queries must be told to pass over them.
        self.foreign: tuple[str, ...] = ()
        self._facts = ReleaseFacts("none")
        self._abilities = Abilities()
        # The release that the server was asked about.
        self._known_of = ""
        self._client: httpx.AsyncClient | None = None
        self._watcher: asyncio.Task | None = None

    @property
    def release(self) -> ReleaseFacts:
        """The release that was loaded into the server, as the release folder says."""
        return self._facts

    @property
    def abilities(self) -> Abilities:
        """What was found out by asking the server; an outside engine's own functions are not ours to promise."""
        return self._abilities

    async def start(self) -> None:
        """Open the connections; where the server does not answer yet, go on asking."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
        user, password = self.settings.engine_user, self.settings.engine_password.get_secret_value()
        # No proxy of the environment stands between this server and its engine.
        self._client = httpx.AsyncClient(limits=limits, trust_env=False, follow_redirects=False, auth=Credentials(user, password) if user else None)
        await self._look()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self, grace_s: float = 0.0) -> None:
        """Let running queries finish for so long, then close the connections."""
        if self._watcher is not None:
            self._watcher.cancel()
        until = asyncio.get_running_loop().time() + grace_s
        while self.lanes.quick and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        if self._client is not None:
            await self._client.aclose()
        self.is_ready = False

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.settings.release_poll_s)
            await self._look()

    async def _look(self) -> None:
        """See whether the server answers, and which release the folder holds."""
        try:
            self._facts = await asyncio.to_thread(read_release, self.settings.release)
        except NoRelease:
            # Nothing tells when the data change there: what is kept is kept for so long.
            self._facts = ReleaseFacts(f"outside-{int(time() // UNTOLD_S)}", "outside")
        was_ready, served = self.is_ready, self._facts.folder and self._facts.identity
        try:
            response = await self._probe(PROBE)
            is_there = response.status_code == 200
            if is_there and (not was_ready or served != self._known_of):
                await self._learn()
                self._known_of = served
            self.is_ready = is_there
        except (httpx.HTTPError, ValueError, KeyError):
            self.is_ready = False
        if was_ready != self.is_ready:
            log.warning("the outside engine (%s) %s", self.dialect.name, "answers" if self.is_ready else "does not answer")

    async def _probe(self, query: str) -> httpx.Response:
        return await self._client.post(self.query_address, data={"query": query}, headers={"Accept": JSON_RESULTS.media_type}, timeout=PROBE_TIMEOUT_S)

    async def _learn(self) -> None:
        """Find out what kind of server it is, and what it holds beside the release."""
        told = await self._probe(DIALECT_PROBE)
        self.dialect = dialect_of(told.status_code, told.headers)
        if self.dialect is VIRTUOSO and await self._says_yes(FUNCTIONS_PROBE):
            self.dialect = SPATIAL_VIRTUOSO
        if self.dialect.default_graph:
            found = await self._probe(FOREIGN.replace("BASE", self.settings.base_iri))
            if found.status_code == 200:
                self.foreign = tuple(row["g"]["value"] for row in found.json()["results"]["bindings"] if row["g"]["value"] != self.dialect.default_graph)
        self._abilities = await found_abilities(self._says_yes, self.dialect, self.settings.base_iri)

    async def _says_yes(self, query: str) -> bool:
        response = await self._probe(query)
        try:
            return response.status_code == 200 and response.json()["boolean"] is True
        except (ValueError, KeyError, TypeError):
            return False

    async def change(self, order: dict[str, Any]) -> dict[str, Any]:
        """Refuse: what is served is loaded with a release."""
        raise Forbidden()

    async def inquire(self, inquiry: Inquiry) -> Answer:
        """Answer a query as it came over the protocol. Raises: the problems of endpoint.errors."""
        if inquiry.is_explained:
            raise Forbidden("An outside engine answers here; it does not explain its queries.")
        kind = _kind(inquiry.text)
        form = inquiry.graph_form if kind in GRAPH_QUERIES else inquiry.solution_form
        if form is None:
            available = GRAPH_FORMS if kind in GRAPH_QUERIES else SOLUTION_FORMS
            raise NotAcceptable(available=[one.media_type for one in available])
        limit_s = min(inquiry.limits.time_s or self.settings.query_timeout_s, self.settings.query_timeout_s)
        is_graph, writing = kind in GRAPH_QUERIES, WRITING.get(self.dialect.name)
        mark = object()
        self.lanes.quick.add(mark)
        try:
            # Servers differ in the forms they write: each is asked for the one it writes best, and the conversion is ours.
            asked = N_TRIPLES if is_graph else JSON_RESULTS if writing else form
            pieces = stream = await self._ask(inquiry, asked, limit_s)
            if writing:
                pieces = ConvertedPieces(stream, is_graph, form, writing.standard_triples if is_graph else writing.standard_results)
            elif form is not asked:
                pieces = ConvertedPieces(stream, is_graph, form)
            try:
                first, rest = await first_pieces(pieces)
            except asyncio.CancelledError:
                await close(pieces, stream)
                raise
        finally:
            self.lanes.quick.discard(mark)
        name = {"CONSTRUCT": "graph", "DESCRIBE": "graph", "ASK": "boolean"}.get(kind, "solutions")
        answer = Answer(name, form.media_type, form.content_type, "identity", self._facts.identity, facts={"waited_ms": 0})
        if rest is None:
            answer.whole = first
            await close(pieces, stream)
        else:
            answer.chunks = Pieces(first, rest, pieces, stream)
        return answer

    async def _ask(self, inquiry: Inquiry, form: Form, limit_s: float) -> Stream:
        fields = self._fields(inquiry, limit_s)
        request = self._client.build_request("POST", self.query_address, data=fields, headers={"Accept": form.media_type}, timeout=httpx.Timeout(limit_s, connect=PROBE_TIMEOUT_S))
        try:
            async with asyncio.timeout(limit_s):
                response = await self._client.send(request, stream=True)
        except (TimeoutError, httpx.ReadTimeout):
            raise TimeLimit(limit_s=limit_s) from None
        except httpx.HTTPError as error:
            self.is_ready = False
            raise Busy(f"The engine behind this server does not answer ({type(error).__name__}).", retry_after_s=RETRY_AFTER_S) from None
        if response.status_code != 200:
            await self._refuse(response, limit_s)
        if virtuoso.STATE_HEADER in response.headers:
            # It stopped at the time limit and sent what it had so far: no answer.
            await response.aclose()
            raise TimeLimit(limit_s=limit_s)
        got, _ = media_type_of(response.headers.get("content-type", ""))
        if got not in (form.media_type, *form.aliases):
            await response.aclose()
            raise EngineFailure(f"The engine behind this server answered with {got or 'no media type'} where {form.media_type} was asked for.")
        most = inquiry.limits.result_bytes or self.settings.result_mib * 2**20
        return Stream(response, asyncio.get_running_loop().time() + limit_s, limit_s, most)

    def _fields(self, inquiry: Inquiry, limit_s: float) -> dict[str, Any]:
        """Give the fields of the protocol, as the dialect of the server has them."""
        if self.dialect.name == VIRTUOSO.name:
            return {"query": virtuoso.dialect_text(inquiry, _bound(inquiry), self.foreign, self.dialect.wkt), "timeout": str(int(limit_s * 1000))}
        known = " ".join(f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in DEFAULT_PREFIXES.items())
        fields: dict[str, Any] = {"query": f"BASE <{inquiry.base_iri}> {known} {_bound(inquiry)}"}
        if inquiry.default_graphs is not None:
            fields["default-graph-uri"] = list(inquiry.default_graphs)
        if inquiry.named_graphs is not None:
            fields["named-graph-uri"] = list(inquiry.named_graphs)
        return fields

    async def _refuse(self, response: httpx.Response, limit_s: float) -> None:
        """Raise the problem that a refusal of the server means."""
        try:
            said = (await response.aread()).decode("utf-8", "replace").strip()[:500]
        except httpx.HTTPError:
            said = ""
        finally:
            await response.aclose()
        if response.status_code == 400:
            raise QuerySyntax(f"The engine behind this server cannot read the query: {said}" if said else "")
        if virtuoso.TIMED_OUT.match(said):
            raise TimeLimit(limit_s=limit_s)
        if unknown := virtuoso.UNKNOWN_FUNCTION.search(said):
            raise BadRequest(f"The engine behind this server has no function <{unknown[1]}>. The service description lists those it has.")
        if response.status_code in (429, 502, 503, 504):
            raise Busy("The engine behind this server is busy.", retry_after_s=RETRY_AFTER_S)
        reason = said.splitlines()[0][:200] if said and "<" not in said[:1] else ""
        raise EngineFailure(f"The engine behind this server answered with status {response.status_code}{f': {reason}' if reason else ''}.")


def _kind(text: str) -> str:
    """Give the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; a text that is none is left to the engine to refuse."""
    _, stream = read_prologue(text)
    return next((token.text.upper() for token in stream if token.kind == "word"), "SELECT")


def _bound(inquiry: Inquiry) -> str:
    """Give the query with its bound variables in plain SPARQL."""
    text = inquiry.text
    if inquiry.substitutions:
        bound = "".join(f" VALUES ?{name} {{ {value} }}" for name, value in inquiry.substitutions)
        text, count = PATTERN_START.subn(lambda start: start.group() + bound, text, count=1)
        if not count:
            raise EngineFailure("Values can be bound only in queries that write WHERE.")
    return text
