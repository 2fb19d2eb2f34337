"""Unusual looking: the rules run over the audit of a period, each finding with its reason, and what came of it.

Nothing is kept but the reviews: what a rule finds is computed when it is asked for, from events that nobody can
change. A review covers a finding up to its newest look then; looks after that make it new again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.care.access.actor import PERMISSIONS, Actor, Permission
from joinedup.care.access.looks import Look, view_of_look
from joinedup.care.access.models import AuditEvent, LookReview, User
from joinedup.care.access.queries import require
from joinedup.care.privacy.names import UNKNOWN, Named, named
from joinedup.care.privacy.reviewing import ReviewView, view_of_review
from joinedup.care.privacy.rules import DAYS_BEFORE, PERIOD, RULES, Rule

SUBJECT = "unusual looking"
# A rule that finds more than this asks too much.
MOST = 1000
SHOWN = 50
EVIDENCE_SHOWN = 200
CARE_ROLES = sorted(role.value for role, may in PERMISSIONS.items() if Permission.READ_RECORD in may)


@dataclass(frozen=True)
class Period:
    """From a moment until another, the latter left out."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Finding:
    """One thing to ask about. `key` stays the same however often the rule finds it; `reviews` are newest first."""

    rule: Rule
    key: str
    user_id: int | None
    who: str
    person_id: UUID | None
    count: int
    first_at: datetime
    last_at: datetime
    reason: str
    said: Mapping[str, Any]
    person: Named | None = None
    reviews: tuple[ReviewView, ...] = ()

    @property
    def is_new(self) -> bool:
        """Say whether there is anything in it that no review covers."""
        covered = self.reviews[0].covers_until if self.reviews else None
        return covered is None or covered < self.last_at


@dataclass(frozen=True)
class OfRule:
    """What one rule found: those shown, the new ones first, and how many there are."""

    rule: Rule
    shown: tuple[Finding, ...]
    total: int
    new: int


@dataclass(frozen=True)
class Evidence:
    """One thing that was done, and about whom."""

    look: Look
    person: Named | None


def findings(actor: Actor, period: Period, *, at: datetime) -> list[OfRule]:
    """Return what each rule finds; whom those shown are about is audited as a list."""
    require(actor, Permission.REVIEW_LOOKING)
    by_rule = [(rule, _found(rule, period)) for rule in RULES]
    shown = [one for _, found in by_rule for one in found[:SHOWN]]
    people = _people(actor, (one.person_id for one in shown), at)
    return [
        OfRule(
            rule=rule,
            shown=tuple(replace(one, person=people.get(one.person_id)) for one in found[:SHOWN]),
            total=len(found),
            new=sum(one.is_new for one in found),
        )
        for rule, found in by_rule
    ]


def finding_with_key(
    actor: Actor, period: Period, rule: Rule, key: str, *, at: datetime
) -> tuple[Finding, list[Evidence]] | None:
    """Return the finding of a rule with its evidence, newest first; None when the period has none with this key."""
    require(actor, Permission.REVIEW_LOOKING)
    found = next((one for one in _found(rule, period) if one.key == key), None)
    if found is None:
        return None
    person = _people(actor, [found.person_id], at).get(found.person_id)
    return replace(found, person=person), _evidence(actor, found, period, at)


def key_of(rule: Rule, user_id: int | None, person_id: UUID | None) -> str:
    """Return the key of a finding: whom the rule found, in a form that names nobody."""
    return hashlib.sha256(f"{rule.id}|{user_id}|{person_id}".encode()).hexdigest()


def _found(rule: Rule, period: Period) -> list[Finding]:
    """Run one rule; return what it finds, the new ones first, those with the most looks first among them."""
    statement = f"SELECT * FROM ({PERIOD}{rule.sql}) AS found ORDER BY count DESC, last_at DESC LIMIT {MOST}"
    rows = _rows(statement, _values(rule, period))
    users = dict(
        User.objects.filter(pk__in=[row["user_id"] for row in rows if row["user_id"]]).values_list(
            "pk", "name"
        )
    )
    reviews = _reviews(key_of(rule, row["user_id"], row["person_id"]) for row in rows)
    found = [_finding(rule, row, users, reviews) for row in rows]
    return sorted(found, key=lambda one: (not one.is_new, -one.count, one.key))


def _finding(
    rule: Rule, row: Mapping[str, Any], users: Mapping[int, str], reviews: Mapping[str, list[ReviewView]]
) -> Finding:
    """Put a row in the form in which pages show it, its reason in words."""
    said = json.loads(row["said"]) if isinstance(row["said"], str) else dict(row["said"])
    key = key_of(rule, row["user_id"], row["person_id"])
    words = {"days_before": DAYS_BEFORE, **rule.limits, **said, "count": int(row["count"])}
    words |= {"times": _times(int(row["count"])), "refused_times": _times(said.get("refused", 0))}
    return Finding(
        rule=rule,
        key=key,
        user_id=row["user_id"],
        who=users.get(row["user_id"], "") if row["user_id"] else f"{said['staff']} staff",
        person_id=row["person_id"],
        count=int(row["count"]),
        first_at=row["first_at"],
        last_at=row["last_at"],
        reason=rule.reason.format(**words),
        said=said,
        reviews=tuple(reviews.get(key, ())),
    )


def _times(count: int) -> str:
    """Return how often, in words."""
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _reviews(keys: Iterable[str]) -> dict[str, list[ReviewView]]:
    """Return the reviews of each finding, newest first."""
    held: dict[str, list[ReviewView]] = {}
    for review in LookReview.objects.filter(finding__in=list(keys)).order_by("-at", "-pk"):
        held.setdefault(review.finding, []).append(view_of_review(review))
    return held


def _people(actor: Actor, ids: Iterable[UUID | None], at: datetime) -> dict[UUID | None, Named]:
    """Return who these people are, those whom nobody knows too."""
    known = {person for person in ids if person is not None}
    people = named(actor, known, at=at, subject=SUBJECT)
    return {person: people.get(person, UNKNOWN) for person in known}


def _evidence(actor: Actor, finding: Finding, period: Period, at: datetime) -> list[Evidence]:
    """Return what was done, newest first, at most `EVIDENCE_SHOWN`."""
    statement = (
        f"{PERIOD} SELECT id, person_id FROM acts WHERE {finding.rule.evidence}"
        f" ORDER BY at DESC, id DESC LIMIT {EVIDENCE_SHOWN}"
    )
    who = {"user": finding.user_id, "person": finding.person_id, **finding.said}
    rows = _rows(statement, _values(finding.rule, period) | who)
    events = AuditEvent.objects.in_bulk([row["id"] for row in rows])
    people = _people(actor, (row["person_id"] for row in rows), at)
    return [Evidence(view_of_look(events[row["id"]]), people.get(row["person_id"])) for row in rows]


def _rows(statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run a statement; return its rows by column."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _values(rule: Rule, period: Period) -> dict[str, Any]:
    """Return what the rule's SQL speaks of."""
    return {
        "since": period.since,
        "until": period.until,
        "days_before": DAYS_BEFORE,
        "care_roles": CARE_ROLES,
        **rule.limits,
    }
