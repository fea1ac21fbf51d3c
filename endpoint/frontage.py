"""The frontage: what holds for every request before any router sees it, and for every response, errors included.
Request id, CORS with preflight, HEAD, security headers, address length, faults as problem details."""

import logging
import secrets

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from endpoint.errors import Problem, UriTooLong
from endpoint.problems import problem_response
from endpoint.settings import EndpointSettings

log = logging.getLogger(__name__)

EXPOSED = b"ETag, Link, Location, Retry-After, X-Request-Id, Content-Language"
PREFLIGHT_AGE_S = b"86400"


class ConnectionBroken(Exception):
    """The response has begun and cannot be finished: the connection is to break, not to end."""


class Frontage:
    """The outermost layer of the application. `bare` are ASGI applications that answer an address without the routers."""

    def __init__(self, app: ASGIApp, settings: EndpointSettings, bare: dict[str, ASGIApp]):
        self.app = app
        self.settings = settings
        self.bare = bare
        self.any_origin = "*" in settings.cors_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        origin = requested = b""
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
            elif name == b"access-control-request-method":
                requested = value
        added = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff"), *self._cors(origin)]
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = list(message["headers"])
                present = {name.lower() for name, _ in headers}
                headers.extend((name, value) for name, value in added if name not in present)
                if b"content-security-policy" not in present:
                    headers.append((b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"))
                if b"referrer-policy" not in present:
                    headers.append((b"referrer-policy", b"same-origin"))
                message = {**message, "headers": headers}
            await send(message)

        scope["request_id"] = request_id
        if scope["method"] == "OPTIONS" and requested:
            await self._preflight(scope, send_with_headers)
            return
        try:
            if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.settings.uri_length:
                raise UriTooLong(f"The address is longer than {self.settings.uri_length:,} bytes. " + UriTooLong.explanation, limit=self.settings.uri_length)
            bare = self.bare.get(scope["path"])
            if bare is not None:
                await bare(scope, receive, send_with_headers)
            else:
                # GET routes answer HEAD as well; the server leaves the body out.
                inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
                await self.app(inner, receive, send_with_headers)
        except ConnectionBroken:
            break_connection(scope)
        except Exception as error:
            if not isinstance(error, Problem):
                log.exception("request %s failed", request_id)
            if has_begun:
                break_connection(scope)
                return
            problem = error if isinstance(error, Problem) else Problem()
            request = Request({**scope, "app": scope.get("app") or self.app}, receive)
            await problem_response(request, problem)(scope, receive, send_with_headers)

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
