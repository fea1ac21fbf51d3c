"""Packing of pages and what they bring with them. Query results and documents choose their coding themselves."""

from functools import partial

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

# Files of releases lie packed beside themselves, and parts of them are asked for by the tag of the whole.
LEFT_OUT = "/dumps/"
LEVEL = 5


class PackedPages(GZipMiddleware):
    """Packs what has no coding of its own for clients that take gzip."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(LEFT_OUT):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, partial(_send_tidy, send))


async def _send_tidy(send: Send, message: Message) -> None:
    """Send a message; what an answer varies by is named once and in one line, also where it chose its coding itself."""
    if message["type"] == "http.response.start":
        headers = MutableHeaders(raw=message["headers"])
        if "vary" in headers:
            named: dict[str, str] = {}
            for one in ",".join(headers.getlist("vary")).split(","):
                named.setdefault(one.strip().lower(), one.strip())
            headers["Vary"] = ", ".join(one for one in named.values() if one)
    await send(message)
