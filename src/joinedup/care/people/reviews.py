"""The review queue: pairs of people who may be one, for somebody to decide. Joining itself is done above."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, StaffRecord
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.people.identities import IdentityView, identities
from joinedup.care.people.logic_pairs import Agreement, ProposedPair
from joinedup.care.people.models import Person, Review

OPEN = (Review.State.WAITING, Review.State.LATER)


@dataclass(frozen=True)
class PairView:
    """A pair to decide about."""

    id: int
    left: IdentityView
    right: IdentityView
    score: float
    method: str
    agreements: tuple[Agreement, ...]
    found_at: datetime
    is_left_for_later: bool


def queue_pairs(pairs: Sequence[ProposedPair], *, by: Actor, at: datetime) -> int:
    """Put pairs on the queue; return how many are new to it.

    A pair that waits gets the newer score and reasons. Whoever was found to be different people stays so, also
    under the records that they are part of now, and whoever is part of another's record is not compared.
    """
    require(by, Permission.WRITE_RECORD)
    apart = found_different()
    whole = set(
        Person.objects.filter(
            pk__in={person for pair in pairs for person in (pair.left, pair.right)}, replaced_by=None
        ).values_list("pk", flat=True)
    )
    rows = {
        key: pair
        for pair in pairs
        if {pair.left, pair.right} <= whole
        and (key := key_of(pair.left, pair.right)) not in apart
        and pair.left != pair.right
    }
    known = set(Review.objects.filter(_is_among(rows)).values_list("left_id", "right_id")) if rows else set()
    Review.objects.bulk_create(
        [_row(key, pair, at) for key, pair in sorted(rows.items())],
        update_conflicts=True,
        unique_fields=["left", "right"],
        update_fields=["score", "method", "agreements"],
    )
    return len(rows.keys() - known)


Key = tuple[UUID, UUID]


def key_of(one: UUID, other: UUID) -> Key:
    """Return the two in their order."""
    return (one, other) if one < other else (other, one)


def _row(key: Key, pair: ProposedPair, at: datetime) -> Review:
    """Return the pair as it is kept."""
    return Review(
        left_id=key[0],
        right_id=key[1],
        score=pair.score,
        method=pair.method,
        agreements=[asdict(agreement) for agreement in pair.agreements],
        found_at=at,
    )


def _is_among(rows: dict[Key, ProposedPair]) -> Q:
    """Return a condition that finds the pairs (and perhaps some more with the same people)."""
    return Q(left__in={left for left, _ in rows}, right__in={right for _, right in rows})


def review_of(pair: ProposedPair, *, at: datetime) -> Review:
    """Return the pair's row, which is new where it never was on the queue."""
    key = key_of(pair.left, pair.right)
    return Review.objects.filter(left=key[0], right=key[1]).first() or _row(key, pair, at)


def found_different() -> set[Key]:
    """Return the pairs found to be different people, by whose record they are part of now."""
    rows = Review.objects.filter(state=Review.State.DIFFERENT).values_list(
        "left_id", "left__replaced_by_id", "right_id", "right__replaced_by_id"
    )
    return {key_of(left_now or left, right_now or right) for left, left_now, right, right_now in rows}


def _open_to(actor: Actor) -> QuerySet[Review]:
    """Return the pairs that this actor may decide about: never about themselves or their family."""
    require(actor, Permission.JOIN_RECORDS)
    own = StaffRecord.objects.filter(user_id=actor.user_id or 0).values("person_id")
    rows = Review.objects.filter(state__in=OPEN, left__replaced_by=None, right__replaced_by=None)
    return rows.exclude(Q(left__in=own) | Q(right__in=own))


def pairs_to_review(actor: Actor, *, at: datetime, limit: int = 50) -> tuple[list[PairView], int]:
    """Return the likeliest pairs, those left for later last, and how many there are in all; audited."""
    rows = _open_to(actor)
    # "waiting" comes after "later" in the alphabet.
    shown = list(rows.order_by("-state", "-score", "id")[:limit])
    views = _views(shown)
    people = {person.id for view in views for person in (view.left, view.right)}
    if people:
        record_audit(
            AuditEvent.Kind.LISTED, by=actor, at=at, people=sorted(people), subject="possible duplicates"
        )
    return views, rows.count()


def look_at_pair(actor: Actor, review_id: int, *, at: datetime) -> PairView:
    """Return one pair that is to be decided, as a look at both. `RefusedError` where there is none."""
    row = _open_to(actor).filter(pk=review_id).first()
    if row is None:
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, subject="a possible duplicate")
        raise RefusedError("This pair is decided already, or there is none.")
    record_audit(
        AuditEvent.Kind.LOOK,
        by=actor,
        at=at,
        people=[row.left_id, row.right_id],
        subject="a possible duplicate",
    )
    return _views([row])[0]


def _views(rows: Sequence[Review]) -> list[PairView]:
    """Put pairs in the form of a page."""
    known = identities({person for row in rows for person in (row.left_id, row.right_id)})
    return [
        PairView(
            id=row.pk,
            left=known[row.left_id],
            right=known[row.right_id],
            score=row.score,
            method=row.method,
            agreements=tuple(Agreement(**agreement) for agreement in row.agreements),
            found_at=row.found_at,
            is_left_for_later=row.state == Review.State.LATER,
        )
        for row in rows
    ]


def note_decision(row: Review, state: Review.State, *, reason: str, by: Actor, at: datetime) -> None:
    """Keep what was decided about a pair, and by whom."""
    row.state, row.reason, row.decided_at = state, reason.strip(), at
    row.by_user, row.by_name = by.user_id, by.name
    row.save()


def note_different(one: UUID, other: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Keep that two people who were joined are different after all, so that nobody is asked again."""
    left, right = key_of(one, other)
    row = Review.objects.filter(left=left, right=right).first() or Review(
        left_id=left, right_id=right, score=0, method="undone", found_at=at
    )
    note_decision(row, Review.State.DIFFERENT, reason=reason, by=by, at=at)
