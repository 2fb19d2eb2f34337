"""What came of it: the privacy officer's word on an emergency opening or a finding. Appended, never changed, sealed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from joinedup.care.access.actions import record_sealed_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, Glass, LookReview
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.access.sealing import seal_of

LONGEST_NOTE = 1000


@dataclass(frozen=True)
class ReviewView:
    """One review as a page shows it."""

    outcome: str
    note: str
    by_name: str
    at: datetime
    covers_until: datetime | None


def view_of_review(review: LookReview) -> ReviewView:
    """Put a review in the form in which pages show it."""
    return ReviewView(
        outcome=review.get_outcome_display(),
        note=review.note,
        by_name=review.by_name,
        at=review.at,
        covers_until=review.covers_until,
    )


@transaction.atomic
def review_opening(
    *, opening: int, outcome: LookReview.Outcome, note: str, by: Actor, at: datetime
) -> LookReview:
    """Say what came of an emergency opening. `RefusedError` for one's own; `Glass.DoesNotExist` for none."""
    require(by, Permission.REVIEW_LOOKING)
    glass = Glass.objects.get(pk=opening)
    refuse_own(by, glass.user_id)
    review = LookReview(glass=glass, outcome=outcome, note=_note(note))
    return _written(review, f"review of an emergency opening: {outcome.label.lower()}", by, at)


@transaction.atomic
def review_finding(  # noqa: PLR0913 - what a review says
    *,
    finding: str,
    about: int | None,
    covers_until: datetime,
    outcome: LookReview.Outcome,
    note: str,
    by: Actor,
    at: datetime,
) -> LookReview:
    """Say what came of a finding about a user, up to a moment. `RefusedError` for one about oneself."""
    require(by, Permission.REVIEW_LOOKING)
    refuse_own(by, about)
    review = LookReview(finding=finding, covers_until=covers_until, outcome=outcome, note=_note(note))
    return _written(review, f"review of unusual looking: {outcome.label.lower()}", by, at)


def refuse_own(by: Actor, user_id: int | None) -> None:
    """Raise `RefusedError` for what one did oneself: somebody else judges that."""
    if user_id is not None and user_id == by.user_id:
        raise RefusedError("This is about what you did yourself. Another privacy officer must review it.")


def _note(note: str) -> str:
    """Return the note, tidied. `ValueError` for none, and for one that is too long."""
    tidy = note.strip()
    if not 0 < len(tidy) <= LONGEST_NOTE:
        raise ValueError(f"say what you found out, in at most {LONGEST_NOTE} letters")
    return tidy


def _written(review: LookReview, subject: str, by: Actor, at: datetime) -> LookReview:
    """Keep a review with who gave it, and seal it."""
    review.user_id, review.by_name, review.at = by.user_id or 0, by.name, at
    review.save(force_insert=True)
    person = review.glass.person_id if review.glass else None
    record_sealed_audit(
        AuditEvent.Kind.CHANGE, by=by, at=at, person=person, subject=subject, seal=seal_of(review)
    )
    return review
