"""Checks on arrival. What is stored is never changed by them.

The form (element names, types, cardinality, choices, primitive formats) is checked by `fhirkit`, which is made from
the FHIR R4 specification; this module is the only one that knows it. The rest are our own checks: identifiers,
dates that can't be, periods that end before they begin, and our extension.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import fhirkit

from joinedup.care.discharge.fhir import DEFAULT_SETTING, READY_URL, readiness_of
from joinedup.care.record.moments import moment_of
from joinedup.core.identifiers import kind_of_system, problem_with
from joinedup.exchange.fhir.conformance import issues_of_conformance
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, Severity
from joinedup.exchange.fhir.uk_core import issues_of_uk_core
from joinedup.rules.leaving_hospital.by_nation import Complexity, Setting

Json = dict[str, Any]

TYPES: frozenset[str] = frozenset(fhirkit.RESOURCE_TYPES)
DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?)?)?$")
DATE_NAMES = re.compile(
    r"(?i)(date|datetime|time|instant|start|end|issued|sent|received|recorded|authored(on)?|created|at|period|started)$"
)
ODD_YEAR = re.compile(r'"(?:0\d|1[0-7]|18[0-4]|2[2-9]|[3-9]\d)\d+-\d\d')
SPAN = re.compile(r'"start"\s*:\s*"([^"]+)"\s*,\s*"end"\s*:\s*"([^"]+)"')
# As JSON writes it: FHIR allows the character in no text, and the database keeps none that holds it.
NUL = "\\u0000"
PAST_NAMES = frozenset({"birthDate", "deceasedDateTime", "recordedDate", "dateAsserted"})
OPEN_END = "9999"
LAST_YEAR = 2199
FIRST_YEAR = 1850
SETTINGS = frozenset(setting.value for setting in Setting)
COMPLEXITIES = frozenset(complexity.value for complexity in Complexity)


def issues_of_form(bodies: Sequence[bytes]) -> list[list[Issue]]:
    """Return what is wrong with the form of each resource, on all cores."""
    return [[_from_fhirkit(issue) for issue in parsed.issues] for parsed in fhirkit.parse_many(list(bodies))]


def _from_fhirkit(issue: fhirkit.Issue) -> Issue:
    """Put one issue in our form; the library's message quotes values, which ours must not."""
    severity = Severity.ERROR if issue.severity == "error" else Severity.WARNING
    return Issue("structure", without_values(issue.message), issue.path, severity)


def without_values(message: str) -> str:
    """Return the message without the values that it quotes: they may be somebody's data."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', "the value", message)


def issues_of_content(content: Json, body: str, *, today: date) -> Iterator[Issue]:
    """Return what is wrong with what a well-formed resource says, and what is only worth a warning.

    `body` is the text of `content`: a glance at it saves walking through what can't hold anything wrong.
    """
    name = content["resourceType"]
    if NUL in body:
        yield Issue("value", "a text holds the character NUL: take it out", name)
    yield from issues_of_conformance(content, body)
    yield from issues_of_uk_core(content)
    yield from _identifier_issues(content, name)
    yield from _future_issues(content, name, today)
    if ODD_YEAR.search(body):
        yield from _date_issues(content, name)
    if _may_run_backwards(body):
        yield from _period_issues(content, name)
    if READY_URL in body:
        yield from _readiness_issues(content)


def _identifier_issues(content: Json, path: str) -> Iterator[Issue]:
    """Warn of a national number that is wrong, or outside the issued ranges: it is kept, and links nobody."""
    identifiers = content.get("identifier")
    for index, item in enumerate(identifiers if isinstance(identifiers, list) else []):
        kind = kind_of_system(str(item.get("system", "")))
        if kind is None or "value" not in item:
            continue
        if problem := problem_with(kind, str(item["value"])):
            yield Issue("value", problem, f"{path}.identifier[{index}].value", Severity.WARNING)


def _future_issues(content: Json, path: str, today: date) -> Iterator[Issue]:
    """A birth, a death or a recording can't lie in the future."""
    tomorrow = (today + timedelta(days=1)).isoformat()
    for name in PAST_NAMES:
        said = content.get(name)
        if isinstance(said, str) and said[:10] > tomorrow and int(said[:4]) <= LAST_YEAR:
            yield Issue("value", "the date is in the future: check it", f"{path}.{name}")


def _date_issues(value: object, path: str) -> Iterator[Issue]:
    """Return dates with a year that no record can hold; an open end in 9999 is a custom and no fault."""
    for name, item, place in _elements(value, path):
        is_date = isinstance(item, str) and DATE_NAMES.search(name) and DATE.match(item)
        if not is_date or (name == "end" and str(item).startswith(OPEN_END)):
            continue
        if not FIRST_YEAR <= int(str(item)[:4]) <= LAST_YEAR:
            yield Issue(
                "value", f"the year is not between {FIRST_YEAR} and {LAST_YEAR}: check the date", place
            )


def _elements(value: object, path: str) -> Iterator[tuple[str, object, str]]:
    """Return every element of an object, at any depth: (name, value, path)."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _elements(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name, item, f"{path}.{name}"
            if isinstance(item, dict | list):
                yield from _elements(item, f"{path}.{name}")


def _period_issues(content: Json, path: str) -> Iterator[Issue]:
    """A period must not end before it starts (FHIR R4 invariant per-1)."""
    for _, item, place in _elements({"": content}, ""):
        if isinstance(item, dict) and _is_backwards(item.get("start"), item.get("end")):
            yield Issue("invariant", "the period ends before it starts", f"{path}{place[1:]}.end")


def _may_run_backwards(body: str) -> bool:
    """Say whether any period in the text ends early, or can't be read at a glance."""
    spans = SPAN.findall(body)
    return len(spans) != body.count('"end"') or any(_is_backwards(*span) for span in spans)


def _is_backwards(start: object, end: object) -> bool:
    """Say whether a period ends before it starts, as far as both are known to the same precision."""
    first, last = moment_of(start), moment_of(end)
    return bool(first and last and last < first and len(str(start)) == len(str(end)))


def _readiness_issues(content: Json) -> Iterator[Issue]:
    """Our extension must name known settings and complexities, and a ready date within the stay."""
    ready, place = readiness_of(content), f"{content['resourceType']}.extension"
    if (ready.setting or DEFAULT_SETTING) not in SETTINGS:
        yield Issue("code-invalid", f"the setting must be one of: {', '.join(sorted(SETTINGS))}", place)
    if ready.complexity and ready.complexity not in COMPLEXITIES:
        yield Issue(
            "code-invalid", f"the complexity must be one of: {', '.join(sorted(COMPLEXITIES))}", place
        )
    period = content.get("period") or {}
    admitted, left = moment_of(period.get("start")), moment_of(period.get("end"))
    if ready.ready_at and ((admitted and ready.ready_at < admitted) or (left and ready.ready_at > left)):
        yield Issue("invariant", "the ready date must lie between admission and leaving", place)


def check_type(name: str) -> None:
    """Refuse a resource type that FHIR R4 does not have."""
    if name not in TYPES:
        issue = Issue("not-supported", "this is not a FHIR R4 resource type: check its spelling and capitals")
        raise RefusedInputError(HTTPStatus.NOT_FOUND, issue)
