"""The definition of the service for programs.

Source: OpenAPI 3.0.3; OGC API - Features Part 1, section 9.2.
"""

from typing import Any

from endpoint.features.collections import COLLECTIONS, Collection
from endpoint.features.reference_systems import CRS84, SYSTEMS
from endpoint.media_types import GEOJSON, HTML, PLAIN_JSON, PROBLEM

LIMIT, MOST = 100, 10_000


def definition(root: str, version: str) -> dict[str, Any]:
    """Give the OpenAPI document."""
    paths: dict[str, Any] = {
        "/": _get("landingPage", "Landing page", [_form()]),
        "/conformance": _get("conformance", "Standards that this interface follows", [_form()]),
        "/collections": _get("collections", "The collections", [_form()]),
    }
    for collection in COLLECTIONS.values():
        address, name = f"/collections/{collection.id}", collection.title
        paths[address] = _get(f"describe.{collection.id}", f"{name}: description", [_form()])
        paths[f"{address}/queryables"] = _get(f"queryables.{collection.id}", f"{name}: properties for filters", [], "application/schema+json")
        paths[f"{address}/items"] = _get(f"items.{collection.id}", f"{name}: features", items_parameters(collection), GEOJSON.media_type)
        identifier = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}, "description": "Last part of the address"}
        paths[f"{address}/items/{{featureId}}"] = _get(f"item.{collection.id}", f"{name}: one feature", [identifier, _system("crs"), _language(), _form()], GEOJSON.media_type)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "REGIN Graph: features", "version": version or "unreleased",
            "description": "Regions of Europe and their integration practices (OGC API - Features).",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": root}],
        "paths": paths,
    }


def items_parameters(collection: Collection) -> list[dict[str, Any]]:
    """Give the parameters of a list of features."""
    def text(name: str, description: str, **schema: Any) -> dict[str, Any]:
        return {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": "string", **schema}}

    plain = [text(name, one.title) for name, one in collection.queryables.items() if one.type == "string"]
    return [
        {
            "name": "bbox", "in": "query", "required": False, "style": "form", "explode": False, "description": "Box that features meet: left, lower, right, upper",
            "schema": {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": {"type": "number"}},
        },
        text("datetime", "Day or interval that features meet: 2019-01-01, 2019-01-01/2019-12-31, ../2019-12-31"),
        {
            "name": "limit", "in": "query", "required": False, "style": "form", "explode": False, "description": "Features on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        },
        {"name": "offset", "in": "query", "required": False, "description": "Features to pass over", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        _system("crs"), _system("bbox-crs"),
        text("filter", "CQL2 filter over the properties for filters"), text("filter-lang", "Language of the filter", enum=["cql2-text", "cql2-json"], default="cql2-text"),
        text("filter-crs", "Reference system of geometries in the filter", enum=[CRS84], default=CRS84),
        *plain, _language(), _form(),
    ]


def _system(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": "Reference system", "schema": {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": CRS84}}


def _language() -> dict[str, Any]:
    return {"name": "lang", "in": "query", "required": False, "description": "Language of names and texts", "schema": {"type": "string"}}


def _form() -> dict[str, Any]:
    return {"name": "f", "in": "query", "required": False, "description": "Form of the answer", "schema": {"type": "string", "enum": ["json", "html"]}}


def _get(operation: str, summary: str, parameters: list[dict[str, Any]], media_type: str = PLAIN_JSON.media_type) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "object"}}, HTML.media_type: {"schema": {"type": "string"}}}
    problem = {"description": "A problem of the request", "content": {PROBLEM.media_type: {"schema": {"type": "object"}}}}
    return {"get": {
        "operationId": operation, "summary": summary, "parameters": parameters,
        "responses": {"200": {"description": summary, "content": content}, "400": problem, "404": problem, "500": problem},
    }}
