"""The documents of the service: landing page, conformance, collections, queryables, features.

Source: OGC API - Features, Part 1, sections 7 and 8; Part 2, section 6; Part 3, section 6.
"""

import json
from datetime import UTC, datetime
from typing import Any

import shapely

from endpoint.features.collections import COLLECTIONS, Collection
from endpoint.features.reference_systems import CRS84, SYSTEMS, in_system
from endpoint.features.register import Feature, Register
from endpoint.languages import best_text
from endpoint.media_types import GEOJSON, HTML, PLAIN_JSON
from endpoint.queries import Term

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

CONFORMS_TO = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
]

# Keys of a feature that may have several values stand as lists; texts are told in the reader's language.
SEVERAL = ("topic", "target_group", "region", "country", "web_page", "iso_3166_2")
TEXTS = ("name", "local_name", "kind", "description")
NUMBERS = {"population": int, "area_km2": float}


def link(href: str, rel: str, media_type: str, title: str = "") -> dict[str, str]:
    """Give a link as the documents hold it."""
    return {"href": href, "rel": rel, "type": media_type} | ({"title": title} if title else {})


def here(address: str, form: str) -> list[dict[str, str]]:
    """Give the links of a document to itself and to its other form; `form` is json or html."""
    types = {"json": PLAIN_JSON.media_type, "html": HTML.media_type}
    other = "html" if form == "json" else "json"
    mark = "&" if "?" in address else "?"
    return [link(address, "self", types[form]), link(f"{address}{mark}f={other}", "alternate", types[other])]


def landing(root: str, form: str) -> dict[str, Any]:
    """Give the landing page."""
    return {
        "title": "REGIN Graph: features",
        "description": "Regions of Europe and their integration practices, for maps and geographic information systems.",
        "attribution": "REGIN Graph, CC BY 4.0",
        "links": [
            *here(root, form),
            link(f"{root}/api", "service-desc", OPENAPI, "Definition of this interface"),
            link(f"{root}/api?f=html", "service-doc", HTML.media_type, "Description of this interface"),
            link(f"{root}/conformance", "conformance", PLAIN_JSON.media_type, "Standards that this interface follows"),
            link(f"{root}/collections", "data", PLAIN_JSON.media_type, "The collections"),
            link(LICENCE, "license", HTML.media_type, "CC BY 4.0"),
        ],
    }


def conformance(root: str, form: str) -> dict[str, Any]:
    """Give the conformance classes."""
    return {"links": here(f"{root}/conformance", form), "conformsTo": CONFORMS_TO}


def collections(root: str, registers: dict[str, Register], form: str) -> dict[str, Any]:
    """Give all collections."""
    return {
        "links": here(f"{root}/collections", form),
        "crs": list(SYSTEMS),
        "collections": [described(root, one, registers[one.id], form) for one in COLLECTIONS.values()],
    }


def described(root: str, collection: Collection, register: Register, form: str) -> dict[str, Any]:
    """Give the description of a collection."""
    address = f"{root}/collections/{collection.id}"
    extent: dict[str, Any] = {}
    if register.box:
        extent["spatial"] = {"bbox": [register.box], "crs": CRS84}
    if collection.has_times:
        extent["temporal"] = {"interval": [list(register.span)], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
    return {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "extent": extent,
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": [
            *here(address, form),
            link(f"{address}/items", "items", GEOJSON.media_type, collection.title),
            link(f"{address}/items?f=html", "items", HTML.media_type, collection.title),
            link(f"{address}/queryables", QUERYABLES, SCHEMA, "Properties for filters"),
            link(LICENCE, "license", HTML.media_type, "CC BY 4.0"),
        ],
    }


def queryables(root: str, collection: Collection) -> dict[str, Any]:
    """Give the properties that filters can name, as a JSON schema."""
    properties: dict[str, Any] = {"geometry": {"format": "geometry-any", "title": "Outline or point"}}
    for name, one in collection.queryables.items():
        properties[name] = {"title": one.title, "type": "string", "format": "date"} if one.type == "date" else {"title": one.title, "type": one.type}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{root}/collections/{collection.id}/queryables",
        "type": "object", "title": collection.title, "properties": properties, "additionalProperties": False,
    }


def feature_object(feature: Feature, properties: dict[str, Any], system: str, links: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Give a feature as GeoJSON, in a reference system."""
    geometry = None
    if feature.geometry is not None:
        geometry = json.loads(shapely.to_geojson(in_system(feature.geometry, system)))
    return {"type": "Feature", "id": feature.id, "geometry": geometry, "properties": properties} | ({"links": links} if links else {})


def feature_properties(feature: Feature, collection: Collection, rows: list[dict[str, Term]], language: str) -> dict[str, Any]:
    """Give what is shown of a feature, from rows of ?key ?value; keys without a value are null."""
    values: dict[str, list[Term]] = {}
    for row in rows:
        values.setdefault(row["key"].value, []).append(row["value"])
    keys = ["name", "local_name", "kind", "country", "nuts_2021", "nuts_2024", "iso_3166_2", "population", "area_km2"] if collection.id == "regions" else [
        "name", "description", "topic", "target_group", "region", "country", "start", "end", "web_page", "placed_by",
    ]
    return {"iri": feature.iri} | {key: _shown(key, values.get(key, []), language) for key in keys}


def _shown(key: str, terms: list[Term], language: str) -> Any:
    if key in TEXTS:
        best = best_text(terms, language)
        return best.value if best else None
    texts = [term.value.rpartition("/")[2] if term.kind == "iri" and key != "web_page" else term.value for term in terms]
    if key in SEVERAL:
        return sorted(set(texts))
    if key in NUMBERS and texts:
        return NUMBERS[key](float(texts[0]))
    return texts[0] if texts else None


def feature_collection(found: list[dict[str, Any]], matched: int, links: list[dict[str, str]]) -> dict[str, Any]:
    """Give a page of features as GeoJSON."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"type": "FeatureCollection", "timeStamp": now, "numberMatched": matched, "numberReturned": len(found), "features": found, "links": links}
