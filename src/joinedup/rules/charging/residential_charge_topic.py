"""What every nation's rule book on paying for a care home must and may say, and the words it may say it in."""

from joinedup.rules.charging.finances import IncomeKind, Occupant
from joinedup.rules.topics import Requirement, Topic, Unit

RESIDENTIAL_CHARGE = Topic(
    name="residential_charge",
    title="Paying for a care home",
    requirements={
        # Above it the person pays the whole price.
        "upper_capital_limit": Requirement(Unit.POUNDS, is_required=True),
        # Up to it capital is not looked at; a nation without one takes no income from capital at all.
        "lower_capital_limit": Requirement(Unit.POUNDS),
        # So much a week is counted as income for each step of capital above the lower limit, or part of a step.
        "tariff_income": Requirement(Unit.POUNDS_A_WEEK),
        "tariff_step": Requirement(Unit.POUNDS),
        # What the person is left with.
        "personal_allowance": Requirement(Unit.POUNDS_A_WEEK, is_required=True),
        # Paid whatever the means: by the state for personal care, for nursing; by the NHS for nursing.
        "free_personal_care": Requirement(Unit.POUNDS_A_WEEK),
        "free_personal_care_age": Requirement(Unit.YEARS),
        "free_nursing_care": Requirement(Unit.POUNDS_A_WEEK),
        "funded_nursing_care": Requirement(Unit.POUNDS_A_WEEK),
        "funded_nursing_care_higher": Requirement(Unit.POUNDS_A_WEEK),
        # For so long after somebody moved in for good their home is not counted.
        "property_disregard": Requirement(Unit.WEEKS),
        # While one of these lives there the home is not counted at all.
        "home_disregarded_for": Requirement(
            Unit.LIST, allowed=frozenset(occupant.value for occupant in Occupant)
        ),
        "relative_age": Requirement(Unit.YEARS),
        "income_disregarded": Requirement(Unit.LIST, allowed=frozenset(kind.value for kind in IncomeKind)),
        # The share of an occupational or private pension that is left to a partner at home.
        "pension_left_to_partner": Requirement(Unit.PER_CENT),
        "deferred_payment": Requirement(Unit.YES_OR_NO),
    },
)
