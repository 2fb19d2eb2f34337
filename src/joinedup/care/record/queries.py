"""Reads of the record app. Each takes the actor, keeps to what that actor may see, and writes the look."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.audited import read_audited
from joinedup.care.access.queries import require
from joinedup.care.access.scope import Scope
from joinedup.care.people.protecting import KEPT, withheld_sql, without_place
from joinedup.care.record.logic import Json, decode, redacted, with_identity
from joinedup.care.record.models import AwaitedReference, Entry, Resource

# The one statement of the commonest request, written out for speed.
READ_SQL = """
    SELECT entry.body, entry.version, entry.recorded_at, {withheld} AS is_withheld, resource.person_id,
        {visible} AS is_visible
    FROM record_resource AS resource
    JOIN record_entry AS entry ON entry.resource_id = resource.id AND entry.version = resource.version
    WHERE resource.type = %s AND resource.fhir_id = %s
"""
COLUMNS = {
    "type": "resource.type",
    "person": "resource.person_id",
    "organisation": "resource.organisation_id",
    "system": "resource.system_id",
    "kind": "resource.kind",
    "labels": "resource.labels",
}


def entries_visible_to(actor: Actor, *, at: datetime) -> QuerySet[Resource]:
    """Return the resources that the actor may see now; every list, count and export of entries begins here."""
    return Resource.objects.filter(
        Scope(actor, at).sees_entry(
            type=F("type"),
            person=F("person_id"),
            organisation=F("organisation_id"),
            system=F("system_id"),
            kind=F("kind"),
            labels=F("labels"),
        )
    )


@dataclass(frozen=True)
class Stored:
    """One resource as it is given out. `json` is empty where the newest version is a withdrawal; where something is
    withheld of it, it is without that.
    """

    type: str
    fhir_id: str
    version: int
    recorded_at: datetime
    json: bytes
    is_withheld: bool = False


def stored(
    type_: str, fhir_id: str, version: int, recorded_at: datetime, body: str, *, is_withheld: bool
) -> Stored:
    """Put a version in the form in which it is given out; `is_withheld` leaves out where the person lives."""
    given = redacted(without_place(type_, decode(body))) if body and is_withheld else body
    shown = with_identity(given, fhir_id=fhir_id, version=version, recorded_at=recorded_at) if given else b""
    return Stored(type_, fhir_id, version, recorded_at, shown, is_withheld)


def read(actor: Actor, type_: str, fhir_id: str, *, at: datetime) -> Stored | None:
    """Return the newest version, or None where there is none that the actor may see. The look is audited."""
    require(actor, Permission.READ_RECORD)
    condition, values = Scope(actor, at).entry_sql(COLUMNS)
    withheld, theirs = withheld_sql(actor, COLUMNS) if type_ in KEPT else ("FALSE", [])
    reading = READ_SQL.format(visible=condition, withheld=withheld)
    row = read_audited(
        reading, [*theirs, *values, type_, fhir_id], by=actor, at=at, subject=f"{type_}/{fhir_id}"
    )
    if row is None or not row[-1]:
        return None
    body, version, recorded_at, is_withheld, *_ = row
    return stored(type_, fhir_id, version, recorded_at, body, is_withheld=is_withheld)


def given_back(type_: str, fhir_id: str) -> bytes:
    """Return the newest version to the system that has just written it; that writing is audited already."""
    entry = Entry.objects.get(resource__type=type_, resource__fhir_id=fhir_id, version=F("resource__version"))
    return with_identity(entry.body, fhir_id=fhir_id, version=entry.version, recorded_at=entry.recorded_at)


def contents_of_kind(actor: Actor, person_id: UUID, types: Sequence[str], *, at: datetime) -> list[Json]:
    """Return the newest content of the person's resources of these types, newest first, to who may see them."""
    rows = entries_visible_to(actor, at=at).filter(person=person_id, type__in=types, deleted=False)
    newest = Entry.objects.filter(resource__in=rows, version=F("resource__version")).order_by(
        F("happened_at").desc(nulls_last=True), "-id"
    )
    return [decode(body) for body in newest.values_list("body", flat=True)]


@dataclass(frozen=True)
class Current:
    """One resource in its newest version, for what works on the record itself and shows it to nobody."""

    type: str
    fhir_id: str
    person_id: UUID | None
    organisation_id: int | None
    organisation: str
    content: Any


def everything_current(types: Sequence[str], *, kind: str = "", chunk: int = 2000) -> Iterator[Current]:
    """Return every resource of these types in its newest version, streamed. For the publish step only."""
    newest = Entry.objects.filter(resource__type__in=types, version=F("resource__version"), deleted=False)
    newest = newest.filter(resource__kind=kind) if kind else newest
    yield from _current(newest.values_list(*CURRENT).iterator(chunk_size=chunk))


def current_of_keys(type_: str, fhir_ids: Sequence[str]) -> list[Current]:
    """Return these resources of one type in their newest version, for the apps that work with them."""
    newest = Entry.objects.filter(
        resource__type=type_, resource__fhir_id__in=fhir_ids, version=F("resource__version"), deleted=False
    )
    return list(_current(newest.values_list(*CURRENT)))


CURRENT = (
    "resource__type",
    "resource__fhir_id",
    "resource__person_id",
    "resource__organisation_id",
    "organisation__name",
    "body",
)


def _current(rows: Iterable[tuple[Any, ...]]) -> Iterator[Current]:
    """Put rows of these columns in their form."""
    for type_, fhir_id, person_id, organisation_id, organisation, body in rows:
        yield Current(type_, fhir_id, person_id, organisation_id, organisation or "", decode(body))


def patients_of(people: Collection[UUID]) -> list[tuple[UUID, Json]]:
    """Return each version of each Patient of these people, oldest first, for what is known of the people."""
    versions = Entry.objects.filter(
        resource__person__in=people, resource__type="Patient", resource__deleted=False, deleted=False
    ).order_by("recorded_at", "resource_id", "version")
    return [(person, decode(body)) for person, body in versions.values_list("resource__person_id", "body")]


def resource_numbers(type_: str, fhir_ids: Sequence[str]) -> dict[str, int]:
    """Return the internal number of each of these resources of one type, for the apps that keep state beside them."""
    rows = Resource.objects.filter(type=type_, fhir_id__in=fhir_ids)
    return dict(rows.values_list("fhir_id", "pk"))


def awaited_references() -> QuerySet[AwaitedReference]:
    """Return what the record refers to and has not got, with the resource that refers; one withdrawn waits no more."""
    here = Resource.objects.filter(type=OuterRef("type"), fhir_id=OuterRef("fhir_id"))
    waiting = AwaitedReference.objects.filter(resource__deleted=False).exclude(Exists(here))
    return waiting.select_related("resource").order_by("type", "fhir_id")
