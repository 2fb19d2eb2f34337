"""What a nation's rule book says of funds in a financial year: each value that held on any of its days."""

from collections.abc import Iterator

from joinedup.core.dates import FinancialYear
from joinedup.core.explained import Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.funds.topic import FUNDS
from joinedup.rules.parameters import NotCovered, Parameter


def funds_of_year(nation: Nation, year: FinancialYear) -> Explained[FinancialYear]:
    """Return a step for each value in force on any day of a year; `NotCovered` where there is none at all."""
    parameters = rule_book(nation, FUNDS.name).parameters.values()
    steps = tuple(step for parameter in parameters for step in _steps(parameter, year))
    if not steps:
        raise NotCovered("funds", nation, year.start, "the rule book holds nothing of that year")
    return Explained(year, steps)


def _steps(parameter: Parameter, year: FinancialYear) -> Iterator[Step]:
    """Yield each value of a parameter in a year, with its days where they are not the whole of it."""
    for entry in parameter.entries:
        if entry.is_in_force and entry.period.overlaps(year.period):
            first, last = max(entry.period.start, year.start), min(entry.period.end or year.end, year.end)
            is_whole = (first, last) == (year.start, year.end)
            days = "the whole year" if is_whole else f"{first} to {last}"
            yield Step(parameter.title, entry.value, days, (parameter.on(first),))
