"""Operations on one person by any of their Patients' ids: `$everything` and `$summary`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import RefusedError
from joinedup.care.people.queries import people_behind
from joinedup.care.record.emergency import emergency_summary
from joinedup.care.record.everything import Wanted, current_of, everything
from joinedup.care.record.moments import end_of, moment_of
from joinedup.care.record.past import TooManyError
from joinedup.care.record.searching import Page, Place
from joinedup.exchange.fhir.admission import base_of, fhir_view, json_answer
from joinedup.exchange.fhir.as_of import moment_asked, pairs_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.own_patient import own_patient
from joinedup.exchange.fhir.patient_summary import summary_bundle
from joinedup.exchange.fhir.refusing import not_found
from joinedup.exchange.fhir.searching import WHOLE_NUMBER, Paged, Pairs, opened, refusal, sealed
from joinedup.exchange.fhir.shaping import Shape
from joinedup.exchange.fhir.type_views import bundle_of, entries_of, link

MOST_A_PAGE = 500


@fhir_view(GET=Permission.READ_RECORD)
def everything_about(request: HttpRequest, actor: Actor, at: datetime, fhir_id: str) -> HttpResponse:
    """GET Patient/id/$everything: the whole record of the person, a page at a time."""
    pairs: Pairs = pairs_of(request)
    place, of = None, Paged(actor.source, f"{fhir_id}/$everything")
    if "_page" in request.GET:
        pairs, place = opened(str(request.GET["_page"]), of)
    known_at = moment_asked(pairs, at=place.seen_at if place else at)
    person_id, wanted = _person(actor, fhir_id, at), replace(_wanted(dict(pairs)), known_at=known_at)
    page = _everything(actor, person_id, wanted, at, place)
    if page is None:
        raise not_found(actor, "Patient", at=at)
    if place is None and (not wanted.types or "Patient" in wanted.types):
        ours = own_patient(actor, person_id, at=at, known_at=known_at)
        page = replace(page, included=(*((ours,) if ours else ()), *page.included))
    address = f"{base_of(request)}/Patient/{fhir_id}/$everything"
    links = [link("self", address)]
    if page.following:
        links.append(link("next", f"{address}?{urlencode({'_page': sealed(pairs, page.following, of)})}"))
    return json_answer(bundle_of({"total": page.total}, links, entries_of(page, base_of(request), Shape())))


@fhir_view(GET=Permission.READ_RECORD)
def summary_of(request: HttpRequest, actor: Actor, at: datetime, fhir_id: str) -> HttpResponse:
    """GET Patient/id/$summary: what matters in an emergency, as an International Patient Summary."""
    person_id, known_at = _person(actor, fhir_id, at), moment_asked(pairs_of(request), at=at)
    try:
        sections = emergency_summary(actor, person_id, at=at, known_at=known_at)
    except RefusedError as error:
        raise not_found(actor, "Patient", at=at) from error
    except TooManyError as error:
        raise refusal(error) from error
    patients = current_of(actor, person_id, ["Patient"], at=at, known_at=known_at)
    patient = next((p for p in patients if p["id"] == fhir_id), patients[0] if patients else None)
    if patient is None:
        raise not_found(actor, "Patient", at=at)
    return json_answer(summary_bundle(sections, patient, base=base_of(request), at=known_at or at))


def _everything(
    actor: Actor, person_id: UUID, wanted: Wanted, at: datetime, place: Place | None
) -> Page | None:
    """Return a page of everything; refuse where too much has changed since the moment that is asked for."""
    try:
        return everything(actor, person_id, wanted, at=at, place=place)
    except TooManyError as error:
        raise refusal(error) from error


def _person(actor: Actor, fhir_id: str, at: datetime) -> UUID:
    """Return the person behind a Patient's id, a partner's or ours."""
    found = people_behind([fhir_id]).get(fhir_id)
    if found is None:
        raise not_found(actor, "Patient", at=at)
    return found


def _wanted(said: Mapping[str, Any]) -> Wanted:
    """Read the parameters."""
    count = said.get("_count") or "0"
    if not WHOLE_NUMBER.match(count):
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, Issue("value", "_count: give a whole number"))
    return Wanted(
        since=_moment(said, "_since"),
        start=_moment(said, "start"),
        end=end_of(said["end"]) if _moment(said, "end") else None,
        types=tuple(name for name in said.get("_type", "").split(",") if name),
        count=min(int(count), MOST_A_PAGE) or Wanted.count,
    )


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    """Return the moment that a parameter says."""
    if name not in said:
        return None
    moment = moment_of(said[name])
    if moment is None:
        issue = Issue("value", f"{name}: give a date as YYYY-MM-DD, or a time with its zone")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    return moment
