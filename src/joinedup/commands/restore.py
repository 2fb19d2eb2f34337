"""`joinedup restore`: an installation as it was when the backup was made."""

import importlib
from datetime import UTC, datetime
from pathlib import Path

import click

from joinedup.commands.starting import bring_up_to_date, data_option, start
from joinedup.site import postgres
from joinedup.site.archive import ArchiveError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Move what is there aside, under another name.")
@data_option
def command(file: Path, replace: bool, data: Path | None) -> None:
    """Restore the backup in FILE: all of it, or nothing is changed."""
    folder = start(data)
    restoring = importlib.import_module("joinedup.site.restoring")
    try:
        restored = restoring.restore(
            file, folder, postgres.database_url(folder), replace=replace, at=datetime.now(UTC)
        )
    except (ArchiveError, restoring.RestoreError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"The files could not all be written ({error.strerror}); the database is restored. "
            "Make room and say the same again with --replace."
        ) from error
    bring_up_to_date()
    rows = sum(table.rows for table in restored.manifest.tables.values())
    click.echo(
        f"Restored as it was at {restored.manifest.made_at:%d %B %Y %H:%M} UTC: {rows:,} rows, all checked."
    )
    for what in restored.kept:
        click.echo(f"What was there before is kept as {what}.")
