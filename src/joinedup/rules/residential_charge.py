"""What somebody pays a week for a care home, and why: the one way in to this topic.

The four nations differ in their parameters alone. What is paid whatever the means comes off the price first: free
personal and nursing care, or the NHS's contribution to nursing. Who has more capital than the limit pays the rest. Of
everybody else income is asked for, with an income from capital where a nation takes one, less what they are left with.
Ends at the sum: a council may be more generous, and who owes what to whom is for the packages of care.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.money import format_pounds, pounds
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.finances import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    FinancesError,
    Income,
    IncomeKind,
    Occupant,
)
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.residential_charge_topic import RESIDENTIAL_CHARGE
from joinedup.rules.values import amount_of, is_set, number_of, words_of

__all__ = [
    "Capital",
    "CapitalKind",
    "CareHome",
    "Finances",
    "FinancesError",
    "Income",
    "IncomeKind",
    "Occupant",
    "WeeklyCharge",
    "residential_charge",
]
NOTHING = Decimal("0.00")
WEEK = timedelta(weeks=1)
PENSIONS = frozenset({IncomeKind.OCCUPATIONAL_PENSION})


@dataclass(frozen=True, slots=True)
class WeeklyCharge:
    """What the person pays a week, out of which price, and who pays the rest.

    `contributions` are paid whatever the means, by title. `tariff_income` is counted from capital. `may_defer`: the
    price may be paid later, out of the home.
    """

    charge: Decimal
    price: Decimal
    contributions: tuple[tuple[str, Decimal], ...]
    capital: Decimal
    income: Decimal
    tariff_income: Decimal
    pays_full_price: bool
    may_defer: bool

    @property
    def council_pays(self) -> Decimal:
        """What is left of the price, for the council or trust to pay."""
        return self.price - self.charge - sum((paid for _, paid in self.contributions), NOTHING)


def residential_charge(
    nation: Nation, on: date, finances: Finances, care: CareHome
) -> Explained[WeeklyCharge]:
    """Work out what somebody pays a week for a care home on a day, to the penny, with every step.

    `NotCovered` where the rule book lacks a value of that day, `FinancesError` where facts contradict each other.
    """
    if care.since is not None and care.since > on:
        raise FinancesError("since", "the person moves in after the day that is asked about")
    return _Working(rule_book(nation, RESIDENTIAL_CHARGE.name).on(on), finances, care).result()


class _Working:
    """One charge being worked out, line by line."""

    def __init__(self, rules: RulesOfDay, finances: Finances, care: CareHome) -> None:
        self.rules, self.finances, self.care = rules, finances, care
        self.steps: list[Step] = []

    def result(self) -> Explained[WeeklyCharge]:
        """Return the charge with its steps."""
        price = pounds(self.care.price)
        self._say("Price of the place", price, "what the home asks each week")
        contributions = self._contributions(price)
        rest = price - sum((paid for _, paid in contributions), NOTHING)
        if contributions:
            self._say("Left to pay", rest, "the price less what is paid whatever the means")
        capital, has_home = self._capital()
        limit = self.rules.cite("upper_capital_limit")
        tariff = income = NOTHING
        pays_all = capital > amount_of(limit)
        if pays_all:
            because = f"capital is above {format_pounds(amount_of(limit))}: the person pays what is left of the price"
            charge = rest
            self._say("Charge", charge, because, limit)
        else:
            because = f"not above {format_pounds(amount_of(limit))}, so income decides"
            self._say("Capital and the limit", capital, because, limit)
            tariff = self._tariff_income(capital)
            income = self._income()
            charge = self._from_income(income + tariff, rest)
        may_defer = has_home and self._may_defer()
        value = WeeklyCharge(charge, price, contributions, capital, income, tariff, pays_all, may_defer)
        return Explained(value, tuple(self.steps))

    def _known(self, parameter: str) -> Citation | None:
        """Return a value that the nation's book may do without; `NotCovered` where it has one, but not for the day."""
        return self.rules.cite(parameter) if parameter in self.rules.book.parameters else None

    def _say(self, what: str, value: object, because: str, *citations: Citation | None) -> None:
        self.steps.append(Step(what, value, because, tuple(c for c in citations if c)))

    def _contributions(self, price: Decimal) -> tuple[tuple[str, Decimal], ...]:
        """Return what is paid whatever the means; together never more than the price."""
        paid: list[tuple[str, Decimal]] = []
        left = price
        for citation, because, also in self._entitlements():
            part = min(pounds(amount_of(citation)), left)
            left -= part
            paid.append((citation.title, part))
            self._say(citation.title, part, because, citation, also)
        return tuple(paid)

    def _entitlements(self) -> list[tuple[Citation, str, Citation | None]]:
        """Return each contribution that is due, why, and what else says so."""
        due: list[tuple[Citation, str, Citation | None]] = []
        age = self._known("free_personal_care_age")
        if age is not None and self.finances.age >= number_of(age):
            if personal := self._known("free_personal_care"):
                due.append((personal, "personal care is free, whatever the means", age))
            if self.care.has_nursing and (nursing := self._known("free_nursing_care")):
                due.append((nursing, "nursing care is free, whatever the means", age))
        if self.care.has_nursing and (funded := self._funded_nursing()):
            due.append((funded, "the NHS pays for nursing, whatever the means", None))
        return due

    def _funded_nursing(self) -> Citation | None:
        """Return what the NHS pays for nursing; nothing where nursing is free in another way."""
        book = self.rules.book.parameters
        if self.care.has_higher_nursing:
            if "funded_nursing_care_higher" not in book:
                raise FinancesError(
                    "has_higher_nursing", f"{self.rules.book.nation.title} has no higher rate"
                )
            return self.rules.cite("funded_nursing_care_higher")
        if "funded_nursing_care" not in book and "free_nursing_care" in book:
            return None
        return self.rules.cite("funded_nursing_care")

    def _capital(self) -> tuple[Decimal, bool]:
        """Return the capital that counts, and whether a home is among what they have."""
        total = NOTHING
        has_home = False
        for each in self.finances.capital:
            share = each.share
            has_home = has_home or each.kind is CapitalKind.HOME
            why_not, citations = self._why_not_counted(each)
            what = each.kind.title
            if why_not:
                self._say(what, NOTHING, why_not, *citations)
                continue
            because = "counted" if each.owners == 1 else f"counted: an equal share of {each.owners} owners"
            total += share
            self._say(what, share, because)
        if self.finances.given_away:
            given = pounds(self.finances.given_away)
            total += given
            self._say("Given away", given, "counted as if it were theirs, as the council decided")
        self._say("Capital", total, "all that counts")
        return total, has_home

    def _why_not_counted(self, capital: Capital) -> tuple[str, tuple[Citation, ...]]:
        """Return why a home is not counted, and what says so; nothing where it is."""
        if capital.kind is not CapitalKind.HOME:
            return "", ()
        if capital.occupants:
            spared = self.rules.cite("home_disregarded_for")
            names = sorted(each.value for each in capital.occupants if each.value in words_of(spared))
            if names:
                return f"not counted while it is home to: {', '.join(names).replace('_', ' ')}", (spared,)
        if self.care.since is not None:
            weeks = self.rules.cite("property_disregard")
            if self.rules.day < self.care.since + number_of(weeks) * WEEK:
                return f"not counted for the first {number_of(weeks)} weeks", (weeks,)
        return "", ()

    def _tariff_income(self, capital: Decimal) -> Decimal:
        """Return the weekly income that capital is taken to give, in a nation that takes any."""
        if "lower_capital_limit" not in self.rules.book.parameters:
            return NOTHING
        lower = self.rules.cite("lower_capital_limit")
        above = capital - amount_of(lower)
        if above <= 0:
            self._say("Income from capital", NOTHING, "capital is not above the lower limit", lower)
            return NOTHING
        amount, step = self.rules.cite("tariff_income"), self.rules.cite("tariff_step")
        steps = (above / amount_of(step)).to_integral_value(ROUND_CEILING)
        tariff = pounds(steps * amount_of(amount))
        because = (
            f"{format_pounds(amount_of(amount))} for each {format_pounds(amount_of(step))}, or part of it,"
            f" above {format_pounds(amount_of(lower))}"
        )
        self._say("Income from capital", tariff, because, lower, amount, step)
        return tariff

    def _income(self) -> Decimal:
        """Return the weekly income that counts."""
        left_out = self._known("income_disregarded")
        ignored = words_of(left_out) if left_out else ()
        total = NOTHING
        for each in self.finances.income:
            weekly = pounds(each.weekly)
            if each.kind.value in ignored:
                self._say(each.kind.title, NOTHING, "not counted", left_out)
                continue
            total += weekly
            self._say(each.kind.title, weekly, "counted")
            total -= self._left_to_partner(each)
        return total

    def _left_to_partner(self, income: Income) -> Decimal:
        """Return what of a pension is left to a partner at home."""
        if not self.finances.partner_at_home or income.kind not in PENSIONS:
            return NOTHING
        share = self._known("pension_left_to_partner")
        if share is None:
            return NOTHING
        part = pounds(income.weekly * number_of(share) / 100)
        self._say("Left to the partner at home", -part, f"{number_of(share)}% of the pension", share)
        return part

    def _from_income(self, income: Decimal, rest: Decimal) -> Decimal:
        """Return the charge that income gives: less the allowance, not below nothing, not above the price."""
        allowance = self.rules.cite("personal_allowance")
        kept = amount_of(allowance)
        self._say(allowance.title, -kept, "what the person is left with", allowance)
        charge = min(max(income - kept, NOTHING), rest)
        if income <= kept:
            because = "no more comes in than the person is left with"
        elif income - kept > rest:
            because = "never more than what is left of the price"
        else:
            because = "what comes in, less what the person is left with"
        self._say("Charge", charge, because)
        return charge

    def _may_defer(self) -> bool:
        """Say whether the price may be paid later, out of the home."""
        deferred = self._known("deferred_payment")
        may = deferred is not None and is_set(deferred)
        if may:
            self._say("Deferred payment", "may be asked for", "they have a home to pay from later", deferred)
        return may
