"""What the rule books cover, by nation, topic, parameter and year: covered, unverified, or missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from joinedup.core.dates import Period
from joinedup.core.explained import Confidence
from joinedup.core.nation import Nation
from joinedup.rules.books import TOPICS, rule_book
from joinedup.rules.parameters import Parameter


class Coverage(StrEnum):
    """How well a year is covered. Unverified: a value of part of it was not traced. Missing: none for part of it."""

    COVERED = "covered"
    UNVERIFIED = "unverified"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class TopicCoverage:
    """One nation's topic: each of its parameters by year."""

    nation: Nation
    topic: str
    topic_title: str
    parameters: Mapping[str, Mapping[int, Coverage]]


def coverage(years: Iterable[int]) -> tuple[TopicCoverage, ...]:
    """Return what is covered in each of these years, in the order of topics, nations and rule books."""
    wanted = tuple(years)
    return tuple(
        TopicCoverage(
            nation,
            topic.name,
            topic.title,
            {
                parameter.id: {year: _of_year(parameter, year) for year in wanted}
                for parameter in rule_book(nation, topic.name).parameters.values()
            },
        )
        for topic in TOPICS
        for nation in Nation
    )


def _of_year(parameter: Parameter, year: int) -> Coverage:
    """Return how well a parameter covers a year: every day of it, or it is missing."""
    whole = Period(date(year, 1, 1), date(year, 12, 31))
    entries = [entry for entry in parameter.entries if entry.is_in_force and entry.period.overlaps(whole)]
    days = sum(_days_in_common(entry.period, whole) for entry in entries)
    if days < _days_in_common(whole, whole):
        return Coverage.MISSING
    if any(entry.confidence is Confidence.UNVERIFIED for entry in entries):
        return Coverage.UNVERIFIED
    return Coverage.COVERED


def _days_in_common(period: Period, whole: Period) -> int:
    """Return how many days of a period lie in a whole that has an end."""
    last = whole.end or whole.start
    end = min(period.end or last, last)
    return (end - max(period.start, whole.start)).days + 1
