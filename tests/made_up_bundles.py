"""What a made-up partnership sends, read back by tests. No Django, so that the pure tests need none."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from joinedup.core.nation import Nation
from joinedup.synthetic import bundles

UNTIL = date(2026, 3, 12)
READY = "https://joinedup.example/fhir/StructureDefinition/ready-to-leave"


def sent(nation: Nation, people: int = 200, seed: int = 1, until: date = UNTIL) -> list[dict[str, Any]]:
    """Every resource, in the order of sending."""
    bodies = bundles(nation, people=people, seed=seed, until=until)
    return [entry["resource"] for body in bodies for entry in msgspec.json.decode(body)["entry"]]


def of_kind(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in resources if each["resourceType"] == kind]


def values_of(key: str, node: Any) -> Iterator[Any]:
    """Every value under this key, at any depth."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from values_of(key, value)
    elif isinstance(node, list):
        for value in node:
            yield from values_of(key, value)


def moments_of(node: Any) -> Iterator[datetime]:
    """Every time with an offset, at any depth."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from moments_of(value)
    elif isinstance(node, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}[+-]\d\d:\d\d", node):
        yield datetime.fromisoformat(node)


def stays_of(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in of_kind(resources, "Encounter") if each["class"]["code"] == "IMP"]


def ready_of(stay: dict[str, Any]) -> dict[str, Any]:
    """The parts of the ready-to-leave extension by name; empty when the person is not ready."""
    parts = [part for held in stay.get("extension", []) if held["url"] == READY for part in held["extension"]]
    return {part["url"]: next(value for name, value in part.items() if name != "url") for part in parts}


def person_of(resource: dict[str, Any]) -> str | None:
    """The id of the person whom a resource is about; none for the directory."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    about = resource.get("subject") or resource.get("patient") or resource.get("for")
    return about["reference"].removeprefix("Patient/") if about else None
