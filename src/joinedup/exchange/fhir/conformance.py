"""What FHIR R4 asks of a resource beyond the form of its elements, and the validator of form does not see.

Codes of required bindings, what a reference looks like and may point at, contained resources, dates that no calendar
has, empty objects, characters that FHIR forbids, the narrative, and those of R4's invariants (`invariants.py`) that
matter here. The rules are read from the table of R4's elements. A first glance at the text saves most of the walk.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from joinedup.exchange.fhir.definitions import (
    NOBODY,
    Element,
    elements_of,
    is_resource,
)
from joinedup.exchange.fhir.invariants import INVARIANTS
from joinedup.exchange.fhir.outcome import Issue, Severity
from joinedup.exchange.fhir.xml.narrative import problem_with

Json = dict[str, Any]

RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?\Z")
CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?\S+\Z")
ABSOLUTE = re.compile(r"[a-z][a-z0-9+.\-]*:\S+\Z")
ENDS_IN_RESOURCE = re.compile(r"https?://\S+/([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/\S+)?\Z")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
# A glance: what it does not find in the text is not there; what it finds may be harmless. Several short patterns, each
# beginning with a character of its own, since looking for those is many times cheaper than for one pattern of them all.
MARKS = ('"lastUpdated"', '"versionId"', "\ufffe", "\uffff")
ODD = (
    re.compile(r"-(?:02-(?:29|3)|(?:0[469]|11)-31)"),
    re.compile(r"\\u(?:00|[fF])"),
    re.compile(r"\{\s*\}"),
    re.compile(r"\[\s*\]"),
    re.compile(r'"\s+"'),
)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
DATES = frozenset({"date", "dateTime", "instant"})


@dataclass(frozen=True)
class _Place:
    """What must be known of the resource around an element: the ids that it contains."""

    contained: frozenset[str]
    is_contained: bool = False


def issues_of_conformance(content: Json, body: str) -> list[Issue]:
    """Return what is wrong with a resource whose form is right. `body` is the text of `content`."""
    name = content["resourceType"]
    issues = [issue.within(name) for issue in _of_resource(content, _Place(_contained_ids(content)))]
    if any(mark in body for mark in MARKS) or any(odd.search(body) for odd in ODD):
        issues += _odd_issues(content, name, name)
    return issues


def _contained_ids(content: Json) -> frozenset[str]:
    """Return the ids of what a resource contains."""
    contained = content.get("contained")
    return frozenset(str(inner.get("id", "")) for inner in contained) if contained else NOBODY


def _of_resource(content: Json, place: _Place) -> list[Issue]:
    """Return the issues of a resource, with places that begin with any one word for the resource."""
    issues = _of_part(content["resourceType"], content, place)
    if "id" in content and not ID.match(content["id"]):
        issues.append(Issue("value", "an id is up to 64 letters, digits, - and .", "x.id"))
    if place.is_contained and "id" not in content:
        issues.append(Issue("required", "a contained resource must have an id", "x.id"))
    if "contained" in content:
        issues += _contained_issues(content, place)
    return issues


def _contained_issues(content: Json, place: _Place) -> Iterator[Issue]:
    """What is contained can't contain in turn (invariant dom-2), and has ids of its own."""
    if place.is_contained:
        yield Issue("invariant", "a contained resource must not contain others", "x.contained")
    elif len(place.contained) < len(content["contained"]):
        yield Issue("duplicate", "two contained resources have the same id, or none", "x.contained")


@functools.cache
def _matters(type_: str) -> bool:
    """Say whether anything below a type can be wrong in a way that is looked for here."""
    seen, waiting = set(), [type_]
    while waiting:
        here = waiting.pop()
        if here in seen or here == "Extension":
            continue
        seen.add(here)
        elements = list(elements_of(here).values())
        if here in INVARIANTS or any(e.codes or e.type in ("Reference", "Narrative") for e in elements):
            return True
        waiting += [e.type for e in elements if not e.is_primitive and e.type not in ("xhtml", "Resource")]
    return False


@functools.cache
def _plan(type_: str) -> dict[str, Element]:
    """Return those elements of a type that have to be looked at."""
    return {name: e for name, e in elements_of(type_).items() if _is_looked_at(e)}


def _is_looked_at(element: Element) -> bool:
    """Say whether an element has to be looked at."""
    if element.codes or element.holds_resource or element.type in ("Extension", "xhtml"):
        return True
    return not element.is_primitive and element.type != "xhtml" and _matters(element.type)


def _of_part(type_: str, content: Json, place: _Place) -> list[Issue]:
    """Return the issues of an object of this type, with places that begin with any one word for it."""
    issues: list[Issue] = []
    plan = _plan(type_)
    for name, value in content.items():
        element = plan.get(name)
        if element is not None:
            for index, one in enumerate(value if element.repeats else (value,)):
                for issue in _of_one(element, one, place):
                    issues.append(issue.within(f"x.{name}[{index}]" if element.repeats else f"x.{name}"))
        elif name[0] == "_":
            issues += _beside(name, value, place)
    for check in INVARIANTS.get(type_, ()):
        issues += check(content)
    return issues


