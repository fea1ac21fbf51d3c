"""/sparql and /update: the SPARQL 1.1 Protocol over the engine, as bare ASGI applications."""

import json
import logging
from dataclasses import replace
from ipaddress import ip_address
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from endpoint.clients import WatchedClient, client_of, header, public_base, read_body, refuse_coded_body, request_key
from endpoint.engine import Answer, Inquiry, Limits, ReleaseFacts
from endpoint.engine.verdicts import not_acceptable
from endpoint.errors import BadRequest, Forbidden, MethodNotAllowed, Problem
from endpoint.guards import check_text
from endpoint.lexing import is_fleeting
from endpoint.media_types import (
    GRAPH_FORMS,
    HTML,
    PLAIN_JSON,
    SOLUTION_FORMS,
    by_name,
    choose,
    choose_coding,
    prefers_html,
)
from endpoint.protocol import SparqlRequest, read_request
from endpoint.query_page import query_page
from endpoint.remarks import WARNING, warning_header
from endpoint.responses import header_lines, send_answer, send_whole, wants_only_news
from endpoint.service_description import service_description
from endpoint.tags import Fingerprint, etag, known_tag, tag_of
from endpoint.updating import with_dataset, with_one_prologue

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
ALLOW = ", ".join(METHODS)
VARY = "Accept, Accept-Encoding"
NO_LIMITS = Limits()

slow_log = logging.getLogger("endpoint.slow")


