"""`joinedup rules who-pays`: who pays for somebody's care, and what continuing healthcare's tools lead to."""

import json
from collections.abc import Iterator
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
from joinedup.rules.who_pays.cases import Case, case_of
from joinedup.rules.who_pays.packages import who_pays
from joinedup.rules.who_pays.timetable import timetable
from joinedup.rules.who_pays.tools import checklist_outcome, recommendation

TITLES = {
    "checklist": "Checklist",
    "levels": "Decision support tool",
    "facts": "Who pays",
    "timetable": "Timetable",
}


@click.command("who-pays")
@OF_NATION
@ON
@click.option(
    "--case",
    "case",
    type=FILE,
    required=True,
    help="The case: any of `checklist`, `levels`, `facts`, `timetable`.",
)
@AS_JSON
def ask(nation: str, on: datetime, case: Path, is_json: bool) -> None:
    """Say who pays for a package of care, what a checklist or the levels of a decision support tool lead to, and what
    must happen by when. The decision stays the board's.
    """
    try:
        posed = case_of(case.read_bytes(), file=case.name)
        answers = dict(_answers(Nation(nation), on.date(), posed))
    except (RuleBookError, FactError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    if is_json:
        told = json.dumps({question: as_json(answer) for question, answer in answers.items()}, indent=2)
    else:
        told = "\n\n".join(_in_words(TITLES[question], answer) for question, answer in answers.items())
    click.echo(told)


def _answers(nation: Nation, on: date, case: Case) -> Iterator[tuple[str, Explained[Any]]]:
    """Yield the answer to each question that a case poses."""
    if case.checklist:
        yield "checklist", checklist_outcome(nation, on, case.checklist)
    if case.levels:
        yield "levels", recommendation(nation, on, case.levels)
    if case.facts:
        yield "facts", who_pays(nation, on, case.facts)
    if case.timetable:
        yield "timetable", timetable(nation, on, case.timetable)


def _in_words(title: str, answer: Explained[Any]) -> str:
    """Return an answer line by line, with what each line rests on."""
    lines = [title]
    for step in answer.steps:
        lines.append(f"  {step.what}: {value_text(step.value)}")
        lines.append(f"    {step.because}")
        lines += [f"    ({citation.source})" for citation in step.citations]
    return "\n".join([*lines, *say_untraced(answer.citations)])
