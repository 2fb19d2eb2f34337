"""What a budget must cover and state on a day, what it may not pay for, and what is amiss with one.

Ends at the budget as it was declared: whether a relative's help is necessary, or the money is enough where the cost of
the needs is not stated, nobody can tell from it.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise

from joinedup.core.dates import DAYS_A_WEEK, say_date
from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.money import format_pounds
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.findings import Finding, Severity
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.self_directed_support.facts import Budget, Line, Stay
from joinedup.rules.self_directed_support.kinds import Basis, Option, Payee, Stated, Use
from joinedup.rules.self_directed_support.rows import BarredUse, Cover, Statement
from joinedup.rules.self_directed_support.topic import SELF_DIRECTED_SUPPORT, USES
from joinedup.rules.values import is_set, number_of, rows_of, text_of, words_of

SEVERITIES = {Basis.LAW: Severity.MUST, Basis.GUIDANCE: Severity.SHOULD}
# What needs no asking: support and its paperwork, and a care home, whose days are counted.
USUAL = {Use.SUPPORT, Use.ADMINISTRATION, Use.CARE_HOME}


def what_budget_must_cover(nation: Nation, on: date, *, is_health: bool) -> Explained[tuple[str, ...]]:
    """Return what a budget has to cover and state, and what a payment may not be used for, a step for each.

    `NotCovered` where the rule book does not know what a budget must cover on the day.
    """
    rules = rule_book(nation, SELF_DIRECTED_SUPPORT.name).on(on)
    steps = tuple(_rules_told(rules, is_health=is_health))
    return Explained(tuple(f"{step.what}: {step.value}" for step in steps), steps)


def check_budget(nation: Nation, budget: Budget, on: date) -> list[Finding]:
    """Return everything that is amiss with a budget on a day; none when it is as it must and should be.

    `NotCovered` where the rule book does not know what it must cover, or whether there were such payments.
    """
    return list(_Check(rule_book(nation, SELF_DIRECTED_SUPPORT.name).on(on), budget).findings())


def untraced_rules(nation: Nation, on: date, *, is_health: bool) -> tuple[Citation, ...]:
    """Return what the book says of such a budget without having traced it; whoever reads must be told."""
    answer = what_budget_must_cover(nation, on, is_health=is_health)
    return tuple(citation for citation in answer.citations if citation.is_unverified)


def _rules_told(rules: RulesOfDay, *, is_health: bool) -> Iterator[Step]:
    """Return each rule on budgets as a step."""
    covers = rules.cite(_covers(is_health=is_health))
    for cover in rows_of(covers, Cover):
        yield Step("Covers", cover.what, f"by {cover.basis}", (covers,))
    states = None if is_health else rules.find("social_care_budget_states")
    for statement in rows_of(states, Statement) if states else ():
        yield Step("States", statement.title, "by law", (states,) if states else ())
    for question in USES:
        told = rules.find(f"{_payment(is_health=is_health)}_{question}")
        if told is not None:
            yield Step(told.title, _in_words(told), "of what is paid out", (told,))


def _in_words(citation: Citation) -> str:
    """Return a rule's value as a sentence says it."""
    if isinstance(citation.value, tuple):
        return ", ".join(
            each.title if isinstance(each, BarredUse) else str(each).replace("_", " ")
            for each in citation.value
        )
    return f"{citation.value} {citation.unit}" if isinstance(citation.value, int) else str(citation.value)


def _covers(*, is_health: bool) -> str:
    return "health_budget_covers" if is_health else "social_care_budget_covers"


def _payment(*, is_health: bool) -> Option:
    return Option.HEALTH_DIRECT_PAYMENT if is_health else Option.DIRECT_PAYMENT


