"""The service manifest: what the service can do and where.

Source: Reconciliation Service API 0.2, section 3.
"""

from typing import Any

from endpoint.reconciliation.batch import GOOD_BATCH
from endpoint.reconciliation.catalogue import Catalogue
from endpoint.reconciliation.extension import SETTINGS
from endpoint.reconciliation.spaces import Space

# Types offered first.
GENERIC = ("def/Region", "def/Practice", "def/Actor", "def/Indicator")
PREVIEW_WIDTH_PX, PREVIEW_HEIGHT_PX = 430, 240


def manifest(space: Space, address: str, catalogue: Catalogue, version: str, language: str) -> dict[str, Any]:
    """Give the manifest; `address` is the public address of this server."""
    service = f"{address}/reconcile"
    return {
        "versions": ["0.2"],
        **_shared(space, address, catalogue, version, language),
        "identifierSpace": space.base,
        "schemaSpace": space.base,
        "view": {"url": f"{address}/{{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": PREVIEW_WIDTH_PX, "height": PREVIEW_HEIGHT_PX},
        "suggest": {
            kind: {
                "service_url": service, "service_path": f"/suggest/{kind}",
                "flyout_service_url": service, "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in ("entity", "type", "property")
        },
        "extend": {"propose_properties": {"service_url": service, "service_path": "/properties"}, "property_settings": SETTINGS},
    }


def draft_manifest(space: Space, address: str, catalogue: Catalogue, version: str, language: str) -> dict[str, Any]:
    """Give the manifest of the coming version of the interface. Source: Reconciliation Service API 1.0-draft, section 3.1."""
    return {
        "versions": ["1.0-draft"],
        **_shared(space, address, catalogue, version, language),
        "view": {"url": f"{address}/{{+id}}"},
        "lang": language,
        "preview": {"width": PREVIEW_WIDTH_PX, "height": PREVIEW_HEIGHT_PX},
        "suggest": {"entity": True, "type": True, "property": True},
        "extend": {"proposeProperties": True, "propertySettings": [
            {"id": one["name"], "name": one["label"], "type": one["type"], "default": one["default"], "helpText": one["help_text"]} for one in SETTINGS
        ]},
    }


def _shared(space: Space, address: str, catalogue: Catalogue, version: str, language: str) -> dict[str, Any]:
    """What the manifests of all versions say alike."""
    return {
        "name": "REGIN Graph: regions, practices, actors, indicators and concepts of regional integration",
        "documentation": f"{address}/about",
        "serviceVersion": version,
        "logo": f"{address}/static/icon.svg",
        "defaultTypes": [type_object(space.long(name), catalogue, space, language) for name in GENERIC if space.long(name) in catalogue.types],
        "batchSize": GOOD_BATCH,
        "standardizedScore": True,
    }


def type_object(iri: str, catalogue: Catalogue, space: Space, language: str, *, with_broader: bool = False) -> dict[str, Any]:
    """Give a type as answers hold it: id and name, and what it means when that is asked for."""
    one = catalogue.types.get(iri)
    found: dict[str, Any] = {"id": space.short(iri), "name": one.named(language) if one else space.short(iri)}
    if with_broader and one:
        if one.definition:
            found["description"] = one.definition
        if one.broader in catalogue.types:
            found["broader"] = [type_object(one.broader, catalogue, space, language)]
    return found
