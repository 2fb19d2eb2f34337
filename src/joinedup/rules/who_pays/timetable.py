"""What must happen by when in continuing healthcare, and what is overdue.

Each period is counted by the rules of the day on which it began. Days are whole: what is due in so many hours is due on
the day on which they end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from joinedup.core.dates import add_months, say_date
from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import number_of, words_of
from joinedup.rules.who_pays.tools import decision_step, refuse_absent
from joinedup.rules.who_pays.topic import WHO_PAYS

__all__ = ["Due", "DueState", "Events", "timetable"]


class DueState(StrEnum):
    """Whether something was done in time. What nobody has to do does not become overdue: it lapses."""

    DONE = "done"
    DONE_LATE = "done_late"
    DUE = "due"
    OVERDUE = "overdue"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Events:
    """What has happened so far. `checklist_on`: the day of a positive checklist; `hospital_answered_on`: when it was
    first answered that only a hospital can meet the needs.
    """

    checklist_on: date | None = None
    fast_track_on: date | None = None
    care_started_on: date | None = None
    decided_on: date | None = None
    is_eligible: bool | None = None
    hospital_answered_on: date | None = None
    reviewed_on: tuple[date, ...] = ()
    disputed_on: date | None = None

    def __post_init__(self) -> None:
        if (self.decided_on is None) is not (self.is_eligible is None):
            raise FactError("is_eligible", "a decision has a day and an answer: give both or neither")
        self._refuse_two_schemes()
        self._refuse_out_of_order()
        self._refuse_odd_reviews()
        if self.disputed_on is not None and self.is_eligible is not False:
            raise FactError("disputed_on", "there is no decision against the person to dispute")
        if not (self.checklist_on or self.fast_track_on or self.decided_on or self.hospital_answered_on):
            raise FactError("timetable", "nothing has begun: give a checklist, a fast track or a decision")

    @property
    def eligible_since(self) -> date | None:
        """The day from which reviews are counted."""
        return (
            self.fast_track_on or self.hospital_answered_on or (self.decided_on if self.is_eligible else None)
        )

    @property
    def ended_on(self) -> date | None:
        """The day after which there is nothing to review: that of a decision against the person."""
        if self.is_eligible is not False or self.decided_on is None:
            return None
        # A fast track that came after the decision stands.
        is_overtaken = self.fast_track_on is not None and self.decided_on <= self.fast_track_on
        return None if is_overtaken else self.decided_on

    def _refuse_two_schemes(self) -> None:
        others = ("checklist_on", "fast_track_on", "decided_on")
        if self.hospital_answered_on and any(getattr(self, fact) for fact in others):
            raise FactError("hospital_answered_on", "it belongs to another scheme than the rest: keep one")
        if self.care_started_on and not self.fast_track_on:
            raise FactError("care_started_on", "it is looked at after a fast track only: give that, too")

    def _refuse_out_of_order(self) -> None:
        for later, earlier in (
            ("decided_on", "checklist_on"),
            ("care_started_on", "fast_track_on"),
            ("disputed_on", "decided_on"),
        ):
            first, second = getattr(self, earlier), getattr(self, later)
            if first is not None and second is not None and second < first:
                raise FactError(later, f"it is before {earlier}: correct one of them")

    def _refuse_odd_reviews(self) -> None:
        if list(self.reviewed_on) != sorted(set(self.reviewed_on)):
            raise FactError("reviewed_on", "give each review once, the earliest first")
        if not self.reviewed_on:
            return
        if self.eligible_since is None:
            raise FactError("reviewed_on", "there is nothing to review: nobody found the person eligible")
        if self.reviewed_on[0] < self.eligible_since:
            raise FactError("reviewed_on", "the first is before what it reviews: correct one of the days")
        if self.ended_on is not None and self.reviewed_on[-1] > self.ended_on:
            raise FactError("reviewed_on", "after a decision against the person there is nothing to review")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that must happen, by when, when it did, and what that means on the day asked about."""

    what: str
    due_on: date
    done_on: date | None
    state: DueState


def timetable(nation: Nation, on: date, events: Events) -> Explained[tuple[Due, ...]]:
    """Say what must happen by when, and what is overdue on a day, the earliest first.

    `FactError` where the nation has no such thing, or something happens after the day; `NotCovered` where the rule
    book does not know how long it may take.
    """
    for fact, day in _days_of(events):
        if day > on:
            raise FactError(fact, f"{say_date(day)} is after the day that is asked about")
    return _Working(nation, on, events).result()