class _Check:
    """One budget beside the rules of one day."""

    def __init__(self, rules: RulesOfDay, budget: Budget) -> None:
        self.rules, self.budget = rules, budget
        self.payment = _payment(is_health=budget.is_health)

    def findings(self) -> Iterator[Finding]:
        """Return what is amiss; of a payment that the nation did not have, only that."""
        if self.budget.is_direct_payment:
            exists = self.rules.cite(f"{self.payment}_exists")
            if not is_set(exists):
                what = f"{text_of(self.rules.cite(f'{self.payment}_name'))}: there was none"
                yield Finding(Severity.MUST, what, f"not on {say_date(self.rules.day)}", (exists,))
                return
        covers = self.rules.cite(_covers(is_health=self.budget.is_health))
        yield from self._of_statements()
        yield from self._of_amounts(covers)
        if self.budget.is_direct_payment:
            yield from self._of_uses()
            yield from self._of_payees()
            yield from self._of_stays()

    def _of_statements(self) -> Iterator[Finding]:
        """Look for what must be stated."""
        states = None if self.budget.is_health else self.rules.find("social_care_budget_states")
        for row in rows_of(states, Statement) if states else ():
            if states and self._stated(row.item) is None:
                yield Finding(Severity.MUST, f"{row.title}: not stated", "a budget must state it", (states,))

    def _stated(self, item: Stated) -> Decimal | date | None:
        stated = {
            Stated.COST_OF_NEEDS: self.budget.cost_of_needs,
            Stated.PERSON_PAYS: self.budget.person_pays,
            Stated.AUTHORITY_PAYS: self.budget.authority_pays,
            Stated.PERIOD: self.budget.ends,
        }
        return stated[item]

    def _of_amounts(self, covers: Citation) -> Iterator[Finding]:
        """Compare the total with the cost of the needs, with what each pays, and with what is to be bought."""
        budget, first = self.budget, rows_of(covers, Cover)[0]
        total = format_pounds(budget.total)
        if budget.cost_of_needs is not None and budget.total < budget.cost_of_needs:
            because = f"it has to cover {first.what}: {format_pounds(budget.cost_of_needs)}"
            yield Finding(SEVERITIES[first.basis], f"Total: {total}", because, (covers,))
        if budget.person_pays is not None and budget.authority_pays is not None:
            paid = budget.person_pays + budget.authority_pays
            if paid != budget.total:
                because = f"the total is {total}"
                yield Finding(Severity.MUST, f"Paid together: {format_pounds(paid)}", because, (covers,))
        bought = sum((line.amount for line in budget.lines), Decimal(0))
        if bought > budget.total:
            because = f"the budget is {total}, and has to cover {first.what}"
            what = f"All lines: {format_pounds(bought)}"
            yield Finding(SEVERITIES[first.basis], what, because, (covers,))

    def _of_uses(self) -> Iterator[Finding]:
        """Look for what a payment may not buy; `NotCovered` where the book does not say, and there is cause to ask."""
        unusual = [line for line in self.budget.lines if line.use not in USUAL]
        if not unusual:
            return
        barred = self.rules.cite(f"{self.payment}_barred_uses")
        for row in rows_of(barred, BarredUse):
            for line in unusual:
                if line.use is row.use:
                    may = "may" if row.basis is Basis.LAW else "should"
                    because = f"a payment {may} not be spent on {row.title}"
                    yield Finding(
                        SEVERITIES[row.basis], f"{line.what}: {_words(line.use)}", because, (barred,)
                    )

    def _of_payees(self) -> Iterator[Finding]:
        """Look for whom a payment may not pay, unless the authority found that it may; `NotCovered` as above."""
        close = [line for line in self.budget.lines if line.payee is not Payee.ANYBODY]
        if not close:
            return
        barred = self.rules.cite(f"{self.payment}_barred_payees")
        unless = self.rules.find(f"{self.payment}_payee_exception")
        for line in close:
            if line.payee in words_of(barred) and not (unless and line.is_exception):
                because = "a payment may not go to them" + (f", unless {text_of(unless)}" if unless else "")
                cited = (barred, unless) if unless else (barred,)
                yield Finding(Severity.MUST, f"{line.what}: paid to {line.payee.title}", because, cited)

    def _of_stays(self) -> Iterator[Finding]:
        """Count the days in a care home, where any are to be paid for.

        `NotCovered` where the book does not say how many there may be.
        """
        lines = [line for line in self.budget.lines if line.use is Use.CARE_HOME]
        if not lines:
            return
        most = self.rules.cite(f"{self.payment}_care_home_weeks")
        gap = self.rules.cite(f"{self.payment}_care_home_gap_weeks")
        longest = max(_longest(chain) for chain in _chains(_stays(lines), number_of(gap)))
        if longest > number_of(most) * DAYS_A_WEEK:
            because = (
                f"at most {number_of(most)} weeks in 12 months; "
                f"stays less than {number_of(gap)} weeks apart count together"
            )
            yield Finding(Severity.MUST, f"In a care home: {longest} days", because, (most, gap))


def _words(use: Use) -> str:
    return use.value.replace("_", " ")


def _stays(lines: list[Line]) -> list[Stay]:
    return sorted((stay for line in lines for stay in line.stays), key=lambda stay: stay.start)


def _chains(stays: list[Stay], gap_weeks: int) -> list[list[Stay]]:
    """Return stays that count together: those less than so many weeks after the one before."""
    chains = [[stays[0]]]
    for earlier, later in pairwise(stays):
        days_between = (later.start - earlier.end).days - 1
        if days_between < gap_weeks * DAYS_A_WEEK:
            chains[-1].append(later)
        else:
            chains.append([later])
    return chains


def _longest(chain: list[Stay]) -> int:
    """Return the most days of a chain of stays that lie in any twelve months.

    Earlier days of a stay are as good to begin with as later ones, but where twelve months thereby lose a 29 February.
    So only the first day of each stay, and each 1 March within one, need be tried.
    """
    lengths = [(stay.end - stay.start).days + 1 for stay in chain]
    before = [0, *accumulate(lengths)]
    starts = [stay.start for stay in chain]

    def days_until(day: date) -> int:
        """Count the days of stays before a day."""
        place = bisect_left(starts, day)
        if not place:
            return 0
        last = chain[place - 1]
        return before[place - 1] + min((day - last.start).days, lengths[place - 1])

    firsts = [*starts, *(day for stay in chain for day in _firsts_of_march(stay))]
    return max(days_until(_a_year_on(first)) - days_until(first) for first in firsts)


def _firsts_of_march(stay: Stay) -> Iterator[date]:
    for year in range(stay.start.year, stay.end.year + 1):
        if stay.start <= (day := date(year, 3, 1)) <= stay.end:
            yield day


def _a_year_on(first: date) -> date:
    """Return the day after twelve months; those from 29 February end with 28 February."""
    is_leap_day = (first.month, first.day) == (2, 29)
    return date(first.year + 1, 3, 1) if is_leap_day else first.replace(year=first.year + 1)
