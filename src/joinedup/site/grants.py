"""What the database role of the running server may do: its work, and nothing by which the past could be altered.

The owner of the tables brings them up to date; the server runs as another role, which may add to append-only tables
and read them, may not change, empty or drop anything of theirs, and makes no tables. Which tables are append-only is
read from the triggers that refuse changes, so that a table that gets such a trigger is limited by the next run.
"""

from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

APPEND_ONLY = """
    SELECT DISTINCT relname FROM pg_trigger
        JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE relnamespace = current_schema()::regnamespace AND proname = 'joinedup_append_only' ORDER BY relname
"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1"
# Which migrations ran is read by the server, and written by the owner alone.
ONLY_READ = ("django_migrations",)
POWERS = """
    SELECT current_user,
        (SELECT rolsuper OR rolreplication OR rolcreaterole FROM pg_roles WHERE rolname = current_user),
        coalesce(array_agg(relname ORDER BY relname) FILTER (WHERE pg_has_role(relowner, 'MEMBER')
            OR has_table_privilege(oid, 'UPDATE') OR has_any_column_privilege(oid, 'UPDATE')
            OR has_table_privilege(oid, 'DELETE')
            OR has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER')), '{}')
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY(%s)
"""


class GrantError(Exception):
    """The role can't be limited; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Powers:
    """What the connected role could do to append-only tables. `alterable` are those it could change or own."""

    role: str
    is_mighty: bool
    append_only: tuple[str, ...]
    alterable: tuple[str, ...]

    @property
    def could_alter(self) -> bool:
        """Say whether the role could alter what was written once."""
        return self.is_mighty or bool(self.alterable)


def grant(url: str, role: str) -> tuple[int, int]:
    """Give a role what the server needs, and take whatever else it had; return (tables, append-only ones).

    As the owner of the tables. `GrantError` when the role is none, owns the tables, or could do anything anyway.
    """
    with psycopg.connect(url) as connection:
        _refuse_unfit(connection, role)
        append_only = [row[0] for row in connection.execute(APPEND_ONLY)]
        tables = [row[0] for row in connection.execute(TABLES)]
        for statement in _statements(connection, role, tables, append_only):
            connection.execute(statement)
        return len(tables), len(append_only)


def powers(url: str) -> Powers:
    """Return what the role of the URL could do to append-only tables."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        append_only = tuple(row[0] for row in connection.execute(APPEND_ONLY))
        found = connection.execute(POWERS, [list(append_only)]).fetchone()
    assert found  # noqa: S101 - an aggregate returns a row
    role, is_mighty, alterable = found
    return Powers(role, bool(is_mighty), append_only, tuple(alterable))


def _refuse_unfit(connection: "psycopg.Connection", role: str) -> None:
    """Refuse a role that is not there, and one for which grants are no limit."""
    found = connection.execute(
        "SELECT rolsuper OR rolreplication OR rolcreaterole, pg_has_role(rolname, current_user, 'MEMBER')"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()
    if found is None:
        raise GrantError(
            f"There is no database role {role!r}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '…'."
        )
    if any(found):
        raise GrantError(
            f"The database role {role!r} owns the tables or may do anything, so grants don't limit it. "
            "Make one of its own for the server: it must not be a superuser, nor a member of the owner's role."
        )


def _statements(
    connection: "psycopg.Connection", role: str, tables: list[str], append_only: list[str]
) -> list[sql.Composed]:
    """Return what is run: first everything is taken, then given table by table."""
    who = sql.Identifier(role)
    row = connection.execute("SELECT current_schema(), current_database()").fetchone()
    assert row  # noqa: S101 - it returns a row
    schema, database = map(sql.Identifier, row)
    taken = (
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {who}",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {who}",
        "REVOKE ALL ON SCHEMA {schema} FROM {who}",
        "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON DATABASE {database} FROM {who}",
        "GRANT CONNECT ON DATABASE {database} TO {who}",
        "GRANT USAGE ON SCHEMA {schema} TO {who}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {who}",
    )
    begun = [sql.SQL(words).format(schema=schema, database=database, who=who) for words in taken]
    given = [
        sql.SQL("GRANT {} ON {} TO {}").format(
            sql.SQL(_rights(table, append_only)), sql.Identifier(table), who
        )
        for table in tables
    ]
    return begun + given


def _rights(table: str, append_only: list[str]) -> LiteralString:
    """Return what may be done with a table."""
    if table in ONLY_READ:
        return "SELECT"
    return "SELECT, INSERT" if table in append_only else "SELECT, INSERT, UPDATE, DELETE"
