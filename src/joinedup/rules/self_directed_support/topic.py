"""What every nation's rule book on self-directed support may say: of each option the same questions, and of budgets.

A parameter is called by the option and the question: `direct_payment_excluded`. That an option was there on a day is
data of its own (`_exists`), so that "there was none" and "we do not know" stay apart.
"""

from enum import StrEnum

from joinedup.rules.self_directed_support.kinds import (
    Circumstance,
    Duty,
    Group,
    Need,
    Option,
    Payee,
    Restriction,
    WithoutCapacity,
)
from joinedup.rules.self_directed_support.rows import BarredUse, Cover, Statement
from joinedup.rules.topics import Requirement, Topic, Unit, table_of


def _words(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(member.value for member in kind)


QUESTIONS = {
    # Whether it was there, what the nation calls it, and what the authority has to do about it.
    "exists": Requirement(Unit.YES_OR_NO),
    "name": Requirement(Unit.TEXT),
    "duty": Requirement(Unit.CHOICE, allowed=_words(Duty)),
    # Who may have it, and for what; from what age a carer, and from what age a child without a parent.
    "groups": Requirement(Unit.LIST, allowed=_words(Group)),
    "needs": Requirement(Unit.LIST, allowed=_words(Need)),
    "carer_age": Requirement(Unit.YEARS),
    "own_age": Requirement(Unit.YEARS),
    # Restrictions that bar it, those under which somebody else has to manage it, and what frees from the duty to offer.
    "excluded": Requirement(Unit.LIST, allowed=_words(Restriction)),
    "managed_by_other": Requirement(Unit.LIST, allowed=_words(Restriction)),
    "need_not_offer": Requirement(Unit.LIST, allowed=_words(Circumstance)),
    # Who has it for somebody who lacks capacity, whether it has to be managed, whether it is for life in a care home.
    "without_capacity": Requirement(Unit.CHOICE, allowed=_words(WithoutCapacity)),
    "must_manage": Requirement(Unit.YES_OR_NO),
    "in_care_home": Requirement(Unit.YES_OR_NO),
    # What the authority must be satisfied of, and what it must tell and help with.
    "conditions": Requirement(Unit.LIST),
    "explain": Requirement(Unit.LIST),
    # What it must do where a restriction bars the person.
    "if_excluded": Requirement(Unit.LIST),
}
USES = {
    # What a payment may not be spent on, whom it may not pay, and when it may pay them after all.
    "barred_uses": table_of(BarredUse),
    "barred_payees": Requirement(Unit.LIST, allowed=_words(Payee)),
    "payee_exception": Requirement(Unit.TEXT),
    # The longest stay in a care home in twelve months, and from what gap on stays are not added up.
    "care_home_weeks": Requirement(Unit.WEEKS),
    "care_home_gap_weeks": Requirement(Unit.WEEKS),
}
BUDGETS = {
    "social_care_budget_covers": table_of(Cover, is_required=True),
    "social_care_budget_states": table_of(Statement),
    "health_budget_covers": table_of(Cover),
}

SELF_DIRECTED_SUPPORT = Topic(
    name="self_directed_support",
    title="Self-directed support",
    requirements={
        **{f"{option}_{name}": requirement for option in Option for name, requirement in QUESTIONS.items()},
        **{
            f"{option}_{name}": requirement
            for option in Option
            if option.is_payment
            for name, requirement in USES.items()
        },
        **BUDGETS,
    },
)
