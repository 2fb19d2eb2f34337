"""What each component of a page needs to be drawn: one frozen dataclass a component. Forms: ``form_components``.

The macros in ``templates/components`` take exactly these; an example of each is in the gallery. They hold
values (times, counts, words already written for people), never models, requests or HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby, zip_longest
from math import inf

from joinedup.web import words

QUIET_AFTER = timedelta(days=28)


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    text: str
    href: str


class Tone(StrEnum):
    """How much a status should draw the eye. The value is the NHS design system's tag colour."""

    PLAIN = "grey"
    INFORMATION = "blue"
    GOOD = "green"
    WAITING = "yellow"
    CONCERN = "orange"
    URGENT = "red"


@dataclass(frozen=True)
class StatusTag:
    """A status as a word; the colour only repeats it."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class PersonBanner:
    """Who this page is about; on screen and on paper it never goes away.

    ``allergies`` is None when nobody has recorded any answer, and empty when "none known" was recorded:
    the two must never look alike. ``is_in_part``: others may have recorded what is not shown. ``born_about`` and
    ``died_about`` say what is known where it is no day.
    """

    name: str
    on: date
    born: date | None = None
    born_about: str = ""
    died_on: date | None = None
    died_about: str = ""
    number: str | None = None
    number_title: str = "NHS number"
    pronouns: str | None = None
    allergies: tuple[str, ...] | None = None
    warnings: tuple[str, ...] = ()
    coordinator: str | None = None
    is_restricted: bool = False
    is_protected: bool = False
    is_in_part: bool = False
    emergency_until: datetime | None = None


@dataclass(frozen=True)
class BoardCard:
    """One person on a board: what holds them up, who has to act, since when and until when."""

    person: Link
    where: str
    since: datetime
    clock: StatusTag
    clock_words: str
    because: str
    waiting_for: str
    due: datetime | None = None
    explain: Link | None = None
    actions: tuple[Link, ...] = ()


@dataclass(frozen=True)
class BoardColumn:
    """A state that people can be in, with everyone in it."""

    title: str
    cards: tuple[BoardCard, ...]
    hint: str = ""


class BoardView(StrEnum):
    """The same people as columns of cards, or as one table."""

    TABLE = "table"
    BOARD = "board"


@dataclass(frozen=True)
class Board:
    """Columns of people at one moment, as cards or as a table."""

    title: str
    columns: tuple[BoardColumn, ...]
    at: datetime
    view: BoardView
    table_href: str
    board_href: str
    nobody: str = "Nobody"

    @property
    def count(self) -> int:
        """How many people are on the board."""
        return sum(len(column.cards) for column in self.columns)

    @property
    def has_due(self) -> bool:
        """Whether there is a time by which anyone should have left."""
        return any(card.due for column in self.columns for card in column.cards)


@dataclass(frozen=True)
class WorkRow:
    """One person in a list to work, and what can be done next. ``cells`` follow the list's columns."""

    person: Link
    under: str
    cells: tuple[str, ...]
    actions: tuple[Link, ...] = ()


@dataclass(frozen=True)
class WorkList:
    """People to work through, those first who have to be seen to next. ``columns`` head the cells."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[WorkRow, ...]

    @property
    def has_actions(self) -> bool:
        """Whether anything can be done for anyone."""
        return any(row.actions for row in self.rows)


@dataclass(frozen=True)
class Fact:
    """A name and what it is, in words."""

    label: str
    value: str


class Precision(StrEnum):
    """How exactly a time is known: a page must not say more than was recorded."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


IN_PART = frozenset({Precision.MONTH, Precision.YEAR, Precision.UNKNOWN})


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a record; ``facts`` and ``more`` are what opens in place. No ``time``: its precision is unknown.

    ``tag`` is what became of it since it was written, in a word; ``labels`` say why fewer people see it.
    """

    id: str
    time: datetime | None
    organisation: str
    kind: str
    title: str
    author: str
    facts: tuple[Fact, ...] = ()
    tag: str = ""
    precision: Precision = Precision.MINUTE
    more: Link | None = None
    labels: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The day on a British clock under which the entry stands."""
        return words.local(self.time).date() if self.time else None


