"""`joinedup backup`: everything of this installation in one file, while it works."""

from datetime import UTC, datetime
from pathlib import Path

import click

from joinedup.commands.starting import data_option, reach
from joinedup.site.archive import ArchiveError
from joinedup.site.backing_up import back_up

MEGABYTE = 1024 * 1024


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--without-insight", is_flag=True, help="Leave out the pseudonymised tables and measures.")
@data_option
def command(file: Path, without_insight: bool, data: Path | None) -> None:
    """Write everything into FILE, which must not be there yet. It holds people's records and the keys: guard it."""
    folder, url = reach(data)
    try:
        manifest = back_up(folder, url, file, with_insight=not without_insight, at=datetime.now(UTC))
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    rows = sum(table.rows for table in manifest.tables.values())
    click.echo(f"{rows:,} rows of {len(manifest.tables)} tables, {file.stat().st_size / MEGABYTE:,.1f} MB.")
    click.echo(f"{file} holds people's records and the keys of this installation. Keep it as safe as those.")
