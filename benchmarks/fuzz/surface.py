"""The HTTP surface as OpenAPI, for schemathesis: what the addresses take, and what they may answer."""

from typing import Any

ANSWERS = {str(status): {"description": "told"} for status in (200, 201, 204, 303, 304, 400, 403, 404, 405, 406, 413, 414, 415, 422, 429, 431, 503, 504)}
TEXT: dict[str, Any] = {"type": "string", "maxLength": 300}


def parameters(*names: str) -> list[dict[str, Any]]:
    """Give query parameters of these names, and the headers that requests may carry."""
    headers = ("Accept", "Accept-Encoding", "If-None-Match", "Range", "X-Forwarded-For")
    header_text = {"type": "string", "maxLength": 60, "pattern": "^[ -~]*$"}
    return [
        *({"name": name, "in": "query", "schema": TEXT} for name in names),
        *({"name": name, "in": "header", "schema": header_text} for name in headers),
    ]


def operation(*names: str, bodies: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give an operation with these parameters and types of bodies."""
    given: dict[str, Any] = {"parameters": parameters(*names), "responses": ANSWERS}
    if bodies:
        form = {"type": "object", "properties": {name: TEXT for name in ("query", "update", "default-graph-uri", "format", "queries", "extend")}}
        given["requestBody"] = {"content": {kind: {"schema": form if kind.endswith("urlencoded") else TEXT} for kind in bodies}}
    return given


SPARQL = ("query", "default-graph-uri", "named-graph-uri", "format", "timeout", "explain", "rdfs", "rewrite")
FORM = "application/x-www-form-urlencoded"


def surface(is_scratch: bool) -> dict[str, Any]:
    """Give the description. Source: OpenAPI 3.0."""
    paths: dict[str, Any] = {
        "/sparql": {"get": operation(*SPARQL), "post": operation(*SPARQL, bodies=("application/sparql-query", FORM, "text/plain"))},
        "/update": {"get": operation("update"), "post": operation("using-graph-uri", "using-named-graph-uri", bodies=("application/sparql-update", FORM))},
        "/data": {"get": operation("graph", "default", "format")},
        "/practices": {"get": operation("q", "topic", "region", "page", "lang", "country", "phase")},
        "/compare": {"get": operation("region", "practice", "lang")},
        "/map": {"get": operation("topic", "lang")},
        "/reconcile": {"get": operation("queries", "extend", "prefix", "callback"), "post": operation(bodies=(FORM,))},
        "/features/collections": {"get": operation("f", "limit")},
        "/features/collections/practices/items": {"get": operation("f", "bbox", "limit", "offset", "datetime", "crs", "filter")},
        "/problem/x": {"get": operation("x")}, "/feed.atom": {"get": operation("page")}, "/health/ready": {"get": operation()}, "/metrics": {"get": operation()},
        "/dataset/x": {"get": operation("lang")}, "/id/practice/x": {"get": operation("lang")}, "/catalog": {"get": operation("lang")},
    }
    if is_scratch:
        bodies = ("text/turtle", "application/trig", "application/ld+json", "application/rdf+xml", "multipart/form-data", "image/png")
        paths = {path: paths[path] for path in ("/sparql", "/update")} | {
            "/data": {method: operation("graph", "default", bodies=bodies if method in ("put", "post") else ()) for method in ("get", "put", "post", "delete")},
            "/data/x": {method: operation(bodies=bodies if method in ("put", "post") else ()) for method in ("get", "put", "post", "delete")},
        }
    return {"openapi": "3.0.3", "info": {"title": "REGIN Graph", "version": "1"}, "paths": paths}
