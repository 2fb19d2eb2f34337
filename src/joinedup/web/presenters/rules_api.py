"""The description of the JSON interface to the rules as a page: every question with an example, every kind of thing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joinedup.rules.asked_in_json import read_body, read_query
from joinedup.rules.operations import OPERATIONS, Operation
from joinedup.web.addresses import address
from joinedup.web.components import Link

REFERENCE = "#/components/schemas/"
KINDS = {
    "integer": "whole number",
    "boolean": "true or false",
    "string": "text",
    "null": "null",
    "object": "an object",
    "array": "a list",
}
FORMATS = {"date": "day, as 2022-05-01", "decimal": 'amount as text, such as "250.00"'}


@dataclass(frozen=True)
class Question:
    """One operation: how it is asked, and what comes back."""

    name: str
    title: str
    method: str
    path: str
    asked: str
    answered: str
    takes: Link | None


@dataclass(frozen=True)
class NamedPart:
    """One name of a kind of thing: what may stand there, whether it must, and where that is described."""

    name: str
    kind: str
    is_needed: bool
    more: Link | None


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is asked or answered: its parts, or the words that it may be."""

    name: str
    description: str
    parts: tuple[NamedPart, ...]
    choices: tuple[str, ...]


def questions() -> tuple[Question, ...]:
    """Every operation with an example that is answered here and now."""
    return tuple(_question(operation) for operation in OPERATIONS)


def kinds(document: Mapping[str, Any]) -> tuple[Kind, ...]:
    """Every kind of thing that the description names, by name."""
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    return tuple(_kind(name, schemas[name]) for name in sorted(schemas))


def _question(operation: Operation) -> Question:
    path = f"/api/rules/{operation.name}"
    if operation.is_reading:
        query = {name: str(value) for name, value in operation.example.items()}
        asked = f"GET {address(path, query)}"
        answer = operation.answer(read_query(operation, query))
    else:
        body = json.dumps(dict(operation.example), indent=2)
        asked = f"POST {path}\n\n{body}"
        answer = operation.answer(read_body(operation, body.encode()))
    return Question(
        name=operation.name,
        title=operation.title,
        method="GET" if operation.is_reading else "POST",
        path=path,
        asked=asked,
        answered=json.dumps(answer, indent=2, ensure_ascii=False),
        takes=_link(operation.takes.__name__),
    )


def _kind(name: str, schema: Mapping[str, Any]) -> Kind:
    required = schema.get("required", ())
    return Kind(
        name=name,
        description=schema.get("description", ""),
        parts=tuple(
            _part(part, said, part in required) for part, said in schema.get("properties", {}).items()
        ),
        choices=tuple(str(choice) for choice in schema.get("enum", ())),
    )


def _part(name: str, schema: Mapping[str, Any], is_needed: bool) -> NamedPart:
    kind, more = _said(schema)
    return NamedPart(name, kind, is_needed, more)


def _said(schema: Mapping[str, Any]) -> tuple[str, Link | None]:
    """What may stand in a place, in words, and where its kind is described."""
    if "$ref" in schema:
        return "", _link(schema["$ref"].removeprefix(REFERENCE))
    if "anyOf" in schema:
        said = [_said(each) for each in schema["anyOf"]]
        words = " or ".join(text for text, _ in said if text)
        return words, next((more for _, more in said if more), None)
    if "prefixItems" in schema:
        return f"a list of {' and '.join(_said(each)[0] for each in schema['prefixItems'])}", None
    if schema.get("type") == "array":
        text, more = _said(schema.get("items", {}))
        return f"a list{f': {text}' if text else ''}", more
    if "enum" in schema:
        return " or ".join(str(choice) for choice in schema["enum"]), None
    kind = FORMATS.get(schema.get("format", "")) or KINDS.get(str(schema.get("type")), "anything")
    return kind, None


def _link(name: str) -> Link:
    return Link(name, f"#kind-{name}")
