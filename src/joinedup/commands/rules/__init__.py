"""`joinedup rules`: what the rule books say, and what follows from them. Needs no database."""

import click

from joinedup.commands.rules.boards import check
from joinedup.commands.rules.boundaries import boundaries
from joinedup.commands.rules.charges import charge
from joinedup.commands.rules.funds import check_agreement_command, fund
from joinedup.commands.rules.self_directed import self_directed
from joinedup.commands.rules.targets import show_history, show_targets
from joinedup.commands.rules.values import show, show_coverage
from joinedup.commands.rules.who_does_what import who_does_what
from joinedup.commands.rules.who_pays import ask

COMMANDS = (
    charge,
    ask,
    self_directed,
    check,
    boundaries,
    who_does_what,
    check_agreement_command,
    fund,
    show_targets,
    show_history,
    show,
    show_coverage,
)


@click.group()
def command() -> None:
    """Rule books of the four nations: values, charges, targets, and what is covered."""


for each in COMMANDS:
    command.add_command(each)
