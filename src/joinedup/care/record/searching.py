"""Searches of the record: what matches and the actor may see, in an order that stays while data arrive.

A page remembers when the first one was asked and what the newest resource was then. Later pages show each resource
in the version that it had then, in the order of then, and nothing that came since: nothing is missed or seen twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.access.scope import Scope
from joinedup.care.record.criteria import LONGEST_CHAIN, Asked, CriterionError, Where, where_of
from joinedup.care.record.indexing import reference_word, values_of
from joinedup.care.record.logic import Json, Key, decode, literal, with_identity
from joinedup.care.record.parameters import Kind, names_for, parameters_of
from joinedup.care.record.queries import COLUMNS, Stored

# Counting further takes longer than anybody wants to know it.
MOST_COUNTED = 10_000
MOST_INCLUDED = 1000
# The version that was the newest when the first page was asked; for most that is the newest still.
THEN = """CASE WHEN resource.recorded_at <= %s THEN resource.version ELSE
    (SELECT max(version) FROM record_entry AS past WHERE past.resource_id = resource.id AND past.recorded_at <= %s)
    END"""
FOUND = """
    SELECT resource.id, resource.type, resource.fhir_id, resource.person_id, entry.version, entry.recorded_at,
        entry.body{keys}
    FROM record_resource AS resource JOIN record_entry AS entry ON entry.resource_id = resource.id
        AND entry.version = {version}
    WHERE {where} AND {visible}
"""


@dataclass(frozen=True)
class Place:
    """Where a page begins: after which resource, as things were at a moment. `keys` are those of the order, as text."""

    seen_at: datetime
    ceiling: int
    after: int = 0
    keys: tuple[str, ...] = ()
    total: int | None = None


@dataclass(frozen=True)
class Search:
    """What is asked for. `order` is (parameter, whether falling); `included` are (Type, parameter)."""

    type: str
    asked: tuple[Asked, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    included: tuple[tuple[str, str], ...] = ()
    also_referring: tuple[tuple[str, str], ...] = ()
    count: int = 50


@dataclass(frozen=True)
class Page:
    """A page of a search. `total` is None where there are more than anybody counts; `following` where it goes on."""

    resources: tuple[Stored, ...]
    included: tuple[Stored, ...]
    total: int | None
    following: Place | None


@dataclass(frozen=True)
class _Row:
    """One resource found, with its keys in the order of the search."""

    id: int
    person_id: UUID | None
    stored: Stored
    keys: tuple[str, ...]


def search(actor: Actor, asked: Search, *, at: datetime, place: Place | None = None) -> Page:
    """Return a page of what matches and the actor may see; raises `CriterionError` for what can't be answered."""
    require(actor, Permission.READ_RECORD)
    where = where_of(asked.type, asked.asked, found=lambda type_, one: _found(actor, type_, one, at))
    place = place or Place(at, _newest())
    rows = _rows(actor, asked, where, place, at)
    shown = rows[: asked.count]
    total = _total(actor, where, place, rows, asked.count, at)
    included = _included(actor, asked, shown, at)
    _audit(actor, asked.type, [*(row.person_id for row in shown), *(p for p, _ in included)], at)
    following = None
    if len(rows) > asked.count and shown:
        following = replace(place, after=shown[-1].id, keys=shown[-1].keys, total=total)
    return Page(tuple(row.stored for row in shown), tuple(stored for _, stored in included), total, following)


def count(actor: Actor, asked: Search, *, at: datetime) -> int | None:
    """Return how many match that the actor may see; None where there are more than anybody counts."""
    require(actor, Permission.READ_RECORD)
    where = where_of(asked.type, asked.asked, found=lambda type_, one: _found(actor, type_, one, at))
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject=asked.type)
    return _counted(actor, where, Place(at, _newest()), at)


def _newest() -> int:
    """Return the newest resource's number."""
    return int(_fetched("SELECT COALESCE(max(id), 0) FROM record_resource", [])[0][0])


