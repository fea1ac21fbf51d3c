"""The frontage: what holds for every request before any router sees it, and for every response, errors included.
Request id, CORS with preflight, HEAD, security headers, host, address length, faults as problem details."""

import logging
import secrets
from time import perf_counter
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from endpoint.clients import client_of, is_host
from endpoint.errors import BadRequest, NotAcceptable, Problem, UriTooLong
from endpoint.media_types import CODINGS, refuses_every_coding
from endpoint.problems import problem_response
from endpoint.rate import RateLimit
from endpoint.settings import EndpointSettings

log = logging.getLogger(__name__)
access_log = logging.getLogger("endpoint.access")

EXPOSED = b"ETag, Link, Location, Retry-After, X-Request-Id, X-Regin-Warning, Content-Language"
PREFLIGHT_AGE_S = b"86400"
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
SHUT_IN = b"default-src 'none'; frame-ancestors 'none'; sandbox"
FAMILIES = {"data", "health", "metrics", "static", "problem", "reconcile", "catalog", "dumps", "features", "ldes"}
# What the rate limit leaves out: those who watch, and what a page brings with it.
UNCOUNTED = ("/health/", "/metrics", "/static/")


class ConnectionBroken(Exception):
    """The response has begun and cannot be finished: the connection is to break, not to end."""


