"""A person and a budget as they are declared, for the rules that ask. Contradictions are refused here.

Every amount is pounds with pence (`Decimal`), for as long as the budget is for.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from joinedup.rules.facts import FactError, refuse_odd_age, refuse_odd_amount
from joinedup.rules.self_directed_support.kinds import (
    Circumstance,
    Group,
    Need,
    Payee,
    Representative,
    Restriction,
    Use,
)

OF_AGE = 18
CONSENTS_FROM = 16


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may direct their own support.

    `needs` are the kinds of need that are to be met. `representative`: who is willing to act where the person lacks
    capacity. `can_manage`: whether whoever would have a payment can manage it, alone or with help.
    `other_would_manage`: whether somebody appropriate has agreed to manage it for the person. `lives_in_care_home`:
    for good, not for a short stay.
    """

    group: Group
    age: int
    has_eligible_needs: bool
    needs: frozenset[Need] = frozenset()
    lacks_capacity: bool = False
    representative: Representative | None = None
    can_manage: bool = True
    other_would_manage: bool = False
    restrictions: frozenset[Restriction] = frozenset()
    circumstances: frozenset[Circumstance] = frozenset()
    lives_in_care_home: bool = False

    def __post_init__(self) -> None:
        self._refuse_odd_age()
        if self.has_eligible_needs and not self.needs:
            raise FactError("needs", "the person has eligible needs: name at least one kind")
        if self.needs and not self.has_eligible_needs:
            raise FactError("needs", "the person has no eligible needs: leave them out")
        if self.group is Group.CARER and self.needs - {Need.SOCIAL_CARE}:
            raise FactError("needs", "those of a carer are social care: ask about the other person apart")
        if self.representative and not self.lacks_capacity:
            raise FactError("representative", "the person has capacity, and decides")
        if self.other_would_manage and not self.can_manage:
            raise FactError("can_manage", "somebody has agreed to manage it: then it can be managed")
        if self.lacks_capacity and self.age < CONSENTS_FROM:
            raise FactError("lacks_capacity", f"for a child under {CONSENTS_FROM} a parent decides")

    def _refuse_odd_age(self) -> None:
        refuse_odd_age("age", self.age)
        if self.group is Group.ADULT and self.age < OF_AGE:
            raise FactError("age", f"an adult is {OF_AGE} or over")
        if self.group is Group.CHILD and self.age >= OF_AGE:
            raise FactError("age", f"a child is under {OF_AGE}")


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in a care home; both days belong to it."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise FactError("stays", "a stay can't end before it starts")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a budget buys. `is_exception`: the authority has found that this payee may be paid after all."""

    what: str
    amount: Decimal
    use: Use = Use.SUPPORT
    payee: Payee = Payee.ANYBODY
    is_exception: bool = False
    stays: tuple[Stay, ...] = ()

    def __post_init__(self) -> None:
        refuse_odd_amount("amount", self.amount)
        if self.stays and self.use is not Use.CARE_HOME:
            raise FactError("stays", f"only a line for a care home has stays, not one for {self.use}")
        if self.use is Use.CARE_HOME and not self.stays:
            raise FactError("stays", "a line for a care home says from when to when")
        if self.is_exception and self.payee is Payee.ANYBODY:
            raise FactError("is_exception", "this payee needs none")
        ordered = sorted(self.stays, key=lambda stay: stay.start)
        if any(later.start <= earlier.end for earlier, later in pairwise(ordered)):
            raise FactError("stays", "two stays share a day")


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget for a person's needs: `total`, for needs whose cost to the authority is `cost_of_needs`.

    `cost_of_needs`, `person_pays`, `authority_pays`, and its first and last day, `starts` and `ends`, are none where it
    does not state them. `is_health`: for care that the health service pays for.
    """

    total: Decimal
    lines: tuple[Line, ...]
    cost_of_needs: Decimal | None = None
    person_pays: Decimal | None = None
    authority_pays: Decimal | None = None
    starts: date | None = None
    ends: date | None = None
    is_direct_payment: bool = False
    is_health: bool = False

    def __post_init__(self) -> None:
        for fact in ("total", "cost_of_needs", "person_pays", "authority_pays"):
            amount = getattr(self, fact)
            if amount is not None:
                refuse_odd_amount(fact, amount)
        if (self.starts is None) is not (self.ends is None):
            raise FactError("ends" if self.ends is None else "starts", "give the first and the last day")
        if self.starts and self.ends and self.ends < self.starts:
            raise FactError("ends", "a budget can't end before it starts")
        if self.is_health and self.person_pays:
            raise FactError("person_pays", "care that the health service pays for costs the person nothing")
