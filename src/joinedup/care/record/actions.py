"""Writes of the record app: one function, whatever the number of resources and whoever sends them.

A fixed number of statements for any number of arrivals, in one transaction. Known resources are locked in the
order of type and id before new ones are inserted, so two writers of the same resources wait for each other and
never lock up.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from joinedup.care.access.actions import own_system, record_audits
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.copying import array_of, copy_rows, next_ids
from joinedup.care.people.actions import wait_for_arrivals
from joinedup.care.people.queries import people_behind
from joinedup.care.record.answering import organisations_answering
from joinedup.care.record.arrivals import (
    Arrival,
    Change,
    Condition,
    NotYoursError,
    Outcome,
    StaleError,
    Written,
)
from joinedup.care.record.finding import index_resources
from joinedup.care.record.following import Change as NewVersion
from joinedup.care.record.following import note_changes
from joinedup.care.record.keys import locked, present, strike_awaited
from joinedup.care.record.logic import Facts, Key, digest_of, facts_of
from joinedup.care.record.models import AwaitedReference, Entry, Resource
from joinedup.care.record.relating import Fact, relate_adopted, relate_by_facts
from joinedup.care.record.resends import SOURCE_COLUMNS, judge, note_marks, sent_of, set_mark
from joinedup.care.record.sources import Source, source_of
from joinedup.care.record.ties import TYINGS
from joinedup.care.storing import store

ENTRY_COLUMNS = (
    "resource_id",
    "version",
    "body",
    "digest",
    "happened_at",
    "recorded_at",
    "system_id",
    "organisation_id",
    "author",
    "deleted",
)
MOVED = (
    "version",
    "person_id",
    "organisation_id",
    "kind",
    "happened_at",
    "patient",
    "labels",
    "recorded_at",
    "ended_at",
    "words",
    "deleted",
)


class _Prepared(NamedTuple):
    """An arrival with everything that goes beside it."""

    key: Key
    arrival: Arrival
    facts: Facts
    digest: bytes
    source: Source
    person_id: UUID | None
    organisation_id: int | None


class _Made(NamedTuple):
    """The row of a resource that is new: its columns, in the order in which they are copied into the table."""

    id: int
    type: str
    fhir_id: str
    system_id: int
    person_id: UUID | None
    organisation_id: int | None
    kind: str
    version: int
    happened_at: datetime | None
    create_key: bytes | None
    patient: str
    labels: list[str]
    deleted: bool
    recorded_at: datetime
    ended_at: datetime | None
    source_version: str
    source_updated_at: datetime | None
    source_digest: bytes | None
    words: str

    @property
    def pk(self) -> int:
        """Return its number, by the name that it has once it is known."""
        return self.id


# What is known already is a `Resource`; what is made has no need of all that a model does.
Resources = Mapping[Key, "Resource | _Made"]


@transaction.atomic
def write(arrivals: Sequence[Arrival], *, by: Actor, at: datetime) -> Outcome:
    """Write the arrivals, all or none.

    A resource that says what its newest version says is left as it is, and so is one that its source has newer words
    on. The same id twice among the arrivals is the caller's error. Raises `RefusedError` without the permission,
    `NotYoursError` for another's resource, `StaleError` and `ContradictedError` for versions that don't fit, and
    `IntegrityError` when another writer was quicker: then the whole may be tried again.
    """
    require(by, Permission.WRITE_RECORD)
    prepared = sorted(_prepare(arrivals, by), key=lambda p: p.key)
    source = by.system_id or own_system().pk
    known, made = _known_and_made(prepared, source, at)
    latest = _latest_entries(known.values())
    newest = {number: bytes(entry.digest) for number, entry in latest.items()}
    judged = judge([sent_of(p.arrival, p.digest) for p in prepared if p.source], known, newest)
    changed = [
        p
        for p in prepared
        if p.key in made or (p.key not in judged.older and p.digest != newest[known[p.key].pk])
    ]
    _set_marks(prepared, known, judged.marks)
    _move_pointers(changed, known, at)
    note_marks([known[key] for key in judged.marks & (known.keys() - {p.key for p in changed})])
    resources: Resources = {**known, **made}
    _insert_entries(changed, resources, source, at)
    _replace_index(changed, resources, known)
    note_changes([NewVersion(resources[p.key].pk, resources[p.key].version) for p in changed])
    awaited = _note_awaited(changed, resources, known)
    adopted = _adopt(made, at)
    _relate(changed, resources, known, by, at)
    _follow_up(changed, by, at)
    written = {
        p.key: _written(p, resources[p.key], at, is_new=p.key in made, awaited=awaited) for p in changed
    }
    for p in prepared:
        if p.key not in written:
            entry = latest[known[p.key].pk]
            change = Change.OLDER if p.key in judged.older else Change.UNCHANGED
            written[p.key] = Written(*p.key, entry.version, change, entry.recorded_at, p.person_id)
    return Outcome(tuple(written[arrival.key] for arrival in arrivals), adopted)


def _prepare(arrivals: Sequence[Arrival], by: Actor) -> list[_Prepared]:
    """Find out about every arrival at once: whose it is, who answers for it."""
    facts = [facts_of(arrival.content | {"id": arrival.fhir_id}, arrival.body) for arrival in arrivals]
    people = _people_of({f.subject for f in facts if f.subject})
    organisations = organisations_answering(facts, default=by.organisation_id)
    return [
        _Prepared(
            key=arrival.key,
            arrival=arrival,
            facts=fact,
            digest=digest_of(arrival.content),
            source=source_of(arrival.content),
            person_id=people.get(fact.subject or ""),
            organisation_id=organisation,
        )
        for arrival, fact, organisation in zip(arrivals, facts, organisations, strict=True)
    ]


def _people_of(patient_ids: set[str]) -> dict[str, UUID]:
    """Return the people behind these Patient ids, waiting for those who are just being brought in."""
    people = people_behind(patient_ids)
    unknown = patient_ids - people.keys()
    if not unknown:
        return people
    wait_for_arrivals(unknown)
    return people | people_behind(unknown)


def _known_and_made(
    prepared: Sequence[_Prepared], source: int, at: datetime
) -> tuple[dict[Key, Resource], dict[Key, _Made]]:
    """Lock the resources that are known and insert the rest.

    `IntegrityError` when another writer inserted one of them just now; trying the whole write again finds it known.
    """
    known = locked([p.key for p in prepared])
    check_allowed({p.key: p.arrival.condition for p in prepared}, known, source)
    new = [p for p in prepared if p.key not in known]
    rows = _new_resources(new, source, at)
    if rows:
        copy_rows(Resource, _Made._fields, rows)
    return known, {p.key: row for p, row in zip(new, rows, strict=True)}


def check_allowed(conditions: Mapping[Key, Condition], known: Mapping[Key, Resource], source: int) -> None:
    """Refuse what another system made, and what is meant for another version than the newest. Rows are locked."""
    for key, condition in conditions.items():
        resource = known.get(key)
        if resource is not None and resource.system_id != source:
            raise NotYoursError(key)
        newest = None if resource is None or resource.deleted else resource.version
        if not condition.holds(newest):
            raise StaleError(key, newest)


def _new_resources(prepared: Sequence[_Prepared], source: int, at: datetime) -> list[_Made]:
    """Return the rows of new resources with ids, not yet stored."""
    ids = next_ids(Resource, len(prepared)) if prepared else []
    return [
        _Made(
            id=new_id,
            type=p.arrival.type,
            fhir_id=p.arrival.fhir_id,
            system_id=source,
            person_id=p.person_id,
            organisation_id=p.organisation_id,
            kind=p.facts.kind,
            version=1,
            happened_at=p.facts.happened_at,
            create_key=p.arrival.create_key,
            patient=p.facts.subject or "",
            labels=list(p.facts.labels),
            deleted=False,
            recorded_at=at,
            ended_at=p.facts.ended_at,
            source_version=p.source.version,
            source_updated_at=p.source.updated_at,
            source_digest=p.digest if p.source else None,
            words=array_of(p.facts.index.words),
        )
        for new_id, p in zip(ids, prepared, strict=True)
    ]


def _latest_entries(resources: Collection[Resource]) -> dict[int, Entry]:
    """Return the newest entry of each resource, without its body."""
    if not resources:
        return {}
    newest = Entry.objects.filter(resource__in=[r.pk for r in resources], version=F("resource__version"))
    return {entry.resource_id: entry for entry in newest.defer("body")}


def _set_marks(prepared: Sequence[_Prepared], known: Mapping[Key, Resource], marks: Collection[Key]) -> None:
    """Set the newest version and time of the source on the known resources for which they moved on."""
    for p in prepared:
        if p.key in marks and (resource := known.get(p.key)):
            set_mark(resource, p.source, p.digest)


def _move_pointers(changed: Sequence[_Prepared], known: Mapping[Key, Resource], at: datetime) -> None:
    """Point the known resources at the version about to be written."""
    moved = []
    for p in changed:
        if resource := known.get(p.key):
            resource.version += 1
            resource.person_id = p.person_id or resource.person_id
            resource.organisation_id = p.organisation_id
            resource.kind, resource.happened_at = p.facts.kind, p.facts.happened_at
            resource.patient, resource.labels = p.facts.subject or "", list(p.facts.labels)
            resource.recorded_at, resource.ended_at = at, p.facts.ended_at
            resource.words, resource.deleted = list(p.facts.index.words), False
            moved.append(resource)
    if moved:
        has_mark = any(resource.source_digest for resource in moved)
        store(moved, (*MOVED, *SOURCE_COLUMNS) if has_mark else MOVED)


def _insert_entries(changed: Sequence[_Prepared], resources: Resources, source: int, at: datetime) -> None:
    """Insert one entry per change."""
    rows = (
        (
            resources[p.key].pk,
            resources[p.key].version,
            p.arrival.body,
            p.digest,
            p.facts.happened_at,
            at,
            source,
            p.organisation_id,
            p.facts.author,
            False,
        )
        for p in changed
    )
    copy_rows(Entry, ENTRY_COLUMNS, rows)


def _replace_index(changed: Sequence[_Prepared], resources: Resources, known: Mapping[Key, Resource]) -> None:
    """Write what the changed resources are found by, in place of what they were found by."""
    again = {known[p.key].pk for p in changed if p.key in known}
    index_resources({resources[p.key].pk: p.facts.index for p in changed}, known=again)


def _note_awaited(
    changed: Sequence[_Prepared], resources: Resources, known: Mapping[Key, Resource]
) -> dict[Key, tuple[Key, ...]]:
    """Keep a list of the references to what is not here, and return them by the resource that refers."""
    old = [known[p.key].pk for p in changed if p.key in known]
    if old:
        AwaitedReference.objects.filter(resource__in=old).delete()
    elsewhere = set().union(*(p.facts.references for p in changed)) - resources.keys()
    # Whoever is meant by an id of ours is here, though no partner's Patient has it.
    elsewhere -= {("Patient", p.facts.subject or "") for p in changed if p.person_id}
    missing = elsewhere - present(elsewhere)
    if not missing:
        return {}
    awaited = {p.key: tuple(sorted(refs)) for p in changed if (refs := p.facts.references & missing)}
    subjects = {p.key: ("Patient", p.facts.subject) for p in changed}
    AwaitedReference.objects.bulk_create(
        AwaitedReference(
            resource_id=resources[key].pk,
            type=type_,
            fhir_id=fhir_id,
            is_subject=subjects[key] == (type_, fhir_id),
        )
        for key, targets in awaited.items()
        for type_, fhir_id in targets
    )
    return awaited


def _adopt(made: Mapping[Key, _Made], at: datetime) -> tuple[Key, ...]:
    """Strike what has arrived off the list of the awaited; give a person to what waited for its Patient."""
    struck = strike_awaited(made.keys())
    people = {waiting: made["Patient", fhir_id].person_id for waiting, fhir_id in struck}
    orphans = list(Resource.objects.filter(pk__in=people)) if people else []
    for resource in orphans:
        resource.person_id = people[resource.pk]
    if orphans:
        store(orphans, ("person_id",))
        relate_adopted(orphans, at=at)
    return tuple((resource.type, resource.fhir_id) for resource in orphans)


def _relate(
    changed: Sequence[_Prepared],
    resources: Resources,
    known: Mapping[Key, Resource],
    by: Actor,
    at: datetime,
) -> None:
    """Note who cares for whom, according to what was written and by having written it."""
    facts = [
        Fact(row.pk, row.person_id, row.organisation_id, row.happened_at, row.ended_at, p.arrival.content)
        for p in changed
        if (row := resources[p.key]).person_id
    ]
    before = {known[p.key].pk for p in changed if p.key in known and p.arrival.type in TYINGS}
    relate_by_facts(facts, known=before, at=at, by_hand=not by.is_system)


def _follow_up(changed: Sequence[_Prepared], by: Actor, at: datetime) -> None:
    """Write the change into the audit."""
    counts = Counter(p.person_id for p in changed)
    latest = {p.person_id: "/".join(p.key) for p in changed}
    subjects = {
        person: latest[person] if count == 1 else f"{count} entries" for person, count in counts.items()
    }
    record_audits(AuditEvent.Kind.CHANGE, subjects, by=by, at=at)


def _written(
    p: _Prepared,
    resource: Resource | _Made,
    at: datetime,
    *,
    is_new: bool,
    awaited: Mapping[Key, tuple[Key, ...]],
) -> Written:
    """Say what became of a changed resource."""
    change = Change.CREATED if is_new else Change.UPDATED
    return Written(
        *p.key, resource.version, change, at, p.person_id, p.organisation_id, awaited.get(p.key, ())
    )
