"""Columns of the rows that are known by many keys at once, in a statement that is put together only once.

For the few look-ups that every arrival makes: there Django takes longer to compose the statement than PostgreSQL to
answer it. What asks for more than one key's column is written with Django's own queries.
"""

import functools
from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from psycopg import sql


def look_up(
    model: type[models.Model], key: str, values: Iterable[Any], *columns: str
) -> list[tuple[Any, ...]]:
    """Return (key, columns) of each row of the model whose `key` is one of the values; names of the database."""
    wanted = list(set(values))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_statement(model._meta.db_table, key, columns), [wanted])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@functools.cache
def _statement(table: str, key: str, columns: tuple[str, ...]) -> str:
    """Return the statement of one kind of look-up."""
    names = sql.SQL(", ").join(map(sql.Identifier, (key, *columns)))
    statement = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s)")
    return statement.format(names, sql.Identifier(table), sql.Identifier(key)).as_string()
