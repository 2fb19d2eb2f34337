"""`joinedup receive`: a partner's extract through the door. Stopped at any moment, the same command goes on."""

import importlib
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.db import OperationalError

from joinedup.commands.starting import data_option, start_up_to_date
from joinedup.core.nation import Nation
from joinedup.exchange.extracts import (
    Extract,
    ExtractRefusedError,
    Report,
    UnknownExtractError,
    extract_names,
    load_extract,
    report_lines,
    write_report,
)
from joinedup.exchange.extracts.report import SUFFIXES
from joinedup.rules.nodes import RuleBookError


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--extract",
    "name",
    required=True,
    metavar="NAME",
    help=f"One of {', '.join(extract_names())}; or a folder with a mapping.yaml and dictionary.yaml of your own.",
)
@click.option(
    "--system", required=True, help="The partner's system that made the file, as its token calls it."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Write the report here, as its suffix says: {', '.join(SUFFIXES)}. May be given again.",
)
@click.option("--check", "is_check", is_flag=True, help="Read and check every row; write nothing.")
@data_option
def command(
    file: Path, name: str, system: str, reports: tuple[Path, ...], is_check: bool, data: Path | None
) -> None:
    """Receive a partner's CSV extract: what is right goes in, what is not is listed with line and reason."""
    _refuse_suffixes(reports)
    try:
        extract = load_extract(name)
        report = _check(file, extract, system) if is_check else _receive(file, extract, system, data)
    except (UnknownExtractError, ExtractRefusedError, RuleBookError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for line in report_lines(report):
        click.echo(line)
    for path in reports:
        write_report(report, path)


def _refuse_suffixes(reports: tuple[Path, ...]) -> None:
    """Refuse a report that can't be written before any row goes in."""
    for path in reports:
        if path.suffix.lower() not in SUFFIXES:
            known = ", ".join(SUFFIXES)
            raise click.BadParameter(f"{path.name} must end with one of {known}", param_hint="--report")


def _check(file: Path, extract: Extract, system: str) -> Report:
    """Say what would become of each row."""
    checking: Any = importlib.import_module("joinedup.exchange.receiving.checking")
    return checking.check(file, extract, system=system, on=date.today())  # type: ignore[no-any-return]  # noqa: DTZ011


def _receive(file: Path, extract: Extract, system: str, data: Path | None) -> Report:
    """Put the rows in."""
    folder = start_up_to_date(data)
    actor = _actor(system)
    actions: Any = importlib.import_module("joinedup.exchange.receiving.actions")
    try:
        return actions.receive(file, extract, by=actor, nation=Nation(folder.nation), say=click.echo)  # type: ignore[no-any-return]
    except actions.FileChangedError as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(
            "The database stopped answering. Run the same command again: it goes on where it stopped."
        ) from error


def _actor(system: str) -> Any:
    """Return the system as an actor that may write, or say that there is none."""
    found = importlib.import_module("joinedup.care.access.queries").writer_of_system(system)
    if found is None:
        raise click.BadParameter(
            f"there is no system {system!r}. Make it known once with: joinedup token create --system "
            f'"{system}" --scope write --organisation ID',
            param_hint="--system",
        )
    return found
