"""What goes with a page of a search: what it refers to (`_include`), and what refers to it (`_revinclude`)."""

from collections.abc import Sequence
from datetime import datetime

from joinedup.care.access.actor import Actor
from joinedup.care.access.scope import Scope
from joinedup.care.people.protecting import withheld_sql
from joinedup.care.record.criteria import CriterionError, Where, add_not_withheld
from joinedup.care.record.indexing import reference_word, values_of
from joinedup.care.record.logic import Json, Key, decode, literal
from joinedup.care.record.parameters import Kind, parameters_of
from joinedup.care.record.past import known_of
from joinedup.care.record.queries import COLUMNS
from joinedup.care.record.rows import FOUND, Row, Search, row_of

MOST_AT_ONCE = 1000


def included_with(actor: Actor, asked: Search, shown: Sequence[Row], at: datetime) -> list[Row]:
    """Return what the page refers to and what refers to the page, where that was asked."""
    here = {(row.stored.type, row.stored.fhir_id) for row in shown}
    wanted: set[Key] = set()
    for type_, name in asked.included:
        if type_ == asked.type:
            for row in shown:
                wanted |= targets_of(decode(row.stored.json), name)
    rows = rows_by_key(actor, sorted(wanted - here), at=at, known_at=asked.known_at)
    for type_, name in asked.also_referring if shown else ():
        rows += _rows_where(actor, _referring(actor, type_, name, shown), asked.known_at, at)
    unique = {(row.stored.type, row.stored.fhir_id): row for row in rows if _key(row) not in here}
    return list(unique.values())[:MOST_AT_ONCE]


def _key(row: Row) -> Key:
    """Return (type, id)."""
    return row.stored.type, row.stored.fhir_id


# Where the person stands whom an entry is about, for including them.
WHO = ("subject", "patient", "for", "beneficiary", "individual")


def targets_of(content: Json, name: str) -> set[Key]:
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


def rows_by_key(
    actor: Actor, keys: Sequence[Key], *, at: datetime, known_at: datetime | None = None
) -> list[Row]:
    """Return these resources as they are, or were known at a moment, as far as the actor may see them."""
    if not keys:
        return []
    where = Where()
    where.add("NOT resource.deleted")
    where.add_lasting(
        "(resource.type, resource.fhir_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        [type_ for type_, _ in keys],
        [fhir_id for _, fhir_id in keys],
    )
    return _rows_where(actor, where, known_at, at)


def _rows_where(actor: Actor, where: Where, known_at: datetime | None, at: datetime) -> list[Row]:
    """Return what the condition finds and the actor may see, in the order of arrival."""
    known = known_of(actor, where, known_at, at=at)
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    withheld, theirs = withheld_sql(actor, COLUMNS)
    sql = FOUND.format(
        keys="",
        withheld=withheld,
        version="resource.version",
        source=where.source,
        where=where.sql,
        visible=visible,
    )
    values = [*theirs, *where.values, *seen, MOST_AT_ONCE]
    rows = known.fetched(f"{sql} ORDER BY resource.id LIMIT %s", values)
    return [row_of(row) for row in rows]


def _referring(actor: Actor, type_: str, name: str, shown: Sequence[Row]) -> Where:
    """Return the condition on the resources of a type that refer to the page's under a parameter."""
    parameter = parameters_of(type_).get(name)
    if parameter is None or parameter.kind not in (Kind.REFERENCE, Kind.WHO):
        raise CriterionError("_revinclude", f"{type_} has no reference called so")
    where = Where()
    where.add_lasting("resource.type = %s", type_)
    where.add("NOT resource.deleted")
    people = [row.person_id for row in shown if row.person_id and row.stored.type == "Patient"]
    if parameter.kind is Kind.WHO and people:
        where.add_lasting("resource.person_id = ANY(%s::uuid[])", people)
    else:
        words = [reference_word(name, "/".join(_key(row))) for row in shown]
        where.add("resource.words && %s::bigint[]", words)
        add_not_withheld(where, type_, parameter, actor)
    return where
