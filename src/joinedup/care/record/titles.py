"""How an entry is said in one line, and what opens beneath it: words for people, made from FHIR R4 content.

No code is shown without its display. What has no words of its own is called by its kind.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from joinedup.care.record.logic import OTHER, kind_of

Json = dict[str, Any]

NAMED_BY = (
    "code",
    "medicationCodeableConcept",
    "vaccineCode",
    "type",
    "serviceType",
    "category",
    "description",
    "title",
    "topic",
    "name",
)
STATUS_WORDS = {"in-progress": "under way", "entered-in-error": "entered in error", "on-hold": "on hold"}


def words_of(value: object) -> str:
    """Return a CodeableConcept, Coding, Reference, list of them or string in words; nothing without a display."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((words for item in value if (words := words_of(item))), "")
    if isinstance(value, dict):
        text = value.get("text")
        said = text if isinstance(text, str) else value.get("display")
        return said if isinstance(said, str) and said else words_of(value.get("coding", []))
    return ""


def title_of(content: Json) -> str:
    """Return the entry in one line."""
    name = next((words for field in _naming_fields(content) if (words := words_of(content.get(field)))), "")
    value = _value_of(content)
    title = name or _kind(content)
    return f"{title}: {value}" if value else title


def _naming_fields(content: Json) -> tuple[str, ...]:
    """Return the elements to try for a name; a Questionnaire's response is called by its questionnaire."""
    return (
        ("description", "title", *NAMED_BY) if content["resourceType"] in ("CarePlan", "Goal") else NAMED_BY
    )


def _kind(content: Json) -> str:
    """Return the kind of entry; of one that has no kind of its own its type as words: DeviceUseStatement, Device use
    statement.
    """
    kind = kind_of(content)
    type_ = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", content["resourceType"]).capitalize()
    return type_ if kind == OTHER else kind


def _value_of(content: Json) -> str:
    """Return what was measured or found."""
    for name, value in content.items():
        if name.startswith("value") and content["resourceType"] == "Observation":
            return _said(value)
    parts = [_said(_first_value(part)) for part in content.get("component", []) if isinstance(part, dict)]
    return " / ".join(part for part in parts if part)


def _first_value(part: Json) -> object:
    """Return the value[x] of a component."""
    return next((value for name, value in part.items() if name.startswith("value")), None)


def _said(value: object) -> str:
    """Return a value in words: a quantity with its unit, a concept by its display."""
    if isinstance(value, dict) and "value" in value:
        return f"{number_text(value['value'])} {value.get('unit') or value.get('code') or ''}".strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | msgspec.Raw):
        return number_text(value)
    return words_of(value)


def number_text(value: object) -> str:
    """Return a number with the digits that were sent."""
    return bytes(value).decode() if isinstance(value, msgspec.Raw) else str(value)


def detail_of(content: Json) -> Iterator[tuple[str, str]]:
    """Return what opens beneath the line: (what, in words)."""
    status = content.get("status") or words_of(content.get("clinicalStatus"))
    if isinstance(status, str) and status:
        yield "Status", STATUS_WORDS.get(status, status).replace("-", " ")
    for label, field in (
        ("Reason", "reasonCode"),
        ("Where", "location"),
        ("Asked of", "performer"),
        ("Category", "category"),
        ("How much and when", "dosageInstruction"),
        ("Members", "participant"),
        ("Outcome", "outcome"),
    ):
        if words := _all_words(content.get(field)):
            yield label, words
    for note in content.get("note", []):
        if isinstance(note, dict) and note.get("text"):
            yield "Note", str(note["text"])


def _all_words(value: object) -> str:
    """Return everything in a repeating element in words, looking one level down for who or where."""
    items = value if isinstance(value, list) else [value]
    said = []
    for item in items:
        inner = item if not isinstance(item, dict) else _inner(item)
        said.append(words_of(inner) or words_of(item))
    return "; ".join(dict.fromkeys(words for words in said if words))


def _inner(item: Json) -> object:
    """Return the part of a backbone element that names someone or somewhere."""
    return next((item[name] for name in ("location", "individual", "member", "actor") if name in item), item)
