"""`joinedup rules check-agreement` and `fund`: what is amiss with an agreement on money, and the rules of a year."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from joinedup.commands.rules.asking import AS_JSON, FILE, OF_NATION, ON, findings_in_words, say_untraced
from joinedup.core.dates import FinancialYear
from joinedup.core.explained import Citation, Explained
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.explaining import as_json, findings_as_json, value_text
from joinedup.rules.findings import Finding
from joinedup.rules.funds.checking import check_agreement, missing_pools, untraced_rules
from joinedup.rules.funds.declared_agreement import agreement_of
from joinedup.rules.funds.years import funds_of_year

WHOLE_AREA = "The whole area"


@click.command("check-agreement")
@OF_NATION
@ON
@click.option(
    "--agreement", "files", type=FILE, required=True, multiple=True, help="May be given several times."
)
@click.option("--whole-area", is_flag=True, help="These are all of an area: say which pooled funds it lacks.")
@click.option("--json", "is_json", is_flag=True, help="The findings with what they rest on, as JSON.")
def check_agreement_command(
    nation: str, on: datetime, files: tuple[Path, ...], whole_area: bool, is_json: bool
) -> None:
    """Say what is amiss with an agreement on money on a day: contents, contributions, reports, the Better Care Fund."""
    found: list[tuple[str, list[Finding]]] = []
    untraced: dict[Citation, None] = {}
    try:
        agreements = [agreement_of(f.read_bytes(), file=f.name, nation=Nation(nation)) for f in files]
        for agreement in agreements:
            found.append((agreement.name, check_agreement(agreement, on.date())))
            untraced |= dict.fromkeys(untraced_rules(agreement, on.date()))
        if whole_area:
            found.append((WHOLE_AREA, missing_pools(Nation(nation), agreements, on.date())))
    except (RuleBookError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    if is_json:
        findings = [{"of": name, **each} for name, those in found for each in findings_as_json(those)]
        click.echo(json.dumps({"findings": findings, "rests_on_unverified": bool(untraced)}, indent=2))
    else:
        click.echo("\n".join([*_found_in_words(found), *say_untraced(untraced)]))


def _found_in_words(found: list[tuple[str, list[Finding]]]) -> Iterator[str]:
    """Yield what was found of one agreement, or of several each under its name."""
    for name, findings in found:
        if len(found) > 1:
            yield f"{name}:"
        yield findings_in_words(findings, ())


@click.command()
@OF_NATION
@click.option(
    "--year", type=click.IntRange(1999, 2100), required=True, help="It begins on 1 April: 2017 is 2017/18."
)
@AS_JSON
def fund(nation: str, year: int, is_json: bool) -> None:
    """Say what the rule book holds on funds in a financial year: forms, agreements, the Better Care Fund."""
    try:
        answer = funds_of_year(Nation(nation), FinancialYear(year))
    except NotCovered as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        json.dumps(as_json(answer), indent=2) if is_json else "\n".join(_year_in_words(nation, answer))
    )


def _year_in_words(nation: str, answer: Explained[FinancialYear]) -> Iterator[str]:
    """Yield each value of a year with its days and where it is from."""
    yield f"{Nation(nation).title}, {answer.value}"
    for step in answer.steps:
        yield f"  {step.what}, {step.because}: {value_text(step.value)}"
        for citation in step.citations:
            yield f"    ({citation.confidence}: {citation.source})"
