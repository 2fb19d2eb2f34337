"""What every benchmark shares: a database of its own that is gone afterwards, and figures beside their limits."""

import contextlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.core.management import call_command

from joinedup.site.assets import build_assets
from joinedup.site.folders import DataFolder
from joinedup.site.postgres import start_embedded


@dataclass(frozen=True)
class Figure:
    """One measured figure. `limit` is None for what is only there to compare with; `word` is at most or at least."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    word: str = "at most"

    @property
    def is_met(self) -> bool:
        """Say whether the limit is kept; what has none is."""
        if self.limit is None:
            return True
        return self.value <= self.limit if self.word == "at most" else self.value >= self.limit

    def line(self) -> str:
        """Return the figure as a row of a Markdown table."""
        limit = "" if self.limit is None else f"{self.word} {self.limit:,g}"
        verdict = "" if self.limit is None else ("met" if self.is_met else "MISSED")
        return f"| {self.name} | {self.value:,.4g} {self.unit} | {limit} | {verdict} |"


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table, the machine above it."""
    head = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return "\n".join(
        [
            head,
            "",
            "| figure | measured | limit | |",
            "| --- | --- | --- | --- |",
            *(f.line() for f in figures),
        ]
    )


@contextlib.contextmanager
def scratch() -> Iterator[DataFolder]:
    """Give a data folder with an empty, migrated database, and Django set up for it; gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="joinedup-bench-"))
    root.chmod(0o755)
    try:
        yield _prepared(root / "data")
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def kept(name: str) -> Iterator[DataFolder]:
    """Give the data folder that the environment variable `name` says, and keep it; a scratch one where it says none."""
    if name in os.environ:
        yield _prepared(Path(os.environ[name]))
    else:
        with scratch() as folder:
            yield folder


def _prepared(root: Path) -> DataFolder:
    """Make a data folder with a database that is up to date, and set Django up for it."""
    folder = DataFolder(root)
    folder.make()
    os.environ["JOINEDUP_DATA"] = str(folder.root)
    os.environ["JOINEDUP_SECOND_FACTOR"] = "optional"
    os.environ["DJANGO_SETTINGS_MODULE"] = "joinedup.site.settings"
    os.environ["JOINEDUP_DATABASE_URL"] = start_embedded(folder.postgres)
    build_assets()
    django.setup()
    call_command("migrate", verbosity=0)
    return folder
