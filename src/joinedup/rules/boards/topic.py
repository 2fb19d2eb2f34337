"""What every nation's rule book on boards may say: for each kind of board the same questions, each dated and cited.

A parameter is called by the kind and the question: `integration_joint_board_members`. That a kind was there on a day
is data of its own (`_exists`), so that "there was none" and "we do not know" stay apart.
"""

from enum import StrEnum

from joinedup.rules.boards.rows import PlanRule, Seat
from joinedup.rules.topics import Requirement, Topic, Unit, table_of


class BoardKind(StrEnum):
    """The kinds of board of the four nations that a rule book may speak of."""

    HEALTH_AND_WELLBEING_BOARD = "health_and_wellbeing_board"
    CLINICAL_COMMISSIONING_GROUP = "clinical_commissioning_group"
    INTEGRATED_CARE_BOARD = "integrated_care_board"
    INTEGRATED_CARE_PARTNERSHIP = "integrated_care_partnership"
    COMMUNITY_HEALTH_PARTNERSHIP = "community_health_partnership"
    INTEGRATION_JOINT_BOARD = "integration_joint_board"
    LEAD_AGENCY = "lead_agency"
    LOCAL_HEALTH_BOARD = "local_health_board"
    REGIONAL_PARTNERSHIP_BOARD = "regional_partnership_board"
    PUBLIC_SERVICES_BOARD = "public_services_board"
    HEALTH_AND_SOCIAL_SERVICES_BOARD = "health_and_social_services_board"
    HEALTH_AND_SOCIAL_CARE_BOARD = "health_and_social_care_board"
    LOCAL_COMMISSIONING_GROUP = "local_commissioning_group"
    HEALTH_AND_SOCIAL_CARE_TRUST = "health_and_social_care_trust"

    @property
    def plural(self) -> str:
        """Several of them, as a sentence says it."""
        if self is BoardKind.LEAD_AGENCY:
            return "lead agencies"
        return f"{self.value.replace('_', ' ')}s"


_KINDS = frozenset(kind.value for kind in BoardKind)
QUESTIONS = {
    # Whether there were boards of this kind, which kinds they came after, and how many there were.
    "exists": Requirement(Unit.YES_OR_NO),
    "follows": Requirement(Unit.LIST, allowed=_KINDS),
    "number": Requirement(Unit.NUMBER),
    # Who must be on it by law, and who should be by guidance.
    "members": table_of(Seat),
    "members_advised": table_of(Seat),
    # How many each of two bodies nominates that share a board.
    "each_of_two": table_of(Seat),
    # How many members in all, where that is fixed, and how many at the least.
    "size": Requirement(Unit.NUMBER),
    "least_size": Requirement(Unit.NUMBER),
    # Roles that must be equally many.
    "balance": Requirement(Unit.LIST),
    # The roles the chair may have, who appoints them, for how long, and whether the nominating body changes.
    "chair_roles": Requirement(Unit.LIST),
    "chair_appointed_by": Requirement(Unit.LIST),
    "chair_years": Requirement(Unit.YEARS),
    "chair_alternates": Requirement(Unit.YES_OR_NO),
    "plans": table_of(PlanRule),
    "duties": Requirement(Unit.LIST),
}

BOARDS = Topic(
    name="boards",
    title="Boards",
    requirements={
        f"{kind.value}_{question}": requirement
        for kind in BoardKind
        for question, requirement in QUESTIONS.items()
    },
)
