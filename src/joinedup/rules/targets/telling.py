"""The frameworks, targets and outcomes of a day as answers with steps, each step with what it rests on."""

from datetime import date

from joinedup.core.dates import Period, say_date, say_short_date
from joinedup.core.explained import Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.facts import FactError
from joinedup.rules.targets.in_force import TargetOfDay, frameworks, history, outcomes, targets


def tell_frameworks(nation: Nation, on: date) -> Explained[tuple[str, ...]]:
    """Return the ids of the frameworks that were there on a day; steps also tell which were not."""
    known = frameworks(nation, on)
    steps = tuple(
        Step(each.title, each.exists, "there" if each.exists else "not there", each.citations)
        for each in known
    )
    return Explained(tuple(each.framework.value for each in known if each.exists), steps)


def tell_targets(nation: Nation, on: date) -> Explained[tuple[str, ...]]:
    """Return the ids of the targets of a day, each with what is measured, the level and who watches it."""
    known = targets(nation, on)
    steps = tuple(Step(each.target.title, each.wanted, _because(each), each.citations) for each in known)
    return Explained(tuple(each.target.id for each in known), steps)


def tell_outcomes(nation: Nation, on: date) -> Explained[tuple[str, ...]]:
    """Return the ids of the outcomes of a day."""
    known = outcomes(nation, on)
    steps = tuple(
        Step(each.outcome.title, each.outcome.id, each.framework.replace("_", " "), each.citations)
        for each in known
    )
    return Explained(tuple(each.outcome.id for each in known), steps)


def tell_history(nation: Nation, id_: str) -> Explained[tuple[str, ...]]:
    """Return the first days of the stages of a target, each with its last day, the level and what is measured.

    `FactError` where the rule book has no target of that id.
    """
    stages = history(nation, id_)
    if not stages:
        raise FactError("target", f"{nation.title} has none called '{id_}' in the rule book")
    steps = tuple(Step(_days(each.period), each.wanted, each.measured, each.citations) for each in stages)
    return Explained(tuple(str(each.period.start) for each in stages), steps)


def _days(period: Period) -> str:
    return f"{say_short_date(period.start)} {f'to {say_short_date(period.end)}' if period.end else 'on'}"


def _because(aimed: TargetOfDay) -> str:
    """Return what a target is about: its id, what is measured, by when, by which measure, and who watches."""
    row = aimed.target
    due = f"by {say_date(row.due)}" if row.due else ""
    measure = f"measure {row.measure}" if row.measure else ""
    watched = f"monitoring: {row.monitoring.replace('_', ' ')}"
    return "; ".join(part for part in (row.id, aimed.measured, due, measure, watched) if part)
