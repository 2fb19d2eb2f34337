"""A person's choices about sharing: recorded here as a Consent of ours, or taken from a partner's Consent.

The Consent is the record's account of it, the row of `joinedup.care.access` what the scope asks; both are written in
one transaction. The person's newest word holds, wherever they gave it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.db.models import F

from joinedup.care.access.actions import own_system
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.choices import (
    Refusal,
    SaidBy,
    Word,
    end_choices_by,
    end_choices_of,
    hold_choices,
    is_held,
)
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.access.reasons import standing_of
from joinedup.care.partnership.models import Organisation
from joinedup.care.partnership.queries import organisations_by_reference
from joinedup.care.people.actions import hold_identities
from joinedup.care.people.queries import patient_of_person
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Arrival
from joinedup.care.record.consents import Reading, Refused, organisations_named, read_consent
from joinedup.care.record.logic import ALL_KINDS, KINDS, OTHER, Json, decode
from joinedup.care.record.models import Entry
from joinedup.care.record.own_consents import Chosen, consent_content, ended
from joinedup.care.record.provisions import Note
from joinedup.care.record.queries import resource_numbers

NOT_HERE = "There is no Patient of this person in the record, so a choice can't be kept there yet."
NOT_WHOLE = "Choose from the list."
WAITS = "its Patient is not here yet; it is applied to sharing when the Patient comes"


class NotPossibleError(Exception):
    """The choice can't be recorded; the message says what to do."""


# What a person may keep from others. Who they are isn't: without it nobody knows whose choice it is.
CHOOSABLE = tuple(sorted(ALL_KINDS - {KINDS["Patient"], KINDS["Consent"], OTHER}))


@transaction.atomic
def record_choice(*, person_id: UUID, chosen: Chosen, said_by: SaidBy, by: Actor, at: datetime) -> str | None:
    """Record what the person chose, in place of what they had chosen; return the id of the Consent that says it.

    None where just that holds already: then nothing is written. `RefusedError` without the permission or a
    relationship with the person, which an emergency is not; `NotPossibleError` where the choice names what is not.
    """
    _check(person_id, by, at)
    word = Word(by, said_by)
    content = _content(person_id, chosen, word, at)
    known = organisations_by_reference(organisations_named(content))
    reading = read_consent(content, known)
    is_whole = chosen.is_whole and set(chosen.kinds) <= set(CHOOSABLE)
    if not is_whole or reading.refused is None or reading.notes:
        raise NotPossibleError(NOT_WHOLE)
    refusals = _refusals(reading.refused, known, at)
    if is_held(refusals, person_id=person_id, at=at):
        return None
    _take_back(end_choices_of(person_id, word=word, at=at), by, at)
    fhir_id = str(uuid4())
    _write({fhir_id: content}, by, at)
    number = resource_numbers("Consent", [fhir_id])[fhir_id]
    hold_choices(refusals, person_id=person_id, resource_id=number, word=word, at=at)
    return fhir_id


def may_record_choice(actor: Actor, person_id: UUID, *, at: datetime) -> bool:
    """Say whether the actor may record a choice of this person."""
    return actor.may(Permission.RECORD_CHOICES) and standing_of(actor, person_id, at=at).has_care


def _check(person_id: UUID, by: Actor, at: datetime) -> None:
    """Refuse whoever may not record a choice of this person; the page has written the look or the refusal."""
    require(by, Permission.RECORD_CHOICES)
    hold_identities()
    standing = standing_of(by, person_id, at=at)
    if not standing.has_care:
        raise RefusedError(*standing.reasons_against_care)


def _content(person_id: UUID, chosen: Chosen, word: Word, at: datetime) -> Json:
    """Return the Consent of the choice."""
    patient = patient_of_person(person_id)
    if patient is None:
        raise NotPossibleError(NOT_HERE)
    place = Organisation.objects.filter(pk=word.by.organisation_id or 0).values_list("reference", flat=True)
    return consent_content(chosen, patient=patient, word=word, organisation=place.first(), at=at)


def _take_back(numbers: Sequence[int], by: Actor, at: datetime) -> None:
    """Say in our own Consents that they hold no more; those of partners stay as they were sent."""
    newest = Entry.objects.filter(
        resource__in=numbers, resource__system=own_system(), version=F("resource__version"), deleted=False
    )
    bodies = dict(newest.values_list("resource__fhir_id", "body"))
    if bodies:
        _write({fhir_id: ended(decode(body)) for fhir_id, body in bodies.items()}, by, at)


def _write(contents: Mapping[str, Json], by: Actor, at: datetime) -> None:
    """Write Consents of ours: whoever may record a choice may write these for it."""
    texts = {fhir_id: msgspec.json.encode(content).decode() for fhir_id, content in contents.items()}
    arrivals = [Arrival("Consent", fhir_id, text, decode(text)) for fhir_id, text in texts.items()]
    write(arrivals, by=replace(by, permissions=by.permissions | {Permission.WRITE_RECORD}), at=at)


def _refusals(rows: Iterable[Refused], known: Mapping[str, Organisation], at: datetime) -> list[Refusal]:
    """Return the refusals with the organisations' numbers; what is over already refuses nothing."""
    return [
        Refusal(
            organisations=tuple(known[name].pk for name in row.organisations),
            kinds=row.kinds,
            except_organisations=tuple(known[name].pk for name in row.except_organisations),
            except_kinds=row.except_kinds,
            since=row.since,
            until=row.until,
        )
        for row in rows
        if row.until is None or row.until > at
    ]


@dataclass(frozen=True)
class ConsentArrival:
    """A Consent that a partner sent, and whose it is."""

    fhir_id: str
    content: Json
    person_id: UUID | None
    is_changed: bool


def note_consents(
    arrivals: Sequence[ConsentArrival], *, by: Actor, at: datetime
) -> dict[str, tuple[Note, ...]]:
    """Take what partners' Consents say about sharing; return what was not taken as it was said, by the Consent's id.

    Caller holds the transaction of the record write. A version that can't be read leaves what was held before.
    """
    names = {name for arrival in arrivals for name in organisations_named(arrival.content)}
    known = organisations_by_reference(names) if names else {}
    readings = {arrival.fhir_id: read_consent(arrival.content, known) for arrival in arrivals}
    changed = [
        a for a in arrivals if a.is_changed and a.person_id and readings[a.fhir_id].refused is not None
    ]
    numbers = resource_numbers("Consent", [arrival.fhir_id for arrival in changed]) if changed else {}
    for arrival in changed:
        hold_choices(
            _refusals(readings[arrival.fhir_id].refused or (), known, at),
            person_id=arrival.person_id or UUID(int=0),
            resource_id=numbers[arrival.fhir_id],
            word=Word(by),
            at=at,
        )
    return {arrival.fhir_id: _notes(arrival, readings[arrival.fhir_id]) for arrival in arrivals}


def _notes(arrival: ConsentArrival, reading: Reading) -> tuple[Note, ...]:
    """Return the notes on a Consent, with one where nobody knows yet whose it is."""
    waits = () if arrival.person_id else (Note("Consent.patient", WAITS),)
    return (*reading.notes, *waits)


def forget_consents(fhir_ids: Collection[str], *, by: Actor, at: datetime) -> None:
    """End what Consents refused that were withdrawn. Caller holds the transaction."""
    numbers = resource_numbers("Consent", list(fhir_ids))
    end_choices_by(numbers.values(), word=Word(by), at=at)
