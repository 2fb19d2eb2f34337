"""The words of self-directed support: what may be chosen, by whom, for what, and what stands in the way."""

from enum import StrEnum


class Option(StrEnum):
    """The ways in which support may be arranged and paid for, by whoever directs it."""

    PERSONAL_BUDGET = "personal_budget"
    DIRECT_PAYMENT = "direct_payment"
    PERSON_DIRECTS = "person_directs"
    INDIVIDUAL_SERVICE_FUND = "individual_service_fund"
    AUTHORITY_ARRANGES = "authority_arranges"
    MIXTURE = "mixture"
    PERSONAL_HEALTH_BUDGET = "personal_health_budget"
    HEALTH_DIRECT_PAYMENT = "health_direct_payment"

    @property
    def is_payment(self) -> bool:
        """Whether money is paid to somebody, and so who that is matters."""
        return self in {Option.DIRECT_PAYMENT, Option.HEALTH_DIRECT_PAYMENT}


class Group(StrEnum):
    """Whose needs they are."""

    ADULT = "adult"
    CHILD = "child"
    CARER = "carer"


class Need(StrEnum):
    """What support is for, and so whose law it falls under."""

    SOCIAL_CARE = "social_care"
    CONTINUING_HEALTHCARE = "continuing_healthcare"
    SECTION_117 = "section_117"
    WHEELCHAIR = "wheelchair"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The need as a sentence says it."""
        return "section 117 after-care" if self is Need.SECTION_117 else self.value.replace("_", " ")


class Restriction(StrEnum):
    """What a court or the law lays upon somebody, by which a payment may be barred.

    `DRUG_OR_ALCOHOL`: an order, licence or requirement to be treated for the use of drugs or alcohol, or to work on
    it. `MENTAL_HEALTH`: a restriction under mental health law.
    """

    DRUG_OR_ALCOHOL = "drug_or_alcohol"
    MENTAL_HEALTH = "mental_health"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The restriction as a sentence says it."""
        if self is Restriction.MENTAL_HEALTH:
            return "a restriction under mental health law"
        return "an order or licence about drugs or alcohol"


class Circumstance(StrEnum):
    """Why somebody needs support, where that frees the authority from a duty to offer."""

    HOMELESS = "homeless"
    ESCAPING_ABUSE = "escaping_abuse"
    ADDICTION = "addiction"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The circumstance as a sentence says it."""
        return CIRCUMSTANCES[self]


CIRCUMSTANCES = {
    Circumstance.HOMELESS: "homelessness",
    Circumstance.ESCAPING_ABUSE: "abuse at home",
    Circumstance.ADDICTION: "addiction to drugs or alcohol",
}


class Representative(StrEnum):
    """Who would act for somebody who lacks capacity, and is willing to.

    `GUARDIAN_OR_ATTORNEY` has legal authority to decide; `SUITABLE_PERSON` has none, and whoever has, or else the
    authority, finds them suitable.
    """

    GUARDIAN_OR_ATTORNEY = "guardian_or_attorney"
    SUITABLE_PERSON = "suitable_person"


class WithoutCapacity(StrEnum):
    """Who may have a payment in place of somebody who lacks capacity."""

    SUITABLE_PERSON = "suitable_person"
    GUARDIAN_OR_ATTORNEY = "guardian_or_attorney"
    NOBODY = "nobody"


class Duty(StrEnum):
    """What the authority has to do about an option for which a person qualifies."""

    GIVEN = "given"
    OFFERED = "offered"
    ON_REQUEST = "on_request"
    ADVISED = "advised"
    ALLOWED = "allowed"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The duty as a sentence says it."""
        return DUTIES[self]


DUTIES = {
    Duty.GIVEN: "must be given, without being asked for",
    Duty.OFFERED: "must be offered as a choice",
    Duty.ON_REQUEST: "must be given when asked for, if the conditions are met",
    Duty.ADVISED: "should be offered, by guidance",
    Duty.ALLOWED: "may be given; nothing says that it must",
}


class Basis(StrEnum):
    """Whether law says a thing, or guidance."""

    LAW = "law"
    GUIDANCE = "guidance"


class Stated(StrEnum):
    """What a budget may have to state."""

    COST_OF_NEEDS = "cost_of_needs"
    PERSON_PAYS = "person_pays"
    AUTHORITY_PAYS = "authority_pays"
    PERIOD = "period"


class Use(StrEnum):
    """What a line of a budget buys."""

    SUPPORT = "support"
    ADMINISTRATION = "administration"
    CARE_HOME = "care_home"
    HEALTH_CARE = "health_care"
    OUTSIDE_PLAN = "outside_plan"
    GP_SERVICES = "gp_services"
    ALCOHOL_OR_TOBACCO = "alcohol_or_tobacco"
    GAMBLING = "gambling"
    DEBT = "debt"
    AUTHORITY_SERVICES = "authority_services"


class Payee(StrEnum):
    """Whom a line of a budget pays, by what they are to the person."""

    ANYBODY = "anybody"
    PARTNER = "partner"
    RELATIVE_IN_HOUSEHOLD = "relative_in_household"
    OTHER_RELATIVE = "other_relative"
    FRIEND_IN_HOUSEHOLD = "friend_in_household"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The payee as a sentence says it."""
        return PAYEES[self]


PAYEES = {
    Payee.ANYBODY: "somebody outside the family",
    Payee.PARTNER: "the person's partner",
    Payee.RELATIVE_IN_HOUSEHOLD: "a close relative who lives with the person",
    Payee.OTHER_RELATIVE: "a relative who lives elsewhere",
    Payee.FRIEND_IN_HOUSEHOLD: "a friend who lives with the person",
}
