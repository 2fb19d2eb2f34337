"""The description of the JSON interface to the rules, as OpenAPI 3.1, made from the operations themselves."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from joinedup.rules.operations import OPERATIONS, Operation

REFERENCE = "#/components/schemas/{name}"
TEXT = {"type": "string"}
CITATION = {
    "type": "object",
    "description": "What a step rests on: a parameter of a rule book as it stood on the day.",
    "properties": {
        "parameter": TEXT,
        "title": TEXT,
        "value": {},
        "unit": TEXT,
        "status": TEXT,
        "confidence": {"enum": ["primary", "secondary", "unverified"]},
        "source": {
            "type": "object",
            "properties": {"document": TEXT, "paragraph": TEXT, "url": TEXT},
            "required": ["document"],
        },
    },
    "required": ["parameter", "value", "unit", "status", "confidence", "source"],
}
STEP = {
    "type": "object",
    "description": "One line of an explanation. Amounts are text, so that no penny is lost.",
    "properties": {
        "what": TEXT,
        "value": {},
        "because": TEXT,
        "citations": {"type": "array", "items": {"$ref": REFERENCE.format(name="Citation")}},
    },
    "required": ["what", "value", "because", "citations"],
}
PROBLEM = {
    "type": "object",
    "description": "Why there is no answer (RFC 9457).",
    "properties": {"title": TEXT, "status": {"type": "integer"}, "detail": TEXT},
    "required": ["title", "status", "detail"],
}
PROBLEMS = {
    "400": "What was asked can't be read; `detail` says where",
    "401": "No valid token",
    "413": "Larger than a question can be",
    "422": "Facts that contradict each other, or a day that the rule book does not cover",
}


def openapi(*, server: str, version: str) -> dict[str, Any]:
    """Return the description, for a server at this address."""
    kinds = [operation.takes for operation in OPERATIONS]
    kinds += [operation.gives for operation in OPERATIONS if operation.gives]
    schemas = _schemas(kinds)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rules of health and social care in the four nations",
            "version": version,
            "description": "Answers are explained step by step, each with what it rests on. A day that a rule book does"
            " not cover has no answer. Nothing that is asked is kept.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            f"/{each.name}": {"get" if each.is_reading else "post": _path(each, schemas)}
            for each in OPERATIONS
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {name: _tidied(schema) for name, schema in schemas.items()}
            | {"Citation": CITATION, "Step": STEP, "Problem": PROBLEM},
        },
    }


def _schemas(kinds: Sequence[type]) -> dict[str, Any]:
    """Return the schemas of these kinds and of all that they hold, by names that a reader can say.

    Two rooms may each have a `Share`: msgspec then names both by their whole modules, of which the room is enough.
    """
    _, found = msgspec.json.schema_components(kinds, ref_template=REFERENCE)
    short = {name: _short(name) for name in found}
    if len(set(short.values())) < len(found):
        raise ValueError("two kinds have one name: call one of them otherwise")
    written = msgspec.json.encode(found).decode()
    for name in sorted(found, key=len, reverse=True):
        written = written.replace(f'{REFERENCE.format(name=name)}"', f'{REFERENCE.format(name=short[name])}"')
    return {short[name]: schema for name, schema in msgspec.json.decode(written).items()}


def _short(name: str) -> str:
    """Return `FundsShare` for a name such as `joinedup.rules.funds.risk_share.Share`."""
    if "." not in name:
        return name
    _, _, room, *_, kind = name.split(".")
    return "".join(word.capitalize() for word in room.split("_")) + kind


def _path(operation: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of one operation."""
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.title,
        "responses": {"200": {"description": "The answer", "content": _json(_answer(operation))}}
        | {status: _problem(text) for status, text in PROBLEMS.items()},
    }
    if operation.is_reading:
        taken = schemas[operation.takes.__name__]
        said["parameters"] = [
            {
                "name": name,
                "in": "query",
                "required": name in taken.get("required", ()),
                "schema": schema,
                **({"example": operation.example[name]} if name in operation.example else {}),
            }
            for name, schema in taken["properties"].items()
        ]
    else:
        content = _json({"$ref": REFERENCE.format(name=operation.takes.__name__)})
        content["application/json"]["example"] = dict(operation.example)
        said["requestBody"] = {"required": True, "content": content}
    return said


def _answer(operation: Operation) -> dict[str, Any]:
    """Return the schema of an answer."""
    if operation.gives is None:
        return {"type": ["array", "object"]}
    return {
        "type": "object",
        "properties": {
            "value": {"$ref": REFERENCE.format(name=operation.gives.__name__)},
            "rests_on_unverified": {"type": "boolean"},
            "steps": {"type": "array", "items": {"$ref": REFERENCE.format(name="Step")}},
        },
        "required": ["value", "rests_on_unverified", "steps"],
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(name="Problem")}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def _tidied(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema whose description reads as a line of text, and which knows no other names than its own."""
    tidy = dict(schema)
    if "description" in tidy:
        tidy["description"] = re.sub(r"\s+", " ", tidy["description"]).strip()
    if tidy.get("type") == "object":
        tidy["additionalProperties"] = False
    return tidy
