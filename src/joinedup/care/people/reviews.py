"""The review queue: pairs of people who may be one, for somebody to decide. Joining itself is done above."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, StaffRecord
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.people.comparing import verdicts_between
from joinedup.care.people.identities import IdentityView, identities
from joinedup.care.people.logic_pairs import Agreement, ProposedPair
from joinedup.care.people.logic_rules import Verdict
from joinedup.care.people.models import Person, Review

# What asks again about people who were found to be different: once it agrees and did not when that was decided.
EVIDENCE = ("verified", "number", "local", "born", "family", "given")
Key = tuple[UUID, UUID]
OPEN = (Review.State.WAITING, Review.State.LATER)


@dataclass(frozen=True)
class EarlierDecision:
    """That they are different people, as somebody decided before something new agreed. `new` names those fields."""

    by: str
    at: datetime
    reason: str
    new: tuple[str, ...]


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
    earlier: EarlierDecision | None


def queue_pairs(pairs: Sequence[ProposedPair], *, by: Actor, at: datetime) -> int:
    """Put pairs on the queue; return how many are new to it.

    A pair that waits gets the newer score and reasons. Whoever was found to be different people stays so, also
    under the records that they are part of now, until something new agrees (`EVIDENCE`): then they are asked about
    again. Whoever is part of another's record is not compared.
    """
    require(by, Permission.WRITE_RECORD)
    apart = found_different()
    again = _asked_again([pair for pair in pairs if key_of(pair.left, pair.right) in apart], apart, at)
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
    return len(rows.keys() - known) + again


def _asked_again(pairs: Sequence[ProposedPair], apart: Mapping[Key, Review], at: datetime) -> int:
    """Put those back on the queue of whom more agrees than when they were found to be different; return how many."""
    proposed = {key_of(pair.left, pair.right): pair for pair in pairs}
    count = 0
    for key, verdicts in verdicts_between(proposed).items():
        before = apart[key]
        new = [
            field
            for field in EVIDENCE
            if verdicts[field] is Verdict.AGREES
            and before.compared is not None
            and before.compared.get(field) != Verdict.AGREES
        ]
        if new:
            _ask_again(review_of(proposed[key], at=at), before, proposed[key], new)
            count += 1
    return count


def _ask_again(row: Review, before: Review, pair: ProposedPair, new: Sequence[str]) -> None:
    """Open a pair again, with what was decided and what is new since."""
    row.earlier = {
        "by": before.by_name,
        "at": (before.decided_at or before.found_at).isoformat(),
        "reason": before.reason,
        "new": list(new),
    }
    if before.pk != row.pk:
        # It was decided under a record that is part of another's now.
        before.compared = None
        before.save()
    row.score, row.method = pair.score, pair.method
    row.agreements = [asdict(agreement) for agreement in pair.agreements]
    row.state, row.reason, row.by_user, row.by_name, row.decided_at = Review.State.WAITING, "", None, "", None
    row.save()


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


def put_by_hand(pair: ProposedPair, *, at: datetime) -> Review:
    """Put a pair on the queue that somebody chose, whatever was decided before; the caller audits."""
    row = review_of(pair, at=at)
    before = found_different().get(key_of(pair.left, pair.right))
    if before is not None:
        _ask_again(row, before, pair, ())
    elif row.pk is None or row.state == Review.State.SAME:
        row.state = Review.State.WAITING
        row.save()
    return row


def found_different() -> dict[Key, Review]:
    """Return the pairs found to be different people, by whose record they are part of now, the newest decision each."""
    rows = Review.objects.filter(state=Review.State.DIFFERENT).select_related("left", "right")
    return {
        key_of(row.left.replaced_by_id or row.left_id, row.right.replaced_by_id or row.right_id): row
        for row in rows.order_by("decided_at")
    }


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
            earlier=_earlier(row),
        )
        for row in rows
    ]


def _earlier(row: Review) -> EarlierDecision | None:
    """Return what was decided before the pair was asked about again."""
    if row.earlier is None:
        return None
    at = datetime.fromisoformat(row.earlier["at"])
    return EarlierDecision(row.earlier["by"], at, row.earlier["reason"], tuple(row.earlier["new"]))


def note_decision(row: Review, state: Review.State, *, reason: str, by: Actor, at: datetime) -> None:
    """Keep what was decided about a pair, and by whom."""
    row.state, row.reason, row.decided_at = state, reason.strip(), at
    row.by_user, row.by_name = by.user_id, by.name
    if state is Review.State.DIFFERENT:
        pair = (row.left_id, row.right_id)
        row.compared = verdicts_between([pair]).get(pair)
    row.save()


def note_different(one: UUID, other: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Keep that two people who were joined are different after all, so that nobody is asked again."""
    left, right = key_of(one, other)
    row = Review.objects.filter(left=left, right=right).first() or Review(
        left_id=left, right_id=right, score=0, method="undone", found_at=at
    )
    note_decision(row, Review.State.DIFFERENT, reason=reason, by=by, at=at)
