"""What every nation's rule book on funds may say. A form's parameters are called by it: `pooled_fund_contents`.

Amounts of the Better Care Fund are whole pounds of the whole nation, of a financial year. That a fund or a form was
there is data of its own, so that "there was none" and "we do not know" stay apart.
"""

from joinedup.rules.funds.kinds import Cover, Form
from joinedup.rules.funds.rows import Condition, Content, ReportRule, RequiredPool, Side, VatRule, YearEnd
from joinedup.rules.topics import Requirement, Topic, Unit, table_of

_YES_OR_NO = Requirement(Unit.YES_OR_NO)
_MUST_BE_SAID = Requirement(Unit.YES_OR_NO, is_required=True)
_POUNDS = Requirement(Unit.POUNDS)

BETTER_CARE_FUND = {
    "better_care_fund_exists": _MUST_BE_SAID,
    # What must be pooled, and of that the parts; and all that was, with what areas added of their own accord.
    "better_care_fund_total": _POUNDS,
    "better_care_fund_nhs_minimum": _POUNDS,
    "better_care_fund_council_grant": _POUNDS,
    "better_care_fund_disabled_facilities_grant": _POUNDS,
    "better_care_fund_pooled": _POUNDS,
    "better_care_fund_conditions": table_of(Condition),
    # In two tiers the grant is due to the lower one; whether that one may agree that it is kept.
    "disabled_facilities_grant_to_lower_tier": _YES_OR_NO,
    "disabled_facilities_grant_kept_by_agreement": _YES_OR_NO,
    # Whether part was paid for fewer emergency admissions, how much of it there was, and how it was earned.
    "performance_payment_exists": _YES_OR_NO,
    "performance_payment_amount": _POUNDS,
    "performance_payment_basis": Requirement(Unit.CHOICE, allowed=frozenset({"in_proportion"})),
}

FUNDS = Topic(
    name="funds",
    title="Funds",
    requirements={
        **{f"{form}_possible": _YES_OR_NO for form in Form},
        "pooled_fund_possible": _MUST_BE_SAID,
        "structural_integration_possible": _MUST_BE_SAID,
        **{f"{form}_contents": table_of(Content) for form in Form},
        **{f"{form}_reports": table_of(ReportRule) for form in Form},
        "partners": table_of(Side),
        "required_pools": table_of(RequiredPool),
        "year_end": table_of(YearEnd),
        "vat_routes": table_of(VatRule),
        # Whether money for hospitals that serve several councils must be set aside for whoever plans their care.
        "set_aside_required": _YES_OR_NO,
        # In which order agreements cover an overspend in practice: no law says it.
        "risk_share_order": Requirement(Unit.LIST, allowed=frozenset(Cover)),
        **BETTER_CARE_FUND,
    },
)
