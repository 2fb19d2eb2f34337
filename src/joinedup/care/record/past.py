"""The record as it was known at a moment, and which of the versions that are no longer the newest may be seen.

What a resource is found by is kept for its newest version only. A resource that has not changed since the moment is
found by that; of each that has, the version of then is read again and put in its place, in the very statement that
searches. So one set of conditions answers for now and for then, and a question about the past costs what has changed
since. Ends at the moment: what may be asked is `criteria`'s, whose record somebody belongs to is as known now.

A version that is not the newest is visible when its resource is, by the rights of today, *and* when it would be
itself, with the label, kind and organisation that it had. Rights are for the care of today: who cared for somebody
then has no claim to look now, and what was found to be more than ordinarily private must not stay open in the past.
A version about somebody else than its resource is about now was filed under the wrong person: it is in nobody's past.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from joinedup.care.access.actor import Actor
from joinedup.care.access.scope import Scope
from joinedup.care.people.queries import people_behind
from joinedup.care.record.criteria import CriterionError, Where
from joinedup.care.record.logic import Facts, decode, facts_of
from joinedup.care.record.queries import COLUMNS
from joinedup.care.record.rows import fetched

# Each of them is read and taken apart for one answer: some seconds of work, and some tens of megabytes.
MOST_CHANGED = 5_000
# Every column that a condition or an order may speak of, with its type in the table.
RESOURCE = (
    "id bigint, type varchar, fhir_id varchar, system_id bigint, person_id uuid, organisation_id bigint, kind varchar,"
    " version integer, happened_at timestamptz, labels text[], deleted boolean, recorded_at timestamptz,"
    " ended_at timestamptz, words bigint[]"
)
TEXT = "resource_id bigint, name varchar, value varchar"
DATE = "resource_id bigint, name varchar, since timestamptz, until timestamptz"
FORMER = """
    SELECT resource.id, entry.id, resource.type, resource.fhir_id, resource.system_id, resource.person_id,
        resource.patient, entry.organisation_id, entry.version, entry.recorded_at, entry.happened_at, entry.body,
        entry.is_withdrawn
    FROM record_resource AS resource CROSS JOIN LATERAL ({entries}) AS entry WHERE {where} LIMIT %s
"""
# The last that was said by then, and whether that had been withdrawn by then.
VERSION_THEN = """
    SELECT past.*, EXISTS (SELECT 1 FROM record_entry AS withdrawal WHERE withdrawal.resource_id = resource.id
        AND withdrawal.version = past.version + 1 AND withdrawal.deleted AND withdrawal.recorded_at <= %s)
        AS is_withdrawn
    FROM record_entry AS past WHERE past.resource_id = resource.id AND past.recorded_at <= %s AND NOT past.deleted
    ORDER BY past.version DESC LIMIT 1
"""
VERSIONS = """
    SELECT past.*, FALSE AS is_withdrawn FROM record_entry AS past
    WHERE past.resource_id = resource.id AND past.id = ANY(%s)
"""
CHANGED = "resource.recorded_at > %s AND resource.version > 1"
WITH_ENTRIES = "resource.id IN (SELECT resource_id FROM record_entry WHERE id = ANY(%s))"
# The three tables of a search, under their own names, as they would have been. The conditions stand outside each union,
# not in its parts: PostgreSQL looks into the indexes of the tables only where the parts have none.
THEN = """
    WITH changed AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS changed ({resource})),
    changed_text AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS changed ({text})),
    changed_date AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS changed ({date})),
    record_resource AS NOT MATERIALIZED (
        SELECT {resource_names} FROM (
            SELECT {resource_names} FROM record_resource UNION ALL SELECT {resource_names} FROM changed
        ) AS both_then WHERE recorded_at <= %s),
    record_searchtext AS NOT MATERIALIZED (
        SELECT {text_names} FROM (
            SELECT {text_names}, FALSE AS is_then FROM record_searchtext
            UNION ALL SELECT {text_names}, TRUE FROM changed_text
        ) AS both_then WHERE is_then OR resource_id <> ALL(%s::bigint[])),
    record_searchdate AS NOT MATERIALIZED (
        SELECT {date_names} FROM (
            SELECT {date_names}, FALSE AS is_then FROM record_searchdate
            UNION ALL SELECT {date_names}, TRUE FROM changed_date
        ) AS both_then WHERE is_then OR resource_id <> ALL(%s::bigint[]))
"""
VISIBLE = """
    SELECT resource.id FROM jsonb_to_recordset(%s::jsonb) AS resource ({resource}) WHERE {visible}
