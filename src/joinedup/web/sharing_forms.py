"""The two questions about a person's choice: which, and then the rest of it. Whether it may be, the action decides."""

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict

from joinedup.care.access.choices import SaidBy
from joinedup.care.record.choices import CHOOSABLE
from joinedup.care.record.own_consents import Form
from joinedup.web.presenters.sharing import KIND_WORDS
from joinedup.web.questions import HintedChoiceField

HINTS = {
    Form.NOTHING: "Each organisation sees only what it wrote itself",
    Form.ONLY_WITH: "Organisations that they name see what others wrote; the rest only what they wrote themselves",
    Form.NOT_WITH: "Organisations that they name see only what they wrote themselves",
    Form.NOT_KINDS: "Kinds that they name, such as medicines or letters, are seen only by whoever wrote them",
    Form.AGAIN: "Organisations see what the sharing agreements give them, as before",
}


class WhichForm(forms.Form):
    """Which choice they made."""

    def __init__(self, offered: Sequence[Form], sent: Mapping[str, str] | None) -> None:
        super().__init__(sent)
        self.fields["choice"] = HintedChoiceField(
            label="What did the person choose?",
            answers=[(form.value, form.title, HINTS[form]) for form in offered],
            error_messages={
                "required": "Choose what the person chose",
                "invalid_choice": "Choose from the list",
            },
        )


class RestForm(forms.Form):
    """What belongs to the choice, and whose word it is."""

    def __init__(self, form: Form, organisations: Sequence[tuple[str, str]], sent: QueryDict | None) -> None:
        super().__init__(sent)
        if form.names_organisations:
            self.fields["organisations"] = _several(
                "Which organisations?", organisations, "at least one organisation"
            )
        if form.names_kinds:
            self.fields["kinds"] = _several(
                "Which kinds of information?",
                [(kind, KIND_WORDS[kind].capitalize()) for kind in CHOOSABLE],
                "at least one kind",
            )
        self.fields["said_by"] = forms.ChoiceField(
            label="Who told you?",
            choices=[(who.value, who.title) for who in SaidBy],
            widget=forms.RadioSelect(),
            error_messages={"required": "Choose who told you", "invalid_choice": "Choose from the list"},
        )


def _several(label: str, choices: Sequence[tuple[str, str]], least: str) -> forms.MultipleChoiceField:
    """Return a question with several answers."""
    return forms.MultipleChoiceField(
        label=label,
        help_text="Select all that apply",
        choices=choices,
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": f"Select {least}", "invalid_choice": "Select from the list"},
    )
