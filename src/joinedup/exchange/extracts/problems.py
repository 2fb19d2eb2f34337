"""What can be wrong with a partner's extract: with the whole file (an exception) or with one row (a problem).

No message holds what a field said: it may be somebody's data.
"""

from dataclasses import dataclass


class ExtractRefusedError(Exception):
    """The file can't be received at all: what is wrong, where, and what to do. Nothing of it went in."""

    def __init__(self, what: str, *, advice: str, line: int | None = None) -> None:
        self.what = what
        self.advice = advice
        self.line = line
        super().__init__(f"{f'line {line}: ' if line else ''}{what}. {advice}")


class UnknownExtractError(Exception):
    """No extract is known by that name."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(f"No extract is called {name!r}. Choose one of: {', '.join(names)}")


class UnreadableError(Exception):
    """A field can't be read as what the data dictionary says it is."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason}. {advice}")
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row did not go in: where, why, and what to do."""

    line: int
    column: str
    reason: str
    advice: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.reason}. {self.advice}"
