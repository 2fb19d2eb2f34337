"""Every UK Core example made wrong on purpose, element by element: each is refused, at the right place."""

import copy
import json
from datetime import date

import pytest

from joinedup.care.record.logic import decode
from joinedup.exchange.fhir.definitions import NUMBERS, elements_of
from joinedup.exchange.fhir.outcome import Severity
from joinedup.exchange.fhir.validation import issues_of_content, issues_of_form

APART = ("resourceType", "fhir_comments")
BAD = {
    "date": "2020-13-01", "dateTime": "2020-01-01T10:00", "instant": "2020-01-01", "time": "25:00:00",
    "uri": "http://a b", "url": "http://a b", "canonical": "a b", "code": " x", "id": "a b",
    "base64Binary": "@@", "oid": "1.2", "uuid": "x", "boolean": "true", "integer": "1", "decimal": "1.0",
    "positiveInt": 0, "unsignedInt": -1, "string": 1, "markdown": 1,
}  # fmt: skip
OTHER_CHOICES = {"string": "a", "boolean": True, "dateTime": "2020"}


def own_elements(type_, content):
    """Return the elements that an object has, with their definitions."""
    return [(n, elements_of(type_)[n]) for n in content if n[0] != "_" and n not in APART]


def objects_in(type_, content, path, steps=()):
    """Return every object in a resource: type, place and the steps that lead to it."""
    yield type_, path, steps
    for name, element in own_elements(type_, content):
        if element.is_primitive or element.type == "xhtml":
            continue
        values = content[name] if element.repeats else [content[name]]
        for index, value in enumerate(values):
            inner = value["resourceType"] if element.holds_resource else element.type
            at = (name, index) if element.repeats else (name,)
            place = f"{path}.{name}" + (f"[{index}]" if element.repeats else "")
            yield from objects_in(inner, value, place, steps + at)


def wrong_values(element, value):
    """Return values that an element must not have, each with the end of the place that is to be named."""
    yield None, ""
    yield [], ""
    yield (value[0] if element.repeats else [value]), ""
    made = wrong_texts(element) if element.is_primitive else wrong_objects(element)
    for bad, end in made:
        yield ([bad] if element.repeats else bad), ("[0]" if element.repeats else "") + end
    if not element.is_primitive and element.type != "xhtml":
        yield "x", ""


def wrong_texts(element):
    """Return wrong values of a primitive type."""
    yield BAD[element.type], ""
    yield {"a": 1}, ""
    if element.type not in NUMBERS | {"boolean"}:
        yield "", ""
        yield "a\x01", ""
    if element.codes:
        yield "zzz", ""
    if element.type in ("date", "dateTime"):
        yield "2021-02-30", ""


def wrong_objects(element):
    """Return wrong values of a complex type. A star: the place may be within."""
    if element.type == "xhtml":
        return
    yield {}, "*"
    if element.codes:
        yield {"coding": [{"code": "zzz"}]}, ".coding"
    if element.type == "Reference" and element.targets and "ValueSet" not in element.targets:
        for bad in ("ValueSet/x", "Foo/x", "#nope", "http://a/ValueSet/x"):
            yield {"reference": bad}, ".reference"


def mutations_of(type_, content, path):
    """Return (elements to set, place that is to be named) for one object."""
    yield {"shoeSize": 7}, f"{path}.shoeSize"
    for name, element in own_elements(type_, content):
        for bad, end in wrong_values(element, content[name]):
            yield {name: bad}, f"{path}.{name}{end}"
        if element.choice:
            others = [
                e for e in elements_of(type_).values() if e.choice == element.choice and e is not element
            ]
            for other in others:
                if other.type in OTHER_CHOICES and other.name not in content:
                    yield {other.name: OTHER_CHOICES[other.type]}, f"{path}.{element.choice}"


def errors_of(content):
    """Return the places of the errors in a resource."""
    body = json.dumps(content)
    form = [issue for issue in issues_of_form([body.encode()])[0] if issue.severity is Severity.ERROR]
    issues = form or issues_of_content(decode(body), body, today=date(2026, 1, 1))
    return [issue.expression for issue in issues if issue.severity is Severity.ERROR]


def is_named(place, places):
    """Say whether a place is among those named; a star at its end: it, or something within it."""
    stem = place.removesuffix("*")
    return any(found == stem or (stem != place and found.startswith(stem + ".")) for found in places)


@pytest.fixture(scope="session")
def examples(published_data):
    paths = sorted((published_data / "uk-core-examples").glob("*.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}


def test_every_example_is_right_as_it_is(examples):
    assert len(examples) == 107
    assert {name: errors_of(content) for name, content in examples.items() if errors_of(content)} == {}


def test_every_example_made_wrong_in_every_way_is_refused_at_the_place(examples):
    made, unseen = 0, []
    for name, example in examples.items():
        kind = example["resourceType"]
        for type_, path, steps in list(objects_in(kind, example, kind)):
            part = example
            for step in steps:
                part = part[step]
            for changes, place in mutations_of(type_, part, path):
                wrong = copy.deepcopy(example)
                inner = wrong
                for step in steps:
                    inner = inner[step]
                inner.update(changes)
                made += 1
                if not is_named(place, errors_of(wrong)):
                    unseen.append((name, place, changes))
    assert made > 20_000
    assert unseen == []
