"""What goes with a page of a search: what it refers to (`_include`), and what refers to it (`_revinclude`)."""

from collections.abc import Sequence
from datetime import datetime

from joinedup.care.access.actor import Actor
from joinedup.care.record.criteria import CriterionError, Where
from joinedup.care.record.indexing import reference_word, values_of
from joinedup.care.record.logic import Json, Key, decode, literal
from joinedup.care.record.parameters import Kind, parameters_of
from joinedup.care.record.rows import MOST_AT_ONCE, Row, Search, newest_rows


def included_with(actor: Actor, asked: Search, shown: Sequence[Row], at: datetime) -> list[Row]:
    """Return what the page refers to and what refers to the page, where that was asked."""
    here = {(row.stored.type, row.stored.fhir_id) for row in shown}
    wanted: set[Key] = set()
    for type_, name in asked.included:
        if type_ == asked.type:
            for row in shown:
                wanted |= targets_of(decode(row.stored.json), name)
    rows = rows_by_key(actor, sorted(wanted - here), at=at)
    for type_, name in asked.also_referring if shown else ():
        rows += _referring(actor, type_, name, shown, at)
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


def rows_by_key(actor: Actor, keys: Sequence[Key], *, at: datetime) -> list[Row]:
    """Return these resources, as far as the actor may see them."""
    if not keys:
        return []
    where = Where()
    where.add(
        "NOT resource.deleted AND (resource.type, resource.fhir_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        [type_ for type_, _ in keys],
        [fhir_id for _, fhir_id in keys],
    )
    return newest_rows(actor, where, at=at)


def _referring(actor: Actor, type_: str, name: str, shown: Sequence[Row], at: datetime) -> list[Row]:
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
    return newest_rows(actor, where, at=at)
