"""The two tools of continuing healthcare: what a checklist and a decision support tool lead to.

Ends at the recommendation: the decision is the board's, and every answer says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from joinedup.core.dates import say_date
from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import is_set, rows_of, text_of, words_of
from joinedup.rules.who_pays.needs import Checklist, Column, Level, Needs
from joinedup.rules.who_pays.rows import ChecklistDomain, Indication, Threshold, ToolDomain
from joinedup.rules.who_pays.topic import WHO_PAYS

__all__ = [
    "ChecklistOutcome",
    "Recommendation",
    "Strength",
    "checklist_outcome",
    "decision_step",
    "recommendation",
    "refuse_absent",
]


class Strength(StrEnum):
    """How far the levels alone point to eligibility, from least to most."""

    NOT_INDICATED = "not_indicated"
    MAY_INDICATE = "may_indicate"
    CLEAR = "clear"

    @property
    def title(self) -> str:  # type: ignore[override]
        """What it means, in words."""
        return {
            Strength.NOT_INDICATED: "the levels alone do not point to eligibility",
            Strength.MAY_INDICATE: "may be eligible, depending on how the needs combine: the team must judge",
            Strength.CLEAR: "a clear recommendation that the person is eligible",
        }[self]


@dataclass(frozen=True, slots=True)
class ChecklistOutcome:
    """What a checklist leads to: a full assessment, or none. `met` names the thresholds that were reached."""

    is_positive: bool
    met: tuple[str, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the levels of a decision support tool lead to. `met` names what was reached, `judged_on` what the team must
    weigh beside the levels, `decided_by` whose decision it is.
    """

    strength: Strength
    met: tuple[str, ...]
    judged_on: tuple[str, ...]
    decided_by: str


def checklist_outcome(nation: Nation, on: date, checklist: Checklist) -> Explained[ChecklistOutcome]:
    """Say whether a checklist of a day leads to a full assessment.

    `FactError` where the nation has no checklist, or a domain is missing or unknown; `NotCovered` where the rule book
    does not know.
    """
    rules = rule_book(nation, WHO_PAYS.name).on(on)
    refuse_absent(rules, "checklist", "checklist_exists")
    marked = {mark.domain: mark.column for mark in checklist.marks}
    domains = rules.cite("checklist_domains")
    known = {row.domain for row in rows_of(domains, ChecklistDomain)}
    _refuse_other_domains("checklist", marked, known, known)
    thresholds, with_priority = rules.cite("checklist_thresholds"), rules.cite("priority_domains")
    starred = sum(marked.get(domain) is Column.A for domain in words_of(with_priority))
    columns = Counter(marked.values())
    met = tuple(
        row.title
        for row in rows_of(thresholds, Threshold)
        if columns[Column.A] >= row.a and columns[Column.B] >= row.b and starred >= row.a_of_priority_domain
    )
    follows = "a full assessment" if met else "no full assessment"
    steps = (
        Step("Domains in column A", columns[Column.A], "as they were marked", (domains,)),
        Step("Domains in column B", columns[Column.B], "as they were marked", (domains,)),
        Step(
            "In A with a priority level",
            starred,
            "marked with an asterisk in the checklist",
            (with_priority,),
        ),
        Step("What follows", follows, _reached(met), (thresholds,)),
        decision_step(rules),
    )
    return Explained(ChecklistOutcome(bool(met), met, str(steps[-1].value)), steps)


def recommendation(nation: Nation, on: date, levels: Needs) -> Explained[Recommendation]:
    """Say what the levels that a team agreed on lead to, as far as levels go: never the decision.

    `FactError` where the nation has no such tool, a domain is missing or unknown, or has a level it cannot have;
    `NotCovered` where the rule book does not know.
    """
    rules = rule_book(nation, WHO_PAYS.name).on(on)
    refuse_absent(rules, "levels", "tool_exists")
    agreed = {need.domain: need.level for need in levels.needs}
    tool = rules.cite("tool_domains")
    _refuse_levels(agreed, rows_of(tool, ToolDomain))
    strength, met, citations = _strength(rules, tuple(agreed.values()))
    judged = rules.cite("characteristics")
    team = rules.cite("recommended_by")
    counts = Counter(agreed.values())
    told = ", ".join(f"{level.title} {counts[level]}" for level in reversed(Level) if counts[level])
    steps = (
        Step("Levels", told, "as the team agreed on them", (tool,)),
        Step("What the levels lead to", strength.title, _reached(met), citations),
        Step("To be weighed", ", ".join(words_of(judged)), _why_weighed(strength), (judged,)),
        Step("The recommendation", text_of(team), "make it, with their reasons", (team,)),
        decision_step(rules),
    )
    return Explained(Recommendation(strength, met, words_of(judged), str(steps[-1].value)), steps)


def decision_step(rules: RulesOfDay) -> Step:
    """Return who decides on the day, which no rule does."""
    decider = rules.cite("decided_by")
    because = "the decision is theirs: what is worked out here is not one"
    return Step("The decision", text_of(decider), because, (decider,))


def refuse_absent(rules: RulesOfDay, fact: str, exists: str) -> Citation:
    """Refuse a fact about something that the nation does not have on the day; return what says that it has."""
    cited = rules.cite(exists)
    if not is_set(cited):
        raise FactError(fact, f"{rules.book.nation.title} has none on {say_date(rules.day)}: leave it out")
    return cited


def _strength(
    rules: RulesOfDay, levels: tuple[Level, ...]
) -> tuple[Strength, tuple[str, ...], tuple[Citation, ...]]:
    """Return how far the levels point to eligibility, by what, and what says so."""
    clear, may = rules.cite("clear_recommendation"), rules.cite("may_indicate")
    for strength, citation in ((Strength.CLEAR, clear), (Strength.MAY_INDICATE, may)):
        met = tuple(row.title for row in rows_of(citation, Indication) if _is_met(row, levels))
        if met:
            return strength, met, (citation,)
    return Strength.NOT_INDICATED, (), (clear, may)


def _is_met(row: Indication, levels: tuple[Level, ...]) -> bool:
    """Whether enough domains are at a level or above it, and enough others have any need."""
    reached = sum(level.rank >= row.level.rank for level in levels)
    needed = sum(level is not Level.NO_NEEDS for level in levels)
    return reached >= row.at_least and needed - row.at_least >= row.others


def _refuse_levels(agreed: Mapping[str, Level], domains: tuple[ToolDomain, ...]) -> None:
    known = {row.domain: row for row in domains}
    _refuse_other_domains("levels", agreed, known, {row.domain for row in domains if not row.may_be_left_out})
    for domain, level in agreed.items():
        if level not in known[domain].levels:
            choices = ", ".join(each.value for each in known[domain].levels)
            raise FactError(f"levels.{domain}", f"it cannot be {level.value}: use one of {choices}")


def _refuse_other_domains(
    fact: str, given: Iterable[str], known: Iterable[str], required: Iterable[str]
) -> None:
    """Refuse a domain that is not one, and that one is missing."""
    names = set(given)
    if unknown := sorted(names - set(known)):
        raise FactError(f"{fact}.{unknown[0]}", f"it is no domain: use {', '.join(sorted(known))}")
    if missing := sorted(set(required) - names):
        raise FactError(f"{fact}.{missing[0]}", "it is missing: every domain must be looked at")


def _reached(met: tuple[str, ...]) -> str:
    return f"reached: {'; '.join(met)}" if met else "nothing that points further was reached"


def _why_weighed(strength: Strength) -> str:
    if strength is Strength.CLEAR:
        return "the reasons must still be given"
    return "each of them, or all together, may make it a primary health need whatever the levels"
