"""Legitimate relationships kept in step with the record, in the transaction of each write.

What ties is said in `ties`; here it becomes rows of `access`. A fixed number of statements for any number of entries.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from joinedup.care.access.actions import OWN_SYSTEM, Related, relate_by_contact, replace_relationships
from joinedup.care.partnership.queries import organisation_numbers
from joinedup.care.record.logic import Json, decode
from joinedup.care.record.models import Entry, Resource
from joinedup.care.record.ties import CONTACT, DAYS_AFTER_CONTACT, TYINGS, contact_of, ties_of

# Contacts follow from who wrote what about whom, so when entries change hands they are made again from the entries.
FORGET_CONTACTS = """
    DELETE FROM access_relationship AS tie
    WHERE tie.person_id = ANY(%s::uuid[]) AND tie.kind = %s AND tie.resource_id IS NULL
        AND EXISTS (SELECT 1 FROM record_resource AS written
            WHERE written.person_id = ANY(%s::uuid[]) AND written.organisation_id = tie.organisation_id)
"""
CONTACTS_ANEW = """
    INSERT INTO access_relationship (person_id, organisation_id, kind, since, until)
    SELECT person_id, organisation_id, %s, MIN(LEAST(began, recorded_at)), MAX(LEAST(ended, recorded_at)) + %s
    FROM (SELECT written.person_id, written.organisation_id, recorded_at,
            CASE WHEN by_hand THEN recorded_at ELSE COALESCE(happened_at, recorded_at) END AS began,
            CASE WHEN by_hand THEN recorded_at ELSE COALESCE(ended_at, happened_at, recorded_at) END AS ended
        FROM record_resource AS written,
            LATERAL (SELECT written.system_id IN (SELECT id FROM access_system WHERE name = %s) AS by_hand) AS way
        WHERE written.person_id = ANY(%s::uuid[]) AND written.organisation_id IS NOT NULL) AS contact
    GROUP BY 1, 2 ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Fact:
    """One entry as far as relationships go. `content` is asked only of the types that tie."""

    resource_id: int
    person_id: UUID
    organisation_id: int | None
    happened_at: datetime | None
    ended_at: datetime | None
    content: Json


def relate_by_facts(
    facts: Sequence[Fact], *, known: Collection[int], at: datetime, by_hand: bool = False
) -> None:
    """Bring relationships up to date with these entries; `known` are the resources that had some before.

    `by_hand`: a user wrote them just now, which ties whatever the date of the fact.
    """
    named = [(fact, tie) for fact in facts for tie in ties_of(fact.content, at=at)]
    ids = organisation_numbers(tie.organisation for _, tie in named)
    rows = [
        Related(fact.person_id, ids[tie.organisation], tie.kind, tie.since, tie.until, fact.resource_id)
        for fact, tie in named
        if tie.organisation in ids
    ]
    replace_relationships(rows, known=known)
    relate_by_contact(_contacts(facts, at, by_hand=by_hand))


def _contacts(facts: Sequence[Fact], at: datetime, *, by_hand: bool) -> list[Related]:
    """Return one row per person and organisation that wrote about them, over all their facts."""
    spans: dict[tuple[UUID, int], tuple[datetime, datetime]] = {}
    for fact in facts:
        if fact.organisation_id is None:
            continue
        happened = None if by_hand else fact.happened_at
        since, until = contact_of(happened, None if by_hand else fact.ended_at, at=at)
        key = fact.person_id, fact.organisation_id
        before = spans.get(key, (since, until))
        spans[key] = min(since, before[0]), max(until, before[1])
    return [Related(*key, CONTACT, since, until, None) for key, (since, until) in sorted(spans.items())]


def relate_adopted(resources: Sequence[Resource], *, at: datetime) -> None:
    """Make the relationships of resources that were here before their Patient, whose person is known now."""
    tying = [resource.pk for resource in resources if resource.type in TYINGS]
    newest = Entry.objects.filter(resource__in=tying, version=F("resource__version"), deleted=False)
    bodies = dict(newest.values_list("resource_id", "body")) if tying else {}
    facts = [
        Fact(
            resource.pk,
            resource.person_id,
            resource.organisation_id,
            resource.happened_at,
            resource.ended_at,
            decode(bodies[resource.pk])
            if resource.pk in bodies
            else {"resourceType": resource.type, "status": "unknown"},
        )
        for resource in resources
        if resource.person_id and not resource.deleted
    ]
    relate_by_facts(facts, known=(), at=at)


def relate_anew(people: list[UUID]) -> None:
    """Make the contacts of these people again from what is written about them now. Caller holds the transaction."""
    again: list[Any] = [CONTACT, timedelta(days=DAYS_AFTER_CONTACT), OWN_SYSTEM, people]
    with connection.cursor() as cursor:
        cursor.execute(FORGET_CONTACTS, [people, CONTACT, people])
        cursor.execute(CONTACTS_ANEW, again)