class Frontage:
    """The outermost layer of the application. `bare` are ASGI applications that answer an address without the routers."""

    def __init__(self, owner: Any, bare: dict[str, ASGIApp]):
        settings: EndpointSettings = owner.state.settings
        self.owner = owner
        self.settings = settings
        self.metrics = owner.state.metrics
        self.bare = bare
        self.rate = RateLimit(settings.rate_limit, settings.rate_burst, settings.rate_loopback)
        self.any_origin = "*" in settings.cors_origins
        self.families = {path: path.split("/", 2)[1] for path in bare}
        # What is added to every response of a bare application, as it goes over the wire.
        self.lines = b"".join(b"%b: %b\r\n" % pair for pair in (
            (b"x-content-type-options", b"nosniff"), *self._cors(b""), (b"content-security-policy", SHUT_IN), (b"referrer-policy", b"same-origin"),
        ))

    async def __call__(self, scope: Scope, receive: Receive, send: Send, routers: ASGIApp) -> None:
        """Answer one request, by a bare application or the routers."""
        if scope["type"] != "http":
            await routers(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        origin = requested = codings = b""
        host = None
        for name, value in scope["headers"]:
            if name == b"host":
                # Two together are no host.
                host = value if host is None else host + b"," + value
            elif name == b"origin":
                origin = value
            elif name == b"access-control-request-method":
                requested = value
            elif name == b"accept-encoding":
                codings = codings + b"," + value if codings else value
        added = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff"), *self._cors(origin)]
        has_begun = is_complete = False
        status = 0
        begun_at = perf_counter()
        notes = scope["regin.notes"] = {}

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun, is_complete, status
            if message["type"] == "http.response.start":
                has_begun, status = True, message["status"]
                headers = list(message["headers"])
                present = {name.lower() for name, _ in headers}
                headers.extend((name, value) for name, value in added if name not in present)
                if not self.any_origin:
                    headers = [(name, value + b", Origin") if name.lower() == b"vary" else (name, value) for name, value in headers]
                    headers += [] if b"vary" in present else [(b"vary", b"Origin")]
                if b"content-security-policy" not in present:
                    headers.append((b"content-security-policy", SHUT_IN))
                if b"referrer-policy" not in present:
                    headers.append((b"referrer-policy", b"same-origin"))
                message = {**message, "headers": headers}
            elif not message.get("more_body", False):
                is_complete = True
            await send(message)

        async def send_whole(lines: bytes, body: bytes) -> None:
            nonlocal has_begun, is_complete, status
            has_begun, is_complete, status = True, True, 200
            await whole(200, b"x-request-id: %b\r\n%b%b" % (request_id.encode(), self.lines, lines), body)

        whole = scope.get("extensions", {}).get("regin.whole")
        if whole is not None and self.any_origin:
            scope["regin.whole"] = send_whole
        scope["request_id"] = request_id
        scope.setdefault("app", self.owner)
        # Who asks without a network has no host to name.
        is_addressed = is_host(host) if host is not None else whole is None or scope["http_version"] == "1.0"
        if scope["method"] == "OPTIONS" and requested and is_addressed:
            await self._preflight(scope, send_with_headers)
            return
        try:
            if not is_addressed:
                raise BadRequest("A request names the host that it asks, in one header Host: a name or an address, and a port where it is not the usual one.")
            if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.settings.uri_length:
                raise UriTooLong(f"The address is longer than {self.settings.uri_length:,} bytes. " + UriTooLong.explanation, limit=self.settings.uri_length)
            if not scope["path"].startswith(UNCOUNTED):
                self.rate.take(client_of(scope))
            # Nobody refuses all without a weight of nothing.
            if b"=0" in codings and refuses_every_coding(codings.decode("latin-1")):
                known = [*CODINGS, "identity"]
                raise NotAcceptable(f"Accept-Encoding refuses every content coding spoken here: {', '.join(known)}.", available=known)
            bare = self.bare.get(scope["path"])
            if bare is not None:
                await bare(scope, receive, send_with_headers)
            else:
                # GET routes answer HEAD as well; the server leaves the body out.
                inner = {**scope, "method": "GET", "regin.is_head": True} if scope["method"] == "HEAD" else scope
                await routers(inner, receive, send_with_headers)
        except ConnectionBroken as broken:
            notes["broken"] = str(broken)
            break_connection(scope)
        except ClientDisconnect:
            # Its request did not arrive as a whole; what the framework says of that reached nobody.
            notes["outcome"], status = "client-left", 0
        except Exception as error:
            if not isinstance(error, Problem):
                log.exception("request %s failed", request_id)
            if has_begun:
                if not is_complete:
                    break_connection(scope)
                return
            problem = error if isinstance(error, Problem) else Problem()
            notes.setdefault("outcome", problem.slug)
            await problem_response(Request(scope, receive), problem)(scope, receive, send_with_headers)
        finally:
            self._record(scope, status, perf_counter() - begun_at, notes)
            # What sends refers to the request, which names it: parted, both go at once, and nobody has to look for such circles.
            scope.pop("regin.whole", None)
            scope.get("extensions", {}).pop("regin.whole", None)

    def _record(self, scope: Scope, status: int, spent_s: float, notes: dict[str, object]) -> None:
        """Write the log line of a request and count it. Contents of queries are not written unless asked for."""
        path = scope["path"]
        first = path.split("/", 2)[1] if "/" in path else ""
        family = self.families.get(path) or (first if first in FAMILIES else "pages")
        self.metrics.requests_of(family, scope["method"] if scope["method"] in METHODS else "other", status).inc()
        if "query" in notes:
            self.metrics.outcome(notes.get("broken") or notes.get("outcome", "ok")).inc()
        if access_log.isEnabledFor(logging.INFO):
            more = "".join(f" {name}={value}" for name, value in notes.items() if value is not None)
            access_log.info(
                "id=%s client=%s method=%s path=%s status=%d ms=%.1f%s", scope["request_id"], scope["client"][0] if scope.get("client") else "-",
                scope["method"], quote(scope["path"]), status, spent_s * 1e3, more,
            )

    def record_unread(self, client: str, problem: Problem) -> None:
        """Write the log line of what could not be read as a request, and count it: nothing of it came here."""
        self.metrics.requests_of("unread", "other", problem.status).inc()
        access_log.info("id=- client=%s method=- path=- status=%d ms=0.0 outcome=%s", client, problem.status, problem.slug)

    def _cors(self, origin: bytes) -> list[tuple[bytes, bytes]]:
        if self.any_origin:
            return [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", EXPOSED)]
        if origin and origin.decode("latin-1") in self.settings.cors_origins:
            return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED)]
        return []

    async def _preflight(self, scope: Scope, send: Send) -> None:
        """Answer the question of a browser whether a script may ask. Source: Fetch standard, CORS protocol."""
        headers = Headers(scope=scope)
        wanted = headers.get("access-control-request-headers", "content-type, accept")
        methods = "GET, HEAD, POST, PUT, DELETE, OPTIONS" if self.settings.scratch else "GET, HEAD, POST, OPTIONS"
        await send({"type": "http.response.start", "status": 204, "headers": [
            (b"access-control-allow-methods", methods.encode()), (b"access-control-allow-headers", wanted.encode("latin-1")),
            (b"access-control-max-age", PREFLIGHT_AGE_S), (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ]})
        await send({"type": "http.response.body", "body": b""})


def break_connection(scope: Scope) -> None:
    """Break the connection of a request so that no client can take what it got for the whole.
    Raises: ConnectionBroken under a server that does not give its transport away."""
    abort = scope.get("extensions", {}).get("regin.abort")
    if abort is None:
        raise ConnectionBroken
    abort()
