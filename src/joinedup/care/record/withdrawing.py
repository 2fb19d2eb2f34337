"""Withdrawing: a delete is a new version that says that the resource is gone. What was said before stays readable."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from joinedup.care.access.actions import own_system, record_audits, replace_relationships
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.copying import copy_rows
from joinedup.care.record.actions import ENTRY_COLUMNS, check_allowed
from joinedup.care.record.arrivals import Change, Condition, Written
from joinedup.care.record.finding import index_resources
from joinedup.care.record.following import Change as NewVersion
from joinedup.care.record.following import note_changes
from joinedup.care.record.indexing import Index
from joinedup.care.record.keys import locked
from joinedup.care.record.logic import Key
from joinedup.care.record.models import Entry
from joinedup.care.storing import store

NOTHING = Index((), (), ())


@transaction.atomic
def withdraw(conditions: Mapping[Key, Condition], *, by: Actor, at: datetime) -> dict[Key, Written]:
    """Withdraw these resources, all or none; what is not here or withdrawn already is left out of the answer.

    Raises `NotYoursError` for another system's resource and `StaleError` where a condition doesn't hold.
    """
    require(by, Permission.WRITE_RECORD)
    source = by.system_id or own_system().pk
    known = locked(sorted(conditions))
    check_allowed(conditions, known, source)
    gone = {key: resource for key, resource in known.items() if not resource.deleted}
    for resource in gone.values():
        resource.version += 1
        resource.deleted, resource.recorded_at, resource.words = True, at, []
    store(gone.values(), ("version", "deleted", "recorded_at", "words"))
    copy_rows(
        Entry,
        ENTRY_COLUMNS,
        (
            (r.pk, r.version, "", b"", r.happened_at, at, source, r.organisation_id, by.name, True)
            for r in gone.values()
        ),
    )
    index_resources({resource.pk: NOTHING for resource in gone.values()}, known={r.pk for r in gone.values()})
    replace_relationships((), known={resource.pk for resource in gone.values()})
    note_changes([NewVersion(resource.pk, resource.version) for resource in gone.values()])
    record_audits(
        AuditEvent.Kind.CHANGE,
        {r.person_id: f"withdrew {'/'.join(key)}" for key, r in gone.items()},
        by=by,
        at=at,
    )
    return {
        key: Written(*key, r.version, Change.WITHDRAWN, at, r.person_id, r.organisation_id)
        for key, r in gone.items()
    }
