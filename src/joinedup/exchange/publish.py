"""Publish: from the record to tables for insight, with a keyed pseudonym in place of every identity.

Reads the record and nothing else. Writes `person`, `activity` and `delay` (`joinedup.insight.tables`), without
name, number, address or full date of birth. The key never leaves the data folder's secrets: whoever has only the
tables can't find their way back, and the same person has the same pseudonym each time.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from joinedup.care.discharge.fhir import (
    Readiness,
    encounter_of_task,
    left_at_of_task,
    readiness_of,
    stay_from_encounter,
)
from joinedup.care.partnership.queries import areas
from joinedup.care.people.fhir import PersonDetails, details_from_patient
from joinedup.care.people.protecting import protected_among
from joinedup.care.record.logic import happened_at, kind_of
from joinedup.care.record.moments import moment_of
from joinedup.care.record.queries import Current, everything_current
from joinedup.core.moments import uk_date
from joinedup.core.nation import Nation
from joinedup.insight.engine import write_rows
from joinedup.insight.rows import ActivityRow, DelayRow, PersonRow, write_activity, write_delay, write_person
from joinedup.insight.tables import ACTIVITY, DELAY, PERSON, PUBLISHED_LOOKUP, table_folder

FILE_NAME = "partnership.parquet"
OWN_SOURCE = "partnership"
HOURS = 3600
CONTACTS = ("Encounter",)
STAY_KIND = "Hospital stay"
HELD_IN = {STAY_KIND: "hospital", "Emergency": "hospital", "Home visit": "home", "Contact": "community"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """How many rows each table has."""

    people: int
    activities: int
    delays: int


@dataclass(frozen=True)
class _Known:
    """What rows of a person need beside their own facts."""

    pseudonym: str
    area: str | None
    born: str


class Pseudonyms:
    """Keyed pseudonyms: HMAC-SHA-256 of the internal id, 128 bits of it."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def of(self, kind: str, identity: str) -> str:
        """Return the pseudonym of one thing of a kind; the same id gives another one under another kind."""
        return hmac.new(self._key, f"{kind}:{identity}".encode(), hashlib.sha256).hexdigest()[:32]


def publish(folder: Path, *, nation: Nation, key: str) -> Published:
    """Write the three tables below `folder` (the data folder), each in place of the one before."""
    pseudonyms = Pseudonyms(key)
    people = _people(pseudonyms)
    rows = (_person_row(details, known, nation) for details, known in people.values())
    known = {person_id: known for person_id, (_, known) in people.items()}
    targets = {table: table_folder(folder, table) / FILE_NAME for table in (PERSON, ACTIVITY, DELAY)}
    for target in targets.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    _write_areas(folder)
    return Published(
        people=write_person(rows, targets[PERSON]),
        activities=write_activity(_activity_rows(known, nation), targets[ACTIVITY]),
        delays=write_delay(_delay_rows(known, pseudonyms, nation), targets[DELAY]),
    )


def _write_areas(folder: Path) -> None:
    """Write what the partnership's areas are called and belong to; areas are public."""
    rows = [
        (
            OWN_SOURCE,
            area.kind,
            area.code,
            area.name,
            area.part_of.kind,
            area.part_of.code,
            area.part_of.name,
            None,
        )
        for area in areas()
        if area.part_of
    ]
    path = table_folder(folder, PUBLISHED_LOOKUP) / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(PUBLISHED_LOOKUP, rows, path)


def _people(pseudonyms: Pseudonyms) -> dict[UUID, tuple[PersonDetails, _Known]]:
    """Return each person's details and pseudonym; of several Patients the one last in the record is taken."""
    people = {}
    for current in everything_current(["Patient"]):
        if current.person_id is not None:
            details = details_from_patient(current.content)
            pseudonym = pseudonyms.of("person", str(current.person_id))
            people[current.person_id] = details, _Known(pseudonym, details.area or None, details.born)
    for person_id in protected_among(people):
        # Beside a year of birth and the days of contacts, an area may be enough to find somebody.
        details, known = people[person_id]
        people[person_id] = details, replace(known, area=None)
    return people


