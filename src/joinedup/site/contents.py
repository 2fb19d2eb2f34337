"""What a database holds, in few words: rows and digests by table, triggers, migrations.

Two databases with equal contents agree, whatever the order of their rows. All within the caller's transaction.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from joinedup.site.archive import TableFacts

# What a value looks like as text must not depend on how a server is set up.
AS_TEXT = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname
"""
TRIGGERS = """
    SELECT relname || '.' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled = 'O' ORDER BY 1
"""
# The sum of a part of each row's digest: the same for the same rows, in one pass and without sorting.
FACTS = """
    SELECT count(*), coalesce(sum(('x' || left(md5(one::text), 16))::bit(64)::bigint::numeric), 0)::text
    FROM {} AS one
"""
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Contents:
    """What a database holds."""

    migrations: tuple[str, ...]
    triggers: tuple[str, ...]
    tables: dict[str, TableFacts]

    def differences(self, other: "Contents") -> list[str]:
        """Return the names of the tables and triggers in which the other differs."""
        tables = {
            name
            for name in self.tables.keys() | other.tables.keys()
            if self.tables.get(name) != other.tables.get(name)
        }
        return sorted(tables | (set(self.triggers) ^ set(other.triggers)))


def contents_of(connection: Connection) -> Contents:
    """Read everything once and say what is there."""
    for name, value in AS_TEXT.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])
    names = tables_of(connection)
    return Contents(
        migrations=_migrations(connection) if "django_migrations" in names else (),
        triggers=tuple(row[0] for row in connection.execute(TRIGGERS)),
        tables={name: _facts(connection, name) for name in names},
    )


def tables_of(connection: Connection) -> list[str]:
    """Return the names of the tables."""
    return [row[0] for row in connection.execute(TABLES)]


def _migrations(connection: Connection) -> tuple[str, ...]:
    """Return the migrations that made the tables, as `app.name`."""
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    return tuple(row[0] for row in rows)


def _facts(connection: Connection, table: str) -> TableFacts:
    """Count and digest the rows of a table."""
    row = connection.execute(sql.SQL(FACTS).format(sql.Identifier(table))).fetchone()
    return TableFacts(*row) if row else TableFacts(0, "0")
