"""Disclosure control: small numbers of people are not shown, and cannot be worked out from the rest.

A count of 7 or fewer is suppressed, 0 among them, for to show only 0 would tell that the others are 1 to 7;
other figures are rounded to 5. Where the areas suppressed in a month have 7 people or fewer between them, the
next smallest is suppressed too, for what is missing from the total is otherwise plain. A suppressed figure is
null with `is_suppressed` true, never 0.
"""

from dataclasses import dataclass

import ibis
from ibis.expr.types import FloatingColumn, Table


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """The partnership's rule; these are the values unless it sets others."""

    suppress_up_to: int = 7
    round_to: int = 5

    @property
    def title(self) -> str:
        """As a page says it."""
        return (
            f"Figures about {self.suppress_up_to} or fewer people are suppressed, and others rounded to "
            f"{self.round_to}; the next smallest area is suppressed too where the total would tell."
        )


def disclose(monthly: Table, rule: DisclosureRule) -> Table:
    """The rows with figures that may be shown.

    Needs month, area_code, is_whole, people, numerator and denominator. Loses `people`; adds `is_suppressed`.
    """
    group = ibis.window(group_by=["month", "is_whole"])
    ranked = ibis.window(group_by=["month", "is_whole", "_small"], order_by=["people", "area_code"])
    small = monthly.mutate(_small=monthly.people <= rule.suppress_up_to)
    counted = small.mutate(
        _areas_hidden=small._small.cast("int32").sum().over(group),
        _people_hidden=small._small.ifelse(small.people, 0).sum().over(group),
        _shown_rank=ibis.row_number().over(ranked),
    )
    too_few_hidden = (counted._areas_hidden > 0) & (counted._people_hidden <= rule.suppress_up_to)
    next_smallest = ~counted.is_whole & ~counted._small & (counted._shown_rank == 0)
    marked = counted.mutate(is_suppressed=counted._small | (too_few_hidden & next_smallest))
    nothing = ibis.null("float64")
    return marked.mutate(
        numerator=marked.is_suppressed.ifelse(nothing, _rounded(marked.numerator, rule)),
        denominator=_rounded(marked.denominator, rule),
    ).drop("people", "_small", "_areas_hidden", "_people_hidden", "_shown_rank")


def _rounded(figure: FloatingColumn, rule: DisclosureRule) -> FloatingColumn:
    """Halves up; no figure here is negative."""
    return (figure / rule.round_to + 0.5).floor().cast("float64") * rule.round_to
