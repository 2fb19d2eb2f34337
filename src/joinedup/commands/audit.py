"""`joinedup audit`: the proof that the audit is whole."""

import importlib
import json
from pathlib import Path
from typing import Any

import click

from joinedup.commands.starting import data_option, start_reading


@click.group()
def command() -> None:
    """Prove that no audit event was changed or removed."""


@command.command()
@click.option(
    "--heads", type=click.Path(dir_okay=False, path_type=Path), help="Write the heads of the chains there."
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The heads of an earlier proof, kept where nobody who can change the database can change them.",
)
@data_option
def verify(heads: Path | None, against: Path | None, data: Path | None) -> None:
    """Compute every chain again; exit with 1 where one does not hold."""
    start_reading(data)
    chain = importlib.import_module("joinedup.care.access.chain")
    verdict = chain.verify(_read(against, chain) if against else None)
    if heads and not verdict.faults:
        kept = {number: {"number": h.number, "digest": h.digest} for number, h in verdict.heads.items()}
        heads.write_text(json.dumps(kept, indent=1))
        click.echo(f"Wrote the heads of {len(kept)} chains to {heads}. Keep them elsewhere.")
    for fault in verdict.faults:
        click.echo(f"Chain {fault.chain}, event {fault.number}: {fault.what}.", err=True)
    if verdict.faults:
        raise click.ClickException(
            "The audit does not hold. Keep this database as it is and find out who changed it."
        )
    click.echo(f"The audit holds: {verdict.events:,} events in {len(verdict.heads)} chains.")


def _read(path: Path, chain: Any) -> dict[int, Any]:
    """Read the heads of an earlier proof, or say what is wrong with the file."""
    try:
        said = json.loads(path.read_text())
        return {
            int(number): chain.Head(int(head["number"]), str(head["digest"])) for number, head in said.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(
            f"{path} does not hold the heads that `audit verify --heads` writes."
        ) from error
