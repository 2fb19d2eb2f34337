"""Writes and reads of exports. An export holds exactly what its system could see when it was asked for.

Each step writes up to `STEP` lines to the disk and then commits how far it is, so that whatever kills the worker
between the two costs a step done again over the same bytes: no line is lost and none is doubled.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Permission, Scope
from joinedup.care.access.models import AuditEvent, System
from joinedup.care.access.queries import require
from joinedup.care.outbound.models import Export, ExportFile
from joinedup.care.record.criteria import Where
from joinedup.care.record.models import Resource
from joinedup.care.record.rows import Row, Search
from joinedup.care.record.searching import Place, matching, newest_number

STEP = 1000
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What an export is to hold. No types: every type that there is."""

    request: str
    types: tuple[str, ...] = ()
    since: datetime | None = None
    people_only: bool = False


@transaction.atomic
def ask_for_export(asked: Asked, *, by: Actor, at: datetime) -> Export:
    """Note that the system wants an export of what is here now; `joinedup work` makes it."""
    require(by, Permission.READ_RECORD)
    types = sorted(asked.types) or list(
        Resource.objects.order_by("type").values_list("type", flat=True).distinct()
    )
    export = Export.objects.create(
        system_id=by.source,
        request=asked.request,
        types=types,
        since=asked.since,
        people_only=asked.people_only,
        seen_at=at,
        ceiling=newest_number(),
    )
    record_audit(AuditEvent.Kind.EXPORT, by=by, at=at, subject="asked for an export")
    return export


def export_of(actor: Actor, export_id: UUID) -> Export | None:
    """Return the export if it is the system's own."""
    return Export.objects.filter(pk=export_id, system_id=actor.source).first()


def files_of(export: Export) -> list[ExportFile]:
    """Return the files that hold anything."""
    return list(export.files.filter(lines__gt=0).order_by("type"))


@transaction.atomic
def cancel_export(export_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Stop the system's export and remove what it wrote; say whether there was one."""
    export = Export.objects.select_for_update().filter(pk=export_id, system_id=by.source).first()
    if export is None:
        return False
    export.state = Export.State.CANCELLED
    export.save(update_fields=["state"])
    _remove_files(export)
    record_audit(AuditEvent.Kind.EXPORT, by=by, at=at, subject="cancelled an export")
    return True


def path_of(export: Export, type_: str) -> Path:
    """Return where the lines of a type are."""
    return Path(settings.EXPORT_FOLDER) / str(export.pk) / f"{type_}.ndjson"


def _remove_files(export: Export) -> None:
    """Remove what an export wrote."""
    for file in export.files.all():
        path_of(export, file.type).unlink(missing_ok=True)
    export.files.all().delete()


def remove_old_exports(*, at: datetime) -> int:
    """Remove the files of exports that were finished long enough ago; return how many exports."""
    old = list(Export.objects.filter(state=Export.State.DONE, finished_at__lt=at - KEPT))
    for export in old:
        _remove_files(export)
        Export.objects.filter(pk=export.pk).update(state=Export.State.CANCELLED)
    return len(old)


@transaction.atomic
def export_step(*, at: datetime) -> bool:
    """Do one step of the export that waits longest and that no other worker is at; say whether there was one."""
    unfinished = Export.objects.filter(state__in=(Export.State.WAITING, Export.State.RUNNING))
    export = unfinished.select_for_update(skip_locked=True).order_by("seen_at").first()
    if export is None:
        return False
    export.state = Export.State.RUNNING
    if export.position >= len(export.types):
        export.state, export.finished_at = Export.State.DONE, at
    else:
        _write_lines(export, at)
    export.save()
    return True


def _write_lines(export: Export, at: datetime) -> None:
    """Write the next lines of the type that the export is at, and move it on."""
    type_ = export.types[export.position]
    actor = _actor(export.system)
    place = Place(export.seen_at, export.ceiling, export.after, total=0)
    found = matching(actor, Search(type_, count=STEP), _where(export, type_), at=at, place=place)
    file, _ = ExportFile.objects.get_or_create(export=export, type=type_)
    if found.rows:
        file.size = _append(path_of(export, type_), file.size, found.rows)
        file.lines += len(found.rows)
        file.save()
        people = sorted({row.person_id for row in found.rows if row.person_id})
        if people:
            record_audit(AuditEvent.Kind.EXPORT, by=actor, at=at, people=people, subject=type_)
    if found.following:
        export.after = found.following.after
    else:
        export.position, export.after = export.position + 1, 0


def _actor(system: System) -> Actor:
    """Return the system as who asks."""
    return Actor(
        name=system.name,
        permissions=SCOPE_PERMISSIONS[Scope.READ],
        system_id=system.pk,
        organisation_id=system.organisation_id,
    )


def _where(export: Export, type_: str) -> Where:
    """Return the condition of what the export holds of a type."""
    where = Where()
    where.add("resource.type = %s AND NOT resource.deleted", type_)
    if export.since:
        where.add("resource.recorded_at >= %s", export.since)
    if export.people_only:
        where.add("resource.person_id IS NOT NULL")
    return where


def _append(path: Path, known: int, rows: Sequence[Row]) -> int:
    """Write the rows after the `known` bytes, over whatever a killed worker left there; return the bytes there are."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.truncate(known)
        file.seek(known)
        for row in rows:
            file.write(row.stored.json + b"\n")
        file.flush()
        os.fsync(file.fileno())
        return file.tell()
