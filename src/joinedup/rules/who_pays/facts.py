"""The facts on which it depends who pays, as they are declared. Contradictions are refused here.

What a board decided is declared, never worked out. Every amount is pounds with pence (`Decimal`), by the week.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from joinedup.rules.facts import FactError, refuse_odd_age, refuse_odd_amount
from joinedup.rules.who_pays.rows import Payer

__all__ = ["BoardDecision", "Facts", "FastTrack", "HospitalAnswer", "Setting", "Share"]
WHOLE = 100


class Setting(StrEnum):
    """Where the care is given."""

    HOME = "home"
    CARE_HOME = "care_home"
    NURSING_HOME = "nursing_home"
    HOSPITAL = "hospital"


@dataclass(frozen=True, slots=True)
class BoardDecision:
    """What a board decided on continuing healthcare, and when."""

    is_eligible: bool
    decided_on: date


@dataclass(frozen=True, slots=True)
class FastTrack:
    """A completed fast track tool: who completed it, when, and what of the condition they confirm."""

    clinician: str
    completed_on: date
    is_rapidly_deteriorating: bool
    may_be_terminal: bool

    def __post_init__(self) -> None:
        if not self.clinician:
            raise FactError("fast_track.clinician", "a clinician must complete it: say which kind did")


@dataclass(frozen=True, slots=True)
class HospitalAnswer:
    """The answer to the one question about long care in hospital, and when it was given."""

    can_be_met_elsewhere: bool
    answered_on: date


@dataclass(frozen=True, slots=True)
class Share:
    """What one of two payers agreed to pay of a joint package."""

    payer: Payer
    per_cent: int

    def __post_init__(self) -> None:
        if not 0 <= self.per_cent <= WHOLE:
            raise FactError(f"shares.{self.payer.value}", f"a share is 0 to {WHOLE} per cent")
        if self.payer is Payer.PERSON:
            raise FactError("shares.person", "a person's charge is not a share: give it as charge")


@dataclass(frozen=True, slots=True)
class Facts:
    """One package of care, and what is known of who may pay for it.

    `price` is that of all of it a week. `needs_nursing`: assessed as in need of a registered nurse, in a home that has
    one; `has_higher_nursing`: on the higher rate, as only those are who were on it before. `nursing_amount` is what a
    board pays where each board sets its own. `aftercare_section`: under which section of mental health law the person
    was detained whose aftercare this is. `charge` is what they pay themselves, worked out by means test.
    """

    setting: Setting
    price: Decimal
    age: int | None = None
    fast_track: FastTrack | None = None
    decision: BoardDecision | None = None
    hospital: HospitalAnswer | None = None
    aftercare_section: str = ""
    needs_nursing: bool = False
    has_higher_nursing: bool = False
    nursing_amount: Decimal | None = None
    shares: tuple[Share, ...] = ()
    charge: Decimal | None = None

    def __post_init__(self) -> None:
        self._refuse_odd_amounts()
        if self.age is not None:
            refuse_odd_age("age", self.age)
        self._refuse_odd_nursing()
        self._refuse_odd_hospital()
        self._refuse_odd_shares()
        self._refuse_two_duties()

    @property
    def is_eligible(self) -> bool:
        """Whether a board decided that all is for the NHS to pay."""
        return self.decision is not None and self.decision.is_eligible

    @property
    def is_fast_tracked(self) -> bool:
        """Whether a fast track stands: no decision came after it."""
        if self.fast_track is None:
            return False
        return self.decision is None or self.decision.decided_on <= self.fast_track.completed_on

    def _refuse_odd_amounts(self) -> None:
        for fact in ("price", "nursing_amount", "charge"):
            amount = getattr(self, fact)
            if amount is not None:
                refuse_odd_amount(fact, amount)
                if amount > self.price:
                    raise FactError(fact, "it cannot be above the price")
        if not self.price:
            raise FactError("price", "care has a price above nothing")

    def _refuse_odd_nursing(self) -> None:
        if self.needs_nursing and self.setting is not Setting.NURSING_HOME:
            raise FactError("needs_nursing", "nursing is paid for in a home that has nurses: see the setting")
        for fact, is_given in (
            ("has_higher_nursing", self.has_higher_nursing),
            ("nursing_amount", self.nursing_amount is not None),
        ):
            if is_given and not self.needs_nursing:
                raise FactError(fact, "it is for nursing, which is said not to be needed")

    def _refuse_odd_hospital(self) -> None:
        needs_hospital = self.hospital is not None and not self.hospital.can_be_met_elsewhere
        if needs_hospital and self.setting is not Setting.HOSPITAL:
            raise FactError("hospital", "care that only a hospital can give is not given in another setting")
        if self.hospital and self.setting is Setting.HOSPITAL and self.hospital.can_be_met_elsewhere:
            raise FactError("setting", "care can be met elsewhere: say where, for who pays depends on it")

    def _refuse_odd_shares(self) -> None:
        if not self.shares:
            return
        payers = [share.payer for share in self.shares]
        if len(payers) != len(set(payers)):
            raise FactError("shares", "a payer is given twice: keep one")
        total = sum(share.per_cent for share in self.shares)
        if total != WHOLE:
            raise FactError("shares", f"they add up to {total} per cent, not {WHOLE}")

    def _refuse_two_duties(self) -> None:
        """Refuse that one price is paid under two duties that exclude each other."""
        if self.hospital is not None and not self.hospital.can_be_met_elsewhere:
            self._refuse_beside("hospital", "the health service pays for all care in hospital")
        if self.is_eligible:
            self._refuse_beside("decision", "the health service pays for all of it, nursing included")
        if self.is_fast_tracked:
            self._refuse_beside("fast_track", "the health service pays for all of it, nursing included")

    def _refuse_beside(self, fact: str, because: str) -> None:
        beside = ("shares", "needs_nursing", "charge")
        for other in beside:
            if getattr(self, other):
                raise FactError(other, f"it does not go with {fact}: {because}")
