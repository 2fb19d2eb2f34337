"""`joinedup rules charge`: what somebody pays a week for care."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from joinedup.commands.rules.asking import AS_JSON, FILE, OF_NATION, ON, say_untraced
from joinedup.core.explained import Explained
from joinedup.core.money import format_pounds
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.charging.cases import case_of
from joinedup.rules.charging.finances import CareHome, Finances, HomeCare
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import load_local_policy
from joinedup.rules.charging.means_test import WeeklyCharge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.explaining import as_json, value_text
from joinedup.rules.facts import FactError


@click.command()
@OF_NATION
@ON
@click.option(
    "--case", "case", type=FILE, required=True, help="The case: `finances`, and `care` or `home_care`."
)
@click.option("--local", "local", type=FILE, help="For care at home: the council's own policy.")
@AS_JSON
def charge(nation: str, on: datetime, case: Path, local: Path | None, is_json: bool) -> None:
    """Work out what somebody pays a week for care, line by line.

    A case with `care` is about a care home, one with `home_care` about care at home.
    """
    try:
        finances, care = case_of(case.read_bytes(), file=case.name)
        answer = _charge(Nation(nation), on.date(), finances, care, local)
    except (RuleBookError, FactError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(as_json(answer), indent=2) if is_json else _in_words(answer))


def _charge(
    nation: Nation, on: date, finances: Finances, care: CareHome | HomeCare, local: Path | None
) -> Explained[WeeklyCharge]:
    """Return the charge of the kind of care that a case is about."""
    if isinstance(care, CareHome):
        if local:
            raise click.ClickException(
                "--local is for care at home: the charge for a care home is the nation's."
            )
        return residential_charge(nation, on, finances, care)
    policy = None
    if local:
        topic = HOME_CARE_CHARGE
        policy = load_local_policy(local.read_bytes(), file=local.name, nation=nation, topic=topic)
    return home_care_charge(nation, on, finances, care, policy)


def _in_words(answer: Explained[WeeklyCharge]) -> str:
    """Return a charge line by line, with what each line rests on."""
    width = max(len(step.what) for step in answer.steps)
    lines = []
    for step in answer.steps:
        lines.append(f"{step.what:<{width}}  {value_text(step.value):>12}  {step.because}")
        lines += [f"{'':<{width}}  {'':>12}  ({citation.source})" for citation in step.citations]
    lines += ["", f"To pay each week: {format_pounds(answer.value.charge)}"]
    return "\n".join([*lines, *say_untraced(answer.citations)])
