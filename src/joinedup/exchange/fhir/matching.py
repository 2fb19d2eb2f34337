"""`Patient/$match`: who of the people whom the asker may see is the one described, by the rules for arrivals."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.people.candidates import Found, surely
from joinedup.care.people.fhir import details_from_patient
from joinedup.care.people.queries import who_may_be
from joinedup.care.record.logic import decode
from joinedup.core.moments import uk_date
from joinedup.exchange.fhir.admission import base_of, body_of, fhir_view, json_answer
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.own_patient import own_patient
from joinedup.exchange.fhir.type_views import bundle_of
from joinedup.exchange.fhir.validation import issues_of_form

GRADE_URL = "http://hl7.org/fhir/StructureDefinition/match-grade"
MOST = 50


@fhir_view(POST=Permission.READ_RECORD)
def match(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """POST Parameters (resource, onlyCertainMatches, count): candidates, the likeliest first; the look is audited."""
    said = _parameters(body_of(request))
    found = who_may_be(actor, details_from_patient(said["resource"], on=uk_date(at).isoformat()), at=at)
    is_sure = surely(found) is not None
    if said.get("onlyCertainMatches") is True and not is_sure:
        found = []
    entries = [
        entry
        for one in found[: _count(said.get("count"))]
        if (entry := _entry(one, actor, base_of(request), at, is_sure=is_sure))
    ]
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject="Patient/$match")
    if found:
        people = [one.whose.person for one in found]
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=people, subject="Patient/$match")
    return json_answer(bundle_of({"total": len(entries)}, [], entries))


def _parameters(body: bytes) -> dict[str, Any]:
    """Read the Parameters by name, their Patient among them; refuse anything else."""
    try:
        content = decode(body.decode())
        given = {part["name"]: part for part in content["parameter"]}
        patient = given["resource"]["resource"]
        is_patient = content["resourceType"] == "Parameters" and patient["resourceType"] == "Patient"
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise _refused() from error
    if not is_patient:
        raise _refused()
    issues = next(iter(issues_of_form([msgspec.json.encode(patient)])))
    if issues:
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, *issues)
    return {
        "resource": patient,
        "onlyCertainMatches": given.get("onlyCertainMatches", {}).get("valueBoolean"),
        "count": given.get("count", {}).get("valueInteger"),
    }


def _refused() -> RefusedInputError:
    issue = Issue(
        "invalid", "send Parameters with one parameter “resource” that holds a Patient", "Parameters"
    )
    return RefusedInputError(HTTPStatus.BAD_REQUEST, issue)


def _count(asked: object) -> int:
    """Return how many candidates are wanted."""
    return min(asked, MOST) if isinstance(asked, int) and asked > 0 else MOST


def _entry(one: Found, actor: Actor, base: str, at: datetime, *, is_sure: bool) -> dict[str, object] | None:
    """Return one candidate with its score and grade; none where the asker may not see any of their Patients."""
    ours = own_patient(actor, one.whose.person, at=at)
    if ours is None:
        return None
    grade = "certain" if is_sure else "probable" if one.rule.score >= 0.7 else "possible"
    search = {
        "extension": [{"url": GRADE_URL, "valueCode": grade}],
        "mode": "match",
        "score": one.rule.score,
    }
    return {
        "fullUrl": f"{base}/Patient/{ours.fhir_id}",
        "resource": msgspec.Raw(ours.json),
        "search": search,
    }
