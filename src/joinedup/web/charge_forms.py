"""The questions before a charge: which, and then only what the rules of that nation and day look at.

What is contradictory the rules refuse; their word is put beside the question that it is about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict

from joinedup.core.nation import Nation
from joinedup.rules.charging.asking import Asked, CareKind, Fact
from joinedup.rules.charging.finances import IncomeKind, Occupant, Premium
from joinedup.rules.facts import OLDEST, FactError
from joinedup.rules.parameters import NotCovered
from joinedup.web.charge_cases import AT_HOME, EVERY_NATION, NOTHING, Case
from joinedup.web.fields import form_fields
from joinedup.web.presenters.explanations import why_none
from joinedup.web.questions import DayField, HintedChoiceField, WholeNumberField

WHERE = (*((nation.value, nation.title) for nation in Nation), (EVERY_NATION, "All four, side by side"))
CARE = ((CareKind.CARE_HOME.value, "In a care home"), (CareKind.HOME_CARE.value, "At home"))
MOST_POUNDS = 10
INCOME_LABELS = {
    IncomeKind.STATE_PENSION: "State pension",
    IncomeKind.OCCUPATIONAL_PENSION: "Pension from work, or private",
    IncomeKind.PENSION_CREDIT: "Pension credit",
    IncomeKind.BENEFITS: "Other benefits",
    IncomeKind.MOBILITY_BENEFIT: "Benefits for mobility",
    IncomeKind.EARNINGS: "Earnings",
    IncomeKind.OTHER: "Any other income",
}
OCCUPANTS = (
    (Occupant.RELATIVE_OF_AGE.value, "A relative of 60 or over"),
    (Occupant.INCAPACITATED_RELATIVE.value, "A relative who is disabled or ill"),
    (Occupant.CHILD.value, "A child of theirs under 18"),
)
PREMIUMS = (
    (Premium.DISABILITY.value, "Disability premium"),
    (Premium.ENHANCED_DISABILITY.value, "Enhanced disability premium"),
    (Premium.CARER.value, "Carer premium"),
)
# The question that a part of the form begins with, and the part's heading.
PARTS = {
    "price": "The care",
    "partner": "The people",
    "savings": "What they have",
    "state_pension": "What comes in each week",
    "occupational_pension": "What comes in each week",
    "pension_credit": "What comes in each week",
}
# Which question the rules mean where they name a fact otherwise.
QUESTIONS = {
    "capital": "home",
    "capital (savings)": "savings",
    "capital (home)": "home",
    "capital (other_property)": "other_property",
    "is_couple": "partner",
    "partner_at_home": "partner",
}


class MoneyField(forms.CharField):
    """An amount in pounds, as people write one: 1,234.50 or £1234."""

    def __init__(self, *, label: str, required: bool = False, help_text: str = "", missing: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=20,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "data-width": "10", "data-prefix": "£"}),
            error_messages={"required": missing, "max_length": "Enter an amount in pounds, such as 1,234.50"},
        )

    def clean(self, value: Any) -> Decimal:
        """Return the amount, or say how to write one. Nothing typed is nothing had."""
        text = super().clean(value).replace("£", "").replace(",", "").replace(" ", "")
        if not text:
            return NOTHING
        try:
            amount = Decimal(text) if len(text) <= MOST_POUNDS and "e" not in text.lower() else None
        except InvalidOperation:
            amount = None
        if amount is None or not amount.is_finite():
            raise forms.ValidationError("Enter an amount in pounds, such as 1,234.50")
        if amount < 0:
            raise forms.ValidationError("Enter an amount that is not below zero")
        if amount != amount.quantize(Decimal("0.01")):
            raise forms.ValidationError("Enter whole pence, such as 1,234.50")
        return amount


class WhichChargeForm(forms.Form):
    """Where, for which care, on which day."""

    nation = forms.ChoiceField(
        label="Nation",
        choices=WHERE,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose a nation"},
    )
    care = forms.ChoiceField(
        label="Where is the care?",
        choices=CARE,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose where the care is"},
    )

    def __init__(self, sent: QueryDict | None, **given: Any) -> None:
        super().__init__(sent, **given)
        self.fields["day"] = DayField(
            label="For which day?",
            help_text="Charges change from year to year. For example, 1 5 2022",
            noun="The day",
            missing="Enter the day for which to work out the charge",
            today=None,
        )


class ChargeForm(forms.Form):
    """What the charge rests on; the rules of the nations of the case decide what is asked."""

    def __init__(self, case: Case, sent: QueryDict | None, **given: Any) -> None:
        super().__init__(sent, **given)
        self.case = case
        asked = case.asked()
        self.fields["age"] = WholeNumberField(
            label="How old are they?",
            most=OLDEST,
            width=3,
            required=True,
            problem="Enter their age in whole years",
        )
        self.fields |= dict(_about_care(case.care, asked.facts))
        self.fields |= dict(_about_money(case.care, asked))
        # Hardly anybody is: whoever does not know the question need not answer it.
        self.initial.setdefault(Fact.HAS_HIGHER_NURSING.value, "no")

    @property
    def headings(self) -> dict[str, str]:
        """The heading above the first question of each part, by the question's name."""
        found: dict[str, str] = {}
        for name in self.fields:
            if name in PARTS and PARTS[name] not in found.values():
                found[name] = PARTS[name]
        return found

    def question_about(self, error: FactError) -> str:
        """The name of the question that a refusal of the rules is about; empty where none is asked."""
        name = QUESTIONS.get(error.fact, error.fact)
        return name if name in self.fields else ""

    def sent_answers(self) -> QueryDict:
        """What was sent as answers to these questions."""
        answers = QueryDict(mutable=True)
        for field in form_fields(self):
            for name in [part.name for part in field.parts] or [field.name]:
                answers.setlist(name, self.data.getlist(name) if isinstance(self.data, QueryDict) else [])
        return answers

    def clean(self) -> dict[str, Any]:
        """Let the rules refuse what contradicts itself, in each nation that is asked about."""
        answers = super().clean() or {}
        self._refuse_halves(answers)
        if not self.errors:
            # A refusal takes its answer out of what was given: the next nation still looks at all of it.
            given = dict(answers)
            for nation in self.case.nations:
                self._try(nation, given)
        return answers

    def _refuse_halves(self, answers: dict[str, Any]) -> None:
        """Refuse an answer that belongs to another which was left out: it would be dropped without a word."""
        if answers.get("partner") == "no" and answers.get("partner_age") is not None:
            self.add_error("partner_age", "Leave it empty: you said that they have no partner")
        if "home" in self.fields and not answers.get("home"):
            for name in ("owners", "occupants"):
                if answers.get(name):
                    self.add_error(
                        "home", "Enter what the home is worth, or leave out who owns it and lives there"
                    )
                    return

    def _try(self, nation: Nation, given: Mapping[str, Any]) -> None:
        try:
            if len(self.case.nations) == 1:
                self.case.charge(nation, given)
            else:
                # What one nation lacks is said beside its name, and hides no other nation's answer.
                self.case.facts(nation, given)
        except NotCovered:
            return
        except FactError as error:
            name = self.question_about(error)
            if name not in self.errors:
                self.add_error(name or None, why_none(error))


