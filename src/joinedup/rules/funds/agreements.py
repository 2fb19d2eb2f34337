"""An agreement on money as somebody declares it. Contradictions are refused here, by the name of the fact.

Every amount is pounds with pence (`Decimal`), of one financial year.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from joinedup.core.nation import Nation
from joinedup.rules.facts import FactError, refuse_odd_amount, refuse_repeats
from joinedup.rules.funds.kinds import Body, Form, Money, Term, VatRoute
from joinedup.rules.rows import Row

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Party(Row):
    """A partner in an agreement, and what the agreement lets it do at a year's end; none where it says nothing."""

    name: str
    body: Body
    may_overspend: bool | None = None
    may_carry_forward: bool | None = None


@dataclass(frozen=True, slots=True)
class Contribution(Row):
    """What a partner pays in, and out of which money."""

    party: str
    amount: Decimal
    money: Money = Money.OWN

    def __post_init__(self) -> None:
        refuse_odd_amount(f"contributions ({self.party})", self.amount)

    @property
    def keys(self) -> tuple[str, ...]:
        """A partner pays each kind of money once."""
        return (f"{self.party}, {self.money}",)


@dataclass(frozen=True, slots=True)
class Report(Row):
    """A report that the agreement provides for, every so many months."""

    report: str
    months: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise FactError(f"reports ({self.report})", "months must be one or more")


@dataclass(frozen=True, slots=True)
class Vat:
    """Which kind of body delivers, and how value added tax is to come back."""

    delivered_by: Body
    route: VatRoute


@dataclass(frozen=True, slots=True)
class BetterCarePlan:
    """What an area was told to pool, and how it goes about it.

    `conditions` are those the plan meets; none where nothing is said, and then they are not looked at. In two tiers,
    `grant_paid_to` is who gets the disabled facilities grant, and `lower_tier_agrees` that it is kept above.
    """

    minimums: tuple[tuple[Money, Decimal], ...]
    conditions: frozenset[str] | None = None
    is_two_tier: bool = False
    grant_paid_to: Body | None = None
    lower_tier_agrees: bool = False

    def __post_init__(self) -> None:
        refuse_repeats("minimums", [money.value for money, _ in self.minimums])
        for money, amount in self.minimums:
            refuse_odd_amount(f"minimums ({money})", amount)
            if money is Money.OWN:
                raise FactError(
                    "minimums", "nobody is told to pool money of their own: name what must be pooled"
                )
        if not self.is_two_tier and self.lower_tier_agrees:
            raise FactError("lower_tier_agrees", "a lower tier agrees, but the area is said to have one tier")
        if not self.is_two_tier and self.grant_paid_to is Body.DISTRICT_COUNCIL:
            raise FactError("grant_paid_to", "a district gets it, but the area is said to have one tier")


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement of one nation. Without `ends` it has no last day; without a `pool`, no total is stated.

    `set_aside` is what a health board keeps for hospitals that serve several councils; `covers_large_hospitals`:
    whether such hospitals' care is among the functions. `purposes` are what a pooled fund is for.
    """

    nation: Nation
    form: Form
    name: str
    starts: date
    parties: tuple[Party, ...]
    ends: date | None = None
    pool: Decimal | None = None
    contributions: tuple[Contribution, ...] = ()
    terms: frozenset[Term] = frozenset()
    reports: tuple[Report, ...] = ()
    purposes: frozenset[str] = frozenset()
    set_aside: Decimal | None = None
    covers_large_hospitals: bool = False
    vat: Vat | None = None
    better_care_fund: BetterCarePlan | None = None

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.starts:
            raise FactError("ends", "the agreement ends before it starts: correct one of the days")
        self._refuse_odd_parties()
        self._refuse_odd_money()
        refuse_repeats("reports", [report.report for report in self.reports])

    def _refuse_odd_parties(self) -> None:
        names = [party.name for party in self.parties]
        refuse_repeats("parties", names)
        for each in self.contributions:
            if each.party not in names:
                raise FactError("contributions", f"'{each.party}' pays in, but is no party to the agreement")
        if self.vat is not None and self.vat.delivered_by not in {party.body for party in self.parties}:
            raise FactError("delivered_by", "whoever delivers is no party to the agreement")

    def _refuse_odd_money(self) -> None:
        refuse_repeats("contributions", [key for each in self.contributions for key in each.keys])
        for fact, amount in (("pool", self.pool), ("set_aside", self.set_aside)):
            if amount is not None:
                refuse_odd_amount(fact, amount)
        if self.pool is not None and self.form is not Form.POOLED_FUND:
            raise FactError("pool", f"there is a pool, but the form is said to be {self.form}")
        if self.set_aside and not self.covers_large_hospitals:
            raise FactError("set_aside", "money is set aside for hospitals that are said not to be covered")

    @property
    def stated(self) -> frozenset[Term]:
        """What the agreement says, in its terms or by what else is declared of it."""
        shown = {Term.PARTIES} if self.parties else set()
        shown |= {Term.CONTRIBUTIONS, Term.PAYMENTS} if self.contributions else set()
        return self.terms | shown | ({Term.DURATION} if self.ends else set())

    def paid(self, money: Money) -> Decimal:
        """Return what all partners pay in out of one kind of money."""
        return sum((each.amount for each in self.contributions if each.money is money), NOTHING)

    @property
    def paid_in(self) -> Decimal:
        """What all partners pay in."""
        return sum((each.amount for each in self.contributions), NOTHING)
