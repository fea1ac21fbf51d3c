"""Revisiting: a page that a reader has already is not sent once more."""

import hashlib

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from endpoint.tags import known_tag

WEAK = "W/"


def page_tag(body: str) -> str:
    """Give the entity tag of a page. It is weak, as pages are packed on their way for those who take that.

    >>> page_tag("<p>One</p>") == page_tag("<p>One</p>") != page_tag("<p>Two</p>")
    True
    """
    return f'{WEAK}"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'


class Revisits:
    """Answers 304 in place of a page whose tag the reader names. Documents and results see to their own tags.
    Source: RFC 9110, 13.1.2 and 15.4.5."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        known = Headers(scope=scope).get("if-none-match") if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if known is None:
            await self.app(scope, receive, send)
            return
        is_known = False

        async def send_news(message: Message) -> None:
            nonlocal is_known
            if message["type"] == "http.response.start" and message["status"] == 200:
                tag = Headers(raw=message["headers"]).get("etag", "")
                is_known = tag.startswith(WEAK) and known_tag(known, tag.removeprefix(WEAK).strip('"')) is not None
                if is_known:
                    kept = [(name, value) for name, value in message["headers"] if name not in (b"content-length", b"content-type")]
                    message = {**message, "status": 304, "headers": kept}
            elif is_known:
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self.app(scope, receive, send_news)
