"""`joinedup extract-sample`: a made-up extract, to try `joinedup receive` with. Needs no database."""

import sys
from datetime import date, datetime
from pathlib import Path

import click

from joinedup.synthetic.extracts import SAMPLES, write_extract

MOST_PEOPLE = 200_000


@click.command()
@click.argument("name", type=click.Choice(sorted(SAMPLES)))
@click.option("--people", type=click.IntRange(1, MOST_PEOPLE), default=500, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Two years that end with this day; today.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it here, not to the screen."
)
def command(name: str, people: int, seed: int, until: datetime | None, out: Path | None) -> None:
    """Write a made-up extract: the people of a demo with the same number and seed, as NAME has its columns."""
    day = until.date() if until else date.today()  # noqa: DTZ011 - the day where the command is run
    if out is None:
        write_extract(sys.stdout, name, people=people, seed=seed, until=day)
        return
    with out.open("w", encoding="utf-8", newline="") as stream:
        count = write_extract(stream, name, people=people, seed=seed, until=day)
    click.echo(f"{count:,} rows written to {out}.")