"""


def _names(columns: str) -> str:
    """Return the names of columns that are given with their types."""
    return ", ".join(column.split()[0] for column in columns.split(", "))


THEN = THEN.format(
    resource=RESOURCE,
    text=TEXT,
    date=DATE,
    resource_names=_names(RESOURCE),
    text_names=_names(TEXT),
    date_names=_names(DATE),
)


class TooManyError(CriterionError):
    """More has changed since the moment than can be read again for one answer."""


@dataclass(frozen=True)
class Known:
    """What a statement must begin with to read the record of a moment; empty for that of now."""

    sql: str = ""
    values: tuple[object, ...] = ()

    def fetched(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement on what was known then, and return its rows."""
        return fetched(self.sql + sql, [*self.values, *values])


@dataclass(frozen=True)
class _Former:
    """A version with what stands beside its resource now and beside itself then."""

    resource_id: int
    entry_id: int
    type: str
    fhir_id: str
    system_id: int
    person_id: UUID | None
    patient: str
    organisation_id: int | None
    version: int
    recorded_at: datetime
    happened_at: datetime | None
    body: str
    is_withdrawn: bool


def known_of(actor: Actor, where: Where, known_at: datetime | None, *, at: datetime) -> Known:
    """Return what was known at a moment, of what the condition may concern; None: what is known now.

    Raises `TooManyError` where too much has changed since.
    """
    if known_at is None:
        return Known()
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    lasting, bounds = where.lasting
    values = [known_at, known_at, known_at, *bounds, *seen, MOST_CHANGED + 1]
    condition = f"{CHANGED} AND {lasting} AND {visible}"
    rows = fetched(FORMER.format(entries=VERSION_THEN, where=condition), values)
    if len(rows) > MOST_CHANGED:
        raise TooManyError(
            "as-of",
            f"more than {MOST_CHANGED:,} of these have changed since: ask for one person (patient) or by _id,"
            " or for a later moment",
        )
    return _known([(former, facts) for former, facts, is_same in _read(rows) if is_same], known_at)


def _known(then: Sequence[tuple[_Former, Facts]], known_at: datetime) -> Known:
    """Put the versions of then in the place of those of now."""
    resources = [_row(former, facts, former.resource_id) for former, facts in then]
    texts: list[dict[str, object]] = [
        {"resource_id": former.resource_id, "name": name, "value": value}
        for former, facts in then
        for name, value in facts.index.texts
    ]
    dates: list[dict[str, object]] = [
        {"resource_id": former.resource_id, "name": name, "since": since, "until": until}
        for former, facts in then
        for name, since, until in facts.index.dates
    ]
    ids = [former.resource_id for former, _ in then]
    return Known(THEN, (_json(resources), _json(texts), _json(dates), known_at, ids, ids))


def visible_versions(actor: Actor, entry_ids: Collection[int], *, at: datetime) -> set[int]:
    """Return those of the versions (by number of their entry) that the actor may see; withdrawals have no content.

    The caller has seen to it that the resources are visible.
    """
    ids = list(entry_ids)
    rows = fetched(FORMER.format(entries=VERSIONS, where=WITH_ENTRIES), [ids, ids, len(ids)]) if ids else []
    then = [
        _row(former, facts, former.entry_id)
        for former, facts, is_same in _read(row for row in rows if row[-2])
        if is_same or former.system_id == actor.system_id
    ]
    if not then:
        return set()
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = VISIBLE.format(resource=RESOURCE, visible=visible)
    return {row[0] for row in fetched(sql, [_json(then), *seen])}


def _read(rows: Iterable[tuple[Any, ...]]) -> list[tuple[_Former, Facts, bool]]:
    """Return each version with its facts, and whether it was about whom its resource is about now."""
    formers = [_Former(*row) for row in rows]
    facts = [facts_of(decode(former.body) | {"id": former.fhir_id}, former.body) for former in formers]
    read = list(zip(formers, facts, strict=True))
    elsewhere = {fact.subject for former, fact in read if (fact.subject or "") != former.patient}
    people = people_behind(subject for subject in elsewhere if subject)
    return [
        (
            former,
            fact,
            (fact.subject or "") == former.patient or people.get(fact.subject or "") == former.person_id,
        )
        for former, fact in read
    ]


def _row(former: _Former, facts: Facts, number: int) -> dict[str, object]:
    """Return a version as a row of the table of resources would have it."""
    return {
        "id": number,
        "type": former.type,
        "fhir_id": former.fhir_id,
        "system_id": former.system_id,
        "person_id": former.person_id,
        "organisation_id": former.organisation_id,
        "kind": facts.kind,
        "version": former.version + former.is_withdrawn,
        "happened_at": former.happened_at,
        "labels": facts.labels,
        "deleted": former.is_withdrawn,
        "recorded_at": former.recorded_at,
        "ended_at": facts.ended_at,
        "words": facts.index.words,
    }


def _json(rows: Sequence[dict[str, object]]) -> str:
    """Return rows as PostgreSQL reads them."""
    return msgspec.json.encode(rows).decode()
