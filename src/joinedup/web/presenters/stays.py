"""A stay in hospital as a page about the person, or the short list of a day, shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from joinedup.care.discharge.queries import StayView
from joinedup.web import words
from joinedup.web.components import Link, StatusTag, WorkList, WorkRow
from joinedup.web.presenters.clocks import STATES, clock_words
from joinedup.web.presenters.leaving import NO_REASON, NOBODY_NAMED, place
from joinedup.web.presenters.people import person_link


@dataclass(frozen=True)
class StaySummary:
    """One stay in a few lines. `ready` is empty, and the clock away, until the person was declared ready."""

    where: str
    admitted: str
    ready: str = ""
    status: StatusTag | None = None
    clock_words: str = ""
    because: str = ""
    waiting_for: str = ""
    explain: Link | None = None


def stay_summary(stay: StayView, *, at: datetime) -> StaySummary:
    """Put a stay in words."""
    admitted = words.since(stay.admitted_at, at)
    if stay.ready_at is None or stay.clock is None:
        return StaySummary(place(stay), admitted)
    clock = stay.clock.value
    status = STATES[clock.state]
    return StaySummary(
        where=place(stay),
        admitted=admitted,
        ready=words.since(stay.ready_at, at),
        status=status,
        # After the tag "Delayed", not "delayed" once more.
        clock_words=clock_words(clock, at).removeprefix(f"{status.text.lower()} "),
        because=stay.reason_words or NO_REASON,
        waiting_for=stay.responsible or NOBODY_NAMED,
        explain=Link("Why?", reverse("clock", args=[stay.id])),
    )


def longest_waits(stays: Sequence[StayView], *, at: datetime) -> WorkList:
    """People ready to leave, in the order given, in a short list."""
    return WorkList(
        caption="Ready to leave hospital, the longest wait first",
        columns=("Ready since", "Why they wait", "Waiting for"),
        rows=tuple(
            WorkRow(
                person=person_link(stay.person),
                under=place(stay),
                cells=(
                    words.since(stay.ready_at, at) if stay.ready_at else "",
                    stay.reason_words or NO_REASON,
                    stay.responsible or NOBODY_NAMED,
                ),
            )
            for stay in stays
        ),
    )
