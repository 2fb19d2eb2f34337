"""Finding rows by many (type, id) at once.

One array a column, joined with `unnest`: a statement of the same few words however many keys there are, which the
ORM's chain of ORs is not. Each key is looked up on its own (`LATERAL`, kept so by `LIMIT`): a plain join is planned by
guesses at the size of the table, which are wrong while a first load fills it, and then reads all of it for each Bundle.
"""

from collections.abc import Collection

from django.db import connection

from joinedup.care.record.logic import Key
from joinedup.care.record.models import Resource

KEYED_SQL = """
    SELECT {columns} FROM unnest(%s::text[], %s::text[]) AS key (type, fhir_id)
    CROSS JOIN LATERAL (
        SELECT * FROM record_resource AS kept
        WHERE kept.type = key.type AND kept.fhir_id = key.fhir_id LIMIT 1 {locking}
    ) AS resource
"""
NAMES = [field.attname for field in Resource._meta.concrete_fields]
COLUMNS = ", ".join(f"resource.{name}" for name in NAMES)
FOUND_SQL = KEYED_SQL.format(columns=COLUMNS, locking="")
LOCK_SQL = KEYED_SQL.format(columns=COLUMNS, locking="FOR UPDATE")
ORGANISATION_SQL = KEYED_SQL.format(
    columns="resource.type, resource.fhir_id, resource.organisation_id", locking=""
)
PRESENT_SQL = KEYED_SQL.format(columns="resource.type, resource.fhir_id", locking="")
ARRIVED_SQL = """
    DELETE FROM record_awaitedreference AS awaited
    USING unnest(%s::text[], %s::text[]) AS key (type, fhir_id)
    WHERE awaited.type = key.type AND awaited.fhir_id = key.fhir_id
    RETURNING awaited.resource_id, awaited.fhir_id, awaited.is_subject
"""


def columns_of(keys: Collection[Key]) -> list[list[str]]:
    """Return the keys as one array a column."""
    return [[type_ for type_, _ in keys], [fhir_id for _, fhir_id in keys]]


def locked(keys: Collection[Key]) -> dict[Key, Resource]:
    """Return the resources known under these keys, locked in the order of the keys until the transaction ends."""
    return _resources(LOCK_SQL, sorted(keys))


def found_under(keys: Collection[Key]) -> dict[Key, Resource]:
    """Return the resources known under these keys, not locked."""
    return _resources(FOUND_SQL, keys)


def _resources(statement: str, keys: Collection[Key]) -> dict[Key, Resource]:
    """Return the resources that a statement finds under these keys."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(statement, columns_of(keys))
        rows = [Resource.from_db(connection.alias, NAMES, row) for row in cursor.fetchall()]
    return {(row.type, row.fhir_id): row for row in rows}


def present(keys: Collection[Key]) -> set[Key]:
    """Return those of the keys under which there is a resource."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(PRESENT_SQL, columns_of(keys))
        return {(type_, fhir_id) for type_, fhir_id in cursor.fetchall()}


def organisations_of(keys: Collection[Key]) -> dict[Key, int | None]:
    """Return which organisation (by id) answers for each of the resources that are known under these keys."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATION_SQL, columns_of(keys))
        return {(type_, fhir_id): organisation for type_, fhir_id, organisation in cursor.fetchall()}


def strike_awaited(keys: Collection[Key]) -> list[tuple[int, str]]:
    """Strike these keys off the list of what is awaited.

    Return the resources (by number) that waited for one as the Patient whose record they belong to, and its id.
    """
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ARRIVED_SQL, columns_of(keys))
        return [(number, fhir_id) for number, fhir_id, is_subject in cursor.fetchall() if is_subject]
