"""A charge as a page says it: the answer in a sentence, every line, and the four nations side by side."""

from dataclasses import dataclass
from decimal import Decimal

from joinedup.core.explained import Explained
from joinedup.core.nation import Nation
from joinedup.rules.charging.asking import CareKind
from joinedup.rules.charging.means_test import CHARGE, WeeklyCharge
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import NotCovered
from joinedup.web import words
from joinedup.web.addresses import address
from joinedup.web.charge_cases import Case
from joinedup.web.charge_forms import ChargeForm
from joinedup.web.components import Explanation, Link
from joinedup.web.presenters.explanations import explained, why_none

CARE = {CareKind.CARE_HOME: "A care home", CareKind.HOME_CARE: "Care at home"}


@dataclass(frozen=True)
class Answer:
    """One nation's answer: the explained charge, or why there is none."""

    nation: str
    explanation: Explanation | None
    charge: str = ""
    why_none: str = ""
    may_defer: bool = False


@dataclass(frozen=True)
class Beside:
    """One nation's row beside the others."""

    nation: str
    charge: str
    paid_first: str
    council_pays: str
    because: str
    is_unverified: bool
    lines: Link | None


def what(case: Case) -> str:
    """What is asked about: ``A care home in Wales``, ``Care at home in the four nations``."""
    where = "the four nations" if len(case.nations) > 1 else case.nations[0].title
    return f"{CARE[case.care]} in {where}"


def one(form: ChargeForm, nation: Nation) -> Answer:
    """One nation's answer, line by line."""
    charge, why_none = _worked_out(form, nation)
    if charge is None:
        return Answer(nation.title, None, why_none=why_none)
    amount = words.money(charge.value.charge)
    explanation = explained(f"The charge in {nation.title}", _in_a_sentence(charge.value), charge)
    return Answer(nation.title, explanation, amount, may_defer=charge.value.may_defer)


def side_by_side(form: ChargeForm, path: str) -> tuple[Beside, ...]:
    """The same finances in each nation of the case."""
    return tuple(_beside(form, nation, path) for nation in form.case.nations)


def _beside(form: ChargeForm, nation: Nation, path: str) -> Beside:
    charge, why_none = _worked_out(form, nation)
    if charge is None:
        return Beside(nation.title, "No answer", "", "", why_none, False, None)
    value = charge.value
    paid_first = sum((amount for _, amount in value.contributions), Decimal(0))
    return Beside(
        nation=nation.title,
        charge=words.money(value.charge),
        paid_first=words.money(paid_first),
        council_pays=words.money(value.council_pays),
        because=next(step.because for step in charge.steps if step.what == CHARGE),
        is_unverified=charge.rests_on_unverified,
        lines=Link(f"Line by line for {nation.title}", f"{address(path, {'lines': nation.value})}#lines"),
    )


def _worked_out(form: ChargeForm, nation: Nation) -> tuple[Explained[WeeklyCharge] | None, str]:
    """The charge, or in words why there is none, with the question that it is about."""
    try:
        return form.case.charge(nation, form.cleaned_data), ""
    except NotCovered as error:
        return None, why_none(error)
    except FactError as error:
        name = form.question_about(error)
        return None, f"{form.fields[name].label} {why_none(error)}" if name else why_none(error)


def _in_a_sentence(value: WeeklyCharge) -> str:
    """What is paid by whom, in full sentences."""
    said = [f"They pay {words.money(value.charge)} a week of {words.money(value.price)}."]
    said += [f"{title}: {words.money(amount)}." for title, amount in value.contributions if amount]
    if value.council_pays:
        said.append(f"The council or trust pays {words.money(value.council_pays)}.")
    return " ".join(said)
