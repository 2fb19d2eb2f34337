"""Entries, audit events, emergency openings and reviews can't be changed or deleted, not even by code that tries."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction
from fhir_samples import patient

from joinedup.care.access.models import Glass, LookReview, User
from joinedup.care.partnership.models import Organisation

NOW = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


TABLES = ("record_entry", "access_auditevent", "access_glass", "access_lookreview")


@pytest.fixture
def one_of_each(api):
    """A row in each of the tables."""
    api.put("/Patient/p1", patient("p1"))
    user = User.objects.create(username="ada", name="Ada")
    glass = Glass.objects.create(
        person_id=uuid.uuid4(),
        user=user,
        organisation=Organisation.objects.first(),
        reason="found on the street",
        since=NOW,
        until=NOW,
    )
    LookReview.objects.create(
        glass=glass, outcome="asked", note="who was it", user=user, by_name="Ada", at=NOW
    )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses(one_of_each, table, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