def _days_of(events: Events) -> Iterator[tuple[str, date]]:
    for fact in (
        "checklist_on",
        "fast_track_on",
        "care_started_on",
        "decided_on",
        "hospital_answered_on",
        "disputed_on",
    ):
        if (day := getattr(events, fact)) is not None:
            yield fact, day
    for day in events.reviewed_on:
        yield "reviewed_on", day


@dataclass(frozen=True, slots=True)
class _Period:
    """Something due a while after it began: what, when that is, when it was done, and what says so."""

    what: str
    due_on: date
    done_on: date | None
    because: str
    citations: tuple[Citation, ...]
    is_choice: bool = False


class _Working:
    """One timetable being drawn up."""

    def __init__(self, nation: Nation, on: date, events: Events) -> None:
        self.book, self.on, self.events = rule_book(nation, WHO_PAYS.name), on, events

    def result(self) -> Explained[tuple[Due, ...]]:
        """Return everything that is due, in the order in which it is."""
        periods = [*self._decision(), *self._fast_track(), *self._reviews(), *self._dispute()]
        periods.sort(key=lambda period: period.due_on)
        dues = tuple(Due(p.what, p.due_on, p.done_on, self._state(p)) for p in periods)
        steps = [
            Step(due.what, due.due_on, f"{period.because}: {_told(due)}", period.citations)
            for due, period in zip(dues, periods, strict=True)
        ]
        return Explained(dues, (*steps, decision_step(self.book.on(self.on))))

    def _state(self, period: _Period) -> DueState:
        if period.done_on is not None:
            return DueState.DONE if period.done_on <= period.due_on else DueState.DONE_LATE
        if self.on <= period.due_on:
            return DueState.DUE
        return DueState.LAPSED if period.is_choice else DueState.OVERDUE

    def _decision(self) -> Iterator[_Period]:
        """From a positive checklist to the board's decision."""
        start = self.events.checklist_on
        if start is None:
            return
        rules = self._having(start, "checklist_on", "checklist_exists")
        days = rules.cite("decision_days")
        due_on = start + timedelta(days=number_of(days))
        because = f"within {number_of(days)} days of the checklist of {say_date(start)}"
        yield _Period("Decision of the board", due_on, self.events.decided_on, because, (days,))

    def _fast_track(self) -> Iterator[_Period]:
        """From a fast track to the care itself."""
        start = self.events.fast_track_on
        if start is None:
            return
        rules = self._having(start, "fast_track_on", "fast_track_exists")
        hours = rules.cite("fast_track_hours")
        due_on = start + timedelta(hours=number_of(hours))
        because = f"within {number_of(hours)} hours of the fast track of {say_date(start)}"
        yield _Period("Care by fast track", due_on, self.events.care_started_on, because, (hours,))

    def _reviews(self) -> Iterator[_Period]:
        """Each review that was held, and the next."""
        since = self.events.eligible_since
        if since is None:
            return
        first, later = "first_review_months", "later_review_months"
        if self.events.hospital_answered_on is not None:
            self._having(since, "hospital_answered_on", "hospital_question_exists")
            first = later = "hospital_review_months"
        start, name = since, first
        to_come = () if self.events.ended_on else (None,)
        for done_on in (*self.events.reviewed_on, *to_come):
            months = self.book.on(start).cite(name)
            due_on = add_months(start, number_of(months))
            because = f"within {number_of(months)} months of {say_date(start)}"
            yield _Period("Review", due_on, done_on, because, (months,))
            start, name = done_on or start, later

    def _dispute(self) -> Iterator[_Period]:
        """How long whoever was not found eligible may ask for the decision to be looked at again."""
        decided = self.events.decided_on
        if decided is None or self.events.is_eligible:
            return
        rules = self.book.on(decided)
        months, route = rules.cite("dispute_months"), rules.cite("dispute_route")
        because = (
            f"within {number_of(months)} months of the decision of {say_date(decided)}, "
            f"by: {', then '.join(words_of(route))}"
        )
        due_on = add_months(decided, number_of(months))
        done_on, said = self.events.disputed_on, (months, route)
        yield _Period("Asking for another look", due_on, done_on, because, said, is_choice=True)

    def _having(self, day: date, fact: str, exists: str) -> RulesOfDay:
        """Return the rules of the day on which something began; refuse it where the nation has none."""
        rules = self.book.on(day)
        refuse_absent(rules, fact, exists)
        return rules


def _told(due: Due) -> str:
    """Return the state in words."""
    if due.done_on is not None:
        late = ", late" if due.state is DueState.DONE_LATE else ""
        return f"done on {say_date(due.done_on)}{late}"
    words = {DueState.DUE: "still to come", DueState.LAPSED: "nobody did, and the time is over"}
    return words.get(due.state, "overdue")
