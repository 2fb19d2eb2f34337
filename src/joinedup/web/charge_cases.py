"""A charge that is asked about on a page: which it is, what its rules look at, and the answers as facts for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from joinedup.core.explained import Explained
from joinedup.core.nation import Nation
from joinedup.rules.charging.asking import Asked, CareKind, Fact, facts_asked
from joinedup.rules.charging.finances import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    HomeCare,
    Income,
    IncomeKind,
    Occupant,
    Premium,
)
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.means_test import WeeklyCharge
from joinedup.rules.charging.residential_charge import residential_charge

EVERY_NATION = "all"
NOTHING = Decimal(0)
AT_HOME = "at_home"


@dataclass(frozen=True)
class Case:
    """Which charge is asked for: in one nation or in all, for which care, on which day."""

    nations: tuple[Nation, ...]
    care: CareKind
    day: date

    @property
    def where(self) -> str:
        """The choice of nations as an address has it."""
        return EVERY_NATION if len(self.nations) > 1 else self.nations[0].value

    def asked_in(self, nation: Nation) -> Asked:
        """What the rules of one nation look at."""
        return facts_asked(nation, self.day, self.care)

    def asked(self) -> Asked:
        """What the rules of any of the nations look at."""
        each = [self.asked_in(nation) for nation in self.nations]
        incomes = {kind for asked in each for kind in asked.incomes}
        return Asked(
            frozenset(fact for asked in each for fact in asked.facts),
            tuple(kind for kind in IncomeKind if kind in incomes),
        )

    def facts(self, nation: Nation, given: Mapping[str, Any]) -> tuple[Finances, CareHome | HomeCare]:
        """Return what one nation's rules look at; `FactError` where it contradicts itself."""
        answers = _Answers(given, self.asked_in(nation))
        is_home = self.care is CareKind.HOME_CARE
        return answers.finances(), answers.home_care() if is_home else answers.care_home()

    def charge(self, nation: Nation, given: Mapping[str, Any]) -> Explained[WeeklyCharge]:
        """Return the charge of one nation; `NotCovered` and `FactError` as the rules say."""
        finances, care = self.facts(nation, given)
        if isinstance(care, CareHome):
            return residential_charge(nation, self.day, finances, care)
        return home_care_charge(nation, self.day, finances, care)


@dataclass(frozen=True)
class _Answers:
    """Answers turned into facts, as far as they are asked for."""

    given: Mapping[str, Any]
    asked: Asked

    def finances(self) -> Finances:
        has_partner = Fact.PARTNER in self.asked.facts and self.given["partner"] != "no"
        return Finances(
            age=self.given["age"],
            capital=tuple(self._capital(has_partner)) if Fact.CAPITAL in self.asked.facts else (),
            income=tuple(self._income()),
            given_away=self.given["given_away"] if Fact.CAPITAL in self.asked.facts else NOTHING,
            is_couple=has_partner,
            partner_age=self.given["partner_age"] if has_partner else None,
            partner_at_home=has_partner and self.given["partner"] == AT_HOME,
        )

    def _capital(self, has_partner: bool) -> Iterator[Capital]:
        given = self.given
        if given["savings"]:
            yield Capital(CapitalKind.SAVINGS, given["savings"])
        if given["joint_savings"]:
            yield Capital(CapitalKind.SAVINGS, given["joint_savings"], 2)
        if given["other_property"]:
            yield Capital(CapitalKind.OTHER_PROPERTY, given["other_property"])
        if Fact.HOME in self.asked.facts and given["home"]:
            occupants = {Occupant(each) for each in given["occupants"]}
            if has_partner and given["partner"] == AT_HOME:
                occupants.add(Occupant.PARTNER)
            yield Capital(CapitalKind.HOME, given["home"], given["owners"] or 1, frozenset(occupants))

    def _income(self) -> Iterator[Income]:
        for kind in self.asked.incomes:
            if amount := self.given[kind.value]:
                yield Income(kind, amount)

    def care_home(self) -> CareHome:
        return CareHome(
            price=self.given["price"],
            has_nursing=self._is_yes(Fact.HAS_NURSING),
            has_higher_nursing=self._is_yes(Fact.HAS_HIGHER_NURSING),
            since=self._of(Fact.SINCE, None),
        )

    def home_care(self) -> HomeCare:
        pension_age = self._of(Fact.PENSION_AGE, "")
        return HomeCare(
            price=self.given["price"],
            personal_care=self._of(Fact.PERSONAL_CARE, NOTHING),
            equipment=self._of(Fact.EQUIPMENT, NOTHING),
            reablement_since=self._of(Fact.REABLEMENT, None),
            housing_costs=self._of(Fact.HOUSING_COSTS, NOTHING),
            disability_costs=self._of(Fact.DISABILITY_COSTS, NOTHING),
            children=self._of(Fact.CHILDREN, 0) or 0,
            premiums=frozenset(Premium(each) for each in self._of(Fact.PREMIUMS, ())),
            basic_entitlement=self._of(Fact.BASIC_ENTITLEMENT, None),
            of_pension_age=None if not pension_age else pension_age == "yes",
        )

    def _of(self, fact: Fact, otherwise: Any) -> Any:
        """Return the answer about a fact that this nation looks at."""
        return self.given[fact.value] if fact in self.asked.facts else otherwise

    def _is_yes(self, fact: Fact) -> bool:
        return bool(self._of(fact, "no") == "yes")
