"""`joinedup work`: what is done in the background: exports, and notices to subscribers."""

import importlib
import time
from pathlib import Path

import click
from django.utils import timezone

from joinedup.commands.starting import data_option, start_up_to_date

REST_SECONDS = 1.0


@click.command()
@click.option("--once", is_flag=True, help="Stop when there is nothing left to do.")
@data_option
def command(once: bool, data: Path | None) -> None:
    """Do the work that waits, until interrupted: more of it beside `joinedup serve`, or all with its --no-work."""
    start_up_to_date(data)
    work = importlib.import_module("joinedup.exchange.delivery").work_once
    done = 0
    try:
        while True:
            found = work(now=timezone.now)
            done += found
            if not found and once:
                break
            if not found:
                time.sleep(REST_SECONDS)
    except KeyboardInterrupt:
        click.echo("Stopped.")
    click.echo(f"Did {done:,} piece{'' if done == 1 else 's'} of work.")
