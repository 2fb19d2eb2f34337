"""Finding rows by many (type, id) at once.

One array a column, joined with `unnest`: a statement of the same few words however many keys there are, which the
ORM's chain of ORs is not.
"""

from collections.abc import Collection

from django.db import connection

from joinedup.care.record.logic import Key
from joinedup.care.record.models import Resource

FOUND_SQL = """
    SELECT resource.* FROM record_resource AS resource
    JOIN unnest(%s::text[], %s::text[]) AS key (type, fhir_id)
        ON resource.type = key.type AND resource.fhir_id = key.fhir_id
    ORDER BY resource.type, resource.fhir_id
"""
LOCK_SQL = f"{FOUND_SQL} FOR UPDATE OF resource"
PRESENT_SQL = """
    SELECT resource.type, resource.fhir_id FROM record_resource AS resource
    JOIN unnest(%s::text[], %s::text[]) AS key (type, fhir_id)
        ON resource.type = key.type AND resource.fhir_id = key.fhir_id
"""
ARRIVED_SQL = """
    DELETE FROM record_awaitedreference AS awaited
    USING unnest(%s::text[], %s::text[]) AS key (type, fhir_id)
    WHERE awaited.type = key.type AND awaited.fhir_id = key.fhir_id
"""


def columns_of(keys: Collection[Key]) -> list[list[str]]:
    """Return the keys as one array a column."""
    return [[type_ for type_, _ in keys], [fhir_id for _, fhir_id in keys]]


def locked(keys: Collection[Key]) -> dict[Key, Resource]:
    """Return the resources known under these keys, locked in the order of the keys until the transaction ends."""
    rows = Resource.objects.raw(LOCK_SQL, columns_of(keys)) if keys else ()
    return {(row.type, row.fhir_id): row for row in rows}


def found_under(keys: Collection[Key]) -> dict[Key, Resource]:
    """Return the resources known under these keys, not locked."""
    rows = Resource.objects.raw(FOUND_SQL, columns_of(keys)) if keys else ()
    return {(row.type, row.fhir_id): row for row in rows}


def present(keys: Collection[Key]) -> set[Key]:
    """Return those of the keys under which there is a resource."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(PRESENT_SQL, columns_of(keys))
        return {(type_, fhir_id) for type_, fhir_id in cursor.fetchall()}


def strike_awaited(keys: Collection[Key]) -> None:
    """Strike these keys off the list of what is awaited."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(ARRIVED_SQL, columns_of(keys))
