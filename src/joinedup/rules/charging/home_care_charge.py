"""What somebody pays a week for care at home, and why: the one way in to this topic.

A means test (`means_test`) in which what is free comes first (equipment, the first weeks of reablement, personal care,
or all of it from an age), the home is not counted, and the person is left with a guaranteed minimum and with what they
must spend on their home and their disability. The four nations differ in their parameters alone. A council may be more
generous than its nation (`local_policy`), and is never let be less so.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from joinedup.core.explained import Citation, Explained
from joinedup.core.money import format_pounds, pounds
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.charging.finances import Capital, Finances, HomeCare, Premium
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import MEANS_TEST, with_local_policy
from joinedup.rules.charging.means_test import NOTHING, MeansTest, PaidFirst, WeeklyCharge
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import NotCovered, RuleBook, RulesOfDay
from joinedup.rules.values import amount_of, is_set, number_of, text_of, words_of

__all__ = ["HomeCare", "Premium", "WeeklyCharge", "home_care_charge"]
WEEK = timedelta(weeks=1)


def home_care_charge(
    nation: Nation, on: date, finances: Finances, care: HomeCare, local: RuleBook | None = None
) -> Explained[WeeklyCharge]:
    """Work out what somebody pays a week for care at home on a day, to the penny, with every step.

    `local` is the policy of their council, if it has one. `NotCovered` where the rule book lacks a value of that day,
    `FactError` where facts contradict each other or one is wanting.
    """
    if care.reablement_since is not None and care.reablement_since > on:
        raise FactError("reablement_since", "it begins after the day that is asked about")
    national = rule_book(nation, HOME_CARE_CHARGE.name).on(on)
    if local is None:
        return _Working(national, finances, care).result()
    ours = _Working(with_local_policy(national, local), finances, care).result()
    if MEANS_TEST in national.book.parameters:
        theirs = _Working(national, finances, care).result().value.charge
        if ours.value.charge > theirs:
            raise ValueError(
                "this policy would charge more than the national rule: read it by load_local_policy"
            )
    return ours


class _Working(MeansTest):
    """The charge for care at home."""

    def __init__(self, rules: RulesOfDay, finances: Finances, care: HomeCare) -> None:
        super().__init__(rules, finances, care.price)
        self.care = care
        self._pension_age = rules.find("pension_age")
        self.say("Price of the care", self.price, "what all of it costs each week")

    def result(self) -> Explained[WeeklyCharge]:
        """Return the charge, and what is done in practice where that differs from the law."""
        answer = super().result()
        practice = self.known("usual_practice")
        if practice is not None:
            self.say("In practice", text_of(practice), "the lines above are the law", practice)
        return replace(answer, steps=tuple(self.steps))

    def paid_first(self) -> Iterator[PaidFirst]:
        """Yield what is free: equipment, reablement, personal care, or all of it."""
        care, age = self.care, self.finances.age
        if care.equipment:
            yield PaidFirst("Equipment", care.equipment, "never charged for", (self._free_equipment(),))
        weeks = self.known("free_reablement") if care.reablement_since else None
        if weeks and care.reablement_since and self._is_within(care.reablement_since, number_of(weeks)):
            because = f"not charged for in the first {number_of(weeks)} weeks"
            yield PaidFirst("Reablement", None, because, (weeks,))
            return
        from_age = self.known("free_personal_care_age") if care.personal_care else None
        if from_age and age >= number_of(from_age):
            yield PaidFirst("Personal care", care.personal_care, "free, whatever the means", (from_age,))
        free_age = self.known("free_age")
        if free_age and age >= number_of(free_age):
            because = f"free at {number_of(free_age)} and over, whatever the means"
            yield PaidFirst("Care at home", None, because, (free_age,))
            return
        spared = self.known("free_with_income")
        kinds = {each.kind.value for each in self.finances.income if each.weekly}
        named = sorted(kinds & set(words_of(spared))) if spared else []
        if named:
            because = f"not charged for while this comes in: {', '.join(named).replace('_', ' ')}"
            yield PaidFirst("Care at home", None, because, (spared,))

    def _free_equipment(self) -> Citation:
        """Return what says that equipment is free; `FactError` where the book has no word on its price."""
        free = self.known("free_equipment")
        if free is None or not is_set(free):
            raise FactError("equipment", f"what {self.rules.book.nation.title} charges for it is not held")
        return free

    def _is_within(self, since: date, weeks: int) -> bool:
        """Say whether the day is among the first weeks since another."""
        return self.rules.day - since < weeks * WEEK

    def by_means(self, rest: Decimal, contributions: tuple[tuple[str, Decimal], ...]) -> WeeklyCharge:
        """Return what is paid of the rest; `NotCovered` where neither nation nor council says by which means."""
        if MEANS_TEST not in self.rules.book.parameters:
            said = [text_of(each) for name in ("means_test", "usual_practice") if (each := self.known(name))]
            raise NotCovered("means_test", self.rules.book.nation, self.rules.day, "; ".join(said))
        return super().by_means(rest, contributions)

    def why_home_is_spared(self, home: Capital) -> tuple[str, tuple[Citation, ...]]:  # noqa: ARG002 - any home
        """Return that the person lives there."""
        spared = self.rules.cite("home_disregarded")
        return ("not counted while they live there", (spared,)) if is_set(spared) else ("", ())

    def left_with(self) -> Decimal:
        """Return the guaranteed minimum and what must be spent on home and disability."""
        by_entitlement = "above_entitlement" in self.rules.book.parameters
        kept = self._above_entitlement() if by_entitlement else self._by_age_and_couple()
        kept += self._costs("housing_costs", self.care.housing_costs)
        return kept + self._costs("disability_costs", self.care.disability_costs)

    def _by_age_and_couple(self) -> Decimal:
        """Return a minimum that the book gives by age and couple, with children and premiums."""
        means, care = self.finances, self.care
        member = "couple" if means.is_couple else "single"
        kept = self._keep(self.rules.cite(f"minimum_{member}{self._age_group()}"), 1, self._pension_age)
        if care.children:
            kept += self._keep(self.rules.cite("minimum_child"), care.children)
        for premium in sorted(care.premiums):
            kept += self._keep(self.rules.cite(f"{premium}_premium_{member}"), 1)
        return kept

    def _age_group(self) -> str:
        """Return the end of the parameter's name that says the age group: of a couple the elder decides."""
        means = self.finances
        if means.age < number_of(youngest := self.rules.cite("minimum_from_age")):
            raise FactError("age", f"charges by means are for people of {number_of(youngest)} and over")
        if self._is_of_pension_age():
            return "_pension_age"
        if means.is_couple or self.care.children:
            return ""
        return "_young" if means.age < number_of(self.rules.cite("minimum_full_age")) else ""

    def _is_of_pension_age(self) -> bool:
        """Say whether the person, or a partner, has reached the age of pension credit."""
        told = self.care.of_pension_age
        age = self._pension_age
        if age is None:
            if told is None:
                raise FactError("of_pension_age", "the age is not the same for all on this day: say whether")
            return told
        has_reached = max(self.finances.age, self.finances.partner_age or 0) >= number_of(age)
        if told is not None and told != has_reached:
            raise FactError(
                "of_pension_age", f"it is {number_of(age)} on this day, which contradicts the age"
            )
        return has_reached

    def _above_entitlement(self) -> Decimal:
        """Return a minimum of the benefit that the person is entitled to, and so much more."""
        basic = self.care.basic_entitlement
        if basic is None:
            raise FactError("basic_entitlement", "what the person is left with is reckoned from it: give it")
        for fact, given in (("children", self.care.children), ("premiums", self.care.premiums)):
            if given:
                raise FactError(fact, "the basic entitlement holds it already: leave it out")
        self.say("Basic entitlement", -basic, "what the person is left with")
        kept = basic
        for name in ("above_entitlement", "above_entitlement_for_disability"):
            share = self.rules.cite(name)
            part = pounds(basic * number_of(share) / 100)
            self.say(share.title, -part, f"{number_of(share)}% of the basic entitlement", share)
            kept += part
        return kept

    def _keep(self, amount: Citation, times: int, also: Citation | None = None) -> Decimal:
        """Return and say an amount that the person is left with."""
        kept = times * amount_of(amount)
        each = "" if times == 1 else f": {times} times {format_pounds(amount_of(amount))}"
        self.say(amount.title, -kept, f"what the person is left with{each}", amount, also)
        return kept

    def _costs(self, fact: str, costs: Decimal) -> Decimal:
        """Return what must be spent, where the book leaves it to the person."""
        if not costs:
            return NOTHING
        left = self.known(f"{fact}_left")
        if left is None or not is_set(left):
            raise FactError(
                fact, f"{self.rules.book.nation.title} leaves nothing for it by amount: leave it out"
            )
        self.say(left.title, -costs, "left to the person besides", left)
        return costs