def _fetched(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _rows(actor: Actor, asked: Search, where: Where, place: Place, at: datetime) -> list[_Row]:
    """Return the rows of the page and one more, which tells whether it goes on."""
    orders = [(_order_sql(asked.type, name), is_falling) for name, is_falling in asked.order]
    orders.append((("resource.id", "bigint"), False))
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    after, passed = _after(orders, (*place.keys, str(place.after))) if place.after else ("TRUE", [])
    sql = FOUND.format(
        keys="".join(f", ({key})::text" for (key, _), _ in orders[:-1]),
        version=THEN,
        where=f"{where.sql} AND resource.id <= %s AND {after}",
        visible=visible,
    )
    order = ", ".join(f"{key} {'DESC' if is_falling else 'ASC'}" for (key, _), is_falling in orders)
    values = [place.seen_at, place.seen_at, *where.values, place.ceiling, *passed, *seen, asked.count + 1]
    return [_row(row) for row in _fetched(f"{sql} ORDER BY {order} LIMIT %s", values)]


def _row(row: tuple[Any, ...]) -> _Row:
    """Put a row in its form."""
    number, type_, fhir_id, person_id, version, recorded_at, body, *keys = row
    shown = with_identity(body, fhir_id=fhir_id, version=version, recorded_at=recorded_at)
    return _Row(number, person_id, Stored(type_, fhir_id, version, recorded_at, shown), tuple(keys))


Order = tuple[tuple[str, str], bool]


def _order_sql(type_: str, name: str) -> tuple[str, str]:
    """Return (SQL, type) of what a search is ordered by, of the version then; raises `CriterionError`."""
    parameter = parameters_of(type_).get(name)
    if name == "_lastUpdated":
        return "entry.recorded_at", "timestamptz"
    if name == "_id":
        return "resource.fhir_id", "text"
    if parameter and parameter.kind is Kind.DATE and parameter.happened:
        return "COALESCE(entry.happened_at, '-infinity')", "timestamptz"
    if parameter and parameter.kind is Kind.DATE:
        first = "SELECT min(since) FROM record_searchdate AS moment WHERE moment.resource_id = resource.id"
        return f"COALESCE(({first} AND moment.name = '{parameter.name}'), '-infinity')", "timestamptz"
    if parameter and parameter.kind is Kind.STRING:
        names = ", ".join(f"'{kept}'" for kept in names_for(type_, parameter.name))
        first = "SELECT min(value) FROM record_searchtext AS text WHERE text.resource_id = resource.id"
        return f"COALESCE(({first} AND text.name IN ({names})), '')", "text"
    raise CriterionError("_sort", f"{type_} can be sorted by _id, _lastUpdated, and its dates and texts")


def _after(orders: Sequence[Order], keys: Sequence[str]) -> tuple[str, list[object]]:
    """Return the condition that a row comes after the one with these keys."""
    tests: list[str] = []
    values: list[object] = []
    for depth, ((key, kind), is_falling) in enumerate(orders):
        same = [f"{other} = %s::{other_kind}" for (other, other_kind), _ in orders[:depth]]
        later = f"{key} {'<' if is_falling else '>'} %s::{kind}"
        tests.append(f"({' AND '.join([*same, later])})")
        values += keys[: depth + 1]
    return f"({' OR '.join(tests)})", values


def _total(
    actor: Actor, where: Where, place: Place, rows: Sequence[_Row], count_: int, at: datetime
) -> int | None:
    """Return how many there are in all; known already where the first page holds them all."""
    if place.total is not None:
        return place.total
    if not place.after and len(rows) <= count_:
        return len(rows)
    return _counted(actor, where, place, at)


def _counted(actor: Actor, where: Where, place: Place, at: datetime) -> int | None:
    """Count what matches and the actor may see, as far as anybody counts."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM record_resource AS resource WHERE {where.sql}"  # noqa: S608
    sql += f" AND resource.id <= %s AND {visible} LIMIT %s) AS counted"
    found: int = _fetched(sql, [*where.values, place.ceiling, *seen, MOST_COUNTED + 1])[0][0]
    return found if found <= MOST_COUNTED else None


def _found(actor: Actor, type_: str, asked: Asked, at: datetime) -> tuple[list[str], list[UUID]]:
    """Return the ids and people of what one parameter of a chain asks for, as far as the actor may see them."""
    where = where_of(type_, [asked], found=_no_chain)
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = f"SELECT resource.fhir_id, resource.person_id FROM record_resource AS resource WHERE {where.sql}"  # noqa: S608
    rows = _fetched(f"{sql} AND {visible} LIMIT %s", [*where.values, *seen, LONGEST_CHAIN + 1])
    if len(rows) > LONGEST_CHAIN:
        raise CriterionError(asked.name, f"more than {LONGEST_CHAIN:,} of {type_} match: ask more narrowly")
    return [fhir_id for fhir_id, _ in rows], [person for _, person in rows if person]


def _no_chain(_type: str, asked: Asked) -> tuple[list[str], list[UUID]]:
    """Refuse a chain of chains."""
    raise CriterionError(asked.name, "only one link of a chain is supported")


def _included(
    actor: Actor, asked: Search, shown: Sequence[_Row], at: datetime
) -> list[tuple[UUID | None, Stored]]:
    """Return (person, resource) of what the page refers to and what refers to the page, where that was asked."""
    here = {(row.stored.type, row.stored.fhir_id) for row in shown}
    wanted: set[Key] = set()
    for type_, name in asked.included:
        if type_ == asked.type:
            for row in shown:
                wanted |= _targets(decode(row.stored.json), name)
    rows = _by_key(actor, sorted(wanted - here), at) if wanted - here else []
    for type_, name in asked.also_referring if shown else ():
        rows += _referring(actor, type_, name, shown, at)
    unique = {(row.stored.type, row.stored.fhir_id): row for row in rows if _key(row) not in here}
    return [(row.person_id, row.stored) for row in list(unique.values())[:MOST_INCLUDED]]


def _key(row: _Row) -> Key:
    """Return (type, id)."""
    return row.stored.type, row.stored.fhir_id


# Where the person stands whom an entry is about, for including them.
WHO = ("subject", "patient", "for", "beneficiary", "individual")


def _targets(content: Json, name: str) -> set[Key]:
    """Return what the content refers to under a parameter (`*`: all of its references)."""
    parameters = parameters_of(content["resourceType"])
    if name != "*" and (name not in parameters or parameters[name].kind not in (Kind.REFERENCE, Kind.WHO)):
        raise CriterionError("_include", f"{content['resourceType']} has no reference called so")
    chosen = [p for p in parameters.values() if name in ("*", p.name)]
    targets: set[Key] = set()
    for parameter in chosen:
        elements = WHO if parameter.kind is Kind.WHO else ()
        values = [content[element] for element in elements if element in content]
        values += list(values_of(content, parameter))
        targets |= {key for value in values if (key := _target(value))}
    return targets


def _target(value: object) -> Key | None:
    """Return (type, id) of a Reference."""
    return literal(value.get("reference")) if isinstance(value, dict) else None


def _by_key(actor: Actor, keys: Sequence[Key], at: datetime) -> list[_Row]:
    """Return these resources, as far as the actor may see them."""
    where = Where()
    where.add(
        "NOT resource.deleted AND (resource.type, resource.fhir_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        [type_ for type_, _ in keys],
        [fhir_id for _, fhir_id in keys],
    )
    return _now(actor, where, at)


def _referring(actor: Actor, type_: str, name: str, shown: Sequence[_Row], at: datetime) -> list[_Row]:
    """Return the resources of a type that refer to the page's under a parameter."""
    parameter = parameters_of(type_).get(name)
    if parameter is None or parameter.kind not in (Kind.REFERENCE, Kind.WHO):
        raise CriterionError("_revinclude", f"{type_} has no reference called so")
    where = Where()
    where.add("resource.type = %s AND NOT resource.deleted", type_)
    people = [row.person_id for row in shown if row.person_id and row.stored.type == "Patient"]
    if parameter.kind is Kind.WHO and people:
        where.add("resource.person_id = ANY(%s::uuid[])", people)
    else:
        words = [reference_word(name, "/".join(_key(row))) for row in shown]
        where.add("resource.words && %s::bigint[]", words)
    return _now(actor, where, at)


def _now(actor: Actor, where: Where, at: datetime) -> list[_Row]:
    """Return what the condition finds in its newest version, as far as the actor may see it."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = FOUND.format(keys="", version="resource.version", where=where.sql, visible=visible)
    rows = _fetched(f"{sql} ORDER BY resource.id LIMIT %s", [*where.values, *seen, MOST_INCLUDED])
    return [_row(row) for row in rows]


def _audit(actor: Actor, type_: str, people: Sequence[UUID | None], at: datetime) -> None:
    """Write the search, and each person in its answer."""
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject=type_)
    listed = sorted({person for person in people if person})
    if listed:
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=listed, subject=type_)
