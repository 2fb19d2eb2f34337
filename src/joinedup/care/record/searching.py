"""Searches of the record: what matches and the actor may see, in an order that stays while data arrive.

A page remembers when the first one was asked and what the newest resource was then. Later pages show each resource
in the version that it had then, in the order of then, and nothing that came since: nothing is missed or seen twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.access.scope import Scope
from joinedup.care.people.protecting import withheld_sql
from joinedup.care.people.queries import people_behind
from joinedup.care.record.criteria import LONGEST_CHAIN, Asked, CriterionError, Where, is_telling, where_of
from joinedup.care.record.including import included_with
from joinedup.care.record.parameters import Kind, names_for, parameters_of
from joinedup.care.record.past import Known, known_of, visible_versions
from joinedup.care.record.queries import COLUMNS, Stored
from joinedup.care.record.reaching import keep_to_reach
from joinedup.care.record.rows import FOUND, Row, Search, fetched, row_of

# Counting further takes longer than anybody wants to know it.
MOST_COUNTED = 1_000
# The version that was the newest when the first page was asked; for most that is the newest still. What was written
# while the clock was ahead has none of then: it is shown as it is, not left out until the clock has caught up.
THEN = """CASE WHEN resource.recorded_at <= %s THEN resource.version ELSE COALESCE(
    (SELECT max(version) FROM record_entry AS past WHERE past.resource_id = resource.id AND past.recorded_at <= %s),
    resource.version) END"""


@dataclass(frozen=True)
class Place:
    """Where a page begins: after which resource, as things were at a moment. `keys` are those of the order, as text."""

    seen_at: datetime
    ceiling: int
    after: int = 0
    keys: tuple[str, ...] = ()
    total: int | None = None


@dataclass(frozen=True)
class Page:
    """A page of a search. `total` is None where nobody counted so far; `following` says where it goes on."""

    resources: tuple[Stored, ...]
    included: tuple[Stored, ...]
    total: int | None
    following: Place | None


def search(actor: Actor, asked: Search, *, at: datetime, place: Place | None = None) -> Page:
    """Return a page of what matches and the actor may see; raises `CriterionError` for what can't be answered."""
    require(actor, Permission.READ_RECORD)
    where = condition_of(actor, asked, at=at)
    found = matching(actor, asked, where, at=at, place=place)
    included = included_with(actor, asked, found.rows, at)
    _audit(actor, asked.type, [row.person_id for row in (*found.rows, *included)], at)
    return Page(stored_in(found.rows), stored_in(included), found.total, found.following)


@dataclass(frozen=True)
class Matching:
    """The rows of a page, how many there are in all, and where it goes on."""

    rows: tuple[Row, ...]
    total: int | None
    following: Place | None


def matching(actor: Actor, asked: Search, where: Where, *, at: datetime, place: Place | None) -> Matching:
    """Return the page of what a condition finds and the actor may see; the caller writes the look."""
    place = place or Place(at, newest_number())
    known = known_of(actor, where, asked.known_at, at=at)
    rows = _rows(actor, asked, where, place, at, known)
    page = rows[: asked.count]
    former = {row.former for row in page if row.former}
    withheld = former - visible_versions(actor, former, at=at)
    shown = tuple(row for row in page if row.former not in withheld)
    total = place.total
    if total is None and not place.after and len(rows) <= asked.count:
        # The first page holds them all.
        total = len(rows)
    elif total is None and (asked.is_counted or where.is_narrow):
        total = _counted(actor, where, place, at, known)
    following = None
    if len(rows) > asked.count and page:
        following = replace(place, after=page[-1].id, keys=page[-1].keys, total=total)
    return Matching(shown, total, following)


def stored_in(rows: Sequence[Row]) -> tuple[Stored, ...]:
    """Return the resources of rows."""
    return tuple(row.stored for row in rows)


def count(actor: Actor, asked: Search, *, at: datetime) -> int | None:
    """Return how many match that the actor may see; None where there are more than anybody counts."""
    require(actor, Permission.READ_RECORD)
    where = condition_of(actor, asked, at=at)
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject=asked.type)
    known = known_of(actor, where, asked.known_at, at=at)
    return _counted(actor, where, Place(at, newest_number()), at, known)


def newest_number() -> int:
    """Return the newest resource's number."""
    return int(fetched("SELECT COALESCE(max(id), 0) FROM record_resource", [])[0][0])