def _about_care(care: CareKind, facts: frozenset[Fact]) -> Iterator[tuple[str, forms.Field]]:
    """Yield the questions about the care."""
    if care is CareKind.CARE_HOME:
        yield "price", _price("What does the home ask for a week?", "All of it, nursing included")
    else:
        yield "price", _price("What does the care cost a week?", "All of it, whoever pays")
    for fact, asks in CARE_QUESTIONS.items():
        if fact in facts:
            yield fact.value, asks()


def _about_money(care: CareKind, asked: Asked) -> Iterator[tuple[str, forms.Field]]:
    """Yield the questions about what they have and get."""
    if Fact.PARTNER in asked.facts:
        yield "partner", _partner(care)
        yield "partner_age", _whole("How old is the partner?", "Only if they have one", OLDEST)
    if Fact.CAPITAL in asked.facts:
        yield "savings", MoneyField(label="Savings and investments of their own")
        yield "joint_savings", MoneyField(label="Savings held with one other person", help_text="All of it")
        yield "other_property", MoneyField(label="Property other than their home")
    if Fact.HOME in asked.facts:
        yield (
            "home",
            MoneyField(
                label="What is their home worth?",
                help_text="Less what is owed on it. Leave it empty if they rent or own none",
            ),
        )
        yield (
            "owners",
            _whole("How many people own the home, they among them?", "Leave it empty for one", 20, least=1),
        )
        yield "occupants", _several("Who else lives there and stays?", OCCUPANTS)
    if Fact.CAPITAL in asked.facts:
        yield (
            "given_away",
            MoneyField(
                label="Given away to pay less",
                help_text="Only what the council decided to count as if they had it still",
            ),
        )
    for kind in asked.incomes:
        yield kind.value, MoneyField(label=f"{INCOME_LABELS[kind]}, a week")