@dataclass(frozen=True)
class TimelineDay:
    """One day's entries, and how long nothing had happened before it, if long."""

    title: str
    entries: tuple[TimelineEntry, ...]
    quiet: str = ""


@dataclass(frozen=True)
class Timeline:
    """A record, newest day first."""

    days: tuple[TimelineDay, ...]


def timeline(
    entries: Sequence[TimelineEntry],
    *,
    quiet_after: timedelta = QUIET_AFTER,
    nothing: str = "Nothing",
    at: datetime | None = None,
) -> Timeline:
    """Group entries by the day on a British clock, newest first, and say where long silences were.

    What is known only to the month or year stands under just that, and what has no date at all comes last.
    With ``at``, days still to come are called so.
    """
    groups = [tuple(group) for _, group in groupby(sorted(entries, key=_newest_first), key=_heading)]
    today = words.local(at).date() if at else None
    days = (
        TimelineDay(_title(group[0], today), group, _silence(earlier, group[0], quiet_after, nothing))
        for group, earlier in zip_longest(groups, [group[0] for group in groups[1:]])
    )
    return Timeline(tuple(days))


def _newest_first(entry: TimelineEntry) -> tuple[float, bool]:
    return (-entry.time.timestamp() if entry.time else inf, entry.precision in IN_PART)


def _heading(entry: TimelineEntry) -> tuple[date | None, Precision]:
    return entry.day, entry.precision if entry.precision in IN_PART else Precision.DAY


def _title(entry: TimelineEntry, today: date | None) -> str:
    day = entry.day
    if day is None or entry.precision is Precision.UNKNOWN:
        return "Date not recorded"
    if entry.precision is Precision.YEAR:
        return f"{day.year} (day not recorded)"
    if entry.precision is Precision.MONTH:
        return f"{words.month(day)} (day not recorded)"
    return words.day(day) + (" (still to come)" if today and day > today else "")


def _silence(
    earlier: TimelineEntry | None, later: TimelineEntry, quiet_after: timedelta, nothing: str
) -> str:
    # A silence can only be claimed between two known days.
    if earlier is None or {earlier.precision, later.precision} & IN_PART or not (earlier.day and later.day):
        return ""
    if later.day - earlier.day <= quiet_after:
        return ""
    first, last = earlier.day + timedelta(days=1), later.day - timedelta(days=1)
    return f"{nothing} from {words.short_day(first, on=last)} to {words.short_day(last)}"


@dataclass(frozen=True)
class FilterLink:
    """One choice of a filter, how many it would leave, and where it leads (it switches: on becomes off)."""

    text: str
    href: str
    count: int | None = None
    is_on: bool = False


@dataclass(frozen=True)
class FilterGroup:
    """The choices for one field of a list."""

    title: str
    links: tuple[FilterLink, ...]
    clear: Link | None = None


@dataclass(frozen=True)
class Pages:
    """Where in a long list this page is. ``href`` is up to and with ``page=``, ``place`` where the list begins."""

    page: int
    last: int
    href: str
    shown: str
    place: str = ""

    @property
    def earlier(self) -> str | None:
        """Address of the page before, if there is one."""
        return f"{self.href}{self.page - 1}{self.place}" if self.page > 1 else None

    @property
    def later(self) -> str | None:
        """Address of the page after, if there is one."""
        return f"{self.href}{self.page + 1}{self.place}" if self.page < self.last else None


@dataclass(frozen=True)
class Source:
    """Where a rule is written. ``status`` says so in words when it is not verified or not in force."""

    text: str
    href: str | None = None
    status: str = ""


@dataclass(frozen=True)
class ExplanationStep:
    """One step to a result: what was looked at, what it was, and because of which rule."""

    what: str
    result: str
    because: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """A result and every step that led to it; anyone may ask for it. ``caution`` says what to check first."""

    result: str
    steps: tuple[ExplanationStep, ...]
    title: str = "Why?"
    caution: str = ""


@dataclass(frozen=True)
class Column:
    """Head of a table column."""

    title: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Figures in rows; the first cell of a row names it. Words rather than figures stack on a phone."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    stacks: bool = False


@dataclass(frozen=True)
class Definition:
    """What a measure counts, in words, term by term."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class EmptyState:
    """What to say where a list would be, and what to do next."""

    title: str
    text: str
    action: Link | None = None
