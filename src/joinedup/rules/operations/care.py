"""Questions about who pays for care, and how somebody may direct their own support."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from joinedup.core.nation import Nation
from joinedup.rules.explaining import as_json, findings_as_json
from joinedup.rules.operations.operation import Operation
from joinedup.rules.self_directed_support.budgets import check_budget, untraced_rules, what_budget_must_cover
from joinedup.rules.self_directed_support.choosing import options_for
from joinedup.rules.self_directed_support.facts import Budget, Person
from joinedup.rules.who_pays.facts import Facts
from joinedup.rules.who_pays.needs import Checklist, Needs
from joinedup.rules.who_pays.packages import WhoPays, who_pays
from joinedup.rules.who_pays.timetable import Events, timetable
from joinedup.rules.who_pays.tools import ChecklistOutcome, Recommendation, checklist_outcome, recommendation


@dataclass(frozen=True, slots=True)
class OfChecklist:
    """A completed checklist for NHS continuing healthcare."""

    nation: Nation
    on: date
    checklist: Checklist


@dataclass(frozen=True, slots=True)
class OfNeeds:
    """A completed decision support tool."""

    nation: Nation
    on: date
    levels: Needs


@dataclass(frozen=True, slots=True)
class OfPackage:
    """A package of care, and what is known of who may pay."""

    nation: Nation
    on: date
    facts: Facts


@dataclass(frozen=True, slots=True)
class OfEvents:
    """What has happened so far on the way to a decision, and after it."""

    nation: Nation
    on: date
    events: Events


@dataclass(frozen=True, slots=True)
class OfPerson:
    """Somebody who may direct their own support."""

    nation: Nation
    on: date
    person: Person


@dataclass(frozen=True, slots=True)
class OfBudget:
    """A budget for somebody's needs."""

    nation: Nation
    on: date
    budget: Budget


def _checklist(asked: OfChecklist) -> dict[str, Any]:
    return as_json(checklist_outcome(asked.nation, asked.on, asked.checklist))


def _recommendation(asked: OfNeeds) -> dict[str, Any]:
    return as_json(recommendation(asked.nation, asked.on, asked.levels))


def _who_pays(asked: OfPackage) -> dict[str, Any]:
    return as_json(who_pays(asked.nation, asked.on, asked.facts))


def _timetable(asked: OfEvents) -> dict[str, Any]:
    return as_json(timetable(asked.nation, asked.on, asked.events))


def _options(asked: OfPerson) -> dict[str, Any]:
    return as_json(options_for(asked.nation, asked.on, asked.person))


def _budget(asked: OfBudget) -> dict[str, Any]:
    is_health = asked.budget.is_health
    return {
        "rules": as_json(what_budget_must_cover(asked.nation, asked.on, is_health=is_health)),
        "findings": findings_as_json(check_budget(asked.nation, asked.budget, asked.on)),
        "rests_on_unverified": bool(untraced_rules(asked.nation, asked.on, is_health=is_health)),
    }


CHECKLIST = (
    ("breathing", "C"),
    ("nutrition", "B"),
    ("continence", "B"),
    ("skin", "B"),
    ("mobility", "A"),
    ("communication", "C"),
    ("psychological", "C"),
    ("cognition", "B"),
    ("behaviour", "C"),
    ("drug_therapies", "C"),
    ("altered_states", "C"),
)
LEVELS = (
    ("breathing", "low"),
    ("nutrition", "moderate"),
    ("continence", "moderate"),
    ("skin", "low"),
    ("mobility", "severe"),
    ("communication", "low"),
    ("psychological", "low"),
    ("cognition", "severe"),
    ("behaviour", "moderate"),
    ("drug_therapies", "moderate"),
    ("altered_states", "no_needs"),
)

OPERATIONS = (
    Operation(
        "checklist-outcome",
        "What a checklist for NHS continuing healthcare leads to",
        OfChecklist,
        _checklist,
        {
            "nation": "england",
            "on": "2024-05-01",
            "checklist": {"marks": [{"domain": domain, "column": column} for domain, column in CHECKLIST]},
        },
        gives=ChecklistOutcome,
    ),
    Operation(
        "care-recommendation",
        "What the decision support tool recommends; the decision stays the board’s",
        OfNeeds,
        _recommendation,
        {
            "nation": "england",
            "on": "2024-05-01",
            "levels": {"needs": [{"domain": domain, "level": level} for domain, level in LEVELS]},
        },
        gives=Recommendation,
    ),
    Operation(
        "who-pays",
        "Who pays for a package of care",
        OfPackage,
        _who_pays,
        {
            "nation": "england",
            "on": "2024-05-01",
            "facts": {
                "setting": "nursing_home",
                "price": "1200.00",
                "age": 84,
                "needs_nursing": True,
                "charge": "300.00",
            },
        },
        gives=WhoPays,
    ),
    Operation(
        "care-timetable",
        "What must happen by when on the way to continuing healthcare",
        OfEvents,
        _timetable,
        {"nation": "england", "on": "2024-06-01", "events": {"checklist_on": "2024-04-15"}},
    ),
    Operation(
        "support-options",
        "How somebody may direct their own support",
        OfPerson,
        _options,
        {
            "nation": "scotland",
            "on": "2024-05-01",
            "person": {"group": "adult", "age": 50, "has_eligible_needs": True, "needs": ["social_care"]},
        },
    ),
    Operation(
        "budget-findings",
        "What is amiss with a personal budget",
        OfBudget,
        _budget,
        {
            "nation": "england",
            "on": "2024-05-01",
            "budget": {"total": "200.00", "lines": [{"what": "A helper", "amount": "200.00"}]},
        },
    ),
)