def _person_row(details: PersonDetails, known: _Known, nation: Nation) -> PersonRow:
    """Return a person's row: year of birth only."""
    return PersonRow(
        person=known.pseudonym,
        nation=nation,
        area=known.area,
        sex=details.gender or None,
        birth_year=int(details.born[:4]) if details.born else None,
        deprivation=details.deprivation,
        died_on=date.fromisoformat(details.died) if len(details.died) == len("2026-01-01") else None,
    )


def _activity_rows(known: dict[UUID, _Known], nation: Nation) -> Iterator[ActivityRow]:
    """Return a row for each contact and stay that has begun."""
    for current in everything_current(CONTACTS):
        person = known.get(current.person_id) if current.person_id else None
        row = _activity_row(current, person, nation) if person else None
        if row:
            yield row


def _activity_row(current: Current, person: _Known, nation: Nation) -> ActivityRow | None:
    """Return the row of one Encounter: days for a stay, hours else; nothing when it has no time."""
    started_at = happened_at(current.content)
    if started_at is None:
        return None
    kind = kind_of(current.content)
    ended_at = moment_of((current.content.get("period") or {}).get("end"))
    is_stay = kind == STAY_KIND
    return ActivityRow(
        person=person.pseudonym,
        kind=kind,
        setting=HELD_IN.get(kind),
        organisation=current.organisation or None,
        started_at=started_at,
        ended_at=ended_at,
        quantity=_quantity(started_at, ended_at, is_stay=is_stay),
        unit="bed days" if is_stay else "hours",
        cost=None,
        nation=nation,
        area=person.area,
    )


def _quantity(started_at: datetime, ended_at: datetime | None, *, is_stay: bool) -> float | None:
    """Return nights for a stay and hours for a contact; nothing while it goes on."""
    if ended_at is None:
        return None
    if is_stay:
        return float((uk_date(ended_at) - uk_date(started_at)).days)
    return round((ended_at - started_at).total_seconds() / HOURS, 2)


def _delay_rows(known: dict[UUID, _Known], pseudonyms: Pseudonyms, nation: Nation) -> Iterator[DelayRow]:
    """Return a row for each stay with a ready date, from the Encounter or declared here."""
    declared = _declared_here()
    for current in everything_current(["Encounter"], kind=STAY_KIND):
        details = stay_from_encounter(current.fhir_id, current.content)
        person = known.get(current.person_id) if current.person_id else None
        if details is None or person is None:
            continue
        ready, left_at = _latest(details.readiness, details.left_at, declared.get(current.fhir_id))
        if ready.ready_at is None or (left_at and left_at < ready.ready_at):
            continue
        yield DelayRow(
            person=person.pseudonym,
            stay=pseudonyms.of("stay", current.fhir_id),
            nation=nation,
            area=person.area,
            organisation=current.organisation or None,
            setting=ready.setting,
            admitted_at=details.admitted_at,
            ready_at=ready.ready_at,
            left_at=left_at,
            reason=ready.reason or None,
            responsible=ready.responsible or None,
            complexity=ready.complexity or None,
            age=_age(person.born, ready.ready_at),
        )


def _declared_here() -> dict[str, Json]:
    """Return the newest of our own Tasks about each Encounter."""
    tasks = (
        (encounter_of_task(current.content), current.content) for current in everything_current(["Task"])
    )
    return {encounter: content for encounter, content in tasks if encounter}


def _latest(
    sent: Readiness, left_at: datetime | None, declared: Json | None
) -> tuple[Readiness, datetime | None]:
    """Return what holds of readiness and leaving: what was declared here where the hospital's own is silent."""
    if declared is None:
        return sent, left_at
    ours = readiness_of(declared)
    return (sent if sent.ready_at and not ours.ready_at else ours), left_at or left_at_of_task(declared)


def _age(born: str, at: datetime) -> int | None:
    """Return the age in whole years on the day; a date of birth known in part counts from its first day."""
    if not born:
        return None
    birth = moment_of(born)
    if birth is None:
        return None
    day, birthday = uk_date(at), uk_date(birth)
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
