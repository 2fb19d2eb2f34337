"""Search parameters: from the address to the record's criteria. What isn't supported is refused, never ignored."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import QueryDict

from joinedup.care.people.queries import people_of_patients
from joinedup.care.record.queries import Criteria
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError

PARAMETERS = {"_id": "token", "identifier": "token", "patient": "reference", "subject": "reference"}
PATIENT_PARAMETERS = frozenset({"patient", "subject"})
CONTROLS = frozenset({"_count", "_format", "_after"})
MOST_A_PAGE = 200
A_PAGE = 50


def criteria_of(type_: str, query: QueryDict) -> Criteria:
    """Read the search parameters."""
    for name in query:
        if name not in PARAMETERS and name not in CONTROLS:
            supported = ", ".join(sorted({*PARAMETERS, "_count"}))
            issue = Issue("not-supported", f"a search parameter is not supported; these are: {supported}")
            raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    patients = [_patient_id(value) for name in sorted(PATIENT_PARAMETERS) for value in _values(query, name)]
    return Criteria(
        type=type_,
        ids=tuple(_values(query, "_id")),
        identifiers=tuple(_token(value) for value in _values(query, "identifier")),
        patients=tuple(people_of_patients(patients).values()) if patients else None,
    )


def _values(query: QueryDict, name: str) -> Sequence[str]:
    """Return the values of a parameter; commas separate alternatives."""
    return [part for value in query.getlist(name) for part in value.split(",") if part]


def _patient_id(value: str) -> str:
    """Return the id in Patient/id or id."""
    return value.removeprefix("Patient/")


def _token(value: str) -> tuple[str | None, str]:
    """Return (system, value) of a token; no system means any."""
    system, bar, rest = value.rpartition("|")
    return (system if bar else None, rest)


def page_of(query: QueryDict) -> tuple[int, int]:
    """Return (after, count) of a search."""
    try:
        after, count = int(query.get("_after", 0)), int(query.get("_count", A_PAGE))
    except ValueError as error:
        issue = Issue("value", "_count must be a whole number")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue) from error
    return max(0, after), min(max(1, count), MOST_A_PAGE)
