"""One statement that reads and writes the look: the commonest request goes to the database once for both, not twice.

What is read and that it was looked at stand or fall together. Ends at reads of one row; whatever reads more writes its
looks by `record_audit`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from joinedup.care.access.actions import AUDIT_COLUMNS, who_asks
from joinedup.care.access.actor import Actor
from joinedup.care.access.refusals import note_refusal
from joinedup.care.prepared import run_prepared

# A row that may not be seen is a refusal; none at all is a look at nothing.
AUDITED_SQL = (
    "WITH found AS MATERIALIZED ({read}), written AS ("
    f"INSERT INTO access_auditevent ({', '.join(AUDIT_COLUMNS)}) "
    "SELECT CASE WHEN coalesce(found.is_visible, TRUE) THEN 'look' ELSE 'refusal' END,"
    " %s, %s, %s, %s, %s, %s, %s, found.person_id, %s FROM (SELECT 1) AS once LEFT JOIN found ON TRUE)"
    " SELECT * FROM found"
)


def read_audited(
    read: str, values: Sequence[object], *, by: Actor, at: datetime, subject: str
) -> tuple[Any, ...] | None:
    """Run a statement that gives one row at most, and write who looked; return the row, or None.

    The row must end with the columns `person_id` and `is_visible`.
    """
    row = run_prepared(AUDITED_SQL.format(read=read), [*values, at, *who_asks(by), subject])
    if row is not None and not row[-1]:
        note_refusal({row[-2]: subject}, by=by, at=at)
    return row
