"""Storing what has changed of many rows that are in their table: one statement, however many they are.

Django's own puts a condition for each row and column into its statement, which costs more to compose than all the rest
of an update. Runs in the caller's transaction; what holds arrays may hold whole numbers and our own plain words.
"""

import functools
from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from joinedup.care.copying import array_of


def store(rows: Collection[models.Model], columns: tuple[str, ...]) -> None:
    """Store these columns of the rows, which are of one model and in its table."""
    if not rows:
        return
    model = type(next(iter(rows)))
    key = model._meta.pk.attname
    values = [_values(rows, name, is_array=_is_array(model, name)) for name in (key, *columns)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, key, columns), values)


def _values(rows: Collection[models.Model], name: str, *, is_array: bool) -> list[object]:
    """Return one column of the rows; an array stands as its text, since arrays of arrays are one to PostgreSQL."""
    values = [getattr(row, name) for row in rows]
    return [array_of(value) for value in values] if is_array else values


def _is_array(model: type[models.Model], name: str) -> bool:
    """Say whether a column holds arrays."""
    return isinstance(model._meta.get_field(name), ArrayField)


@functools.cache
def _statement(model: type[models.Model], key: str, columns: tuple[str, ...]) -> str:
    """Return the statement that stores these columns; they are called as in the model."""
    types = {name: model._meta.get_field(name).db_type(connection) for name in (key, *columns)}
    arrays = ", ".join(
        "%s::text[]" if _is_array(model, name) else f"%s::{of}[]" for name, of in types.items()
    )
    changes = ", ".join(f"{name} = new.{name}::{types[name]}" for name in columns)
    return (
        f"UPDATE {model._meta.db_table} AS kept SET {changes} "  # noqa: S608 - the names are the model's
        f"FROM unnest({arrays}) AS new ({', '.join(types)}) WHERE kept.{key} = new.{key}"
    )
