"""Telling of every change: a list written in the transaction of the entry, and taken off by whoever follows.

Rides on the write because the order of commits is not that of numbers: whoever looked for "entries since number n"
would miss a slow writer's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.care.copying import copy_rows
from joinedup.care.prepared import run_prepared
from joinedup.care.record.models import Follower, NewChange

FOLLOWED = "SELECT 1 FROM record_follower LIMIT 1"


@dataclass(frozen=True)
class Change:
    """One new version of a resource."""

    resource_id: int
    version: int


def follow(name: str) -> None:
    """Begin to keep the list, for whoever is called so."""
    Follower.objects.get_or_create(name=name)


def unfollow(name: str) -> None:
    """Keep the list no longer for whoever is called so."""
    Follower.objects.filter(name=name).delete()


def note_changes(changes: Sequence[Change]) -> None:
    """Put the changes on the list if anybody follows; caller holds the transaction of the write."""
    if changes and run_prepared(FOLLOWED, []):
        copy_rows(NewChange, ("resource_id", "version"), ((c.resource_id, c.version) for c in changes))


def take_changes(limit: int) -> list[Change]:
    """Take the oldest changes off the list, within the caller's transaction; those that another takes are left."""
    rows = list(NewChange.objects.select_for_update(skip_locked=True).order_by("id")[:limit])
    NewChange.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [Change(row.resource_id, row.version) for row in rows]
