"""What somebody has and gets, as they declare it, for the rules that ask for it. Contradictions are refused here.

Every amount is pounds with pence (`Decimal`); income is by the week.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from joinedup.core.money import PENNY
from joinedup.rules.facts import FactError, refuse_odd_age, refuse_odd_amount


class CapitalKind(StrEnum):
    """What capital consists of."""

    SAVINGS = "savings"
    HOME = "home"
    OTHER_PROPERTY = "other_property"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The kind as an explanation says it."""
        return self.value.replace("_", " ").capitalize()


class Occupant(StrEnum):
    """Who lives in the home that somebody left for a care home."""

    PARTNER = "partner"
    RELATIVE_OF_AGE = "relative_of_age"
    INCAPACITATED_RELATIVE = "incapacitated_relative"
    CHILD = "child"


class Premium(StrEnum):
    """What income support adds for disability and care, whether it is paid or would be."""

    DISABILITY = "disability"
    ENHANCED_DISABILITY = "enhanced_disability"
    CARER = "carer"


class IncomeKind(StrEnum):
    """Where income comes from."""

    STATE_PENSION = "state_pension"
    OCCUPATIONAL_PENSION = "occupational_pension"
    PENSION_CREDIT = "pension_credit"
    BENEFITS = "benefits"
    MOBILITY_BENEFIT = "mobility_benefit"
    EARNINGS = "earnings"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The kind as an explanation says it."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Capital:
    """Something of value. `owners` hold it in equal shares; `amount` is that of the whole.

    Of a home, `occupants` live there still.
    """

    kind: CapitalKind
    amount: Decimal
    owners: int = 1
    occupants: frozenset[Occupant] = frozenset()

    def __post_init__(self) -> None:
        refuse_odd_amount(f"capital ({self.kind})", self.amount)
        if self.owners < 1:
            raise FactError(f"capital ({self.kind})", "it has at least one owner")
        if self.occupants and self.kind is not CapitalKind.HOME:
            raise FactError(f"capital ({self.kind})", "only a home has occupants")

    @property
    def share(self) -> Decimal:
        """The person's own share, to the penny below."""
        return (self.amount / self.owners).quantize(PENNY, rounding="ROUND_DOWN")


@dataclass(frozen=True, slots=True)
class Income:
    """Money that comes in each week, before tax is nobody's concern here: what the person gets."""

    kind: IncomeKind
    weekly: Decimal

    def __post_init__(self) -> None:
        refuse_odd_amount(f"income ({self.kind})", self.weekly)


@dataclass(frozen=True, slots=True)
class Finances:
    """What somebody has and gets, and with whom they live.

    `given_away` is what they gave away to pay less, as the council decided: it counts as if they had it still.
    `partner_at_home`: whether a partner lives, and stays, at home.
    """

    age: int
    capital: tuple[Capital, ...] = ()
    income: tuple[Income, ...] = ()
    given_away: Decimal = Decimal(0)
    is_couple: bool = False
    partner_age: int | None = None
    partner_at_home: bool = False

    def __post_init__(self) -> None:
        refuse_odd_amount("given_away", self.given_away)
        for fact, age in (("age", self.age), ("partner_age", self.partner_age)):
            if age is not None:
                refuse_odd_age(fact, age)
        if self.is_couple and self.partner_age is None:
            raise FactError("partner_age", "a couple has two members: say how old the partner is")
        if not self.is_couple and (self.partner_age is not None or self.partner_at_home):
            raise FactError("is_couple", "a partner is given, but the person is said to be single")
        homes = [each for each in self.capital if each.kind is CapitalKind.HOME]
        if len(homes) > 1:
            raise FactError("capital", "only one home is theirs: give any other as other property")
        if homes and not self.is_couple and Occupant.PARTNER in homes[0].occupants:
            raise FactError("is_couple", "a partner lives in the home, but the person is said to be single")
        if homes and self.partner_at_home and Occupant.PARTNER not in homes[0].occupants:
            raise FactError("partner_at_home", "the partner is at home, but not among who lives in the home")


@dataclass(frozen=True, slots=True)
class CareHome:
    """A place in a care home. `price` is what the home asks a week, nursing included; `since` is when the person moved
    in for good. `has_higher_nursing`: on the higher rate of the NHS, which only those have who were on it before.
    """

    price: Decimal
    has_nursing: bool = False
    has_higher_nursing: bool = False
    since: date | None = None

    def __post_init__(self) -> None:
        refuse_odd_amount("price", self.price)
        if not self.price:
            raise FactError("price", "a place has a price above nothing")
        if self.has_higher_nursing and not self.has_nursing:
            raise FactError(
                "has_higher_nursing", "the higher rate is for nursing, which is said not to be given"
            )


@dataclass(frozen=True, slots=True)
class HomeCare:
    """Care at home. `price` is what all of it costs a week; `equipment` and `personal_care` are parts of the price.

    `reablement_since`: its first day, where the help is reablement or intermediate care. What living at home takes:
    `housing_costs` and `disability_costs` a week, `children` to care for, `premiums`. `basic_entitlement` is what
    income support or pension credit would bring a week, the severe disability premium left out. `of_pension_age`:
    whether the person or a partner has reached the age of pension credit, where their ages alone do not say.
    """

    price: Decimal
    personal_care: Decimal = Decimal(0)
    equipment: Decimal = Decimal(0)
    reablement_since: date | None = None
    housing_costs: Decimal = Decimal(0)
    disability_costs: Decimal = Decimal(0)
    children: int = 0
    premiums: frozenset[Premium] = frozenset()
    basic_entitlement: Decimal | None = None
    of_pension_age: bool | None = None

    def __post_init__(self) -> None:
        for fact in ("price", "personal_care", "equipment", "housing_costs", "disability_costs"):
            refuse_odd_amount(fact, getattr(self, fact))
        if self.basic_entitlement is not None:
            refuse_odd_amount("basic_entitlement", self.basic_entitlement)
        if not self.price:
            raise FactError("price", "care has a price above nothing")
        if self.personal_care + self.equipment > self.price:
            raise FactError("price", "personal care and equipment are parts of it, and together above it")
        if self.children < 0:
            raise FactError("children", "give how many, none or more")