def _rows(actor: Actor, asked: Search, where: Where, place: Place, at: datetime, known: Known) -> list[Row]:
    """Return the rows of the page and one more, which tells whether it goes on."""
    orders = _orders(asked, where)
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    withheld, theirs = withheld_sql(actor, COLUMNS)
    after, passed = _after(orders, (*place.keys, str(place.after))) if place.after else ("TRUE", [])
    sql = FOUND.format(
        keys="".join(f", ({key})::text" for (key, _), _ in orders[:-1]),
        withheld=withheld,
        version=THEN,
        source=where.source,
        where=f"{where.sql} AND resource.id <= %s AND {after}",
        visible=visible,
    )
    order = ", ".join(f"{key} {'DESC' if is_falling else 'ASC'}" for (key, _), is_falling in orders)
    then = [place.seen_at, place.seen_at]
    values = [*theirs, *then, *where.values, place.ceiling, *passed, *seen, asked.count + 1]
    return [row_of(row) for row in known.fetched(f"{sql} ORDER BY {order} LIMIT %s", values)]


Order = tuple[tuple[str, str], bool]


def _orders(asked: Search, where: Where) -> list[Order]:
    """Return what a search is ordered by: what it asks, else how its texts are walked; then as the record grew."""
    orders = [(_order_sql(asked.type, name), is_falling) for name, is_falling in asked.order]
    if not orders and where.order:
        orders.append((where.order, False))
    return [*orders, (("resource.id", "bigint"), False)]


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
    if parameter and parameter.kind is Kind.STRING and not is_telling(type_, parameter):
        names = ", ".join(f"'{kept}'" for kept in names_for(type_, parameter.name))
        first = "SELECT min(value) FROM record_searchtext AS text WHERE text.resource_id = resource.id"
        return f"COALESCE(({first} AND text.name IN ({names})), '')", "text"
    raise CriterionError("_sort", f"{type_} can be sorted by _id, _lastUpdated, its dates and names")


def _after(orders: Sequence[Order], keys: Sequence[str]) -> tuple[str, list[object]]:
    """Return the condition that a row comes after the one with these keys."""
    if not any(is_falling for _, is_falling in orders):
        columns = ", ".join(key for (key, _), _ in orders)
        return f"({columns}) > ({', '.join(f'%s::{kind}' for (_, kind), _ in orders)})", list(keys)
    tests: list[str] = []
    values: list[object] = []
    for depth, ((key, kind), is_falling) in enumerate(orders):
        same = [f"{other} = %s::{other_kind}" for (other, other_kind), _ in orders[:depth]]
        later = f"{key} {'<' if is_falling else '>'} %s::{kind}"
        tests.append(f"({' AND '.join([*same, later])})")
        values += keys[: depth + 1]
    return f"({' OR '.join(tests)})", values


def _counted(actor: Actor, where: Where, place: Place, at: datetime, known: Known) -> int | None:
    """Count what matches and the actor may see, as far as anybody counts."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {where.source} WHERE {where.sql}"  # noqa: S608
    sql += f" AND resource.id <= %s AND {visible} LIMIT %s) AS counted"
    found: int = known.fetched(sql, [*where.values, place.ceiling, *seen, MOST_COUNTED + 1])[0][0]
    return found if found <= MOST_COUNTED else None


def condition_of(actor: Actor, asked: Search, *, at: datetime) -> Where:
    """Return the condition of a search; its chains are answered as of the same moment."""

    def found(type_: str, one: Asked) -> tuple[list[str], list[UUID]]:
        return _found(actor, type_, one, asked.known_at, at)

    is_past = asked.known_at is not None
    where = where_of(asked.type, asked.asked, found=found, asker=actor, is_past=is_past)
    keep_to_reach(where, asked.type, Scope(actor, at))
    return where


def _found(
    actor: Actor, type_: str, asked: Asked, known_at: datetime | None, at: datetime
) -> tuple[list[str], list[UUID]]:
    """Return the ids and people of what one parameter of a chain asks for, as far as the actor may see them."""
    where = where_of(type_, [asked], found=_no_chain, asker=actor, is_past=known_at is not None)
    keep_to_reach(where, type_, Scope(actor, at))
    known = known_of(actor, where, known_at, at=at)
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = f"SELECT resource.fhir_id, resource.person_id FROM {where.source} WHERE {where.sql}"  # noqa: S608
    rows = known.fetched(f"{sql} AND {visible} LIMIT %s", [*where.values, *seen, LONGEST_CHAIN + 1])
    if len(rows) > LONGEST_CHAIN:
        raise CriterionError(asked.name, f"more than {LONGEST_CHAIN:,} of {type_} match: ask more narrowly")
    people = [person for _, person in rows if person]
    if type_ == "Patient" and asked.name == "_id":
        # An id of ours stands for the person, though no Patient is kept under it.
        people += people_behind(asked.values).values()
    return [fhir_id for fhir_id, _ in rows], people


def _no_chain(_type: str, asked: Asked) -> tuple[list[str], list[UUID]]:
    """Refuse a chain of chains."""
    raise CriterionError(asked.name, "only one link of a chain is supported")


def _audit(actor: Actor, type_: str, people: Sequence[UUID | None], at: datetime) -> None:
    """Write the search, and each person in its answer."""
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject=type_)
    listed = sorted({person for person in people if person})
    if listed:
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=listed, subject=type_)
