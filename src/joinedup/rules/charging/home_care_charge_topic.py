"""What every nation's rule book on paying for care at home may say, and which way a council may be more generous."""

from joinedup.rules.charging.finances import IncomeKind
from joinedup.rules.topics import Better, Requirement, Topic, Unit

KINDS = frozenset(kind.value for kind in IncomeKind)
MINIMUM = Requirement(Unit.POUNDS_A_WEEK, better=Better.HIGHER)

HOME_CARE_CHARGE = Topic(
    name="home_care_charge",
    title="Paying for care at home",
    requirements={
        # Never charged for: aids and small adaptations, the first weeks of reablement, personal care from an age, any
        # help from an age, any help while one of these incomes comes in.
        "free_equipment": Requirement(Unit.YES_OR_NO, better=Better.HIGHER, may_be_added=True),
        "free_reablement": Requirement(Unit.WEEKS, better=Better.HIGHER, may_be_added=True),
        "free_personal_care_age": Requirement(Unit.YEARS, better=Better.LOWER, may_be_added=True),
        "free_age": Requirement(Unit.YEARS, better=Better.LOWER, may_be_added=True),
        "free_with_income": Requirement(Unit.LIST, allowed=KINDS, better=Better.MORE, may_be_added=True),
        # Where the nation leaves the means test to others: to whom; and what is done in practice, if that differs.
        "means_test": Requirement(Unit.TEXT),
        "usual_practice": Requirement(Unit.TEXT),
        # Above it the person pays the whole price, up to the weekly maximum where there is one.
        "upper_capital_limit": Requirement(Unit.POUNDS, better=Better.HIGHER),
        "weekly_maximum": Requirement(Unit.POUNDS_A_WEEK, better=Better.LOWER, may_be_added=True),
        # Up to it capital is not looked at; a nation without one takes no income from capital at all.
        "lower_capital_limit": Requirement(Unit.POUNDS, better=Better.HIGHER),
        "tariff_income": Requirement(Unit.POUNDS_A_WEEK, better=Better.LOWER),
        "tariff_step": Requirement(Unit.POUNDS, better=Better.HIGHER),
        "home_disregarded": Requirement(Unit.YES_OR_NO, better=Better.HIGHER),
        "income_disregarded": Requirement(Unit.LIST, allowed=KINDS, better=Better.MORE, may_be_added=True),
        # What the person is left with: by age and couple, with something for each child and each premium ...
        "pension_age": Requirement(Unit.YEARS),
        "minimum_from_age": Requirement(Unit.YEARS, better=Better.LOWER),
        "minimum_full_age": Requirement(Unit.YEARS, better=Better.LOWER),
        "minimum_single_young": MINIMUM,
        "minimum_single": MINIMUM,
        "minimum_single_pension_age": MINIMUM,
        "minimum_couple": MINIMUM,
        "minimum_couple_pension_age": MINIMUM,
        "minimum_child": MINIMUM,
        "disability_premium_single": MINIMUM,
        "disability_premium_couple": MINIMUM,
        "enhanced_disability_premium_single": MINIMUM,
        "enhanced_disability_premium_couple": MINIMUM,
        "carer_premium_single": MINIMUM,
        "carer_premium_couple": MINIMUM,
        # ... or the benefit that the person is entitled to, and so much of it more.
        "above_entitlement": Requirement(Unit.PER_CENT, better=Better.HIGHER),
        "above_entitlement_for_disability": Requirement(Unit.PER_CENT, better=Better.HIGHER),
        # Whether what they must spend on the home, or on their disability, is left to them besides.
        "housing_costs_left": Requirement(Unit.YES_OR_NO, better=Better.HIGHER, may_be_added=True),
        "disability_costs_left": Requirement(Unit.YES_OR_NO, better=Better.HIGHER, may_be_added=True),
    },
)
