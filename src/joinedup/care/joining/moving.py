"""Moving what hangs on people when they are joined or parted: every table that names a person is listed here.

What follows from the record (whose Patient an entry came under) is worked out anew each time, so what arrived after
a merge goes where it belongs when the merge is undone. The rest is moved and remembered (`Belonging`). A test walks
all models and fails when one that names a person is neither in these lists nor among what stays.
"""

from dataclasses import dataclass

from django.db import connection, models

from joinedup.care.access.models import AuditEvent, Choice, Glass, Relationship, StaffRecord
from joinedup.care.discharge.models import Stay
from joinedup.care.joining.homes import Homes
from joinedup.care.people.models import (
    Belonging,
    Carer,
    Contradiction,
    Identifier,
    Merge,
    Person,
    Review,
    SourcePatient,
)
from joinedup.care.record.models import Resource
from joinedup.care.record.relating import relate_anew


@dataclass(frozen=True)
class FromRecord:
    """A table whose rows belong to whomever their resource belongs to, found by this condition."""

    model: type[models.Model]
    is_of: str


@dataclass(frozen=True)
class Carried:
    """A table whose rows are moved and remembered; two rows with the same `same` columns say the same."""

    model: type[models.Model]
    same: tuple[str, ...] = ()


# They remember whom they were taken for themselves.
WITH_ORIGIN: tuple[type[models.Model], ...] = (SourcePatient, Identifier)
FROM_RECORD = (
    FromRecord(Carer, "resource.type = 'RelatedPerson' AND resource.fhir_id = row.fhir_id"),
    FromRecord(Stay, "resource.type = 'Encounter' AND resource.fhir_id = row.encounter_id"),
    FromRecord(Relationship, "resource.id = row.resource_id"),
    FromRecord(Choice, "resource.id = row.resource_id"),
)
# Entries whose Patient is not here (any more): they were the person's before, and stay with them.
ORPHANS = Carried(Resource)
CARRIED = (
    Carried(Carer),
    Carried(Relationship, ("organisation_id", "kind", "resource_id")),
    Carried(Choice),
    Carried(StaffRecord, ("user_id", "organisation_id")),
)
# Audit events and emergency openings stay as they were written; merges, decisions and what is remembered speak of the
# people as they were. What contradicts is worked out anew for whoever was joined or parted.
STAYING = (AuditEvent, Belonging, Contradiction, Glass, Merge, Person, Review)

SET_ORIGIN = """
    UPDATE {table} AS row SET person_id = home.home
    FROM unnest(%s::uuid[], %s::uuid[]) AS home (person, home)
    WHERE row.person_id = ANY(%s::uuid[]) AND row.origin_id = home.person AND row.person_id <> home.home
"""
SET_RESOURCES = """
    UPDATE record_resource AS row SET person_id = source.person_id FROM people_sourcepatient AS source
    WHERE row.person_id = ANY(%s::uuid[]) AND source.fhir_id = row.patient AND row.person_id <> source.person_id
"""
SET_UNDER_OWN_ID = """
    UPDATE record_resource AS row SET person_id = home.home
    FROM unnest(%s::uuid[], %s::uuid[]) AS home (person, home)
    WHERE row.person_id = ANY(%s::uuid[]) AND row.patient = home.person::text AND row.person_id <> home.home
"""
SET_FROM_RECORD = """
    UPDATE {table} AS row SET person_id = resource.person_id FROM record_resource AS resource
    WHERE row.person_id = ANY(%s::uuid[]) AND {is_of} AND resource.person_id <> row.person_id
"""
REMEMBER = """
    INSERT INTO people_belonging ("table", "row", origin_id)
    SELECT '{table}', row.id, row.person_id FROM {table} AS row
        JOIN unnest(%s::uuid[], %s::uuid[]) AS home (person, home) ON home.person = row.person_id
    WHERE home.person <> home.home ON CONFLICT DO NOTHING
"""
SET_CARRIED = """
    UPDATE {table} AS row SET person_id = home.home
    FROM people_belonging AS was, unnest(%s::uuid[], %s::uuid[]) AS home (person, home)
    WHERE was."table" = '{table}' AND was."row" = row.id AND was.origin_id = home.person
        AND row.person_id = ANY(%s::uuid[]) AND row.person_id <> home.home{unless_there}
"""
UNLESS_THERE = " AND NOT EXISTS (SELECT 1 FROM {table} AS other WHERE other.person_id = home.home{same})"


def move(homes: Homes) -> None:
    """Bring everything that hangs on these people to their homes. Caller holds the transaction and the lock."""
    people, ends = list(homes), list(homes.values())
    with connection.cursor() as cursor:
        for model in WITH_ORIGIN:
            cursor.execute(SET_ORIGIN.format(table=model._meta.db_table), [people, ends, people])
        # Twice, since an orphan's Patient may have come after it was carried.
        cursor.execute(SET_RESOURCES, [people])
        _carry(ORPHANS, homes)
        cursor.execute(SET_RESOURCES, [people])
        # What came under a person's own id stays theirs, whoever's record it has been part of since.
        cursor.execute(SET_UNDER_OWN_ID, [people, ends, people])
        for derived in FROM_RECORD:
            sql = SET_FROM_RECORD.format(table=derived.model._meta.db_table, is_of=derived.is_of)
            cursor.execute(sql, [people])
    relate_anew(people)
    for carried in CARRIED:
        _carry(carried, homes)
    for person, home in homes.items():
        Person.objects.filter(pk=person).update(replaced_by=None if home == person else home)


def _carry(carried: Carried, homes: Homes) -> None:
    """Move the rows of a table that nothing else moves, remembering whose they were."""
    table = carried.model._meta.db_table
    same = "".join(f" AND other.{name} IS NOT DISTINCT FROM row.{name}" for name in carried.same)
    unless = UNLESS_THERE.format(table=table, same=same) if same else ""
    people, ends = list(homes), list(homes.values())
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER.format(table=table), [people, ends])
        cursor.execute(SET_CARRIED.format(table=table, unless_there=unless), [people, ends, people])