def _beside(name: str, value: Any, place: _Place) -> Iterator[Issue]:
    """Return the issues of the extensions beside a value, or beside each of several."""
    is_list = isinstance(value, list)
    for index, one in enumerate(value if is_list else [value]):
        for issue in _of_part("Element", one or {}, place):
            yield issue.within(f"x.{name[1:]}[{index}]" if is_list else f"x.{name[1:]}")


def _of_one(element: Element, value: Any, place: _Place) -> Iterable[Issue]:
    """Return the issues of one occurrence of an element."""
    if element.codes and element.is_primitive:
        return () if value is None or value in element.codes else (_unknown_code(element.codes),)
    if element.holds_resource:
        is_contained = element.name == "contained"
        inner = _Place(place.contained, True) if is_contained else _Place(_contained_ids(value))
        return _of_resource(value, inner)
    if element.type == "xhtml":
        return _narrative_issues(value)
    issues = _of_part(element.type, value, place)
    if element.type == "Reference":
        issues += _reference_issues(value, element.targets, place)
    elif element.codes:
        issues += _binding_issues(value, element.codes)
    return issues


def _unknown_code(codes: frozenset[str], place: str = "x") -> Issue:
    """Refuse a code that the required binding does not allow."""
    allowed = ", ".join(sorted(codes)) if len(codes) <= 20 else "those that FHIR R4 lists"
    return Issue("code-invalid", f"the code must be one of: {allowed}", place)


def _binding_issues(concept: Json, codes: frozenset[str]) -> Iterator[Issue]:
    """One of a concept's codings must have a code of a required binding."""
    codings = concept.get("coding")
    if codings and not any(coding.get("code") in codes for coding in codings):
        yield _unknown_code(codes, "x.coding")


def _narrative_issues(div: str) -> Iterator[Issue]:
    """A narrative is well-formed XHTML without scripts (invariant txt-1)."""
    if problem := problem_with(div):
        yield Issue("invariant", f"the narrative can't be kept: {problem}", "x")


def _reference_issues(reference: Json, targets: frozenset[str], place: _Place) -> Iterator[Issue]:
    """A reference has a known form, its target is of a type that is allowed, and is contained where it says so."""
    text, said = reference.get("reference"), reference.get("type")
    if targets and said and is_resource(said) and said not in targets:
        yield _wrong_target(targets, "x.type")
    if text is None:
        return
    if text.startswith("#"):
        if text[1:] not in place.contained and not (text == "#" and place.is_contained):
            yield Issue("invariant", "nothing is contained under this id (invariant ref-1)", "x.reference")
        return
    match = RELATIVE.match(text) or CONDITIONAL.match(text)
    if match and not is_resource(match[1]):
        yield Issue("value", "the reference names a type that FHIR R4 does not have", "x.reference")
        return
    match = match or ENDS_IN_RESOURCE.match(text)
    if match and targets and is_resource(match[1]) and match[1] not in targets:
        yield _wrong_target(targets, "x.reference")
    elif not match and not ABSOLUTE.match(text):
        # Published examples hold such, too: it can't be followed, but what it stands in is worth keeping.
        message = "a reference is Type/id, #id of what is contained, or an absolute uri"
        yield Issue("value", message, "x.reference", Severity.WARNING)


def _wrong_target(targets: frozenset[str], place: str) -> Issue:
    """Refuse a reference to what may not stand there."""
    return Issue("value", f"the reference must be to: {', '.join(sorted(targets))}", place)


# The whole walk, for what a glance found.


def _odd_issues(content: Json, type_: str, path: str) -> Iterator[Issue]:
    """Return empty objects, forbidden characters, blank values and impossible dates, at any depth."""
    if not content:
        yield Issue("structure", "an empty object is not allowed; leave the element out", path)
    known = elements_of(type_)
    for name, value in content.items():
        element = known.get(name.removeprefix("_"))
        if element is None:
            continue
        if value == []:
            yield Issue("structure", "an empty array is not allowed; leave the element out", f"{path}.{name}")
        is_value = name[0] != "_" and element.is_primitive
        for one, place in _each(value, f"{path}.{element.name}"):
            if isinstance(one, dict):
                inner = one.get("resourceType", element.type) if not element.is_primitive else "Element"
                yield from _odd_issues(one, inner, place)
            elif is_value and isinstance(one, str):
                yield from _odd_value(one, element.type, place)


def _each(value: Any, path: str) -> Iterator[tuple[Any, str]]:
    """Return a value, or each of several, with its place."""
    if isinstance(value, list):
        yield from ((one, f"{path}[{index}]") for index, one in enumerate(value))
    else:
        yield value, path


def _odd_value(text: str, type_: str, path: str) -> Iterator[Issue]:
    """Return what is wrong with one value."""
    if FORBIDDEN.search(text):
        yield Issue("value", "it holds a control character, which FHIR does not allow", path)
    elif not text.strip():
        yield Issue("value", "it holds nothing but spaces: leave it out", path, Severity.WARNING)
    elif type_ in DATES and not _is_in_calendar(text[:10]):
        yield Issue("value", "there is no such day in the calendar", path)


def _is_in_calendar(text: str) -> bool:
    """Say whether a date of the right form exists; a month or year alone always does."""
    if len(text) < 10:
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
