"""Subscriptions: who is told of what. Reads a Subscription (FHIR R4, rest-hook) and keeps it beside the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joinedup.care.outbound.models import Subscription
from joinedup.care.record.following import follow, unfollow
from joinedup.care.record.moments import moment_of

Json = Mapping[str, Any]
FOLLOWER = "subscriptions"
WANTED = ("requested", "active")


@dataclass(frozen=True)
class Wish:
    """What one Subscription in the record says, and whose it is."""

    resource_id: int
    system_id: int
    content: Json


def note_subscriptions(wishes: list[Wish]) -> None:
    """Keep the subscriptions as the record has them now; caller holds the transaction of the write."""
    for wish in wishes:
        channel = wish.content.get("channel") or {}
        wanted = wish.content.get("status") in WANTED and channel.get("type") == "rest-hook"
        Subscription.objects.update_or_create(
            resource_id=wish.resource_id,
            defaults={
                "system_id": wish.system_id,
                "state": Subscription.State.ACTIVE if wanted else Subscription.State.OFF,
                "criteria": str(wish.content.get("criteria", ""))[:1000],
                "endpoint": str(channel.get("endpoint", ""))[:500],
                "has_payload": bool(channel.get("payload")),
                "headers": [str(header)[:1000] for header in channel.get("header") or []],
                "ends_at": moment_of(wish.content.get("end")),
                "problem": "",
            },
        )
    if wishes:
        _follow_or_not()


def forget_subscriptions(resource_ids: list[int]) -> None:
    """Tell nobody any more for Subscriptions that were withdrawn."""
    Subscription.objects.filter(resource_id__in=resource_ids).update(state=Subscription.State.OFF)
    _follow_or_not()


def _follow_or_not() -> None:
    """Follow the record's changes as long as anybody is to be told."""
    if Subscription.objects.filter(state=Subscription.State.ACTIVE).exists():
        follow(FOLLOWER)
    else:
        unfollow(FOLLOWER)


def active_subscriptions(*, at: datetime) -> list[Subscription]:
    """Return the subscriptions that hold now."""
    active = Subscription.objects.filter(state=Subscription.State.ACTIVE).select_related("system")
    return [one for one in active.order_by("id") if one.ends_at is None or one.ends_at > at]
