"""Whether a figure meets a target: met, not met, or not comparable, with the reason.

A figure is compared with a level only where both are numbers of the same thing: the same unit, the same time within
which, the same measure, a day on which the target held. What the nation leaves to local bodies needs the level that
they agreed on; where only the way is set, the figure before.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from joinedup.core.dates import say_date
from joinedup.core.explained import Explained, Step
from joinedup.rules.facts import refuse_odd_number
from joinedup.rules.targets.in_force import TargetOfDay, Within
from joinedup.rules.targets.rows import FigureUnit


class Verdict(StrEnum):
    """What comes of comparing a figure with a target."""

    MET = "met"
    NOT_MET = "not met"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as somebody gives it, of one day.

    `within` is the time it counts up to, `measure` the id of the measure it was computed by, `agreed_level` what local
    bodies agreed to reach, `before` the figure it is to be compared with where only the way is set.
    """

    value: Decimal
    unit: FigureUnit
    day: date
    within: Within | None = None
    measure: str = ""
    agreed_level: Decimal | None = None
    before: Decimal | None = None

    def __post_init__(self) -> None:
        for fact in ("value", "agreed_level", "before"):
            number = getattr(self, fact)
            if number is not None:
                refuse_odd_number(fact, number)
        if self.value < 0 and self.unit is not FigureUnit.PER_CENT_CHANGE:
            raise ValueError(f"value is below zero, which {self.unit} can't be")


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure is compared with. A figure before is to be bettered; a level, to be reached."""

    value: Decimal
    what: str
    is_to_be_bettered: bool = False


def check_target(target: TargetOfDay, figure: Figure) -> Explained[Verdict]:
    """Return whether a figure meets a target, and why."""
    why_not = _why_not_comparable(target, figure)
    if why_not:
        return _told(target, figure, Verdict.NOT_COMPARABLE, why_not)
    bar = _bar(target, figure)
    if bar is None:
        because = "no level is set nationally, and neither one agreed locally nor a figure before is given"
        return _told(target, figure, Verdict.NOT_COMPARABLE, because)
    if _is_reached(target, figure, bar):
        return _told(target, figure, Verdict.MET, f"{bar.what} is {bar.value:f}")
    due = target.target.due
    if due and figure.day < due:
        return _told(target, figure, Verdict.NOT_COMPARABLE, f"it is to be reached by {say_date(due)} only")
    return _told(target, figure, Verdict.NOT_MET, f"{bar.what} is {bar.value:f}")


def deviation(target: TargetOfDay, figure: Figure) -> Decimal:
    """Return how far a figure is short of what it is compared with, in its own unit; zero when it is not short.

    `ValueError` for a figure that can't be compared with the target.
    """
    bar = _bar(target, figure)
    why_not = _why_not_comparable(target, figure) or ("" if bar else "there is nothing to compare with")
    if why_not or bar is None:
        raise ValueError(f"{target.target.id}: {why_not}")
    off = bar.value - figure.value if target.target.direction.is_up else figure.value - bar.value
    return max(off, Decimal(0))


def _why_not_comparable(target: TargetOfDay, figure: Figure) -> str:
    """Return why a figure is not one of what the target is about; nothing when it is."""
    aimed = target.target
    if not target.period.contains(figure.day):
        last = f" to {say_date(target.period.end)}" if target.period.end else ""
        return f"the figure is of {say_date(figure.day)}, the target of {say_date(target.period.start)}{last}"
    if figure.unit is not aimed.unit:
        return f"the figure is in {figure.unit}, the target in {aimed.unit}"
    if figure.within != target.within:
        return f"the figure counts {_time(figure.within)}, the target {_time(target.within)}"
    if figure.measure and figure.measure != aimed.measure:
        return f"the figure is one of the measure {figure.measure}, which the target does not point to"
    return ""


def _bar(target: TargetOfDay, figure: Figure) -> Bar | None:
    """Return what a figure is to be compared with: the nation's level before one agreed locally."""
    if target.level is not None:
        return Bar(target.level, "the level")
    if figure.agreed_level is not None:
        return Bar(figure.agreed_level, "the level agreed locally")
    if figure.before is not None:
        return Bar(figure.before, "the figure before", is_to_be_bettered=True)
    return None


def _is_reached(target: TargetOfDay, figure: Figure, bar: Bar) -> bool:
    if figure.value == bar.value:
        return not bar.is_to_be_bettered
    return (figure.value > bar.value) is target.target.direction.is_up


def _time(within: Within | None) -> str:
    return f"up to {within}" if within else "no time"


def _told(target: TargetOfDay, figure: Figure, verdict: Verdict, because: str) -> Explained[Verdict]:
    asked = Step(target.target.title, target.wanted, target.measured, target.citations)
    given = Step("The figure", f"{figure.value:f} {figure.unit}", f"of {say_date(figure.day)}")
    return Explained(verdict, (asked, given, Step("Comes out as", verdict, because, target.citations)))
