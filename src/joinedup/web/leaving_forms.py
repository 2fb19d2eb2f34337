"""The three questions about leaving hospital, as plain forms. Whether an answer is possible, the action decides."""

from collections.abc import Mapping
from datetime import datetime

from django import forms

from joinedup.care.discharge.actions import reasons_on
from joinedup.care.discharge.queries import StayView
from joinedup.web.questions import HintedChoiceField, MomentField

MOMENT_HINT = "Day, month, year, and the time on a 24-hour clock"


class StayForm(forms.Form):
    """A question about one stay, with what is already known as the answer that is offered."""

    def __init__(self, stay: StayView, at: datetime, sent: Mapping[str, str] | None) -> None:
        super().__init__(sent, initial={"ready_at": at, "left_at": at, "reason": stay.reason})
        for name, question in self.questions(stay, at).items():
            self.fields[name] = question

    def questions(self, stay: StayView, at: datetime) -> dict[str, forms.Field]:
        """What is asked."""
        raise NotImplementedError


class DeclareReadyForm(StayForm):
    """Since when the person is ready, and what they wait for."""

    def questions(self, stay: StayView, at: datetime) -> dict[str, forms.Field]:
        """Two questions."""
        when = MomentField(
            label="Since when are they ready to leave?",
            help_text=MOMENT_HINT,
            noun="The day they were ready",
            missing="Enter the day and time since when they are ready to leave",
        )
        return {"ready_at": when, "reason": reason_question(stay, at)}


class ChangeReasonForm(StayForm):
    """What the person waits for now."""

    def questions(self, stay: StayView, at: datetime) -> dict[str, forms.Field]:
        """One question."""
        return {"reason": reason_question(stay, at)}


class RecordLeavingForm(StayForm):
    """When the person left."""

    def questions(self, stay: StayView, at: datetime) -> dict[str, forms.Field]:  # noqa: ARG002
        """One question."""
        when = MomentField(
            label="When did they leave?",
            help_text=MOMENT_HINT,
            noun="The day they left",
            missing="Enter the day and time when they left",
        )
        return {"left_at": when}


def reason_question(stay: StayView, at: datetime) -> HintedChoiceField:
    """Why people wait in that nation today, each with who has to act."""
    reasons = reasons_on(stay.nation, at)
    return HintedChoiceField(
        label="Why are they waiting?",
        help_text="The main reason today, with who has to act. You can change it later.",
        answers=[(reason.code, reason.title, reason.responsible.title) for reason in reasons],
        error_messages={
            "required": "Choose why they are waiting",
            "invalid_choice": "Choose from the list",
        },
    )
