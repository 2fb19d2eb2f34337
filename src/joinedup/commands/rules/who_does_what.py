"""`joinedup rules who-does-what`: who plans, commissions, pays for, delivers and inspects health and care."""

import json
from collections.abc import Iterator
from datetime import datetime

import click

from joinedup.commands.rules.asking import AS_JSON, OF_NATION, ON, say_untraced
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.accountability.answering import (
    Accountability,
    Duty,
    Function,
    accountability,
    accountability_as_json,
)


@click.command("who-does-what")
@OF_NATION
@ON
@AS_JSON
def who_does_what(nation: str, on: datetime, is_json: bool) -> None:
    """Say who plans, commissions, pays for, delivers and inspects each function on a day, and who answers to whom."""
    try:
        answer = accountability(Nation(nation), on.date())
    except NotCovered as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        json.dumps(accountability_as_json(answer), indent=2) if is_json else "\n".join(_in_words(answer))
    )


def _in_words(answer: Accountability) -> Iterator[str]:
    """Return duties by function, then links, findings, and what was not traced."""
    for function in Function:
        yield function.title
        for duty in Duty:
            held = answer.holding(function, duty)
            names = [each.body.title if each.body else "nobody" for each in held]
            yield f"  {duty}: {', '.join(names) or 'not known'}"
    yield "Money, direction, accountability"
    for link in answer.links:
        note = f" ({link.note})" if link.note else ""
        yield f"  {link.kind}: {link.giver.title} to {link.receiver.title}{note}"
    for finding in answer.findings:
        yield f"{finding.kind}: {finding.what}" + (f" ({finding.because})" if finding.because else "")
    # Each row cites its own document, so the same parameter may be named for several: once is enough.
    untraced = {citation.title: citation for citation in answer.citations if citation.is_unverified}
    yield from say_untraced(untraced.values())
