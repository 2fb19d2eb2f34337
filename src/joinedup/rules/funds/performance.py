"""Payment for performance out of the Better Care Fund, 2015/16: earned by fewer emergency admissions.

Part of an area's fund was tied to the reduction that its plan promised. What is not earned stays with the NHS
commissioner, to be spent on NHS services as the health and wellbeing board agrees. That what is earned is in proportion
to the reduction is how the scheme is generally told; the guidance itself was not seen, and the answer says so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from joinedup.core.dates import say_date
from joinedup.core.explained import Explained, Step
from joinedup.core.money import PENNY, format_pounds, pounds
from joinedup.core.nation import Nation
from joinedup.rules.facts import FactError, refuse_odd_amount
from joinedup.rules.funds.consulted import rules_on
from joinedup.rules.values import is_set

__all__ = ["Admissions", "PerformancePayment", "performance_payment"]


@dataclass(frozen=True, slots=True)
class Admissions:
    """Emergency admissions of an area: before, as planned and as they were, over the same length of time."""

    baseline: int
    planned: int
    actual: int

    def __post_init__(self) -> None:
        for fact in ("baseline", "planned", "actual"):
            if getattr(self, fact) < 0:
                raise FactError(fact, "admissions can't be fewer than none")
        if self.planned >= self.baseline:
            raise FactError("planned", "payment is for a reduction: plan fewer admissions than before")

    @property
    def planned_reduction(self) -> int:
        """By how many fewer there were to be."""
        return self.baseline - self.planned

    @property
    def reduction(self) -> int:
        """By how many fewer there were, as far as it counts: none for a rise, no more than planned."""
        return min(max(self.baseline - self.actual, 0), self.planned_reduction)


@dataclass(frozen=True, slots=True)
class PerformancePayment:
    """What goes into the pooled fund, and what stays for NHS services; together the amount that was tied."""

    earned: Decimal
    kept_for_nhs: Decimal


def performance_payment(
    nation: Nation, on: date, admissions: Admissions, tied: Decimal
) -> Explained[PerformancePayment]:
    """Work out what an area earned of the amount tied to its admissions, to the penny below.

    `NotCovered` where the rule book does not know of a day, `FactError` where there was no such payment on it.
    """
    refuse_odd_amount("tied", tied)
    rules = rules_on(nation, on)
    exists = rules.cite("performance_payment_exists")
    if not is_set(exists):
        raise FactError("on", f"{nation.title} has no payment for performance on {say_date(on)}")
    basis = rules.cite("performance_payment_basis")
    whole, planned, reached = pounds(tied), admissions.planned_reduction, admissions.reduction
    earned = (whole * reached / planned).quantize(PENNY, rounding=ROUND_DOWN)
    kept = whole - earned
    steps = (
        Step("Tied to admissions", whole, "paid only as far as emergency admissions fall", (exists,)),
        Step("Planned reduction", planned, f"from {admissions.baseline} to {admissions.planned} admissions"),
        Step("Reduction that counts", reached, _why(admissions)),
        Step("Paid into the fund", earned, f"{reached} of {planned}, of {format_pounds(whole)}", (basis,)),
        Step("Kept for NHS services", kept, "what was not earned, as the board agrees", (exists,)),
    )
    return Explained(PerformancePayment(earned, kept), steps)


def _why(admissions: Admissions) -> str:
    if admissions.actual >= admissions.baseline:
        return f"none: there were {admissions.actual} admissions"
    if admissions.actual < admissions.planned:
        return f"there were {admissions.actual} admissions; no more than the plan counts"
    return f"there were {admissions.actual} admissions"
