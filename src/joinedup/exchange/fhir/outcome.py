"""What is wrong, where and what to do, as a FHIR OperationOutcome. No issue ever quotes what a person's data said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

import msgspec


class Severity(StrEnum):
    """How bad an issue is."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong or worth knowing. `code` is from the FHIR issue-type value set."""

    code: str
    message: str
    expression: str = ""
    severity: Severity = Severity.ERROR

    def within(self, path: str) -> "Issue":
        """Return the issue with its place given from outside: Patient.name in Bundle.entry[3].resource."""
        head, _, rest = self.expression.partition(".")
        place = path + (f".{rest}" if rest else "") if head else path
        return Issue(self.code, self.message, place, self.severity)


class RefusedInputError(Exception):
    """What was sent is refused with this status; `issues` say why."""

    def __init__(self, status: HTTPStatus, *issues: Issue, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(f"{issue.expression}: {issue.message}" for issue in issues))
        self.status = status
        self.issues = issues
        self.headers = dict(headers or {})


def operation_outcome(issues: Sequence[Issue]) -> dict[str, object]:
    """Return the OperationOutcome with these issues."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in issues]}


def encoded_outcome(issues: Sequence[Issue]) -> bytes:
    """Return the OperationOutcome as JSON."""
    return msgspec.json.encode(operation_outcome(issues))


def _issue(issue: Issue) -> dict[str, object]:
    """Return one issue in FHIR's form."""
    said: dict[str, object] = {
        "severity": issue.severity.value,
        "code": issue.code,
        "diagnostics": issue.message,
    }
    return said | ({"expression": [issue.expression]} if issue.expression else {})
