"""Whether a nation counts a stay at all: its bed, the person's age, the reason for the wait."""

from collections.abc import Iterator
from dataclasses import dataclass

from joinedup.core.dates import age_on
from joinedup.core.explained import Step
from joinedup.core.moments import uk_date
from joinedup.rules.leaving_hospital.stays import Stay
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import number_of, words_of


@dataclass(frozen=True, slots=True)
class Finding:
    """A step, and why the stay is not counted where it says so."""

    step: Step
    why_not: str | None = None


def findings(rules: RulesOfDay, stay: Stay) -> tuple[Finding, ...]:
    """Everything that the nation looks at, in the order in which a page tells it."""
    return (*_of_setting(rules, stay), *_of_age(rules, stay), *_of_reason(rules, stay))


def _of_setting(rules: RulesOfDay, stay: Stay) -> Iterator[Finding]:
    settings = rules.find("settings")
    if settings is None:
        return
    if stay.setting in words_of(settings):
        yield Finding(Step("Bed", stay.setting.title, "Delays in this kind of bed are counted.", (settings,)))
    else:
        why_not = f"Delays in a bed of this kind ({stay.setting.title}) are not counted."
        yield Finding(Step("Bed", stay.setting.title, why_not, (settings,)), why_not)


def _of_age(rules: RulesOfDay, stay: Stay) -> Iterator[Finding]:
    minimum = rules.find("minimum_age")
    if minimum is None or stay.ready_at is None:
        return
    youngest = number_of(minimum)
    if stay.born is None:
        because = f"People aged {youngest} and over are counted, and the person is taken to be one of them."
        yield Finding(Step("Age", "not known", because, (minimum,)))
        return
    age = age_on(stay.born, uk_date(stay.ready_at))
    why_not = None if age >= youngest else f"Only people aged {youngest} and over are counted."
    because = why_not or f"People aged {youngest} and over are counted."
    yield Finding(Step("Age when ready", f"{age} years", because, (minimum,)), why_not)


def _of_reason(rules: RulesOfDay, stay: Stay) -> Iterator[Finding]:
    code = stay.reason_code
    not_counted = rules.find("reasons_not_counted")
    if not_counted is not None and code in words_of(not_counted):
        why_not = f"Nothing is counted under the code {code}."
        yield Finding(Step("Reason", f"code {code}", why_not, (not_counted,)), why_not)
        return
    outside = rules.find("reasons_outside_census")
    if outside is not None and code in words_of(outside):
        because = "Its days are counted; the monthly census leaves it out."
        yield Finding(Step("Reason", f"code {code}", because, (outside,)))
    apart = rules.find("reasons_reported_apart")
    if apart is not None and code in words_of(apart):
        because = "It is counted, and reported apart from other delays."
        yield Finding(Step("Reason", f"code {code}", because, (apart,)))
