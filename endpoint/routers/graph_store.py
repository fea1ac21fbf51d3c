"""/data: the SPARQL 1.1 Graph Store HTTP Protocol; reading everywhere, writing in scratch mode.

A graph is named by `?graph=IRI` or `?default`, or directly: the graph whose IRI is the address of the request."""

import asyncio
import base64
import secrets
from typing import Any
from urllib.parse import quote, urljoin

from starlette.types import Receive, Scope, Send

from endpoint.clients import WatchedClient, client_of, header, public_base, read_body, refuse_coded_body
from endpoint.engine import Inquiry
from endpoint.engine.verdicts import not_acceptable
from endpoint.errors import BadRequest, MethodNotAllowed, NotFound, PreconditionFailed, UnsupportedMediaType
from endpoint.forms import read_files
from endpoint.media_types import (
    GRAPH_FORMS,
    MULTIPART,
    N_QUADS,
    RDF_BODY_FORMS,
    TRIG,
    Form,
    by_name,
    choose,
    choose_coding,
    media_type_of,
)
from endpoint.protocol import is_absolute_iri, read_parameters
from endpoint.queries import query_text
from endpoint.responses import send_answer, send_whole
from endpoint.routers.sparql import refuse_foreign
from endpoint.tags import etag, known_tag, tag_of

READING, WRITING = ("GET", "HEAD", "OPTIONS"), ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
VARY = "Accept, Accept-Encoding"


class GraphStore:
    """Answers requests to /data and the addresses below it."""

    def __init__(self, app: Any):
        self.state = app.state
        self.settings = app.state.settings
        # Nothing comes between seeing that a graph is as supposed and changing it.
        self.writing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        methods = WRITING if self.settings.scratch else READING
        method = scope["method"]
        if method not in methods:
            raise MethodNotAllowed(headers={"Allow": ", ".join(methods)})
        if method == "OPTIONS":
            await send_whole(send, 204, {"Allow": ", ".join(methods)})
            return
        parameters = read_parameters(scope["query_string"], "the address")
        if method in ("GET", "HEAD"):
            graph = named_graph(scope, parameters, self.settings)
            if graph is None:
                raise BadRequest("Name a graph by ?graph=IRI, or ask for ?default.")
            with WatchedClient(receive) as client:
                await client.unless_left(self._read(graph, parameters, scope, send))
            return
        refuse_foreign(scope)
        await self._write(method, parameters, scope, receive, send)

    async def _read(self, graph: str, parameters: dict[str, list[str]], scope: Scope, send: Send) -> None:
        form = by_name(parameters["format"][0], GRAPH_FORMS) if "format" in parameters else choose(header(scope, b"accept"), GRAPH_FORMS)
        if form is None:
            raise not_acceptable(GRAPH_FORMS)
        engine = self.state.engine
        inquiry = self._inquiry(graph, form, scope)
        tag = tag_of(engine.release.identity, inquiry)
        control = {"Vary": VARY, "Cache-Control": "no-cache" if self.settings.scratch else f"public, max-age={self.settings.max_age_s}"}
        known = known_tag(header(scope, b"if-none-match"), tag)
        if known is not None and engine.is_ready:
            await send_whole(send, 304, {"ETag": known, **control})
            return
        if graph and not await self._is_there(graph):
            raise NotFound("There is no such graph.")
        answer = await engine.inquire(inquiry)
        await send_answer(answer, scope, send, {"ETag": etag(tag_of(answer.release, inquiry), answer.coding), **control})

    def _inquiry(self, graph: str, form: Form, scope: Scope) -> Inquiry:
        return Inquiry(
            query_text("all_statements"), graph_form=form, default_graphs=(graph,) if graph else None, named_graphs=() if graph else None,
            base_iri=public_base(scope, self.settings), coding=choose_coding(header(scope, b"accept-encoding")), client=client_of(scope),
        )

    async def _refuse_unless_as_supposed(self, graph: str, scope: Scope) -> None:
        """Pass when a graph is as the client of a change supposes it. Raises: PreconditionFailed. Source: RFC 9110, 13.2.2."""
        wanted, unwanted = header(scope, b"if-match"), header(scope, b"if-none-match")
        if wanted is None and unwanted is None:
            return
        is_there = not graph or await self._is_there(graph)
        release = self.state.engine.release.identity
        tags = [tag_of(release, self._inquiry(graph, form, scope)) for form in GRAPH_FORMS] if is_there else []

        def names(tagged: str) -> bool:
            return is_there if tagged.strip() == "*" else any(known_tag(tagged, tag) for tag in tags)

        if wanted is not None and not names(wanted) or unwanted is not None and names(unwanted):
            raise PreconditionFailed

    async def _is_there(self, graph: str) -> bool:
        answer = await self.state.engine.answer(query_text("graph_is_there"), substitutions={"graph": f"<{graph}>"})
        return b"true" in await answer.read()

    async def _write(self, method: str, parameters: dict[str, list[str]], scope: Scope, receive: Receive, send: Send) -> None:
        graph = named_graph(scope, parameters, self.settings)
        order: dict[str, Any] = {"do": method.lower(), "graph": graph, "parts": [], "is_whole_dataset": False, "base_iri": public_base(scope, self.settings) + "/data"}
        location = ""
        if method == "DELETE":
            if graph is None:
                raise BadRequest("Name the graph to be deleted by ?graph=IRI, or ask for ?default.")
        else:
            refuse_coded_body(scope)
            parts = await read_parts(scope, receive, self.settings.body_mib * 1024 * 1024)
            order["parts"] = [{"media_type": form.media_type, "data": base64.b64encode(data).decode()} for form, data in parts]
            if graph is None:
                order["is_whole_dataset"] = all(form in (N_QUADS, TRIG) for form, _ in parts)
                if not order["is_whole_dataset"]:
                    if method == "PUT":
                        raise BadRequest("Name the graph to be put by ?graph=IRI, or ask for ?default.")
                    graph = location = f"{public_base(scope, self.settings)}/data/{secrets.token_hex(8)}"
                    order["graph"] = graph
            elif any(form in (N_QUADS, TRIG) for form, _ in parts):
                raise UnsupportedMediaType("A single graph is written in a format for graphs.", accepted=[form.media_type for form in RDF_BODY_FORMS if form not in (N_QUADS, TRIG)])
            if graph:
                order["base_iri"] = graph
        async with self.writing:
            await self._refuse_unless_as_supposed(order["graph"] or "", scope)
            done = await self.state.engine.change({**order, "graph": order["graph"] or ""})
        is_created = method != "DELETE" and bool(order["graph"]) and not done["existed"]
        headers = {"Cache-Control": "no-store"}
        if is_created:
            headers["Location"] = location or (order["graph"] if order["graph"].startswith(public_base(scope, self.settings)) else self._address(scope, order["graph"]))
        await send_whole(send, 201 if is_created else 204, headers)

    def _address(self, scope: Scope, graph: str) -> str:
        return f"{public_base(scope, self.settings)}/data?graph={quote(graph, safe='')}"


