"""`joinedup rules check-board`: what is amiss with a board."""

import json
from datetime import datetime
from pathlib import Path

import click

from joinedup.commands.rules.asking import OF_NATION, ON, findings_in_words
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.boards.checking import board_of, check_board, untraced_rules
from joinedup.rules.explaining import findings_as_json


@click.command("check-board")
@OF_NATION
@ON
@click.option("--board", "board", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--json", "is_json", is_flag=True, help="The findings with what they rest on, as JSON.")
def check(nation: str, on: datetime, board: Path, is_json: bool) -> None:
    """Say what is amiss with a board on a day: members, votes, chair and plans."""
    try:
        declared = board_of(board.read_bytes(), file=board.name, nation=Nation(nation))
        findings = check_board(declared, on.date())
    except (RuleBookError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    untraced = untraced_rules(declared, on.date())
    told = {"findings": findings_as_json(findings), "rests_on_unverified": bool(untraced)}
    click.echo(json.dumps(told, indent=2) if is_json else findings_in_words(findings, untraced))
