"""Rule books as pages show them: what holds on a day, and how one value changed. Nothing is decided here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from joinedup.core.explained import Confidence, Status
from joinedup.rules.parameters import Entry, Parameter, Value
from joinedup.rules.rows import Row
from joinedup.rules.topics import Unit
from joinedup.web import words
from joinedup.web.components import Link, Source, StatusTag, Tone
from joinedup.web.presenters.explanations import STANDING_WORDS, TRACED_WORDS, said
from joinedup.web.step_charts import Level, StepChart

# Units in which values are amounts that a chart can show.
DRAWN = frozenset(
    {
        Unit.YEARS,
        Unit.NUMBER,
        Unit.HOURS,
        Unit.DAYS,
        Unit.WEEKS,
        Unit.PER_CENT,
        Unit.POUNDS,
        Unit.POUNDS_A_WEEK,
        Unit.POUNDS_A_DAY,
    }
)
STANDING = {
    Status.IN_FORCE: StatusTag("In force", Tone.GOOD),
    Status.ENACTED_NOT_COMMENCED: StatusTag(STANDING_WORDS[Status.ENACTED_NOT_COMMENCED], Tone.WAITING),
    Status.REVOKED: StatusTag(STANDING_WORDS[Status.REVOKED], Tone.PLAIN),
    Status.PROPOSED: StatusTag(STANDING_WORDS[Status.PROPOSED], Tone.WAITING),
}
TRACED = {
    Confidence.PRIMARY: StatusTag("Seen at source", Tone.GOOD),
    Confidence.SECONDARY: StatusTag(TRACED_WORDS[Confidence.SECONDARY], Tone.INFORMATION),
    Confidence.UNVERIFIED: StatusTag(TRACED_WORDS[Confidence.UNVERIFIED], Tone.WAITING),
}
SUFFIXES = {
    Unit.POUNDS_A_WEEK: " a week",
    Unit.POUNDS_A_DAY: " a day",
    Unit.PER_CENT: "%",
}
PLURALS = {Unit.YEARS: "year", Unit.HOURS: "hour", Unit.DAYS: "day", Unit.WEEKS: "week"}


@dataclass(frozen=True)
class ValueShown:
    """One value: its lines, from when to when, where it stands, how well it was traced, and where it is written."""

    lines: tuple[str, ...]
    starts: date
    ends: date | None
    standing: StatusTag
    traced: StatusTag
    source: Source
    note: str


@dataclass(frozen=True)
class OnTheDay:
    """A parameter on one day: its value, or why there is none."""

    parameter: Link
    value: ValueShown | None
    why_none: str = ""


@dataclass(frozen=True)
class Nothing:
    """Days for which no value is known, and why."""

    starts: date
    ends: date | None
    because: str


@dataclass(frozen=True)
class History:
    """How a parameter changed: newest first, and what is not known."""

    values: tuple[ValueShown, ...]
    gaps: tuple[Nothing, ...]
    chart: StepChart | None


def on_the_day(parameter: Parameter, day: date) -> OnTheDay:
    """What a parameter is on a day."""
    link = Link(parameter.title, address_of(parameter))
    entry = parameter.entry_on(day)
    if entry is None:
        return OnTheDay(link, None, parameter.why_not_covered(day))
    return OnTheDay(link, shown(entry, parameter.unit))


def address_of(parameter: Parameter) -> str:
    """Where a parameter's history is."""
    parts = {"nation": parameter.nation.value, "topic": parameter.topic, "parameter": parameter.id}
    return reverse("rule-value", kwargs=parts)


def history(parameter: Parameter, today: date) -> History:
    """Everything that is known of a parameter."""
    return History(
        values=tuple(shown(entry, parameter.unit) for entry in reversed(parameter.entries)),
        gaps=tuple(Nothing(gap.period.start, gap.period.end, gap.because) for gap in parameter.gaps),
        chart=_chart(parameter, today),
    )


def shown(entry: Entry, unit: str) -> ValueShown:
    """One value of a parameter."""
    return ValueShown(
        lines=lines_of(entry.value, unit),
        starts=entry.period.start,
        ends=entry.period.end,
        standing=STANDING[entry.status],
        traced=TRACED[entry.confidence],
        source=Source(str(entry.source), entry.source.url),
        note=entry.note or "",
    )


def lines_of(value: Value, unit: str) -> tuple[str, ...]:
    """A value in words; a list has a line for each item."""
    if isinstance(value, tuple):
        return tuple(_item(each) for each in value)
    if isinstance(value, int) and not isinstance(value, bool) and Unit(unit) in PLURALS:
        return (words.plural(value, PLURALS[Unit(unit)]),)
    text = str(value).replace("_", " ") if unit == Unit.CHOICE else said(value)
    return (f"{text}{SUFFIXES.get(Unit(unit), '')}",)


def _item(value: object) -> str:
    """One item of a list or table, its joined words apart."""
    if isinstance(value, Row):
        return value.in_words
    return value.replace("_", " ") if isinstance(value, str) else said(value)


def _chart(parameter: Parameter, today: date) -> StepChart | None:
    """How an amount changed, where it did."""
    entries = [entry for entry in parameter.entries if entry.is_in_force and entry.period.start <= today]
    if Unit(parameter.unit) not in DRAWN or len(entries) < 2:
        return None
    levels = tuple(_level(entry, parameter.unit) for entry in entries)
    first, newest = levels[0], levels[-1]
    return StepChart(
        id="history",
        title=f"{parameter.title}: {first.text} in {first.start.year}, {newest.text} from {newest.start.year}",
        description=f"{words.plural(len(levels), 'value')}, each with its days in the table below.",
        unit=parameter.unit.capitalize(),
        levels=levels,
        today=today,
    )


def _level(entry: Entry, unit: str) -> Level:
    (text,) = lines_of(entry.value, unit)
    amount = entry.value if isinstance(entry.value, int | Decimal) else 0
    return Level(entry.period.start, entry.period.end, float(amount), _without_suffix(text, unit))


def _without_suffix(text: str, unit: str) -> str:
    """The amount alone: the unit stands above the chart."""
    return (
        text.removesuffix(SUFFIXES[Unit(unit)]) if Unit(unit) in SUFFIXES and unit != Unit.PER_CENT else text
    )
