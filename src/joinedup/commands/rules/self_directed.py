"""`joinedup rules self-directed`: how somebody may direct their own support, and what is amiss with a budget."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from joinedup.commands.rules.asking import AS_JSON, FILE, OF_NATION, ON, say_untraced
from joinedup.core.explained import Explained
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.explaining import as_json, findings_as_json
from joinedup.rules.self_directed_support.budgets import (
    check_budget,
    untraced_rules,
    what_budget_must_cover,
)
from joinedup.rules.self_directed_support.cases import case_of
from joinedup.rules.self_directed_support.choosing import OptionAnswer, options_for
from joinedup.rules.self_directed_support.facts import Budget, Person


@click.command("self-directed")
@OF_NATION
@ON
@click.option("--case", "case", type=FILE, required=True, help="The case: `person`, `budget`, or both.")
@AS_JSON
def self_directed(nation: str, on: datetime, case: Path, is_json: bool) -> None:
    """Say how somebody may direct their own support, and what is amiss with a budget for it."""
    try:
        person, budget = case_of(case.read_bytes(), file=case.name)
        told = _told(Nation(nation), on.date(), person, budget, is_json=is_json)
    except (RuleBookError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    click.echo(told)


def _told(nation: Nation, on: date, person: Person | None, budget: Budget | None, *, is_json: bool) -> str:
    """Return what the case asks for, as text or JSON."""
    options = options_for(nation, on, person) if person else None
    if is_json:
        answer: dict[str, Any] = {"options": as_json(options)} if options else {}
        if budget:
            answer["budget"] = _budget_as_json(nation, on, budget)
        return json.dumps(answer, indent=2)
    lines = _options_in_words(options) if options else []
    if budget:
        lines += [""] if lines else []
        lines += _budget_in_words(nation, on, budget)
    return "\n".join(lines)


def _budget_as_json(nation: Nation, on: date, budget: Budget) -> dict[str, Any]:
    """Return what a budget must cover, and what is amiss with it."""
    covers = what_budget_must_cover(nation, on, is_health=budget.is_health)
    return {"rules": as_json(covers), "findings": findings_as_json(check_budget(nation, budget, on))}


def _options_in_words(answer: Explained[tuple[OptionAnswer, ...]]) -> list[str]:
    """Return each option with why, what must be explained, and what it rests on."""
    lines = []
    for option, step in zip(answer.value, answer.steps, strict=True):
        lines.append(f"{option.name}: {option.standing.replace('_', ' ')}: {step.because}")
        lines += [f"  condition: {each}" for each in option.conditions]
        lines += [f"  explain: {each}" for each in option.to_explain]
        lines += [f"  ({source})" for source in dict.fromkeys(str(each.source) for each in step.citations)]
    return lines + say_untraced(answer.citations)


def _budget_in_words(nation: Nation, on: date, budget: Budget) -> list[str]:
    """Return findings line by line, with what each rests on."""
    findings = check_budget(nation, budget, on)
    lines = [] if findings else ["Nothing amiss with the budget by what the rule book holds."]
    for finding in findings:
        lines.append(f"{finding.severity}: {finding.what}: {finding.because}")
        lines += [f"  ({source})" for source in dict.fromkeys(str(each.source) for each in finding.citations)]
    return lines + say_untraced(untraced_rules(nation, on, is_health=budget.is_health))