def named_graph(scope: Scope, parameters: dict[str, list[str]], settings: Any) -> str | None:
    """Give the IRI of the graph that a request names, the empty text for the default graph, None when it names none.
    Raises: BadRequest. Source: SPARQL 1.1 Graph Store HTTP Protocol, 4."""
    base = public_base(scope, settings)
    graphs = parameters.get("graph", [])
    if "default" in parameters and (graphs or parameters["default"] != [""]) or len(graphs) > 1:
        raise BadRequest("A request names one graph: ?graph=IRI, or ?default without a value.")
    path = scope["path"][len("/data"):].lstrip("/")
    if path:
        if graphs or "default" in parameters:
            raise BadRequest("The address names its graph itself; ?graph and ?default do not go with it.")
        return base + (scope.get("raw_path") or scope["path"].encode()).decode("ascii").partition("?")[0]
    if "default" in parameters:
        return ""
    if not graphs:
        return None
    graph = graphs[0] if is_absolute_iri(graphs[0]) else urljoin(base + "/data", graphs[0])
    if not graphs[0].strip() or not is_absolute_iri(graph):
        raise BadRequest("The value of graph is not an IRI.")
    return graph


async def read_parts(scope: Scope, receive: Receive, most_bytes: int) -> list[tuple[Form, bytes]]:
    """Give the RDF documents in a body: one, or the files of a form. Raises: UnsupportedMediaType, BadRequest."""
    content_type = header(scope, b"content-type") or ""
    media_type, _ = media_type_of(content_type)
    if media_type != MULTIPART:
        return [(body_form(media_type), await read_body(scope, receive, most_bytes))]
    parts = []
    for kind, name, data in read_files(content_type, await read_body(scope, receive, most_bytes)):
        named = by_name(name.rpartition(".")[2], RDF_BODY_FORMS)
        parts.append((named if kind in ("", "application/octet-stream") and named else body_form(kind), data))
    if not parts:
        raise BadRequest("The form holds no file.")
    return parts


def body_form(media_type: str) -> Form:
    """Give the RDF format of a body. Raises: UnsupportedMediaType."""
    for form in RDF_BODY_FORMS:
        if media_type == form.media_type or media_type in form.aliases and media_type not in ("text/plain", "application/json", "text/json"):
            return form
    raise UnsupportedMediaType(
        f"A body of type {media_type[:80] or '(none)'} is not read here.", accepted=[form.media_type for form in RDF_BODY_FORMS],
    )
