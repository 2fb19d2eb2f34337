"""`joinedup serve`: the partnership's own system, against `JOINEDUP_DATABASE_URL` or the embedded database."""

from pathlib import Path

import click

from joinedup.commands.starting import data_option, prepare_assets, start_up_to_date
from joinedup.site.background import keep_working
from joinedup.site.server import LOOPBACK, PortTakenError, check_port, serve


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on.")
@click.option(
    "--work/--no-work",
    "works",
    default=True,
    show_default=True,
    help="Do the background work (exports, notices) too; without it run `joinedup work` beside.",
)
@data_option
def command(port: int, host: str, works: bool, data: Path | None) -> None:
    """Serve until interrupted."""
    try:
        check_port(port, host)
    except PortTakenError as error:
        raise click.ClickException(str(error)) from error
    prepare_assets()
    start_up_to_date(data)
    if works:
        keep_working()
    click.echo(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
    serve(port, host)
