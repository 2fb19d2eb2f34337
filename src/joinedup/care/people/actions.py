"""Writes of the people app.

`recognise` decides whose Patient it is. Exact rules only: the id under which this Patient came before; else a
national number with a right check digit together with the same date of birth (or one side without). Anything else
makes a new person: joining by likeness is for a review queue, never for arrival.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import require
from joinedup.care.people.fhir import PersonDetails
from joinedup.care.people.logic import fold
from joinedup.care.people.models import Carer, Identifier, Person, SourcePatient
from joinedup.core.identifiers import kind_of_system, problem_with_form

FIELDS = (
    "family",
    "given",
    "born",
    "gender",
    "died",
    "address",
    "postcode",
    "area",
    "phone",
    "language",
    "deprivation",
)
# PostgreSQL keeps a fixed number of locks for everybody, so a large arrival must not take one a person.
LOCK_BUCKETS = 1024
LOCK = 1


@dataclass(frozen=True)
class CarerDetails:
    """What one RelatedPerson says."""

    fhir_id: str
    person_id: UUID
    name: str
    relationship: str
    phone: str


class _Whose(NamedTuple):
    """Whose Patient it is now, and whom we took it for when it came."""

    person: UUID
    origin: UUID


def recognise(arrivals: Mapping[str, PersonDetails], *, by: Actor, at: datetime) -> dict[str, UUID]:
    """Find or make the person of each Patient (by its FHIR id); return their ids. Caller holds the transaction."""
    require(by, Permission.WRITE_RECORD)
    _queue_up(arrivals)
    known = _known(arrivals)
    strangers = {fhir_id: details for fhir_id, details in arrivals.items() if fhir_id not in known}
    matched = _match_by_number(strangers)
    made: dict[str, _Whose] = {}
    new_people: list[Person] = []
    for fhir_id, details in strangers.items():
        found = matched.get(fhir_id) or _same_arrival(details, strangers, made)
        if found is None:
            person = Person(**_columns(details))
            new_people.append(person)
            found = _Whose(person.id, person.id)
        made[fhir_id] = found
    Person.objects.bulk_create(new_people)
    SourcePatient.objects.bulk_create(
        [
            SourcePatient(fhir_id=fhir_id, person_id=w.person, origin_id=w.origin, system_id=by.source)
            for fhir_id, w in made.items()
        ]
    )
    whose = known | made
    people = {fhir_id: w.person for fhir_id, w in whose.items()}
    _bring_up_to_date(arrivals, people, skip={person.id for person in new_people})
    _note_identifiers(arrivals, whose, by=by, at=at)
    return people


def _known(fhir_ids: Iterable[str]) -> dict[str, _Whose]:
    """Return whose those Patients are that came before."""
    rows = SourcePatient.objects.filter(fhir_id__in=list(fhir_ids))
    return {
        fhir_id: _Whose(person, origin)
        for fhir_id, person, origin in rows.values_list("fhir_id", "person_id", "origin_id")
    }


def _queue_up(arrivals: Mapping[str, PersonDetails]) -> None:
    """Wait for others who bring in the same Patients or numbers just now, until they are done.

    Without it, two systems that send a new person's number at the same moment would make two people. Locks are
    taken in rising order, before any row's, so that nobody waits in a circle; they end with the transaction.
    """
    words = [f"patient {fhir_id}" for fhir_id in arrivals]
    words += [f"number {value}" for details in arrivals.values() for _, value in details.national_numbers]
    _take_locks("pg_advisory_xact_lock", words)


def wait_for_arrivals(patient_ids: Iterable[str]) -> None:
    """Wait until nobody is just bringing in one of these Patients; until the transaction ends nobody begins to.

    For who writes about a Patient that is not here: either it has arrived afterwards, or what was written is there
    for the Patient to find.
    """
    _take_locks("pg_advisory_xact_lock_shared", [f"patient {fhir_id}" for fhir_id in patient_ids])


def _take_locks(function: str, words: Iterable[str]) -> None:
    """Take a lock for each word, in rising order, until the transaction ends."""
    buckets = sorted({zlib.crc32(word.encode()) % LOCK_BUCKETS for word in words})
    statement = f"SELECT {function}(%s, bucket) FROM unnest(%s::int[]) AS bucket"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK, buckets])


def _columns(details: PersonDetails) -> dict[str, str | int | None]:
    """Return the columns of a person that follow from the details."""
    said: dict[str, str | int | None] = {field: getattr(details, field) for field in FIELDS}
    return said | {"sought_family": fold(details.family), "sought_given": fold(details.given)}


def _right_numbers(details: PersonDetails) -> list[tuple[str, str]]:
    """Return the national numbers whose check digit is right."""
    return [
        (system, value)
        for system, value in details.national_numbers
        if (kind := kind_of_system(system)) and problem_with_form(kind, value) is None
    ]


def _agrees(born: str, other: str) -> bool:
    """Say whether two dates of birth, each as precise as it is known, don't contradict each other."""
    return born.startswith(other) or other.startswith(born)


