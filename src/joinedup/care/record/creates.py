"""Creates that came before, known again by what they say (ADR 0007)."""

from collections.abc import Collection

from django.db.models import F

from joinedup.care.access.actor import Actor
from joinedup.care.record.arrivals import Change, Written
from joinedup.care.record.models import Entry


def known_by_create_keys(
    keys: Collection[tuple[str, bytes]], *, by: Actor
) -> dict[tuple[str, bytes], Written]:
    """Return what this system created before under these (type, create key), as it is now."""
    if not keys:
        return {}
    found = Entry.objects.filter(
        resource__system_id=by.source,
        resource__create_key__in=[key for _, key in keys],
        version=F("resource__version"),
    ).select_related("resource")
    return {
        (entry.resource.type, bytes(entry.resource.create_key or b"")): Written(
            entry.resource.type,
            entry.resource.fhir_id,
            entry.version,
            Change.WITHDRAWN if entry.deleted else Change.UNCHANGED,
            entry.recorded_at,
            entry.resource.person_id,
        )
        for entry in found.defer("body")
    }