def _price(label: str, help_text: str) -> MoneyField:
    return MoneyField(
        label=label, required=True, help_text=help_text, missing="Enter what the care costs a week"
    )


def _partner(care: CareKind) -> forms.ChoiceField:
    answers = [("no", "No"), (AT_HOME, "Yes, and they stay at home"), ("elsewhere", "Yes, living elsewhere")]
    if care is CareKind.HOME_CARE:
        answers = [("no", "No"), ("elsewhere", "Yes")]
    return forms.ChoiceField(
        label="Do they have a husband, wife or partner?",
        choices=answers,
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose whether they have a partner"},
    )


def _whole(label: str, help_text: str, most: int, *, least: int = 0) -> WholeNumberField:
    return WholeNumberField(label=label, help_text=help_text, least=least, most=most, width=3)


def _several(label: str, choices: Sequence[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        help_text="Select all that apply",
        choices=choices,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"invalid_choice": "Select from the list"},
    )


def _yes_or_no(label: str, hint: str, *, required: bool = True) -> forms.ChoiceField:
    return HintedChoiceField(
        label=label,
        required=required,
        help_text=hint,
        answers=[("yes", "Yes", ""), ("no", "No", "")],
        error_messages={"required": "Choose yes or no"},
    )


def _day(label: str, noun: str) -> DayField:
    return DayField(label=label, noun=noun, today=None, help_text="Leave it empty if this does not apply")


class _PoundsOrNothing(MoneyField):
    """An amount that may be left open: nothing typed is no answer."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if str(value or "").strip() else None


CARE_QUESTIONS: Mapping[Fact, Callable[[], forms.Field]] = {
    Fact.HAS_NURSING: lambda: _yes_or_no("Does the home give them nursing care?", ""),
    Fact.HAS_HIGHER_NURSING: lambda: _yes_or_no(
        "Are they on the NHS’s higher rate for nursing?",
        "Only people have it who were on it before there was one rate for all",
    ),
    Fact.SINCE: lambda: _day("When did they move in for good?", "The day they moved in"),
    Fact.PERSONAL_CARE: lambda: MoneyField(
        label="How much of that is for personal care?",
        help_text="Washing, dressing, eating, medicines and the like, a week",
    ),
    Fact.EQUIPMENT: lambda: MoneyField(label="How much of that is for equipment and small adaptations?"),
    Fact.REABLEMENT: lambda: _day("If this is reablement, when did it begin?", "The day reablement began"),
    Fact.HOUSING_COSTS: lambda: MoneyField(label="Rent, mortgage and council tax that they pay, a week"),
    Fact.DISABILITY_COSTS: lambda: MoneyField(label="What their disability costs them, a week"),
    Fact.CHILDREN: lambda: _whole("How many children do they look after?", "Leave it empty for none", 20),
    Fact.PREMIUMS: lambda: _several("Which premiums do they get, or would they?", PREMIUMS),
    Fact.BASIC_ENTITLEMENT: lambda: _PoundsOrNothing(
        label="What would income support or pension credit bring them, a week?",
        help_text="Without any severe disability premium",
    ),
    Fact.PENSION_AGE: lambda: _yes_or_no(
        "Have they, or their partner, reached the age of pension credit?", "", required=False
    ),
}
