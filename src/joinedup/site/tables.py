"""Whether the tables are those that this version needs, and bringing them there: for the role that owns them.

The server's role neither makes nor changes tables (`joinedup.site.grants`). It is told what is missing and who can
put that right, before anything is tried. Needs Django set up.
"""

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ProgrammingError

from joinedup import __version__

# Who holds the list of what was done owns the tables; where there is none yet, whoever may make tables will.
STANDING = """
    SELECT current_user,
        coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('django_migrations')),
            has_schema_privilege(current_schema(), 'CREATE'), FALSE),
        coalesce((SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relname = ANY(%s)
            AND relnamespace = current_schema()::regnamespace AND NOT has_table_privilege(oid, 'SELECT')), '{}')
"""


class TablesError(Exception):
    """The tables are not those that this version needs, or closed to its role; the message says what to run.

    Nothing was changed.
    """


@dataclass(frozen=True)
class Standing:
    """How the tables stand: `missing` changes are not made yet, `closed` tables the role may not read."""

    role: str
    is_owner: bool
    closed: tuple[str, ...]
    missing: int

    @property
    def fault(self) -> str:
        """Say what is wrong with the tables and what to run; nothing where all is well."""
        command = "joinedup migrate" if self.is_owner else f"joinedup migrate --grants {self.role}"
        if self.closed:
            count = len(self.closed)
            return (
                f"The database role {self.role} may not read {count} table{'' if count == 1 else 's'}, such as "
                f"{self.closed[0]}. Run {command} as the role that owns the tables."
            )
        if self.missing:
            changes = "1 change" if self.missing == 1 else f"{self.missing} changes"
            return (
                f"The database is out of date: joinedup {__version__} needs {changes} of its tables. "
                f"Run {command} as the role that owns the tables."
            )
        return ""


def standing() -> Standing:
    """Return how the tables stand to this version and to the role that is connected."""
    ours = ["django_migrations", *connection.introspection.django_table_names()]
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [ours])
        role, is_owner, closed = cursor.fetchone()
    # What was done can't be read by a role to which the list is closed.
    return Standing(role, is_owner, tuple(closed), 0 if closed else _missing())


def _missing() -> int:
    """Return how many changes of tables this version has that the database has not."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def require_up_to_date() -> None:
    """Raise `TablesError` unless the tables are as this version needs them."""
    if fault := standing().fault:
        raise TablesError(fault)


def bring_up_to_date() -> None:
    """Make what changes of the tables are missing; raise `TablesError` where the role may not."""
    now = standing()
    if now.fault and (now.closed or not now.is_owner):
        raise TablesError(now.fault)
    if not now.missing:
        return
    try:
        call_command("migrate", verbosity=0)
    except ProgrammingError as error:
        raise TablesError(
            f"The database refused: {str(error).splitlines()[0]}. "
            "Run joinedup migrate as the role that owns the tables."
        ) from error
