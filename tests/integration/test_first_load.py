"""What every arrival asks is looked up, not sought for, while a first load fills tables that nobody has counted yet."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from joinedup.care.access.actions import CONTACT_SQL, own_system
from joinedup.care.access.models import Relationship
from joinedup.care.copying import copy_new
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.candidates import ALIKE_SQL
from joinedup.care.people.models import Person
from joinedup.care.record.keys import FOUND_SQL, LOCK_SQL, ORGANISATION_SQL, PRESENT_SQL, columns_of
from joinedup.care.record.models import Resource

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
FULL = 6000
AT_ONCE = 100


@pytest.fixture(autouse=True)
def uncounted(db):
    """Forget what the server counted while other tests had these tables: it may have done so at any moment."""
    with connection.cursor() as cursor:
        for model in (Resource, Person, Relationship):
            table = model._meta.db_table
            cursor.execute("SELECT pg_clear_relation_stats('public', %s)", [table])
            cursor.execute(
                "SELECT pg_clear_attribute_stats('public', tablename::text, attname::text, inherited)"
                " FROM pg_stats WHERE schemaname = 'public' AND tablename = %s",
                [table],
            )


@pytest.fixture
def people():
    ids = [uuid4() for _ in range(FULL)]
    copy_new([Person(id=one, sought_family=f"mead{n}", born="1980-01-01") for n, one in enumerate(ids)])
    return ids


@pytest.fixture
def trust():
    return Organisation.objects.create(reference="trust", name="Madeup Trust", nation="england")


def plan_of(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_resources_are_looked_up_by_their_keys():
    system = own_system()
    keys = [("Observation", f"o{n}") for n in range(FULL)]
    Resource.objects.bulk_create(
        Resource(type=type_, fhir_id=fhir_id, system=system, kind="Observation", recorded_at=NOW)
        for type_, fhir_id in keys
    )

    for statement in (LOCK_SQL, FOUND_SQL, ORGANISATION_SQL, PRESENT_SQL):
        plan = plan_of(statement, columns_of(keys[:AT_ONCE]))
        assert "resource_once" in plan, plan
        assert "Seq Scan" not in plan, plan


def test_people_who_are_alike_are_looked_up_by_name_and_birth(people):
    plan = plan_of(ALIKE_SQL, [["mead1", "mead2"], ["1980-01-01", "1980-01-01"]])

    assert len(people) == Person.objects.count()
    assert "person_alike" in plan


def test_contacts_that_are_known_are_looked_up_one_by_one(people, trust):
    Relationship.objects.bulk_create(
        Relationship(person_id=one, organisation=trust, kind="contact", since=NOW, until=NOW)
        for one in people
    )
    some: list[UUID] = people[:AT_ONCE]
    values = [some, [trust.pk] * AT_ONCE, ["contact"] * AT_ONCE]
    times = [[NOW] * AT_ONCE, [NOW + timedelta(days=1)] * AT_ONCE]

    plan = plan_of(CONTACT_SQL, [*values, *times])

    assert "Seq Scan" not in plan
