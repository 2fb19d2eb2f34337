"""Notices: from changes in the record to what each subscriber is to be told, and how often it is tried.

Told are those whose criteria match what they may see, and, whatever their criteria, those who received an earlier
version: a correction or withdrawal reaches whoever has the wrong thing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from joinedup.care.access.queries import reader_of
from joinedup.care.access.scope import Scope as Visible
from joinedup.care.outbound.models import Notice, Subscription
from joinedup.care.outbound.subscribing import active_subscriptions
from joinedup.care.record.criteria import Where
from joinedup.care.record.following import Change, take_changes
from joinedup.care.record.queries import COLUMNS
from joinedup.care.record.rows import fetched

AT_ONCE = 500
# How long after each failure it is tried again; after the last, it is given up and said.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240, 720, 1440))
LEASE = timedelta(minutes=2)
RECEIVED = """
    SELECT resource.id FROM record_resource AS resource WHERE resource.id = ANY(%s) AND resource.version > 1
    AND EXISTS (SELECT 1 FROM access_auditevent AS look
        WHERE look.person_id = resource.person_id AND look.system_id = %s
        AND look.kind IN ('look', 'listed', 'export')
        AND look.at >= (SELECT min(recorded_at) FROM record_entry AS first WHERE first.resource_id = resource.id))
"""
TOLD = """
    SELECT DISTINCT notice.resource_id FROM outbound_notice AS notice
    WHERE notice.resource_id = ANY(%s) AND notice.subscription_id = %s AND notice.delivered_at IS NOT NULL
"""
FACTS = "SELECT id, type, fhir_id, deleted, system_id FROM record_resource WHERE id = ANY(%s)"
MATCHING = "SELECT resource.id FROM {source} WHERE {where} AND {visible}"
Conditions = Mapping[int, Where | None]


@transaction.atomic
def queue_notices(conditions: Conditions, *, at: datetime) -> int:
    """Take changes off the record's list and queue a notice for each subscriber to be told; return how many changes.

    `conditions` are what each subscription (by id) asks for; None where its criteria can't be answered.
    """
    changes = take_changes(AT_ONCE)
    if not changes:
        return 0
    facts = {row[0]: row for row in fetched(FACTS, [[change.resource_id for change in changes]])}
    for subscription in active_subscriptions(at=at):
        _queue(subscription, conditions.get(subscription.pk), changes, facts, at)
    return len(changes)


Facts = Mapping[int, tuple[int, str, str, bool, int]]


def _queue(
    subscription: Subscription, condition: Where | None, changes: Sequence[Change], facts: Facts, at: datetime
) -> None:
    """Queue the notices of one subscriber. Nobody is told of what they wrote themself."""
    ids = [
        c.resource_id
        for c in changes
        if c.resource_id in facts and facts[c.resource_id][4] != subscription.system_id
    ]
    corrected = {row[0] for row in fetched(RECEIVED, [ids, subscription.system_id])}
    corrected |= {row[0] for row in fetched(TOLD, [ids, subscription.pk])}
    told = corrected | _matching(subscription, condition, ids, at)
    notices = [
        Notice(
            subscription=subscription,
            type=facts[change.resource_id][1],
            fhir_id=facts[change.resource_id][2],
            resource_id=change.resource_id,
            version=change.version,
            is_withdrawal=facts[change.resource_id][3],
            is_correction=change.resource_id in corrected,
            due_at=at,
        )
        for change in changes
        if change.resource_id in told
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _matching(
    subscription: Subscription, condition: Where | None, ids: Sequence[int], at: datetime
) -> set[int]:
    """Return those of the resources that match the criteria and that the subscriber may see."""
    if condition is None:
        return set()
    visible, seen = Visible(reader_of(subscription.system), at).entry_sql(COLUMNS)
    where = f"{condition.sql} AND resource.id = ANY(%s)"
    sql = MATCHING.format(source=condition.source, where=where, visible=visible)
    return {row[0] for row in fetched(sql, [*condition.values, list(ids), *seen])}


@transaction.atomic
def claim_notice(*, at: datetime) -> Notice | None:
    """Take the notice that is due longest; if whoever takes it dies, it is due again after a while."""
    due = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "subscription__system"
    )
    notice = due.filter(delivered_at=None, given_up=False, due_at__lte=at).order_by("due_at", "id").first()
    if notice:
        notice.due_at = at + LEASE
        notice.save(update_fields=["due_at"])
    return notice


def note_delivery(notice: Notice, *, at: datetime) -> None:
    """Note that the subscriber has it."""
    Notice.objects.filter(pk=notice.pk).update(delivered_at=at, tries=notice.tries + 1)


@transaction.atomic
def note_failure(notice: Notice, problem: str, *, at: datetime) -> None:
    """Note that it failed: it is tried again later, or given up and the subscription says so."""
    tries = notice.tries + 1
    is_last = tries > len(WAITS)
    due_at = at if is_last else at + WAITS[tries - 1]
    Notice.objects.filter(pk=notice.pk).update(tries=tries, due_at=due_at, given_up=is_last)
    state = Subscription.State.ERROR if is_last else Subscription.State.ACTIVE
    Subscription.objects.filter(pk=notice.subscription_id).update(problem=problem[:200], state=state)


def waiting_notices() -> int:
    """Return how many notices wait to be delivered."""
    return Notice.objects.filter(delivered_at=None, given_up=False).count()
