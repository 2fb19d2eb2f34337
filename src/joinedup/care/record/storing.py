"""Storing what has changed of resources that are known: one statement, however many they are.

Django's own puts a condition for each row and column into its statement, which costs more to compose than all the rest
of an update.
"""

import functools
from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db import connection

from joinedup.care.copying import array_of
from joinedup.care.record.models import Resource


def store(resources: Collection[Resource], columns: tuple[str, ...]) -> None:
    """Store these columns of the resources, which are in the table; caller holds the transaction."""
    if resources:
        values = [_values(resources, name) for name in ("id", *columns)]
        with connection.cursor() as cursor:
            cursor.execute(_statement(columns), values)


def _values(resources: Collection[Resource], name: str) -> list[object]:
    """Return one column of the resources; an array stands as its text, since arrays of arrays are one to PostgreSQL."""
    values = [getattr(resource, name) for resource in resources]
    return [array_of(value) for value in values] if _is_array(name) else values


def _is_array(name: str) -> bool:
    """Say whether a column holds arrays."""
    return isinstance(Resource._meta.get_field(name), ArrayField)


@functools.cache
def _statement(columns: tuple[str, ...]) -> str:
    """Return the statement that stores these columns."""
    types = {name: Resource._meta.get_field(name).db_type(connection) for name in ("id", *columns)}
    arrays = ", ".join("%s::text[]" if _is_array(name) else f"%s::{of}[]" for name, of in types.items())
    changes = ", ".join(f"{name} = new.{name}::{types[name]}" for name in columns)
    return (
        f"UPDATE record_resource AS kept SET {changes} "  # noqa: S608 - the names are the model's
        f"FROM unnest({arrays}) AS new ({', '.join(types)}) WHERE kept.id = new.id"
    )
