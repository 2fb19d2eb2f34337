"""Entries and audit events can't be changed or deleted, not even by code that tries."""

import pytest
from django.db import ProgrammingError, connection, transaction
from fhir_samples import patient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("table", ["record_entry", "access_auditevent"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses(api, table, statement):
    api.put("/Patient/p1", patient("p1"))
    with (
        pytest.raises(ProgrammingError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