def _match_by_number(strangers: Mapping[str, PersonDetails]) -> dict[str, _Whose]:
    """Return the person we know by the same number and date of birth, for those for whom there is just one."""
    values = {value for details in strangers.values() for _, value in _right_numbers(details)}
    if not values:
        return {}
    holders = defaultdict(set)
    rows = Identifier.objects.filter(value__in=values).values_list(
        "system", "value", "person_id", "origin_id", "person__born"
    )
    for system, value, person_id, origin_id, born in rows:
        holders[kind_of_system(system), value].add((_Whose(person_id, origin_id), born))
    matched = {}
    for fhir_id, details in strangers.items():
        found = {
            whose
            for system, value in _right_numbers(details)
            for whose, born in holders[kind_of_system(system), value]
            if _agrees(born, details.born)
        }
        if len({whose.person for whose in found}) == 1:
            # Of several who were joined, the one whose record it is now.
            matched[fhir_id] = max(found, key=lambda whose: (whose.person == whose.origin, whose.origin))
    return matched


def _same_arrival(
    details: PersonDetails, strangers: Mapping[str, PersonDetails], made: Mapping[str, _Whose]
) -> _Whose | None:
    """Return the person already made in this arrival for the same number and date of birth."""
    numbers = set(_right_numbers(details))
    for fhir_id, whose in made.items():
        other = strangers[fhir_id]
        if numbers & set(_right_numbers(other)) and _agrees(other.born, details.born):
            return whose
    return None


def _bring_up_to_date(
    arrivals: Mapping[str, PersonDetails], whose: Mapping[str, UUID], *, skip: set[UUID]
) -> None:
    """Write what the newest Patient says over what we kept; what it is silent about stays."""
    known = Person.objects.in_bulk([person_id for person_id in whose.values() if person_id not in skip])
    for fhir_id, details in arrivals.items():
        person = known.get(whose[fhir_id])
        if person is None:
            continue
        for column, value in _columns(details).items():
            if value not in ("", None):
                setattr(person, column, value)
    Person.objects.bulk_update(known.values(), [*FIELDS, "sought_family", "sought_given"])


def _note_identifiers(
    arrivals: Mapping[str, PersonDetails], whose: Mapping[str, _Whose], *, by: Actor, at: datetime
) -> None:
    """Keep every identifier with who asserted it."""
    rows = [
        Identifier(
            person_id=whose[fhir_id].person,
            origin_id=whose[fhir_id].origin,
            system=system,
            value=value,
            asserted_by_id=by.source,
            since=at,
        )
        for fhir_id, details in arrivals.items()
        for system, value in details.identifiers
    ]
    Identifier.objects.bulk_create(rows, ignore_conflicts=True)


def note_carers(carers: Sequence[CarerDetails]) -> None:
    """Keep the carers, bringing known ones up to date."""
    rows = [
        Carer(
            fhir_id=c.fhir_id, person_id=c.person_id, name=c.name, relationship=c.relationship, phone=c.phone
        )
        for c in carers
    ]
    Carer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["fhir_id"],
        update_fields=["person", "name", "relationship", "phone"],
    )


def describe(known: Mapping[UUID, Sequence[PersonDetails]]) -> None:
    """Describe these people anew by what their Patients say, oldest first: the newest word on each field counts."""
    people = Person.objects.in_bulk(list(known))
    for person_id, person in people.items():
        described = _columns(PersonDetails())
        for details in known[person_id]:
            said = _columns(details).items()
            described |= {column: value for column, value in said if value not in ("", None)}
        for column, value in described.items():
            setattr(person, column, value)
    Person.objects.bulk_update(people.values(), [*FIELDS, "sought_family", "sought_given"])
