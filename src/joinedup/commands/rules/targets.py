"""`joinedup rules targets`: what a nation aims at on a day, and whether results meet it."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from joinedup.commands.rules.asking import AS_JSON, FILE, OF_NATION, ON, say_untraced
from joinedup.core.explained import Explained
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.explaining import as_json, value_text
from joinedup.rules.facts import FactError
from joinedup.rules.targets.checking import check_target
from joinedup.rules.targets.escalating import escalation
from joinedup.rules.targets.in_force import target
from joinedup.rules.targets.results import record_of
from joinedup.rules.targets.telling import tell_frameworks, tell_history, tell_outcomes, tell_targets

Answer = Explained[Any] | str
Ask = Callable[[], Explained[Any]]


@click.command("targets")
@OF_NATION
@ON
@click.option("--results", "results", type=FILE, help="Figures to compare with the targets of their days.")
@AS_JSON
def show_targets(nation: str, on: datetime, results: Path | None, is_json: bool) -> None:
    """Show the frameworks, targets and outcomes of a day, and compare results with them."""
    asked, day = Nation(nation), on.date()
    told = {
        "frameworks": _or_why_not(lambda: tell_frameworks(asked, day)),
        "targets": _or_why_not(lambda: tell_targets(asked, day)),
        "outcomes": _or_why_not(lambda: tell_outcomes(asked, day)),
    }
    if results:
        told |= _compared(asked, day, results)
    if all(isinstance(answer, str) for answer in told.values()):
        raise click.ClickException(" ".join(str(answer) for answer in told.values()))
    click.echo(json.dumps(_plain(told), indent=2) if is_json else _in_words(told))


@click.command("target-history")
@OF_NATION
@click.argument("name")
@AS_JSON
def show_history(nation: str, name: str, is_json: bool) -> None:
    """Show how a target changed: its days, its level, and what is measured."""
    try:
        answer = tell_history(Nation(nation), name)
    except FactError as error:
        raise click.ClickException(str(error)) from error
    if is_json:
        click.echo(json.dumps(as_json(answer), indent=2))
        return
    click.echo("\n".join([*_steps(answer), *dict.fromkeys(say_untraced(answer.citations))]))


def _compared(nation: Nation, on: date, results: Path) -> dict[str, Answer]:
    """Return what comes of each result, and how closely results are watched."""
    try:
        record = record_of(results.read_bytes(), file=results.name)
        told: dict[str, Answer] = {
            f"result for {each.target} of {each.figure.day}": check_target(
                target(nation, each.figure.day, each.target), each.figure
            )
            for each in record.results
        }
    except (RuleBookError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    return told | {"monitoring": _or_why_not(lambda: escalation(nation, on, record))}


def _or_why_not(ask: Ask) -> Answer:
    """Return an answer, or why the rule book has none."""
    try:
        return ask()
    except NotCovered as error:
        return str(error)


def _plain(told: dict[str, Answer]) -> dict[str, Any]:
    """Return answers as JSON types; what the rule book does not know is told as `not_covered`."""
    return {
        name: {"not_covered": answer} if isinstance(answer, str) else as_json(answer)
        for name, answer in told.items()
    }


def _in_words(told: dict[str, Answer]) -> str:
    """Return answers line by line, with what each line rests on."""
    lines: list[str] = []
    for name, answer in told.items():
        lines += [name.capitalize()]
        lines += [f"  {answer}"] if isinstance(answer, str) else _steps(answer)
    cited = [each for answer in told.values() if not isinstance(answer, str) for each in answer.citations]
    unverified = dict.fromkeys(say_untraced(cited))
    return "\n".join([*lines, *unverified])


def _steps(answer: Explained[Any]) -> list[str]:
    lines = []
    for step in answer.steps:
        lines.append(f"  {step.what}: {value_text(step.value)} ({step.because})")
        lines += dict.fromkeys(f"    ({citation.source})" for citation in step.citations)
    return lines
