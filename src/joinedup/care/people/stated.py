"""What each partner's Patient says of a person, beside what we take as known: numbers, birth and death."""

from collections.abc import Collection, Mapping, Set
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.copying import copy_rows
from joinedup.care.people.candidates import Whose
from joinedup.care.people.fhir import ALIVE, PersonDetails
from joinedup.care.people.logic_numbers import IN_FORCE, SaidNumber, Standing
from joinedup.care.people.models import Identifier, SourcePatient
from joinedup.care.storing import store
from joinedup.core.identifiers import kind_of_system

Key = tuple[UUID, str, str]
SOURCE_COLUMNS = (
    "fhir_id",
    "person_id",
    "origin_id",
    "system_id",
    "born",
    "died",
    "told_at",
    "is_protected",
    "digest",
)


def note_identifiers(
    arrivals: Mapping[str, PersonDetails],
    whose: Mapping[str, Whose],
    *,
    known: Collection[str],
    new_people: Set[UUID],
    by: Actor,
    at: datetime,
) -> set[UUID]:
    """Keep every number with who asserts it and what it is worth; return the people of whom it says something new.

    A national number that a Patient that was here before gives no more counts as dropped by its system. Nobody has
    said anything yet of `new_people`.
    """
    said: dict[Key, SaidNumber] = {}
    for fhir_id, details in arrivals.items():
        for number in details.identifiers:
            said[whose[fhir_id].origin, number.system, number.value] = number
    people = {w.origin: w.person for w in whose.values()}
    held = _held(set(people.values()) - new_people, by)
    said |= _dropped(held, said, {whose[fhir_id].origin for fhir_id in known}, arrivals, by)
    changed = {key: number for key, number in said.items() if held.get(key) != number.standing}
    _keep(changed, people, by, at)
    return {people[origin] for origin, _, _ in changed}


def add_sources(
    made: Mapping[str, Whose], arrivals: Mapping[str, PersonDetails], *, by: Actor, at: datetime
) -> None:
    """Keep whose the Patients are that came for the first time, and what they say of birth, death and protection."""
    rows = (
        (
            fhir_id,
            whose.person,
            whose.origin,
            by.source,
            said.born,
            said.died,
            at,
            said.is_protected,
            said.digest,
        )
        for fhir_id, whose in made.items()
        for said in (arrivals[fhir_id],)
    )
    copy_rows(SourcePatient, SOURCE_COLUMNS, rows)


def note_sources(known: Collection[str], arrivals: Mapping[str, PersonDetails], *, at: datetime) -> set[str]:
    """Keep what the newest versions of Patients that came before say of the person, and since when; return which of
    them say anything else than before: a Patient that is sent again as it was is no newer word.

    Who said that the person died and says so no more has taken it back, which is not the same as being silent.
    """
    if not known:
        return set()
    changed = []
    for row in SourcePatient.objects.filter(fhir_id__in=list(known)):
        details = arrivals[row.fhir_id]
        if row.digest == details.digest:
            continue
        died = details.died or (ALIVE if row.died else "")
        if row.told_at is None or (row.born, row.died) != (details.born, died):
            row.born, row.died, row.told_at = details.born, died, at
        row.is_protected, row.digest = details.is_protected, details.digest
        changed.append(row)
    store(changed, ("born", "died", "told_at", "is_protected", "digest"))
    return {row.fhir_id for row in changed}


def _held(people: Collection[UUID], by: Actor) -> dict[Key, Standing]:
    """Return what this system has asserted of these people until now."""
    if not people:
        return {}
    rows = Identifier.objects.filter(person__in=people, asserted_by=by.source)
    columns = rows.values_list("origin_id", "system", "value", "standing")
    return {(origin, system, value): Standing(standing) for origin, system, value, standing in columns}


def _dropped(
    held: Mapping[Key, Standing],
    said: Mapping[Key, SaidNumber],
    known: Collection[UUID],
    arrivals: Collection[str],
    by: Actor,
) -> dict[Key, SaidNumber]:
    """Return the national numbers that this system gave before and gives no more, in any of its Patients."""
    gone = {
        key: SaidNumber(key[1], key[2], Standing.DROPPED)
        for key, standing in held.items()
        if key not in said and key[0] in known and standing in IN_FORCE and kind_of_system(key[1])
    }
    if not gone:
        return {}
    # Another Patient of theirs may give it still, so nothing is taken for dropped.
    others = SourcePatient.objects.filter(origin__in={origin for origin, _, _ in gone}, system=by.source)
    kept = set(others.exclude(fhir_id__in=list(arrivals)).values_list("origin_id", flat=True))
    return {key: number for key, number in gone.items() if key[0] not in kept}


def _keep(said: Mapping[Key, SaidNumber], people: Mapping[UUID, UUID], by: Actor, at: datetime) -> None:
    """Write the numbers; since when a system asserts one stays as it was."""
    rows = [
        Identifier(
            person_id=people[origin],
            origin_id=origin,
            system=system,
            value=value,
            asserted_by_id=by.source,
            since=at,
            standing=number.standing,
        )
        for (origin, system, value), number in said.items()
    ]
    Identifier.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["system", "value", "origin", "asserted_by"],
        update_fields=["standing"],
    )
