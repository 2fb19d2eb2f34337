"""The words of this topic: forms of integration, bodies, money by where it is from, terms of an agreement."""

from enum import StrEnum


class Form(StrEnum):
    """How far two bodies bring their money together: the five forms of the Nuffield Trust's account of 2021."""

    DELEGATED_COMMISSIONING = "delegated_commissioning"
    POOLED_FUND = "pooled_fund"
    CROSS_CHARGING = "cross_charging"
    ALIGNED_BUDGETS = "aligned_budgets"
    STRUCTURAL_INTEGRATION = "structural_integration"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The form as a sentence begins with it."""
        return self.value.replace("_", " ").capitalize()


class Body(StrEnum):
    """What kind of organisation a partner in an agreement is. A district council is the lower tier of two."""

    COUNCIL = "council"
    DISTRICT_COUNCIL = "district_council"
    HEALTH_AUTHORITY = "health_authority"
    PRIMARY_CARE_TRUST = "primary_care_trust"
    CLINICAL_COMMISSIONING_GROUP = "clinical_commissioning_group"
    INTEGRATED_CARE_BOARD = "integrated_care_board"
    NHS_TRUST = "nhs_trust"
    HEALTH_BOARD = "health_board"
    INTEGRATION_JOINT_BOARD = "integration_joint_board"
    HEALTH_AND_SOCIAL_CARE_TRUST = "health_and_social_care_trust"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The body as a sentence says it."""
        return self.value.replace("_", " ").replace("nhs", "NHS")


class Money(StrEnum):
    """What a contribution is paid from. All but `own` are parts of the Better Care Fund that an area must pool."""

    OWN = "own"
    NHS_MINIMUM = "nhs_minimum"
    COUNCIL_GRANT = "council_grant"
    DISABLED_FACILITIES_GRANT = "disabled_facilities_grant"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The money as a sentence begins with it."""
        return f"{self.value[0].upper()}{self.value[1:].replace('_', ' ')}".replace("Nhs", "NHS")


class Term(StrEnum):
    """What an agreement may say, one word a subject, whichever law asks for it."""

    PARTIES = "parties"
    AIMS = "aims"
    CONTRIBUTIONS = "contributions"
    PAYMENTS = "payments"
    VARIATION_OF_PAYMENTS = "variation_of_payments"
    FUNCTIONS = "functions"
    FUNCTIONS_IN_CONJUNCTION = "functions_in_conjunction"
    PEOPLE_AND_SERVICES = "people_and_services"
    RESOURCES = "resources"
    DURATION = "duration"
    REVIEW_AND_ENDING = "review_and_ending"
    BREACH = "breach"
    MANAGEMENT = "management"
    MONITORING = "monitoring"
    COMPLAINTS = "complaints"
    MODEL = "model"
    GOVERNANCE = "governance"
    FINANCIAL_SERVICES = "financial_services"
    VARIANCES = "variances"
    CAPITAL_ASSETS = "capital_assets"


class VatRoute(StrEnum):
    """How value added tax comes back: to councils under section 33, to the NHS for contracted-out services."""

    SECTION_33 = "section_33"
    CONTRACTED_OUT_SERVICES = "contracted_out_services"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The route as a sentence says it."""
        return self.value.replace("_", " ").replace("contracted out", "contracted-out")


class Cover(StrEnum):
    """Out of what an overspend may be covered."""

    UNDERSPENDS = "underspends"
    RISK_POOL = "risk_pool"
    UNCOMMITTED_SCHEMES = "uncommitted_schemes"
    OUTSIDE_MONEY = "outside_money"
