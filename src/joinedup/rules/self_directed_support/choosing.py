"""Which ways of directing their support somebody has on a day: may they, must it be offered, and why.

Ends at what law and guidance say: whether a payment is an appropriate way to meet needs the authority decides, and the
answer names it as a condition.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.parameters import NotCovered, RulesOfDay
from joinedup.rules.self_directed_support.facts import OF_AGE, Person
from joinedup.rules.self_directed_support.kinds import (
    Duty,
    Group,
    Need,
    Option,
    Representative,
    Restriction,
    WithoutCapacity,
)
from joinedup.rules.self_directed_support.topic import SELF_DIRECTED_SUPPORT
from joinedup.rules.values import is_set, number_of, text_of, words_of


class Standing(StrEnum):
    """Whether somebody may have an option. `NOT_THERE`: the nation had none; `NOT_KNOWN`: the rule book can't tell."""

    YES = "yes"
    NO = "no"
    NOT_THERE = "not_there"
    NOT_KNOWN = "not_known"


class PaidTo(StrEnum):
    """Who has the money where somebody is paid."""

    PERSON = "person"
    PARENT = "parent"
    REPRESENTATIVE = "representative"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The payee as a sentence says it."""
        return PAID_TO[self]


PAID_TO = {
    PaidTo.PERSON: "the person, or somebody they choose where the law lets them",
    PaidTo.PARENT: "somebody with parental responsibility",
    PaidTo.REPRESENTATIVE: "whoever acts for the person",
    PaidTo.OTHER: "whoever has agreed to manage it for the person",
}


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """One option for one person: whether they may have it, the duty of the authority, who is paid, what to explain.

    `duty` and `paid_to` are none where the person may not have it, or nobody is paid. Where a restriction bars it, what
    is to be explained is why.
    """

    option: Option
    name: str
    standing: Standing
    duty: Duty | None = None
    paid_to: PaidTo | None = None
    conditions: tuple[str, ...] = ()
    to_explain: tuple[str, ...] = ()


def options_for(nation: Nation, on: date, person: Person) -> Explained[tuple[OptionAnswer, ...]]:
    """Return every option that the nation's rule book speaks of, in one order, with a step for each.

    `NotCovered` where the book can't tell of any of them on that day.
    """
    rules = rule_book(nation, SELF_DIRECTED_SUPPORT.name).on(on)
    judged = [
        _judged(option, rules, person) for option in Option if f"{option}_exists" in rules.book.parameters
    ]
    gaps = [gap for _, _, gap in judged if gap]
    if len(gaps) == len(judged):
        raise gaps[0]
    answers = tuple(answer for answer, _, _ in judged)
    return Explained(_without_payment(answers), tuple(step for _, step, _ in judged))


Judged = tuple[OptionAnswer, Step, NotCovered | None]


def _judged(option: Option, rules: RulesOfDay, person: Person) -> Judged:
    """Return the answer for one option with its step, and the gap in the book where it has one."""
    asked = _Asked(option, rules, person)
    try:
        answer, because = asked.answer()
    except NotCovered as gap:
        name = option.value.replace("_", " ").capitalize()
        step = Step(name, Standing.NOT_KNOWN, str(gap))
        return OptionAnswer(option, name, Standing.NOT_KNOWN), step, gap
    return answer, Step(answer.name, answer.standing, because, tuple(dict.fromkeys(asked.cited))), None


def _without_payment(answers: tuple[OptionAnswer, ...]) -> tuple[OptionAnswer, ...]:
    """Return the answers, a mixture's conditions telling what a payment's standing means for it."""
    standing = {answer.option: answer.standing for answer in answers}
    payment = standing.get(Option.DIRECT_PAYMENT, Standing.NOT_KNOWN)
    if payment is Standing.YES:
        return answers
    said = "a direct payment can't be part of it"
    if payment is Standing.NOT_KNOWN:
        said = "whether a direct payment can be part of it is not known"
    return tuple(
        replace(answer, conditions=(*answer.conditions, said))
        if answer.option is Option.MIXTURE and answer.standing is Standing.YES
        else answer
        for answer in answers
    )


class _Asked:
    """One option beside one person, and what has been read to tell whether they may have it."""

    def __init__(self, option: Option, rules: RulesOfDay, person: Person) -> None:
        self.option, self.rules, self.person = option, rules, person
        self.cited: list[Citation] = []
        self.paid_to = PaidTo.PERSON if option.is_payment else None

    def answer(self) -> tuple[OptionAnswer, str]:
        """Return the answer and why; the first thing that stands in the way is told."""
        exists = self._cite("exists")
        name = text_of(self.rules.cite(f"{self.option}_name"))
        if not is_set(exists):
            return OptionAnswer(self.option, name, Standing.NOT_THERE), "there was none on this day"
        if not self.person.has_eligible_needs:
            return OptionAnswer(self.option, name, Standing.NO), "the person has no needs that must be met"
        tests: tuple[Callable[[], str], ...] = (
            self._of_needs,
            self._of_group,
            self._of_restrictions,
            self._of_capacity,
            self._of_managing,
            self._of_care_home,
        )
        for test in tests:
            why_not = test()
            if why_not:
                told = self._list("if_excluded") if test == self._of_restrictions else ()
                return OptionAnswer(self.option, name, Standing.NO, to_explain=told), why_not
        return self._granted(name)

    def _granted(self, name: str) -> tuple[OptionAnswer, str]:
        duty, because = self._duty()
        answer = OptionAnswer(
            self.option,
            name,
            Standing.YES,
            duty,
            self.paid_to,
            self._list("conditions"),
            self._list("explain"),
        )
        paid = f"; paid to {self.paid_to.title}" if self.paid_to else ""
        return answer, f"{because}{paid}"

    def _duty(self) -> tuple[Duty, str]:
        """Return what the authority has to do, which some circumstances free it from."""
        duty = Duty(text_of(self._cite("duty")))
        known = self._known("need_not_offer") if self.person.circumstances else None
        freeing = [each for each in sorted(self.person.circumstances) if known and each in words_of(known)]
        if not freeing:
            return duty, duty.title
        why = " and ".join(each.title for each in freeing)
        return Duty.ALLOWED, f"{Duty.ALLOWED.title} where support is needed because of {why}"

    def _of_needs(self) -> str:
        meant = [Need(word) for word in words_of(self._cite("needs"))]
        if self.person.needs & set(meant):
            return ""
        return f"it is for {_either([need.title for need in meant])}"

    def _of_group(self) -> str:
        groups = words_of(self._cite("groups"))
        if self.person.group not in groups:
            return f"it is not for {'an adult' if self.person.group is Group.ADULT else f'a {self.person.group}'}"
        if self.person.group is Group.CARER:
            least = self._known("carer_age")
            if least and self.person.age < number_of(least):
                return f"a carer must be {number_of(least)} or over"
        is_young = self.option.is_payment and self.person.age < OF_AGE
        if is_young and self.person.age < number_of(self._cite("own_age")):
            self.paid_to = PaidTo.PARENT
        return ""

    def _of_restrictions(self) -> str:
        if not self.person.restrictions or not self.option.is_payment:
            return ""
        managed, excluded = self._found("managed_by_other"), self._found("excluded")
        if managed is None and excluded is None:
            excluded = self._cite("excluded")
        barred = self._laid_upon(excluded)
        if barred:
            return f"the person is under {barred[0].title}"
        to_be_managed = self._laid_upon(managed)
        if to_be_managed and not self.person.other_would_manage:
            return f"under {to_be_managed[0].title} somebody else must manage it, and nobody has agreed to"
        if to_be_managed:
            self.paid_to = PaidTo.OTHER
        return ""

    def _laid_upon(self, listed: Citation | None) -> list[Restriction]:
        words = words_of(listed) if listed else ()
        return [each for each in sorted(self.person.restrictions) if each in words]

    def _of_capacity(self) -> str:
        if not self.person.lacks_capacity or not self.option.is_payment:
            return ""
        who = WithoutCapacity(text_of(self._cite("without_capacity")))
        if who is WithoutCapacity.NOBODY:
            return "the person must be able to consent, and lacks capacity"
        if self.person.representative is None:
            return "the person lacks capacity, and nobody suitable is willing to act"
        has_authority = self.person.representative is Representative.GUARDIAN_OR_ATTORNEY
        if who is WithoutCapacity.GUARDIAN_OR_ATTORNEY and not has_authority:
            return "the person lacks capacity, and only a guardian or attorney may act"
        if self.paid_to is not PaidTo.OTHER:
            self.paid_to = PaidTo.REPRESENTATIVE
        return ""

    def _of_managing(self) -> str:
        if self.person.can_manage or not self.option.is_payment:
            return ""
        return "nobody could manage it, even with help" if is_set(self._cite("must_manage")) else ""

    def _of_care_home(self) -> str:
        if not self.person.lives_in_care_home or not self.option.is_payment:
            return ""
        return "" if is_set(self._cite("in_care_home")) else "it is not for living in a care home for good"

    def _cite(self, question: str) -> Citation:
        citation = self.rules.cite(f"{self.option}_{question}")
        self.cited.append(citation)
        return citation

    def _known(self, question: str) -> Citation | None:
        """Return what the book may do without; `NotCovered` where it has it, but not for the day."""
        return self._cite(question) if f"{self.option}_{question}" in self.rules.book.parameters else None

    def _found(self, question: str) -> Citation | None:
        """Return what is stated for the day; none where nothing is."""
        found = self.rules.find(f"{self.option}_{question}")
        if found is not None:
            self.cited.append(found)
        return found

    def _list(self, question: str) -> tuple[str, ...]:
        found = self._found(question)
        return words_of(found) if found else ()


def _either(titles: list[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} or {titles[-1]}"
