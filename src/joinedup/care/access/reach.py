"""Everyone who could be open to an actor at all, so that a search reads them and not everybody, where they are few.

Only a help to PostgreSQL, which can't know that of the thousands who match few may be seen, and would walk them all.
It holds whoever `joinedup.care.access.scope` lets the actor see, and others: the scope's condition stays beside it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from joinedup.care.access.scope import Scope, filled

# Whether a tie or an opening holds today is for the scope to say.
TIED_PEOPLE = "SELECT person_id FROM access_relationship WHERE organisation_id = :organisation"
OPENED_PEOPLE = "SELECT person_id FROM access_glass WHERE user_id = :user AND organisation_id = :organisation"
IN_REACH_OF_USER = f"{TIED_PEOPLE} UNION ALL {OPENED_PEOPLE}"
IN_REACH_OF_SYSTEM = TIED_PEOPLE


@dataclass(frozen=True)
class Reach:
    """A statement (SQL, values) that finds ids, some perhaps more than once."""

    sql: str
    values: tuple[Any, ...]

    def has_at_most(self, most: int) -> bool:
        """Say whether it finds no more than so many; no further is counted."""
        counted = f"SELECT count(*) FROM ({self.sql} LIMIT %s) AS counted"  # noqa: S608 - ours
        with connection.cursor() as cursor:
            cursor.execute(counted, [*self.values, most + 1])
            count: int = cursor.fetchone()[0]
        return count <= most


def reach_of(scope: Scope) -> Reach:
    """Return the people whom the actor could see at all."""
    text = IN_REACH_OF_SYSTEM if scope.actor.is_system else IN_REACH_OF_USER
    sql, values = filled(text, {}, scope.values())
    return Reach(sql, tuple(values))
