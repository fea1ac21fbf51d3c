"""The forms that the Reconciliation Service API 0.2 asks of requests and answers, written from its text (sections 3 to 7)."""

TYPE = {
    "type": "object", "required": ["id", "name"],
    "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
        "broader": {"type": "array", "items": {"type": "object", "required": ["id", "name"]}},
    },
}
NAMED = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
WITH_ID = {"type": "string", "pattern": r"\{\{id\}\}"}
SERVICE = {
    "type": "object", "required": ["service_url", "service_path"],
    "properties": {
        "service_url": {"type": "string", "pattern": "^https?://"}, "service_path": {"type": "string"},
        "flyout_service_url": {"type": "string"}, "flyout_service_path": {"type": "string", "pattern": r"\$\{id\}"},
    },
}
SETTING = {
    "type": "object", "required": ["name", "label", "type"],
    "properties": {"type": {"enum": ["number", "text", "checkbox", "select"]}, "name": {"type": "string"}, "label": {"type": "string"}},
}

MANIFEST = {
    "type": "object", "required": ["versions", "name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend", "defaultTypes"],
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"const": "0.2"}},
        "name": {"type": "string"}, "identifierSpace": {"type": "string"}, "schemaSpace": {"type": "string"},
        "documentation": {"type": "string"}, "serviceVersion": {"type": "string"}, "logo": {"type": "string"},
        "view": {"type": "object", "required": ["url"], "properties": {"url": WITH_ID}},
        "defaultTypes": {"type": "array", "items": TYPE, "uniqueItems": True},
        "preview": {
            "type": "object", "required": ["url", "width", "height"],
            "properties": {"url": WITH_ID, "width": {"type": "integer"}, "height": {"type": "integer"}},
        },
        "suggest": {"type": "object", "properties": {"entity": SERVICE, "property": SERVICE, "type": SERVICE}, "additionalProperties": False},
        "extend": {
            "type": "object",
            "properties": {"propose_properties": SERVICE, "property_settings": {"type": "array", "items": SETTING}},
        },
    },
}

RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object", "required": ["result"],
        "properties": {"result": {"type": "array", "items": {
            "type": "object", "required": ["id", "name", "score"],
            "properties": {
                "id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
                "score": {"type": "number"}, "match": {"type": "boolean"},
                "type": {"type": "array", "items": {"oneOf": [NAMED, {"type": "string"}]}},
                "features": {"type": "array", "items": {"type": "object", "properties": {
                    "id": {"type": "string"}, "value": {"oneOf": [{"type": "boolean"}, {"type": "number"}]}}}},
            },
        }}},
    },
}


def _suggestions(item: dict) -> dict:
    return {"type": "object", "required": ["result"], "properties": {"result": {"type": "array", "items": item}}}


SUGGESTED_ENTITIES = _suggestions({
    "type": "object", "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
                   "notable": {"type": "array", "items": {"oneOf": [NAMED, {"type": "string"}]}}},
})
SUGGESTED_TYPES = _suggestions(TYPE)
SUGGESTED_PROPERTIES = _suggestions({
    "type": "object", "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"}},
})
PROPOSED_PROPERTIES = {
    "type": "object", "required": ["properties"],
    "properties": {"type": {"type": "string"}, "limit": {"type": "integer"}, "properties": {"type": "array", "items": NAMED}},
}
FLYOUT = {"type": "object", "required": ["id", "html"], "properties": {"id": {"type": "string"}, "html": {"type": "string"}}}


def _cell(**members: dict) -> dict:
    required = [name for name in members if name != "description"]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


ISO_TIME = r"^-?\d{4,}-(1[0-2]|0[1-9])-(3[01]|0[1-9]|[12]\d)T(2[0-3]|[01]\d):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
CELL = {"oneOf": [
    _cell(), _cell(id={"type": "string"}, name={"type": "string"}, description={"type": "string"}), _cell(str={"type": "string"}),
    _cell(float={"type": "number"}), _cell(int={"type": "integer"}), _cell(date={"type": "string", "pattern": ISO_TIME}),
]}
EXTENSION = {
    "type": "object", "required": ["rows", "meta"],
    "properties": {
        "meta": {"type": "array", "items": {"type": "object", "required": ["id", "name"], "properties": {"type": NAMED}}},
        "rows": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "array", "items": CELL}}},
    },
}


# The coming version, 1.0-draft, where its answers differ.
DRAFT_SETTING = {
    "type": "object", "required": ["id", "name", "type"],
    "properties": {"type": {"enum": ["number", "text", "checkbox", "select"]}, "id": {"type": "string"}, "name": {"type": "string"}, "helpText": {"type": "string"}},
}
DRAFT_MANIFEST = {
    "type": "object", "required": ["versions", "name", "view", "suggest", "preview", "extend"],
    "properties": {
        "versions": {"type": "array", "contains": {"const": "1.0-draft"}}, "name": {"type": "string"}, "lang": {"type": "string"},
        "view": {"type": "object", "required": ["url"], "properties": {"url": {"type": "string", "pattern": r"\{\+?id\}"}}},
        "defaultTypes": {"type": "array", "items": TYPE, "uniqueItems": True}, "standardizedScore": {"type": "boolean"}, "batchSize": {"type": "integer", "minimum": 1},
        "suggest": {"type": "object", "required": ["entity", "property", "type"], "additionalProperties": {"type": "boolean"}},
        "preview": {"type": "object", "required": ["width", "height"], "additionalProperties": {"type": "integer"}},
        "extend": {"type": "object", "properties": {"proposeProperties": {"type": "boolean"}, "propertySettings": {"type": "array", "items": DRAFT_SETTING}}},
    },
    "not": {"anyOf": [{"required": ["identifierSpace"]}, {"required": ["schemaSpace"]}]},
}
DRAFT_RESULTS = {
    "type": "object", "required": ["results"], "additionalProperties": False,
    "properties": {"results": {"type": "array", "items": {
        "type": "object", "required": ["candidates"],
        "properties": {"candidates": {"type": "array", "items": {
            "type": "object", "required": ["id", "name"],
            "properties": {
                "id": {"type": "string"}, "name": {"type": "string"}, "score": {"type": "number", "minimum": 0, "maximum": 100}, "match": {"type": "boolean"},
                "features": {"type": "array", "items": {"type": "object", "required": ["id", "name", "value"]}},
            },
        }}},
    }}},
}
DRAFT_EXTENSION = {
    "type": "object", "required": ["rows", "meta"],
    "properties": {
        "meta": EXTENSION["properties"]["meta"],
        "rows": {"type": "array", "items": {"type": "object", "required": ["id", "properties"], "properties": {
            "id": {"type": "string"},
            "properties": {"type": "array", "items": {"type": "object", "required": ["id", "values"], "properties": {"id": {"type": "string"}, "values": {"type": "array", "items": CELL}}}},
        }}},
    },
}