class SparqlEndpoint:
    """Answers requests to /sparql. `app` is the application whose state holds engine, metrics and settings."""

    def __init__(self, app: Any, takes_queries: bool = True):
        self.app = app
        self.engine, self.metrics, self.settings = app.state.engine, app.state.metrics, app.state.settings
        self.takes_queries = takes_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope.setdefault("app", self.app)
        if scope["method"] == "GET" and self.engine.cache.responses and await self._repeat(scope):
            return
        if scope["method"] == "OPTIONS":
            await send_whole(send, 204, {"Allow": ALLOW})
            return
        if scope["method"] not in METHODS:
            raise MethodNotAllowed(headers={"Allow": ALLOW})
        content_type, body = None, b""
        if scope["method"] == "POST":
            refuse_coded_body(scope)
            content_type = header(scope, b"content-type")
            limit = self.settings.body_mib * 1024 * 1024 if self.settings.scratch else self.settings.query_length * 4 + 10_000
            body = await read_body(scope, receive, limit)
        asked = read_request(scope["method"], scope["query_string"], content_type, body)
        if asked.update is not None:
            await self._update(asked, scope, send)
        elif asked.query is None or not self.takes_queries:
            await self._describe(asked, scope, receive, send)
        else:
            await self._query(asked, scope, receive, send)

    async def _repeat(self, scope: Scope) -> bool:
        """Answer a request that was answered before, as it was, and tell whether that could be done."""
        begun = perf_counter()
        send_kept, request = scope.get("regin.whole"), request_key(scope)
        if send_kept is None or request is None or not self.takes_queries:
            return False
        kept = self.engine.response(request)
        if kept is None:
            return False
        answer, lines = kept
        await send_kept(lines, answer.whole)
        text, *_ = answer.kept_as[1]
        notes = scope["regin.notes"]
        notes["query"] = Fingerprint(text)
        if self.settings.log_queries:
            notes["text"] = json.dumps(text)
        self._told(notes, answer, "hit", len(answer.whole))
        metrics = self.metrics
        spent = perf_counter() - begun
        metrics.first_byte.observe(spent)
        metrics.latency_of(answer.kind).observe(spent)
        return True

    async def _query(self, asked: SparqlRequest, scope: Scope, receive: Receive, send: Send) -> None:
        text = asked.query or ""
        notes = scope.setdefault("regin.notes", {})
        notes["query"] = Fingerprint(text)
        if self.settings.log_queries:
            notes["text"] = json.dumps(text)
        check_text(text, self.settings)
        accept = header(scope, b"accept")
        if not asked.is_explained and (asked.format == "html" or (asked.format is None and prefers_html(accept))):
            with WatchedClient(receive) as client:
                await client.unless_left(self._page(asked, scope, receive, send))
            return
        inquiry = self._inquiry(asked, scope, accept)
        if asked.is_explained:
            await self._explain(inquiry, scope, receive, send)
            return
        fleeting = is_fleeting(text)
        release = self.engine.release.identity
        tag = tag_of(release, inquiry)
        if scope["method"] != "POST" and not fleeting and self.engine.is_ready:
            known = known_tag(header(scope, b"if-none-match"), tag)
            if known is not None:
                notes["outcome"] = "not-modified"
                await send_whole(send, 304, {"ETag": known, "Vary": VARY, "Cache-Control": self._cache_control(False)})
                return
        with WatchedClient(receive) as client:
            await client.unless_left(self._answer(inquiry, tag if not fleeting else "", scope, send))
        if client.has_left:
            notes["outcome"] = "client-left"

    async def _answer(self, inquiry: Inquiry, tag: str, scope: Scope, send: Send) -> None:
        begun = perf_counter()
        notes = scope["regin.notes"]
        metrics = self.metrics
        kind = "failed"
        try:
            answer = await self.engine.inquire(inquiry)
            metrics.first_byte.observe(perf_counter() - begun)
            kind = answer.kind
            headers = {"Vary": VARY, "Cache-Control": self._cache_control(not tag)}
            if tag:
                if answer.release != self.engine.release.identity:
                    tag = tag_of(answer.release, inquiry)
                headers["ETag"] = etag(tag, answer.coding)
            if answer.warnings:
                headers[WARNING] = warning_header(answer.warnings)
            size = await self._send(answer, scope, send, headers)
            self._told(notes, answer, answer.facts.get("cache", "miss"), size)
        except Problem as problem:
            notes["outcome"] = problem.slug
            raise
        finally:
            spent = perf_counter() - begun
            metrics.latency_of(kind).observe(spent)
            if spent >= self.settings.slow_query_s:
                slow_log.warning("slow query id=%s hash=%s seconds=%.3f outcome=%s", scope.get("request_id"), notes.get("query"), spent, notes.get("outcome", "broken"))

    async def _send(self, answer: Answer, scope: Scope, send: Send, headers: dict[str, str]) -> int:
        """Send an answer and give the number of bytes; one asked for again is kept with its header lines."""
        send_at_once = scope.get("regin.whole")
        if answer.whole is None or send_at_once is None or wants_only_news(scope):
            return await send_answer(answer, scope, send, headers)
        lines = header_lines(answer, headers)
        await send_at_once(lines, answer.whole)
        if answer.kept_as is not None and scope["method"] == "GET" and (request := request_key(scope)) is not None:
            self.engine.cache.remember(answer.kept_as, request, lines)
        return len(answer.whole)

    def _told(self, notes: dict[str, object], answer: Answer, cache: str, size: int) -> None:
        """Note for the log and count what was sent."""
        notes |= {"bytes": size, "rows": answer.facts.get("rows"), "cache": cache, "outcome": "ok"}
        self.metrics.bytes.inc(size)

    def _inquiry(self, asked: SparqlRequest, scope: Scope, accept: str | None) -> Inquiry:
        if asked.is_explained:
            # The answer itself is not sent, so that its form is of no account.
            accept = "*/*"
        if asked.format is not None:
            solution, graph = by_name(asked.format, SOLUTION_FORMS), by_name(asked.format, GRAPH_FORMS)
        else:
            solution, graph = choose(accept, SOLUTION_FORMS), choose(accept, GRAPH_FORMS)
        if solution is None and graph is None:
            raise not_acceptable((*SOLUTION_FORMS, *GRAPH_FORMS))
        return Inquiry(
            asked.query or "", solution, graph, asked.default_graphs, asked.named_graphs,
            base_iri=public_base(scope, self.settings) + "/sparql", coding=choose_coding(header(scope, b"accept-encoding")),
            client=client_of(scope), limits=Limits(asked.timeout_s) if asked.timeout_s else NO_LIMITS, is_explained=asked.is_explained,
            rdfs=asked.rdfs, rewrite=asked.rewrite, cut_off=scope.get("extensions", {}).get("regin.abort"),
        )

    def _cache_control(self, is_fleeting_answer: bool) -> str:
        if is_fleeting_answer:
            return "no-store"
        return "no-cache" if self.settings.scratch else f"public, max-age={self.settings.max_age_s}"

    async def _explain(self, inquiry: Inquiry, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what answering the query took, in place of the answer."""
        begun = perf_counter()
        with WatchedClient(receive) as client:
            async def explained() -> None:
                answer = await self.engine.inquire(inquiry)
                first = perf_counter() - begun
                size = 0
                async for piece in answer.body:
                    size += len(piece)
                await send_whole(send, 200, {"Content-Type": PLAIN_JSON.content_type, "Cache-Control": "no-store"}, explanation(answer, inquiry, self.engine.release, first, size))

            await client.unless_left(explained())

    async def _page(self, asked: SparqlRequest, scope: Scope, receive: Receive, send: Send) -> None:
        inquiry = self._inquiry(replace(asked, format=None), scope, "*/*")
        await query_page(scope, receive, send, asked, inquiry)

    async def _describe(self, asked: SparqlRequest, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request without a query: the page for browsers, the service description for programs."""
        if scope["method"] == "POST":
            raise BadRequest("The query is missing." if self.takes_queries else "The update is missing.")
        accept = header(scope, b"accept")
        if asked.format == "html" or (asked.format is None and prefers_html(accept)):
            await query_page(scope, receive, send, asked, None)
            return
        form = by_name(asked.format, GRAPH_FORMS) if asked.format else choose(accept, GRAPH_FORMS)
        if form is None:
            raise not_acceptable((HTML, *GRAPH_FORMS))
        body = service_description(public_base(scope, self.settings), self.settings, self.engine.release, self.engine.abilities, form)
        await send_whole(send, 200, {"Content-Type": form.content_type, "Vary": "Accept", "Cache-Control": self._cache_control(False)}, body)

    async def _update(self, asked: SparqlRequest, scope: Scope, send: Send) -> None:
        if not self.settings.scratch:
            raise Forbidden("This endpoint answers queries; it takes no updates.")
        refuse_foreign(scope)
        text = asked.update or ""
        check_text(text, self.settings, is_update=True)
        text = with_dataset(with_one_prologue(text), asked.using_graphs, asked.using_named_graphs)
        await self.engine.change({"do": "update", "update": text, "base_iri": public_base(scope, self.settings) + "/sparql"})
        await send_whole(send, 204, {"Cache-Control": "no-store"})


def refuse_foreign(scope: Scope) -> None:
    """Refuse a change that does not come from this machine, or comes from a page of another site. Raises: Forbidden."""
    try:
        is_near = ip_address(client_of(scope)).is_loopback
    except ValueError:
        is_near = False
    origin = header(scope, b"origin")
    if origin is not None and urlsplit(origin).hostname not in ("localhost", "127.0.0.1", "::1"):
        is_near = False
    if not is_near:
        raise Forbidden("A scratch store is changed from this machine only.")


def explanation(answer: Answer, inquiry: Inquiry, release: ReleaseFacts, first_byte_s: float, sent_bytes: int) -> bytes:
    """Give what answering took, as JSON. Units: milliseconds, bytes, MiB."""
    facts = answer.facts
    return json.dumps({
        "kind": answer.kind, "media_type": answer.media_type, "release": release.version,
        "rows": facts.get("rows"), "bytes": facts.get("bytes"), "bytes_sent": sent_bytes, "content_coding": answer.coding,
        "waited_ms": facts.get("waited_ms"), "prepared_ms": facts.get("open_ms"), "first_byte_ms": round(first_byte_s * 1e3, 3),
        "engine_ms": facts.get("total_ms"), "processor_ms": facts.get("cpu_ms"), "peak_memory_mib": facts.get("peak_mib"),
        "default_graphs": inquiry.default_graphs, "named_graphs": inquiry.named_graphs,
        "warnings": facts.get("warnings", []),
        "is_rewritten": facts.get("is_rewritten", False), "preparation": facts.get("explanation"), "evaluated_query": facts.get("evaluated_query", inquiry.text),
    }, indent=1).encode()
