"""The rules of a day, with a note of each value that was asked for, so that what was not traced can be told."""

from datetime import date

from joinedup.core.explained import Citation
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.funds.topic import FUNDS
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import is_set


class Consulted:
    """A rule book as it stood on a day, and what was asked of it, in the order of first use."""

    def __init__(self, rules: RulesOfDay) -> None:
        self.rules, self.used = rules, dict[str, Citation]()

    def cite(self, parameter: str) -> Citation:
        """Return a value; `NotCovered` when the book has none for the day."""
        return self.used.setdefault(parameter, self.rules.cite(parameter))

    def known(self, parameter: str) -> Citation | None:
        """Return a value that the nation's book may do without; `NotCovered` where it has one, but not for the day."""
        return self.cite(parameter) if parameter in self.rules.book.parameters else None

    def find(self, parameter: str) -> Citation | None:
        """Return a value, or none where the book has none for the day."""
        return self.cite(parameter) if self.rules.find(parameter) else None

    def is_so(self, parameter: str) -> bool:
        """Say whether something holds on the day; not where the nation's book does not speak of it."""
        citation = self.known(parameter)
        return citation is not None and is_set(citation)


def rules_on(nation: Nation, day: date) -> Consulted:
    """Return what a nation's rule book says of funds on a day."""
    return Consulted(rule_book(nation, FUNDS.name).on(day))
