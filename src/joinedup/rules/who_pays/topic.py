"""What every nation's rule book on who pays may say. What a nation does not have is said by `_exists: false`."""

from joinedup.rules.topics import Requirement, Topic, Unit, table_of
from joinedup.rules.who_pays.rows import ChecklistDomain, FreePart, Indication, Threshold, ToolDomain

# What of the condition a clinician confirms, as the facts name it.
CONDITIONS = frozenset({"is_rapidly_deteriorating", "may_be_terminal"})

WHO_PAYS = Topic(
    name="who_pays",
    title="Who pays",
    requirements={
        # Whether the NHS pays for all of somebody's care outside hospital, and whether who had it before kept it.
        "continuing_healthcare_exists": Requirement(Unit.YES_OR_NO, is_required=True),
        "continuing_healthcare_kept": Requirement(Unit.YES_OR_NO),
        # Who decides, who recommends, and what they look at beside the levels.
        "decided_by": Requirement(Unit.TEXT, is_required=True),
        "recommended_by": Requirement(Unit.TEXT),
        "characteristics": Requirement(Unit.LIST),
        "checklist_exists": Requirement(Unit.YES_OR_NO, is_required=True),
        "checklist_domains": table_of(ChecklistDomain),
        "checklist_thresholds": table_of(Threshold),
        "priority_domains": Requirement(Unit.LIST),
        "tool_exists": Requirement(Unit.YES_OR_NO, is_required=True),
        "tool_domains": table_of(ToolDomain),
        "clear_recommendation": table_of(Indication),
        "may_indicate": table_of(Indication),
        # The fast track: for whom it is, who may complete it, and how soon care must be in place.
        "fast_track_exists": Requirement(Unit.YES_OR_NO, is_required=True),
        "fast_track_for": Requirement(Unit.TEXT),
        "fast_track_conditions": Requirement(Unit.LIST, allowed=CONDITIONS),
        "fast_track_clinicians": Requirement(Unit.LIST),
        "fast_track_hours": Requirement(Unit.HOURS),
        # How long a decision may take, when it is looked at again, and how to dispute it. Months are numbers.
        "decision_days": Requirement(Unit.DAYS),
        "first_review_months": Requirement(Unit.NUMBER),
        "later_review_months": Requirement(Unit.NUMBER),
        "dispute_months": Requirement(Unit.NUMBER),
        "dispute_route": Requirement(Unit.LIST),
        # Long care in hospital: the one question that decides it, who answers, and how often it is asked again.
        "hospital_question_exists": Requirement(Unit.YES_OR_NO, is_required=True),
        "hospital_question": Requirement(Unit.TEXT),
        "hospital_review_months": Requirement(Unit.NUMBER),
        # Aftercare that is free for whoever was detained under one of these sections; and what other law there is.
        "aftercare_exists": Requirement(Unit.YES_OR_NO, is_required=True),
        "aftercare_sections": Requirement(Unit.LIST),
        "aftercare_law": Requirement(Unit.TEXT),
        # Whether a package may be paid by the NHS and a council in shares; what is paid whatever somebody's means.
        "joint_packages_exist": Requirement(Unit.YES_OR_NO, is_required=True),
        "paid_whatever_means": table_of(FreePart),
        # Which bodies pay.
        "health_payer": Requirement(Unit.TEXT, is_required=True),
        "council_payer": Requirement(Unit.TEXT, is_required=True),
    },
)
