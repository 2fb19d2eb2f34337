"""What can be wrong with a published file: with all of it (an exception) or with one row (a refusal)."""

from collections.abc import Sequence
from dataclasses import dataclass


class FileRefusedError(Exception):
    """The file can't be loaded and nothing of it was kept: what is wrong, where, and what to do."""

    def __init__(self, what: str, *, advice: str, line: int | None = None, column: int | None = None) -> None:
        self.what = what
        self.advice = advice
        self.line = line
        self.column = column
        super().__init__(f"{self.where}{what}. {advice}")

    @property
    def where(self) -> str:
        """Such as "line 3, column 17: "; empty when it is the whole file."""
        if self.line is None:
            return ""
        column = "" if self.column is None else f", column {self.column}"
        return f"line {self.line}{column}: "


class UnknownSourceError(Exception):
    """No source has that name."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        super().__init__(f"No source is called {name!r}. Choose one of: {', '.join(names)}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was not kept: where, why, and what to do."""

    line: int
    column: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}. {self.advice}"
