"""Reads of the record app. Each takes the actor, keeps to what that actor may see, and writes the look."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.audited import read_audited
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, may_see, require
from joinedup.care.access.scope import Scope
from joinedup.care.record.logic import Json, decode, happened_text, with_identity
from joinedup.care.record.models import AwaitedReference, Entry, Resource
from joinedup.care.record.titles import detail_of, title_of

# The one statement of the commonest request, written out for speed.
READ_SQL = """
    SELECT entry.body, entry.version, entry.recorded_at, resource.person_id, {visible} AS is_visible
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
    """One resource as it is given out. `json` is empty where the newest version is a withdrawal."""

    type: str
    fhir_id: str
    version: int
    recorded_at: datetime
    json: bytes


def read(actor: Actor, type_: str, fhir_id: str, *, at: datetime) -> Stored | None:
    """Return the newest version, or None where there is none that the actor may see. The look is audited."""
    require(actor, Permission.READ_RECORD)
    condition, values = Scope(actor, at).entry_sql(COLUMNS)
    reading, keys = READ_SQL.format(visible=condition), [*values, type_, fhir_id]
    row = read_audited(reading, keys, by=actor, at=at, subject=f"{type_}/{fhir_id}")
    if row is None or not row[4]:
        return None
    body, version, recorded_at, *_ = row
    shown = with_identity(body, fhir_id=fhir_id, version=version, recorded_at=recorded_at) if body else b""
    return Stored(type_, fhir_id, version, recorded_at, shown)


def given_back(type_: str, fhir_id: str) -> bytes:
    """Return the newest version to the system that has just written it; that writing is audited already."""
    entry = Entry.objects.get(resource__type=type_, resource__fhir_id=fhir_id, version=F("resource__version"))
    return with_identity(entry.body, fhir_id=fhir_id, version=entry.version, recorded_at=entry.recorded_at)


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the timeline. `happened_text` is the time as it was sent, perhaps no more than a year."""

    resource_id: int
    happened_at: datetime | None
    happened_text: str
    kind: str
    title: str
    detail: tuple[tuple[str, str], ...]
    organisation: str
    author: str
    version: int
    recorded_at: datetime


@dataclass(frozen=True)
class Choice:
    """One value of a filter with how many entries have it, and when the latest that has happened was."""

    value: str
    count: int
    latest: datetime | None


@dataclass(frozen=True)
class Timeline:
    """A page of a person's record, newest first.

    `organisations` and `kinds` are the filters, each with what it would leave beside the other one chosen;
    `involved` are all organisations, whatever is chosen.
    """

    entries: tuple[TimelineEntry, ...]
    total: int
    page: int
    pages: int
    organisations: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    involved: tuple[Choice, ...]


TIMELINE_LEFT_OUT = ("Patient", "RelatedPerson")
TIMELINE_PAGE = 50


def timeline(
    actor: Actor,
    person_id: UUID,
    *,
    at: datetime,
    organisation: str = "",
    kind: str = "",
    page: int = 1,
) -> Timeline:
    """Return a page of the person's record to an actor who may see them; the page itself audits the look."""
    if not actor.may(Permission.READ_RECORD) or not may_see(actor, person_id, at=at):
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, people=[person_id], subject="timeline")
        raise RefusedError("Your organisation has no care relationship with this person.")
    everything = (
        entries_visible_to(actor, at=at)
        .filter(person=person_id, deleted=False)
        .exclude(type__in=TIMELINE_LEFT_OUT)
    )
    groups = _groups(everything, at)
    chosen = [g for g in groups if _fits(g, organisation, kind)]
    total = sum(group.count for group in chosen)
    pages = max(1, -(-total // TIMELINE_PAGE))
    page = min(max(1, page), pages)
    rows = everything.filter(
        Q(organisation__name=organisation) if organisation else Q(), Q(kind=kind) if kind else Q()
    ).order_by(F("happened_at").desc(nulls_last=True), "-id")
    wanted = rows[(page - 1) * TIMELINE_PAGE : page * TIMELINE_PAGE].values_list("pk", flat=True)
    return Timeline(
        entries=tuple(_lines(list(wanted))),
        total=total,
        page=page,
        pages=pages,
        organisations=_choices([(g.organisation, g) for g in groups if _fits(g, "", kind)]),
        kinds=_choices([(g.kind, g) for g in groups if _fits(g, organisation, "")]),
        involved=_choices([(g.organisation, g) for g in groups]),
    )


@dataclass(frozen=True)
class _Group:
    """How many resources of one kind one organisation wrote, and when the latest of them happened."""

    organisation: str | None
    kind: str
    count: int
    latest: datetime | None


def _groups(rows: QuerySet[Resource], at: datetime) -> list[_Group]:
    """Count the resources by organisation and kind, in one query; what lies ahead is no latest contact."""
    latest = Max("happened_at", filter=Q(happened_at__lte=at))
    counted = rows.values_list("organisation__name", "kind").annotate(n=Count("pk"), latest=latest)
    return [_Group(*row) for row in counted]


def _fits(group: _Group, organisation: str, kind: str) -> bool:
    """Say whether the group is within the filters; an empty one lets everything pass."""
    return (not organisation or group.organisation == organisation) and (not kind or group.kind == kind)


def _choices(named: Iterable[tuple[str | None, _Group]]) -> tuple[Choice, ...]:
    """Return the values of a filter with their counts, the most frequent first."""
    together: dict[str, list[_Group]] = {}
    for name, group in named:
        if name is not None:
            together.setdefault(name, []).append(group)
    choices = [
        Choice(name, sum(g.count for g in groups), max((g.latest for g in groups if g.latest), default=None))
        for name, groups in together.items()
    ]
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.value)))


LINE = (
    "resource_id",
    "happened_at",
    "resource__kind",
    "organisation__name",
    "author",
    "version",
    "recorded_at",
    "body",
)


def _lines(resource_ids: Sequence[int]) -> Iterator[TimelineEntry]:
    """Return the lines of these resources, in this order, with one query."""
    newest = Entry.objects.filter(resource__in=resource_ids, version=F("resource__version"))
    rows = {row[0]: row for row in newest.values_list(*LINE)}
    for resource_id in resource_ids:
        _, happened_at, kind, organisation, author, version, recorded_at, body = rows[resource_id]
        content = decode(body)
        yield TimelineEntry(
            resource_id=resource_id,
            happened_at=happened_at,
            happened_text=happened_text(content),
            kind=kind,
            title=title_of(content),
            detail=tuple(detail_of(content)),
            organisation=organisation or "",
            author=author,
            version=version,
            recorded_at=recorded_at,
        )


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
