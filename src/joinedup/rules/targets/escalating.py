"""How closely results are watched, where the closeness rises with how far they are off.

Wales watched the targets of its first tier the closer, the further performance was off the level; those of its second
tier are looked at locally. Since 2014 a body may be put at one of several levels, which ministers decide: the levels
are told, never chosen. Ends at what the rule book says and the results that somebody gives.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from joinedup.core.dates import say_date
from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.parameters import NotCovered, RulesOfDay
from joinedup.rules.targets.checking import Figure, Verdict, check_target, deviation
from joinedup.rules.targets.in_force import TargetOfDay, target
from joinedup.rules.targets.rows import MonitoringLevel, MonitoringTier
from joinedup.rules.targets.topic import TARGETS, Framework
from joinedup.rules.values import rows_of, text_of


class Intensity(StrEnum):
    """How closely a target is watched, from the least on."""

    LOCAL = "looked at locally"
    ROUTINE = "routine"
    RAISED = "raised"
    RAISED_FURTHER = "raised further"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Result:
    """A figure for one target of the rule book."""

    target: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class RecordOfResults:
    """Results of one body, several targets and days; of one target not two of one day."""

    results: tuple[Result, ...]

    def __post_init__(self) -> None:
        seen = set[tuple[str, date]]()
        for result in self.results:
            key = (result.target, result.figure.day)
            if key in seen:
                raise ValueError(f"{key[0]} has two figures of {say_date(key[1])}: give one")
            seen.add(key)

    def until(self, day: date) -> dict[str, tuple[Figure, ...]]:
        """Return the figures of each target up to a day, oldest first."""
        known = sorted(
            (each for each in self.results if each.figure.day <= day), key=lambda each: each.figure.day
        )
        return {
            name: tuple(each.figure for each in known if each.target == name)
            for name in dict.fromkeys(each.target for each in known)
        }


@dataclass(frozen=True, slots=True)
class Watched:
    """One target of a record, and how closely it is watched."""

    target: str
    verdict: Verdict
    intensity: Intensity


@dataclass(frozen=True, slots=True)
class Escalation:
    """How closely each target is watched, and the levels at which ministers may put the body."""

    watched: tuple[Watched, ...]
    levels: tuple[MonitoringLevel, ...]


def escalation(nation: Nation, on: date, record: RecordOfResults) -> Explained[Escalation]:
    """Return how closely results are watched on a day.

    `NotCovered` where the rule book says neither how targets are watched nor at which levels a body may be put, and for
    a result of a target that did not hold.
    """
    rules = rule_book(nation, TARGETS.name).on(on)
    tiers, levels = _found(rules, "tiers"), _found(rules, "levels")
    if not tiers and not levels:
        raise NotCovered("tiers", nation, on, "the rule book does not say how results are watched")
    watched = [
        _watched(target(nation, figures[-1].day, name), figures, tiers)
        for name, figures in record.until(on).items()
    ]
    rows = tuple(row for cited in levels for row in rows_of(cited, MonitoringLevel))
    steps = tuple(step for _, step in watched) + _of_levels(rules, levels)
    return Explained(Escalation(tuple(each for each, _ in watched), rows), steps)


def _watched(aimed: TargetOfDay, figures: tuple[Figure, ...], tiers: list[Citation]) -> tuple[Watched, Step]:
    """Look at the newest figure of a target beside the one before."""
    verdict = check_target(aimed, figures[-1]).value
    found = [(row, cited) for cited in tiers for row in rows_of(cited, MonitoringTier)]
    tier = next(((row, cited) for row, cited in found if row.tier is aimed.target.monitoring), None)
    if tier is None:
        intensity, because = Intensity.UNKNOWN, "the rule book does not say how this target is watched"
    else:
        intensity, because = _intensity(aimed, figures, verdict, follows_deviation=tier[0].follows_deviation)
    cited = (*aimed.citations, tier[1]) if tier else aimed.citations
    step = Step(aimed.target.title, intensity, f"{verdict}: {because}", cited)
    return Watched(aimed.target.id, verdict, intensity), step


def _intensity(
    aimed: TargetOfDay, figures: tuple[Figure, ...], verdict: Verdict, *, follows_deviation: bool
) -> tuple[Intensity, str]:
    """Return how closely a target of a tier is watched, and why."""
    if not follows_deviation:
        return Intensity.LOCAL, "targets of this tier are for the long run or looked at locally"
    if verdict is Verdict.NOT_COMPARABLE:
        return Intensity.UNKNOWN, "whether it is off the level can't be said"
    if verdict is Verdict.MET:
        return Intensity.ROUTINE, "the level is reached"
    now = deviation(aimed, figures[-1])
    before = figures[-2] if len(figures) > 1 else None
    if before and check_target(aimed, before).value is not Verdict.NOT_COMPARABLE:
        was = deviation(aimed, before)
        if now > was:
            return Intensity.RAISED_FURTHER, f"{now:f} {aimed.target.unit} off the level, before {was:f}"
    return Intensity.RAISED, f"{now:f} {aimed.target.unit} off the level"


def _of_levels(rules: RulesOfDay, levels: list[Citation]) -> tuple[Step, ...]:
    """Tell the levels at which a body may be put, and that somebody decides it."""
    if not levels:
        return ()
    decided = _found(rules, "decided_by")
    who = text_of(decided[0]) if decided else "not known"
    because = f"decided by {who}; results alone do not settle it"
    names = ", ".join(row.title for cited in levels for row in rows_of(cited, MonitoringLevel))
    return (Step("Levels a body may be put at", names, because, (*levels, *decided)),)


def _found(rules: RulesOfDay, question: str) -> list[Citation]:
    found = (rules.find(f"{framework}_{question}") for framework in Framework)
    return [cited for cited in found if cited]
