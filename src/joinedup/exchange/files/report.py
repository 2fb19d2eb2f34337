"""What became of a published file: counts, refusals, checks. Values only; `reporting` says them in words."""

from dataclasses import dataclass
from enum import StrEnum

from joinedup.exchange.files.problems import Refusal


class Written(StrEnum):
    """What loading did to the table."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell that does not add up: which, and by how much."""

    line: int
    where: str
    total: str
    parts: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.where}: the total is {self.total}, the parts make {self.parts}"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One declared check: how many cells it looked at, which do not agree, which are not whole."""

    title: str
    cells: int
    disagreements: tuple[Disagreement, ...]
    incomplete: tuple[str, ...]

    @property
    def agreeing(self) -> int:
        return self.cells - len(self.disagreements) - len(self.incomplete)

    @property
    def holds(self) -> bool:
        """Whether every cell was seen and agrees."""
        return self.agreeing == self.cells


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The account of one load. A row of the file may become several of the table (`rows_written`)."""

    source: str
    title: str
    publisher: str
    file: str
    table: str
    rows_read: int
    rows_kept: int
    refusals: tuple[Refusal, ...]
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...]
    rows_written: int
    written: Written

    @property
    def rows_refused(self) -> int:
        return self.rows_read - self.rows_kept
