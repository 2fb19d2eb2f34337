"""Stays as the props of the pages about leaving hospital: the board, its filters, and the list of those not ready.

Pure: from what ``care.discharge`` answers to what components draw. Ends at words and links.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from joinedup.care.discharge.queries import StayView
from joinedup.rules.leaving_hospital.by_nation import ClockState
from joinedup.web import words
from joinedup.web.addresses import address
from joinedup.web.components import (
    Board,
    BoardCard,
    BoardColumn,
    BoardView,
    FilterGroup,
    FilterLink,
    Link,
    StatusTag,
    WorkList,
    WorkRow,
)
from joinedup.web.presenters.clocks import (
    COUNTED_AS,
    HINTS,
    NO_CLOCK,
    NO_CLOCK_HINT,
    STATES,
    clock_words,
    next_due,
)
from joinedup.web.presenters.people import person_link

NO_REASON = "No reason given yet"
NOBODY_NAMED = "Not known yet"
NO_WARD = "Ward not known"


@dataclass(frozen=True)
class Facet:
    """A fact of a stay by which a list can be narrowed; ``name`` is its part of the address."""

    name: str
    title: str
    read: Callable[[StayView], str]


def _ward(stay: StayView) -> str:
    return stay.ward or NO_WARD


def _responsible(stay: StayView) -> str:
    return stay.responsible or NOBODY_NAMED


HOSPITAL = Facet("hospital", "Hospital", lambda stay: stay.organisation or "Not known")
WARD = Facet("ward", "Ward", _ward)
RESPONSIBLE = Facet("waiting_for", "Waiting for", _responsible)
BOARD_FACETS = (HOSPITAL, WARD, RESPONSIBLE)
LIST_FACETS = (HOSPITAL, WARD)


@dataclass(frozen=True)
class Narrowed:
    """The stays that are left by the filters of an address, and the filters with their counts."""

    stays: tuple[StayView, ...]
    groups: tuple[FilterGroup, ...]
    query: Mapping[str, str]

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is on."""
        return bool(self.query)


@dataclass(frozen=True)
class _Asked:
    """The filters of an address. ``kept`` is whatever else stays in it."""

    path: str
    facets: Sequence[Facet]
    query: Mapping[str, str]
    kept: Mapping[str, str]

    def fits(self, stay: StayView, *, but: str = "") -> bool:
        """Whether the stay passes every filter, but for one."""
        return all(
            f.read(stay) == self.query[f.name] for f in self.facets if f.name in self.query and f.name != but
        )

    def group(self, stays: Sequence[StayView], facet: Facet) -> FilterGroup:
        """The choices of one filter."""
        counts = Counter(facet.read(stay) for stay in stays if self.fits(stay, but=facet.name))
        chosen = self.query.get(facet.name)
        values = sorted({*counts, *([chosen] if chosen else [])})
        links = (self._link(facet, value, counts[value], is_on=value == chosen) for value in values)
        clear = Link("Show all", self._address(facet, "")) if chosen else None
        return FilterGroup(facet.title, tuple(links), clear)

    def _link(self, facet: Facet, value: str, count: int, *, is_on: bool) -> FilterLink:
        return FilterLink(value, self._address(facet, "" if is_on else value), count, is_on)

    def _address(self, facet: Facet, value: str) -> str:
        return address(self.path, {**self.kept, **self.query}, **{facet.name: value})


def narrow(
    stays: Sequence[StayView], facets: Sequence[Facet], given: Mapping[str, str], path: str
) -> Narrowed:
    """Keep the stays that the address asks for. Each filter counts what it would leave, given the others."""
    query = {facet.name: given[facet.name] for facet in facets if given.get(facet.name)}
    asked = _Asked(path, facets, query, {"view": given.get("view", "")})
    groups = (asked.group(stays, facet) for facet in facets)
    return Narrowed(
        stays=tuple(stay for stay in stays if asked.fits(stay)),
        # A choice of one is none.
        groups=tuple(group for group in groups if len(group.links) > 1 or group.clear),
        query=query,
    )


def board(
    narrowed: Narrowed, everyone: Sequence[StayView], *, at: datetime, view: BoardView, may_declare: bool
) -> Board:
    """People ready to leave by the state of their clocks, those first who have to be seen to next."""
    path = reverse("leaving-hospital")
    return Board(
        title="People ready to leave",
        columns=tuple(
            BoardColumn(
                _tag(state).text,
                tuple(_card(stay, at, may_declare) for stay in narrowed.stays if _state(stay) is state),
                HINTS[state] if state else NO_CLOCK_HINT,
            )
            for state in (*STATES, None)
            if _has_place(state, everyone)
        ),
        at=at,
        view=view,
        table_href=address(path, narrowed.query, view=BoardView.TABLE.value),
        board_href=address(path, narrowed.query, view=BoardView.BOARD.value),
    )


def _has_place(state: ClockState | None, everyone: Sequence[StayView]) -> bool:
    """Whether a state has a column: those that anyone is in, and those of a target where there are targets."""
    has_targets = any(stay.clock.value.targets for stay in everyone if stay.clock)
    is_of_target = state in (ClockState.BREACHED, ClockState.DELAYED, ClockState.WITHIN)
    return (is_of_target and has_targets) or any(_state(stay) is state for stay in everyone)


def _state(stay: StayView) -> ClockState | None:
    return stay.clock.value.state if stay.clock else None


def _tag(state: ClockState | None) -> StatusTag:
    return STATES[state] if state else NO_CLOCK


def _card(stay: StayView, at: datetime, may_declare: bool) -> BoardCard:
    steps = (("Change reason", "change-reason"), ("Record leaving", "record-leaving")) if may_declare else ()
    clock = stay.clock.value if stay.clock else None
    return BoardCard(
        person=person_link(stay.person),
        where=place(stay),
        since=stay.ready_at or at,
        clock=_tag(_state(stay)),
        clock_words=clock_words(clock, at) if clock else stay.why_no_clock,
        because=stay.reason_words or NO_REASON,
        waiting_for=_responsible(stay),
        due=next_due(clock) if clock else None,
        explain=Link("Why?", reverse("clock", args=[stay.id])),
        actions=tuple(Link(text, reverse(name, args=[stay.id])) for text, name in steps),
    )


def summary(stays: Sequence[StayView]) -> str:
    """How many are in each state: ``5 past a target, 7 delayed``; empty where all are in one."""
    counts = Counter(stay.clock.value.state for stay in stays if stay.clock)
    said = [f"{counts[state]} {COUNTED_AS[state]}" for state in COUNTED_AS if counts[state]]
    return ", ".join(said) if len(said) > 1 else ""


def list_to_declare(stays: Sequence[StayView], *, at: datetime, may_declare: bool) -> WorkList:
    """People in hospital who are not ready yet, the longest stay first."""
    return WorkList(
        caption="People in hospital, not ready yet",
        columns=("Where", "In hospital since"),
        rows=tuple(
            WorkRow(
                person=person_link(stay.person),
                under=who(stay),
                cells=(place(stay), words.since(stay.admitted_at, at)),
                actions=(Link("Declare ready", reverse("declare-ready", args=[stay.id])),)
                if may_declare
                else (),
            )
            for stay in stays
        ),
    )


def place(stay: StayView) -> str:
    """``Ward 4, Madeup General Hospital``."""
    return ", ".join(filter(None, (_ward(stay), stay.organisation)))


def who(stay: StayView) -> str:
    """The person's national number, by which two of one name are told apart."""
    number = stay.person.number
    return f"{number.kind.title} {words.identifier(number.shown)}" if number else ""
