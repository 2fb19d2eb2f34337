"""What every charge by means has in common, worked out line by line: what is paid first, capital, income, the charge.

What is paid whatever the means comes off the price. Who has more capital than the limit pays the rest. Of everybody
else income is asked for, with an income from capital where a nation takes one, less what they are left with. A topic
says what is paid first, which home counts and what a person is left with; the nations differ in their parameters alone.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.money import format_pounds, pounds
from joinedup.rules.charging.finances import Capital, CapitalKind, Finances, Income
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import amount_of, words_of

NOTHING = Decimal("0.00")
# The line of an explanation that says what is paid.
CHARGE = "Charge"


@dataclass(frozen=True, slots=True)
class WeeklyCharge:
    """What the person pays a week, out of which price, and who pays the rest.

    `contributions` are paid whatever the means, by title. `tariff_income` is counted from capital. `may_defer`: the
    price may be paid later, out of the home.
    """

    charge: Decimal
    price: Decimal
    contributions: tuple[tuple[str, Decimal], ...] = ()
    capital: Decimal = NOTHING
    income: Decimal = NOTHING
    tariff_income: Decimal = NOTHING
    pays_full_price: bool = False
    may_defer: bool = False

    @property
    def council_pays(self) -> Decimal:
        """What is left of the price, for the council or trust to pay."""
        return self.price - self.charge - sum((paid for _, paid in self.contributions), NOTHING)


@dataclass(frozen=True, slots=True)
class PaidFirst:
    """A contribution that is due whatever the means, why, and what says so; without an amount, all that is left."""

    title: str
    amount: Decimal | None
    because: str
    citations: tuple[Citation | None, ...]


class MeansTest(ABC):
    """One charge being worked out, line by line."""

    def __init__(self, rules: RulesOfDay, finances: Finances, price: Decimal) -> None:
        self.rules, self.finances, self.price = rules, finances, pounds(price)
        self.steps: list[Step] = []

    @abstractmethod
    def paid_first(self) -> Iterable[PaidFirst]:
        """Return what is paid whatever the means, in the order in which it comes off the price."""

    @abstractmethod
    def why_home_is_spared(self, home: Capital) -> tuple[str, tuple[Citation, ...]]:
        """Return why a home is not counted, and what says so; nothing where it is."""

    @abstractmethod
    def left_with(self) -> Decimal:
        """Return what the person is left with each week, and say it."""

    def left_to_partner(self, income: Income) -> Decimal:  # noqa: ARG002 - a topic may leave some
        """Return what of an income is left to a partner; nothing where a topic knows of no such rule."""
        return NOTHING

    def result(self) -> Explained[WeeklyCharge]:
        """Return the charge with its steps; the price has been said."""
        contributions = self._contributions()
        rest = self.price - sum((paid for _, paid in contributions), NOTHING)
        if contributions:
            self.say("Left to pay", rest, "the price less what is paid whatever the means")
        if rest:
            return self._explained(self.by_means(rest, contributions))
        self.say(CHARGE, NOTHING, "all of it is paid whatever the means")
        return self._explained(WeeklyCharge(NOTHING, self.price, contributions))

    def _explained(self, value: WeeklyCharge) -> Explained[WeeklyCharge]:
        return Explained(value, tuple(self.steps))

    def known(self, parameter: str) -> Citation | None:
        """Return a value that the nation's book may do without; `NotCovered` where it has one, but not for the day."""
        return self.rules.cite(parameter) if parameter in self.rules.book.parameters else None

    def say(self, what: str, value: object, because: str, *citations: Citation | None) -> None:
        """Add a line to the explanation."""
        self.steps.append(Step(what, value, because, tuple(c for c in citations if c)))

    def _contributions(self) -> tuple[tuple[str, Decimal], ...]:
        """Return what is paid whatever the means; together never more than the price."""
        paid: list[tuple[str, Decimal]] = []
        left = self.price
        for each in self.paid_first():
            part = left if each.amount is None else min(pounds(each.amount), left)
            left -= part
            paid.append((each.title, part))
            self.say(each.title, part, each.because, *each.citations)
        return tuple(paid)

    def by_means(self, rest: Decimal, contributions: tuple[tuple[str, Decimal], ...]) -> WeeklyCharge:
        """Return what is paid of the rest, by capital and income."""
        capital = self._capital()
        limit = self.rules.cite("upper_capital_limit")
        above = format_pounds(amount_of(limit))
        if capital > amount_of(limit):
            because = f"capital is above {above}: the person pays what is left of the price"
            charge = self._charge(rest, because, limit)
            return WeeklyCharge(charge, self.price, contributions, capital, pays_full_price=charge == rest)
        self.say("Capital and the limit", capital, f"not above {above}, so income decides", limit)
        tariff = self._tariff_income(capital)
        income = self._income()
        charge = self._from_income(income + tariff, rest)
        return WeeklyCharge(charge, self.price, contributions, capital, income, tariff)

    def _capital(self) -> Decimal:
        """Return the capital that counts."""
        total = NOTHING
        for each in self.finances.capital:
            what = each.kind.title
            if each.kind is CapitalKind.HOME:
                why_not, citations = self.why_home_is_spared(each)
                if why_not:
                    self.say(what, NOTHING, why_not, *citations)
                    continue
            because = "counted" if each.owners == 1 else f"counted: an equal share of {each.owners} owners"
            total += each.share
            self.say(what, each.share, because)
        if self.finances.given_away:
            given = pounds(self.finances.given_away)
            total += given
            self.say("Given away", given, "counted as if it were theirs, as the council decided")
        self.say("Capital", total, "all that counts")
        return total

    def _tariff_income(self, capital: Decimal) -> Decimal:
        """Return the weekly income that capital is taken to give, in a nation that takes any."""
        lower = self.known("lower_capital_limit")
        if lower is None:
            return NOTHING
        above = capital - amount_of(lower)
        if above <= 0:
            self.say("Income from capital", NOTHING, "capital is not above the lower limit", lower)
            return NOTHING
        amount, step = self.rules.cite("tariff_income"), self.rules.cite("tariff_step")
        steps = (above / amount_of(step)).to_integral_value(ROUND_CEILING)
        tariff = pounds(steps * amount_of(amount))
        because = (
            f"{format_pounds(amount_of(amount))} for each {format_pounds(amount_of(step))}, or part of it,"
            f" above {format_pounds(amount_of(lower))}"
        )
        self.say("Income from capital", tariff, because, lower, amount, step)
        return tariff

    def _income(self) -> Decimal:
        """Return the weekly income that counts."""
        left_out = self.known("income_disregarded")
        ignored = words_of(left_out) if left_out else ()
        total = NOTHING
        for each in self.finances.income:
            weekly = pounds(each.weekly)
            if each.kind.value in ignored:
                self.say(each.kind.title, NOTHING, "not counted", left_out)
                continue
            total += weekly
            self.say(each.kind.title, weekly, "counted")
            total -= self.left_to_partner(each)
        return total

    def _from_income(self, income: Decimal, rest: Decimal) -> Decimal:
        """Return the charge that income gives: less what is left to them, not below nothing, not above the price."""
        kept = self.left_with()
        charge = min(max(income - kept, NOTHING), rest)
        if income <= kept:
            because = "no more comes in than the person is left with"
        elif income - kept > rest:
            because = "never more than what is left of the price"
        else:
            because = "what comes in, less what the person is left with"
        return self._charge(charge, because)

    def _charge(self, charge: Decimal, because: str, *citations: Citation) -> Decimal:
        """Return and say the charge, which is never above the most that anybody pays where there is such a most."""
        most = self.known("weekly_maximum")
        if most is not None and charge > amount_of(most):
            self.say("Before the maximum", charge, because, *citations)
            charge, because, citations = pounds(amount_of(most)), "the most that anybody pays a week", (most,)
        self.say(CHARGE, charge, because, *citations)
        return charge
