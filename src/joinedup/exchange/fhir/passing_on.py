"""From the door to the apps that work with what has come, in the transaction of its writing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.discharge.actions import StayArrival, receive_stays
from joinedup.care.discharge.fhir import stay_from_encounter
from joinedup.care.outbound.subscribing import Wish, note_subscriptions
from joinedup.care.people.actions import CarerDetails, note_carers
from joinedup.care.people.fhir import carer_from_related_person
from joinedup.care.record.arrivals import Outcome, Written
from joinedup.care.record.choices import ConsentArrival, note_consents
from joinedup.care.record.logic import Json, Key
from joinedup.care.record.queries import Current, current_of_keys, resource_numbers
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import Item
from joinedup.exchange.fhir.outcome import Issue, Severity


def pass_on(
    items: Sequence[Item], outcome: Outcome, *, by: Actor, nation: Nation, at: datetime
) -> dict[Key, tuple[Issue, ...]]:
    """Tell the apps that work with what has come: stays to discharge, carers to people, subscriptions to outbound.

    Return what they have to say of it, by resource.
    """
    changed = {(w.type, w.fhir_id): w for w in outcome.written if w.change.is_new_version}
    contents: dict[Key, Json] = {
        (i.type, i.fhir_id): i.content for i in items if (i.type, i.fhir_id) in changed
    }
    stays = [*_stays(contents, changed), *_adopted_stays(outcome.adopted)]
    if stays:
        receive_stays(stays, nation=nation)
    related = {
        key[1]: (changed[key].person_id, content)
        for key, content in contents.items()
        if key[0] == "RelatedPerson"
    }
    related |= {c.fhir_id: (c.person_id, c.content) for c in _adopted("RelatedPerson", outcome.adopted)}
    carers = list(_carers(related))
    if carers:
        note_carers(carers)
    note_subscriptions(_wishes(contents, by))
    return _choices(items, outcome, changed, by=by, at=at)


def _choices(
    items: Sequence[Item], outcome: Outcome, changed: Mapping[Key, Written], *, by: Actor, at: datetime
) -> dict[Key, tuple[Issue, ...]]:
    """Take what Consents say about sharing; return warnings of what was not taken as it was said."""
    people = {(w.type, w.fhir_id): w.person_id for w in outcome.written}
    came = {
        i.fhir_id: ConsentArrival(
            i.fhir_id, i.content, people[i.type, i.fhir_id], (i.type, i.fhir_id) in changed
        )
        for i in items
        if i.type == "Consent"
    }
    came |= {
        c.fhir_id: ConsentArrival(c.fhir_id, c.content, c.person_id, is_changed=True)
        for c in _adopted("Consent", outcome.adopted)
    }
    notes = note_consents(list(came.values()), by=by, at=at) if came else {}
    return {
        ("Consent", fhir_id): tuple(Issue("not-supported", n.message, n.path, Severity.WARNING) for n in said)
        for fhir_id, said in notes.items()
    }


def _wishes(contents: Mapping[Key, Json], by: Actor) -> list[Wish]:
    """Return the Subscriptions among what has come, with their numbers in the record."""
    said = {key[1]: content for key, content in contents.items() if key[0] == "Subscription"}
    numbers = resource_numbers("Subscription", list(said)) if said else {}
    return [Wish(numbers[fhir_id], by.source, content) for fhir_id, content in said.items()]


def _stays(contents: Mapping[Key, Json], written: Mapping[Key, Written]) -> Iterator[StayArrival]:
    """Return the stays among the Encounters whose person is known."""
    for key, content in contents.items():
        details = stay_from_encounter(key[1], content) if key[0] == "Encounter" else None
        person_id = written[key].person_id
        if details and person_id:
            yield StayArrival(details, person_id, written[key].organisation_id)


def _adopted_stays(adopted: Sequence[Key]) -> Iterator[StayArrival]:
    """Return the stays whose Encounter was here before its Patient."""
    for current in _adopted("Encounter", adopted):
        details = stay_from_encounter(current.fhir_id, current.content)
        if details and current.person_id:
            yield StayArrival(details, current.person_id, current.organisation_id)


def _adopted(type_: str, adopted: Sequence[Key]) -> list[Current]:
    """Return those adopted resources that are of this type."""
    ids = [fhir_id for adopted_type, fhir_id in adopted if adopted_type == type_]
    return current_of_keys(type_, ids) if ids else []


def _carers(related: Mapping[str, tuple[UUID | None, Json]]) -> Iterator[CarerDetails]:
    """Return the carers among the RelatedPersons whose person is known."""
    for fhir_id, (person_id, content) in related.items():
        carer = carer_from_related_person(content)
        if carer and person_id:
            yield CarerDetails(fhir_id, person_id, *carer)
