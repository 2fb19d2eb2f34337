"""Emergency openings as the privacy officer sees them: new ones first, why, what was looked at, what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.looks import Look, view_of_look
from joinedup.care.access.models import AuditEvent, Glass, LookReview
from joinedup.care.access.queries import require
from joinedup.care.privacy.names import UNKNOWN, Named, named
from joinedup.care.privacy.reviewing import ReviewView, view_of_review

PAGE = 25
LOOKS_SHOWN = 200
SUBJECT = "emergency openings"
# What is done with an open record, as against its opening.
LOOKS = (AuditEvent.Kind.LOOK, AuditEvent.Kind.CHANGE, AuditEvent.Kind.EXPORT)


@dataclass(frozen=True)
class OpeningView:
    """One emergency opening. `reviews` are newest first; without any it is new. `looks` are within its three hours."""

    id: int
    user_id: int
    who: str
    organisation: str
    person: Named
    since: datetime
    until: datetime
    reason: str
    looks: int
    reviews: tuple[ReviewView, ...]


@dataclass(frozen=True)
class Openings:
    """A page of openings: the new ones first, the newest first among them."""

    shown: tuple[OpeningView, ...]
    new: int
    total: int
    page: int
    pages: int


def count_new_openings(actor: Actor) -> int:
    """Return how many openings nobody has reviewed yet."""
    require(actor, Permission.REVIEW_LOOKING)
    return Glass.objects.filter(reviews=None).count()


def openings(actor: Actor, *, at: datetime, page: int = 1) -> Openings:
    """Return a page of all openings, clamped to those there are; whose records they opened is audited as a list."""
    new, total = count_new_openings(actor), Glass.objects.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    first = (page - 1) * PAGE
    rows = _rows().order_by("is_reviewed", "-since", "-pk")[first : first + PAGE]
    return Openings(tuple(_views(actor, rows, at)), new, total, page, pages)


def look_at_opening(actor: Actor, opening: int, *, at: datetime) -> tuple[OpeningView, list[Look]]:
    """Return an opening and the looks in its three hours, oldest first. `Glass.DoesNotExist` for none."""
    require(actor, Permission.REVIEW_LOOKING)
    row = _rows().get(pk=opening)
    events = _looks_in(row).order_by("at", "pk")[:LOOKS_SHOWN]
    return _views(actor, [row], at)[0], [view_of_look(event) for event in events]


def _rows() -> "QuerySet[Any]":
    """Return all openings with what a view needs."""
    looks = (
        AuditEvent.objects.filter(
            person_id=OuterRef("person_id"),
            user_id=OuterRef("user_id"),
            organisation_id=OuterRef("organisation_id"),
            at__gte=OuterRef("since"),
            at__lte=OuterRef("until"),
            kind__in=LOOKS,
        )
        .order_by()
        .values("person_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Glass.objects.select_related("user", "organisation")
        .prefetch_related(Prefetch("reviews", LookReview.objects.order_by("-at", "-pk")))
        .annotate(
            looks=Coalesce(Subquery(looks), 0),
            is_reviewed=Exists(LookReview.objects.filter(glass=OuterRef("pk"))),
        )
    )


def _looks_in(row: Glass) -> QuerySet[AuditEvent]:
    """Return what the user looked at or did about the person while the glass was broken."""
    return AuditEvent.objects.filter(
        person_id=row.person_id,
        user_id=row.user_id,
        organisation_id=row.organisation_id,
        at__gte=row.since,
        at__lte=row.until,
        kind__in=LOOKS,
    )


def _views(actor: Actor, rows: Iterable[Any], at: datetime) -> list[OpeningView]:
    """Put openings in the form in which pages show them; the people are named, which is audited."""
    held = list(rows)
    people = named(actor, [row.person_id for row in held], at=at, subject=SUBJECT)
    return [
        OpeningView(
            id=row.pk,
            user_id=row.user_id,
            who=row.user.name,
            organisation=row.organisation.name,
            person=people.get(row.person_id, UNKNOWN),
            since=row.since,
            until=row.until,
            reason=row.reason,
            looks=row.looks,
            reviews=tuple(view_of_review(review) for review in row.reviews.all()),
        )
        for row in held
    ]
