"""Who pays for a package of care, and under which duty: the one way in to the question.

What a board decided is declared; the rule says what follows from it. Ends at the person's charge, which is for the
rules on charges: without it the council's part is told as it is before the charge.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from joinedup.core.dates import say_date
from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.money import format_pounds, pounds, share_out
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.residential_charge_topic import RESIDENTIAL_CHARGE
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import amount_of, is_set, number_of, rows_of, text_of, words_of
from joinedup.rules.who_pays.facts import Facts, Setting
from joinedup.rules.who_pays.rows import FreePart, Payer
from joinedup.rules.who_pays.tools import decision_step, refuse_absent
from joinedup.rules.who_pays.topic import WHO_PAYS

__all__ = ["Package", "Part", "WhoPays", "who_pays"]
NOTHING = Decimal("0.00")


class Package(StrEnum):
    """The duties under which somebody may have to pay."""

    HOSPITAL_CARE = "hospital_care"
    AFTERCARE = "aftercare"
    FAST_TRACK = "fast_track"
    CONTINUING_HEALTHCARE = "continuing_healthcare"
    PAID_WHATEVER_MEANS = "paid_whatever_means"
    JOINT_PACKAGE = "joint_package"
    MEANS_TESTED = "means_tested"


@dataclass(frozen=True, slots=True)
class Part:
    """What one payer pays a week, which body that is, and for what. `may_be_charged`: as far as a means test goes, the
    person is asked for it.
    """

    payer: Payer
    body: str
    title: str
    amount: Decimal
    may_be_charged: bool = False


@dataclass(frozen=True, slots=True)
class WhoPays:
    """Who pays what; the parts add up to the price. `charge_topic` names the rules on charges that say what of the
    council's part the person is asked for; empty where there is nothing to ask for.
    """

    packages: tuple[Package, ...]
    parts: tuple[Part, ...]
    charge_topic: str = ""

    def paid_by(self, payer: Payer) -> Decimal:
        """Return all that one payer pays a week."""
        return sum((part.amount for part in self.parts if part.payer is payer), NOTHING)

    @property
    def health_pays(self) -> Decimal:
        """What the health service pays a week."""
        return self.paid_by(Payer.HEALTH)

    @property
    def council_pays(self) -> Decimal:
        """What the council pays a week; where no charge was given, before the charge."""
        return self.paid_by(Payer.COUNCIL)

    @property
    def person_pays(self) -> Decimal:
        """The charge that was given."""
        return self.paid_by(Payer.PERSON)


def who_pays(nation: Nation, on: date, facts: Facts) -> Explained[WhoPays]:
    """Say who pays for a package of care on a day, to the penny, with every step.

    `FactError` where facts contradict each other or the nation's law; `NotCovered` where the rule book does not know.
    """
    for fact, day in _days_of(facts):
        if day > on:
            raise FactError(fact, f"{say_date(day)} is after the day that is asked about")
    return _Working(rule_book(nation, WHO_PAYS.name).on(on), facts).result()


def _days_of(facts: Facts) -> Iterator[tuple[str, date]]:
    if facts.fast_track:
        yield "fast_track.completed_on", facts.fast_track.completed_on
    if facts.decision:
        yield "decision.decided_on", facts.decision.decided_on
    if facts.hospital:
        yield "hospital.answered_on", facts.hospital.answered_on


class _Working:
    """One package being looked at, duty by duty: the first that takes all of it ends the search."""

    def __init__(self, rules: RulesOfDay, facts: Facts) -> None:
        self.rules, self.facts = rules, facts
        self.rest = pounds(facts.price)
        self.packages: list[Package] = []
        self.parts: list[Part] = []
        self.charge_topic = ""
        self.steps = [Step("Price of the package", self.rest, "what all of it costs each week")]

    def result(self) -> Explained[WhoPays]:
        """Return who pays, under whichever duty comes first."""
        duties = (self._hospital, self._aftercare, self._fast_track, self._continuing_healthcare)
        if not any(duty() for duty in duties):
            self._whatever_means()
            self._joint_or_council()
        self.steps.append(decision_step(self.rules))
        value = WhoPays(tuple(self.packages), tuple(self.parts), self.charge_topic)
        return Explained(value, tuple(self.steps))

    def _hospital(self) -> bool:
        """Long care that only a hospital can give is the health service's."""
        if self.facts.hospital is None:
            self._refuse_hospital_unasked()
            return False
        exists = refuse_absent(self.rules, "hospital", "hospital_question_exists")
        question = self.rules.cite("hospital_question")
        elsewhere = self.facts.hospital.can_be_met_elsewhere
        self._say(text_of(question), "yes" if elsewhere else "no", "as it was answered", exists, question)
        if not elsewhere:
            self._all_by_health(Package.HOSPITAL_CARE, "Long care in hospital", question)
        return not elsewhere

    def _refuse_hospital_unasked(self) -> None:
        """Refuse care in hospital without the answer that it depends on, or where there is nothing to share out."""
        if self.facts.setting is not Setting.HOSPITAL:
            return
        if is_set(self.rules.cite("hospital_question_exists")):
            raise FactError("hospital", "the care is in hospital: give the answer to the question about it")
        raise FactError("setting", "a stay in hospital is no package of care: give the setting after it")

    def _aftercare(self) -> bool:
        """Aftercare is free, and the duty of both."""
        section = self.facts.aftercare_section
        if not section:
            return False
        exists = self.rules.cite("aftercare_exists")
        law = self.rules.cite("aftercare_law")
        if not is_set(exists):
            self._say("Aftercare", "not as a duty of its own", text_of(law), exists, law)
            return False
        sections = self.rules.cite("aftercare_sections")
        if section not in words_of(sections):
            because = f"it is for whoever was detained under {', '.join(words_of(sections))}"
            self._say("Aftercare", f"not after section {section}", because, sections)
            return False
        self._refuse_beside_aftercare()
        if not self.facts.shares:
            raise FactError("shares", "aftercare is a duty of both: say how they share the price")
        self._say("Aftercare", "free to the person", text_of(law), exists, sections, law)
        self.packages.append(Package.AFTERCARE)
        self._share("Aftercare", law)
        return True

    def _refuse_beside_aftercare(self) -> None:
        """Refuse what does not go with aftercare, once it is known to be owed."""
        if self.facts.charge:
            raise FactError("charge", "aftercare is free: there is no charge for it")
        if self.facts.is_eligible or self.facts.is_fast_tracked:
            raise FactError("aftercare_section", "the health service pays for all of it already: keep one")

    def _fast_track(self) -> bool:
        """A clinician's word that somebody is quickly getting worse obliges the board to pay for all."""
        fast = self.facts.fast_track
        if fast is None or not self.facts.is_fast_tracked:
            return False
        exists = refuse_absent(self.rules, "fast_track", "fast_track_exists")
        meant_for = self.rules.cite("fast_track_for")
        must, who = self.rules.find("fast_track_conditions"), self.rules.find("fast_track_clinicians")
        for condition in words_of(must) if must else ():
            if not getattr(fast, condition):
                raise FactError(f"fast_track.{condition}", "the fast track is for nobody else: leave it out")
        if who and fast.clinician not in words_of(who):
            allowed = " or ".join(words_of(who)).replace("_", " ")
            raise FactError("fast_track.clinician", f"it must be completed by a {allowed}")
        by = fast.clinician.replace("_", " ")
        self._say("Fast track", f"completed by a {by}", text_of(meant_for), exists, meant_for, must, who)
        self._all_by_health(Package.FAST_TRACK, "Continuing healthcare by fast track", exists)
        return True

    def _continuing_healthcare(self) -> bool:
        """Whoever a board found eligible pays nothing."""
        decision = self.facts.decision
        if decision is None:
            return False
        said = "eligible" if decision.is_eligible else "not eligible"
        self._say("Continuing healthcare", said, f"as decided on {say_date(decision.decided_on)}")
        if decision.is_eligible:
            self._all_by_health(
                Package.CONTINUING_HEALTHCARE,
                "Continuing healthcare",
                *self._still_there(decision.decided_on),
            )
        return decision.is_eligible

    def _still_there(self, decided_on: date) -> tuple[Citation, ...]:
        """Return what says that a decision still counts; refuse one that nobody could have made."""
        exists = self.rules.cite("continuing_healthcare_exists")
        if is_set(exists):
            return (exists,)
        then = self.rules.book.on(decided_on).cite("continuing_healthcare_exists")
        if not is_set(then):
            nation = self.rules.book.nation.title
            raise FactError("decision", f"{nation} had no continuing healthcare on {say_date(decided_on)}")
        kept = self.rules.cite("continuing_healthcare_kept")
        if not is_set(kept):
            raise FactError("decision", "whoever had it before did not keep it")
        return then, kept

    def _whatever_means(self) -> None:
        """Take off what is paid in a care home without a means test."""
        parts = self.rules.cite("paid_whatever_means") if self._is_in_a_home() else None
        rows = rows_of(parts, FreePart) if parts else ()
        due = [row for row in rows if self.facts.needs_nursing or not row.for_nursing]
        if self.facts.nursing_amount is not None and all(row.parameter for row in due):
            raise FactError("nursing_amount", "it is the same in all of the nation: leave it out")
        for row in due:
            self._free_part(row, parts)
        if self.parts:
            self.packages.append(Package.PAID_WHATEVER_MEANS)

    def _is_in_a_home(self) -> bool:
        return self.facts.setting in (Setting.CARE_HOME, Setting.NURSING_HOME)

    def _free_part(self, row: FreePart, parts: Citation | None) -> None:
        """Take off one part, as far as there is anything left of the price."""
        charges = rule_book(self.rules.book.nation, RESIDENTIAL_CHARGE.name).on(self.rules.day)
        age = charges.cite(row.age_parameter) if row.age_parameter else None
        if age is not None:
            if self.facts.age is None:
                raise FactError("age", f"{row.title.lower()} depends on it: give it")
            if self.facts.age < number_of(age):
                self._say(row.title, NOTHING, f"it is paid from the age of {number_of(age)}", age)
                return
        amount, source = self._amount(row, charges)
        paid = min(amount, self.rest)
        body = self._pay(row.payer, row.title, paid)
        self._say(row.title, paid, f"{body}, whatever the person's means", source, age, parts)

    def _amount(self, row: FreePart, charges: RulesOfDay) -> tuple[Decimal, Citation | None]:
        """Return how much a part is, and what says so: the charges' rule book, or the board."""
        if not row.parameter:
            if self.facts.nursing_amount is None:
                raise FactError("nursing_amount", "each board sets its own: give what the board pays")
            return pounds(self.facts.nursing_amount), None
        if row.for_nursing and self.facts.has_higher_nursing:
            if not row.higher_parameter:
                nation = self.rules.book.nation.title
                raise FactError("has_higher_nursing", f"{nation} has no higher rate")
            cited = charges.cite(row.higher_parameter)
        else:
            cited = charges.cite(row.parameter)
        return amount_of(cited), cited

    def _joint_or_council(self) -> None:
        """Share what is left, or leave it to the council; then to the person, as far as the charge goes."""
        if self.facts.shares:
            exists = refuse_absent(self.rules, "shares", "joint_packages_exist")
            self.packages.append(Package.JOINT_PACKAGE)
            self._share("Joint package", exists, may_be_charged=True)
        elif self.rest:
            self._pay(Payer.COUNCIL, "Care and support", self.rest, may_be_charged=True)
        part = next((p for p in self.parts if p.payer is Payer.COUNCIL and p.may_be_charged), None)
        due = part.amount if part else NOTHING
        charge = self.facts.charge
        if charge is not None and charge > due:
            raise FactError("charge", "it cannot be above what is left to the council")
        if part is not None and due:
            self._charge(part, charge)

    def _charge(self, part: Part, charge: Decimal | None) -> None:
        """Take the person's charge off the council's part, or say where it is worked out."""
        self.packages.append(Package.MEANS_TESTED)
        topic = RESIDENTIAL_CHARGE if self._is_in_a_home() else HOME_CARE_CHARGE
        self.charge_topic = topic.name
        council = self.rules.cite("council_payer")
        self._say("Left to be paid", part.amount, f"{part.body}, less what the person is charged", council)
        if charge is None:
            because = f"worked out by means test, at most {format_pounds(part.amount)}: see {topic.title}"
            self._say("The person's charge", "not given", because)
            return
        place = self.parts.index(part)
        self.parts[place] = replace(part, amount=part.amount - charge)
        self.parts.append(Part(Payer.PERSON, "the person", "Charge", charge))
        self._say("The person's charge", charge, "as it was worked out by means test")

    def _share(self, title: str, *citations: Citation, may_be_charged: bool = False) -> None:
        """Share all that is left, to the penny."""
        shares = self.facts.shares
        amounts = share_out(self.rest, [share.per_cent for share in shares])
        for share, amount in zip(shares, amounts, strict=True):
            is_asked_for = may_be_charged and share.payer is Payer.COUNCIL
            body = self._pay(share.payer, title, amount, may_be_charged=is_asked_for)
            self._say(f"{title}: {body}", amount, f"{share.per_cent}% as they agreed", *citations)

    def _all_by_health(self, package: Package, title: str, *citations: Citation) -> None:
        """Leave all of the price to the health service."""
        self.packages.append(package)
        amount = self.rest
        body = self._pay(Payer.HEALTH, title, amount)
        self._say(title, amount, f"{body} pays for all of it, whatever the person's means", *citations)

    def _pay(self, payer: Payer, title: str, amount: Decimal, *, may_be_charged: bool = False) -> str:
        """Put down who pays how much of what is left; return which body that is."""
        body = text_of(self.rules.cite(f"{payer.value}_payer"))
        self.parts.append(Part(payer, body, title, amount, may_be_charged))
        self.rest -= amount
        return body

    def _say(self, what: str, value: object, because: str, *citations: Citation | None) -> None:
        self.steps.append(Step(what, value, because, tuple(cited for cited in citations if cited)))
