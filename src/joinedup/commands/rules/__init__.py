"""`joinedup rules`: what the rule books say, and what follows from them. Needs no database."""

import click

from joinedup.commands.rules.boards import check
from joinedup.commands.rules.boundaries import boundaries
from joinedup.commands.rules.charges import charge
from joinedup.commands.rules.values import show, show_coverage
from joinedup.commands.rules.who_does_what import who_does_what

COMMANDS = (boundaries, charge, check, show, show_coverage, who_does_what)


@click.group()
def command() -> None:
    """Rule books of the four nations: values, charges, and what is covered."""


for each in COMMANDS:
    command.add_command(each)
