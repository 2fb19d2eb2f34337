"""Rows of the rule books on boundaries: names of areas, areas that share a body, and what reports counted."""

from dataclasses import dataclass

from joinedup.rules.rows import Row


@dataclass(frozen=True, slots=True)
class NamedArea(Row):
    """The name of an area whose published lookup gives its code only."""

    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class SharedBody(Row):
    """Areas that have one body together; every other area has one of its own."""

    name: str
    areas: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """An area shares one body only."""
        return self.areas

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(self.areas)})"


@dataclass(frozen=True, slots=True)
class ReportedFit(Row):
    """What somebody counted before: how many areas are split, and how many of the other set they touch."""

    comparison: str
    others: int
    split: int
    touched: int
    areas: int | None = None
    remark: str = ""

    def __str__(self) -> str:
        of_areas = f" of {self.areas}" if self.areas is not None else ""
        return f"{self.comparison}: {self.split}{of_areas} split, touching {self.touched} of {self.others}"
