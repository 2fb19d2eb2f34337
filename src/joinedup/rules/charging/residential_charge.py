"""What somebody pays a week for a care home, and why: the one way in to this topic.

A means test (`means_test`) in which free personal and nursing care, or the NHS's contribution to nursing, comes first,
the home counts unless somebody lives there still, and the person is left with a personal allowance.
Ends at the sum: a council may be more generous, and who owes what to whom is for the packages of care.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from joinedup.core.explained import Citation, Explained
from joinedup.core.money import pounds
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.charging.finances import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    Income,
    IncomeKind,
    Occupant,
)
from joinedup.rules.charging.means_test import NOTHING, MeansTest, PaidFirst, WeeklyCharge
from joinedup.rules.charging.residential_charge_topic import RESIDENTIAL_CHARGE
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import amount_of, is_set, number_of, words_of

__all__ = [
    "Capital",
    "CapitalKind",
    "CareHome",
    "Finances",
    "Income",
    "IncomeKind",
    "Occupant",
    "WeeklyCharge",
    "residential_charge",
]
WEEK = timedelta(weeks=1)
PENSIONS = frozenset({IncomeKind.OCCUPATIONAL_PENSION})


def residential_charge(
    nation: Nation, on: date, finances: Finances, care: CareHome
) -> Explained[WeeklyCharge]:
    """Work out what somebody pays a week for a care home on a day, to the penny, with every step.

    `NotCovered` where the rule book lacks a value of that day, `FactError` where facts contradict each other.
    """
    if care.since is not None and care.since > on:
        raise FactError("since", "the person moves in after the day that is asked about")
    return _Working(rule_book(nation, RESIDENTIAL_CHARGE.name).on(on), finances, care).result()


class _Working(MeansTest):
    """The charge for a place in a care home."""

    def __init__(self, rules: RulesOfDay, finances: Finances, care: CareHome) -> None:
        super().__init__(rules, finances, care.price)
        self.care = care
        self.say("Price of the place", self.price, "what the home asks each week")

    def result(self) -> Explained[WeeklyCharge]:
        """Return the charge, and whether it may be paid later: where there is one, and a home that is counted."""
        charge = super().result().value
        homes = [each for each in self.finances.capital if each.kind is CapitalKind.HOME]
        is_counted = any(not self.why_home_is_spared(each)[0] for each in homes)
        value = replace(charge, may_defer=bool(charge.charge and is_counted) and self._may_defer())
        return Explained(value, tuple(self.steps))

    def paid_first(self) -> Iterator[PaidFirst]:
        """Yield free personal and nursing care, or what the NHS pays for nursing."""
        age = self.known("free_personal_care_age")
        if age is not None and self.finances.age >= number_of(age):
            if personal := self.known("free_personal_care"):
                yield _paid(personal, "personal care is free, whatever the means", age)
            if self.care.has_nursing and (nursing := self.known("free_nursing_care")):
                yield _paid(nursing, "nursing care is free, whatever the means", age)
        if self.care.has_nursing and (funded := self._funded_nursing()):
            yield _paid(funded, "the NHS pays for nursing, whatever the means")

    def _funded_nursing(self) -> Citation | None:
        """Return what the NHS pays for nursing; nothing where nursing is free in another way."""
        book = self.rules.book.parameters
        if self.care.has_higher_nursing:
            if "funded_nursing_care_higher" not in book:
                raise FactError("has_higher_nursing", f"{self.rules.book.nation.title} has no higher rate")
            return self.rules.cite("funded_nursing_care_higher")
        if "funded_nursing_care" not in book and "free_nursing_care" in book:
            return None
        return self.rules.cite("funded_nursing_care")

    def why_home_is_spared(self, home: Capital) -> tuple[str, tuple[Citation, ...]]:
        """Return who lives there still, or for how long after they moved in it is not counted."""
        if home.occupants:
            spared = self.rules.cite("home_disregarded_for")
            names = sorted(each.value for each in home.occupants if each.value in words_of(spared))
            if names:
                return f"not counted while it is home to: {', '.join(names).replace('_', ' ')}", (spared,)
        if self.care.since is not None:
            weeks = self.rules.cite("property_disregard")
            if self.rules.day - self.care.since < number_of(weeks) * WEEK:
                return f"not counted for the first {number_of(weeks)} weeks", (weeks,)
        return "", ()

    def left_to_partner(self, income: Income) -> Decimal:
        """Return what of a pension is left to a partner at home."""
        if not self.finances.partner_at_home or income.kind not in PENSIONS:
            return NOTHING
        share = self.known("pension_left_to_partner")
        if share is None:
            return NOTHING
        part = pounds(income.weekly * number_of(share) / 100)
        self.say("Left to the partner at home", -part, f"{number_of(share)}% of the pension", share)
        return part

    def left_with(self) -> Decimal:
        """Return the personal allowance."""
        allowance = self.rules.cite("personal_allowance")
        kept = amount_of(allowance)
        self.say(allowance.title, -kept, "what the person is left with", allowance)
        return kept

    def _may_defer(self) -> bool:
        """Say whether the price may be paid later, out of the home."""
        deferred = self.known("deferred_payment")
        may = deferred is not None and is_set(deferred)
        if may:
            self.say("Deferred payment", "may be asked for", "they have a home to pay from later", deferred)
        return may


def _paid(citation: Citation, because: str, also: Citation | None = None) -> PaidFirst:
    """Return a contribution whose amount is the value of a parameter."""
    return PaidFirst(citation.title, amount_of(citation), because, (citation, also))
