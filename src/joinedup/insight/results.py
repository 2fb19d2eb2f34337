"""A computed measure as a page, a file or another system reads it. No data engine is needed to read one.

Saved as JSON, one file a measure, under `<data>/insight/results/`.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from joinedup.core.nation import Nation
from joinedup.insight.comparing import Comparison
from joinedup.insight.signals import Better, Rule, Side, Variation
from joinedup.insight.whole_files import write_whole

FEW_POINTS: Final = 12


class ResultError(Exception):
    """A saved result that can't be read; the message says which, and what to do."""


class PointState(StrEnum):
    """What stands where a value would: a value, or why there is none."""

    KNOWN = "known"
    SUPPRESSED = "suppressed"
    NO_POPULATION = "no_population"
    INCOMPLETE_MONTH = "incomplete_month"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return {
            "known": "known",
            "suppressed": "suppressed (few people)",
            "no_population": "population not known",
            "incomplete_month": "month not complete",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One month. Value and limits are null unless known; nothing that is suppressed is kept here at all."""

    month: date
    state: PointState
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    population_year: int | None = None
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    near_lower: float | None = None
    near_upper: float | None = None
    rule: Rule | None = None
    side: Side | None = None
    variation: Variation | None = None

    @property
    def said(self) -> str:
        """The value in words: a number with one decimal, or why there is none."""
        return f"{self.value:,.1f}" if self.value is not None else self.state.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The months of one area from one source, and what its chart says in a sentence."""

    nation: Nation
    origin: str
    source: str
    area_code: str
    area_name: str
    is_whole: bool
    numerator: str
    denominator: str
    finding: str
    notes: tuple[str, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDescription:
    """How one nation's figures are counted, as pairs of what and how."""

    nation: Nation
    origin: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The measure's declaration in words."""

    title: str
    question: str
    numerator: str
    denominator: str
    unit: str
    better: Better
    convention: str
    source: str
    variants: tuple[VariantDescription, ...]
    what_else_moves_it: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResult:
    """A measure with its figures, findings and comparisons as they were at one moment."""

    id: str
    description: Description
    series: tuple[Series, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]
    computed_at: datetime


def save(result: MeasureResult, data_folder: Path) -> Path:
    """Keep a result in place of the last one, whole or not at all; where."""
    return write_whole(_path(result.id, data_folder), msgspec.json.encode(result))


def load(measure: str, data_folder: Path) -> MeasureResult | None:
    """The result kept last; none when the measure was never computed. `ResultError` when it can't be read."""
    path = _path(measure, data_folder)
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=MeasureResult)
    except msgspec.DecodeError as error:
        advice = "Compute the measures again"
        raise ResultError(f"{path.name} is not a result of this version ({error}). {advice}") from error


def load_all(data_folder: Path) -> list[MeasureResult]:
    """Every result that is kept, in the order of their names."""
    names = sorted(path.stem for path in _folder(data_folder).glob("[!.]*.json"))
    return [result for name in names if (result := load(name, data_folder)) is not None]


def csv_text(result: MeasureResult) -> str:
    """Every point of every series as CSV, for download: a value, or the state in which it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for series in result.series:
        for point in series.points:
            place = (series.nation, series.origin, series.source, series.area_code, series.area_name)
            writer.writerow([*place, *(_cell(getattr(point, name)) for name in POINT_COLUMNS)])
    return out.getvalue()


POINT_COLUMNS: Final = (
    "month", "state", "value", "numerator", "denominator", "population_year",
    "mean", "lower", "upper", "near_lower", "near_upper", "rule", "side", "variation",
)  # fmt: skip
CSV_COLUMNS: Final = ("nation", "origin", "source", "area_code", "area_name", *POINT_COLUMNS)


def _cell(value: object) -> object:
    return "" if value is None else value


def _folder(data_folder: Path) -> Path:
    return data_folder / "insight" / "results"


def _path(measure: str, data_folder: Path) -> Path:
    if not measure.replace("_", "").isalnum():
        raise ResultError(f"{measure!r} is no name of a measure: letters, digits and _ only")
    return _folder(data_folder) / f"{measure}.json"
