"""Two accounts of the same fields side by side, what differs said in words. Drawn by `components/split_view.html`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SplitRow:
    """The same field on both sides; None is "not recorded", which differs from nothing.

    One that says nothing about who somebody is, such as which systems know them, is not compared.
    """

    label: str
    left: str | None
    right: str | None
    is_compared: bool = True

    @property
    def is_different(self) -> bool:
        """Whether the two sides say different things, apart from spaces and capitals."""
        return (
            self.is_compared
            and self.left is not None
            and self.right is not None
            and _plain(self.left) != _plain(self.right)
        )

    @property
    def compared(self) -> str:
        """What comparing the two sides gives, in words; nothing where they are not compared."""
        if not self.is_compared:
            return ""
        if self.left is None or self.right is None:
            return "Not recorded in either" if self.left == self.right else "Recorded in one only"
        return "Different" if self.is_different else "Same"


@dataclass(frozen=True)
class SplitView:
    """Two accounts of the same fields, side by side."""

    title: str
    left_title: str
    right_title: str
    rows: tuple[SplitRow, ...]

    @property
    def differences(self) -> int:
        """How many fields differ."""
        return sum(row.is_different for row in self.rows)

    @property
    def fields(self) -> int:
        """How many fields are compared."""
        return sum(row.is_compared for row in self.rows)


def _plain(value: str) -> str:
    """Return what is said apart from spaces and capitals."""
    return " ".join(value.casefold().split())
