"""Open a record in an emergency: exactly whom, why, and then the record, for three hours."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.glass import LASTS, LONGEST, REASONS, SHORTEST, NotOpenedError, break_glass
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.tries import EMERGENCY, TooManyTriesError, counted_try, key_of
from joinedup.care.people.logic import read_search
from joinedup.care.people.queries import person_exactly
from joinedup.web.actors import needs
from joinedup.web.views.finding import usual_number

NOBODY = (
    "No record can be opened with exactly these. Check each, or call the organisation that looks after them."
)

CALL = "If somebody is in danger now, call the organisation that looks after them."
SUBJECT = "an emergency opening"
TOO_MANY = 429


class EmergencyForm(forms.Form):
    """Who, by number and date of birth or by full name and date of birth; and why."""

    born = forms.CharField(
        label="Date of birth",
        help_text="For example, 3/3/1941",
        max_length=12,
        error_messages={"required": "Enter the date of birth"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "10"}),
    )
    number = forms.CharField(
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "20"}),
    )
    given = forms.CharField(
        label="First name",
        required=False,
        max_length=100,
        help_text="Only if you do not have the number",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    family = forms.CharField(
        label="Family name",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label="Why must you open it now?",
        choices=tuple(REASONS.items()),
        error_messages={"required": "Choose why", "invalid_choice": "Choose from the list"},
        widget=forms.RadioSelect,
    )
    account = forms.CharField(
        label="What has happened?",
        help_text="In your own words. It is kept with the opening",
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={
            "required": "Say what has happened",
            "min_length": "Say what has happened in a few words more",
            "max_length": f"Say it in at most {LONGEST} letters",
        },
        widget=forms.Textarea,
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["number"].label = usual_number().title

    def clean_born(self) -> str:
        """Read the day."""
        born = read_search(str(self.cleaned_data["born"])).born
        if not born:
            raise forms.ValidationError(
                "Enter the date of birth as day, month and year, for example 3/3/1941"
            )
        return born

    def clean(self) -> dict[str, Any]:
        """A number will do, or else both names."""
        said = super().clean() or {}
        if not said.get("number") and not (said.get("given") and said.get("family")):
            self.add_error("number", f"Enter the {usual_number().title}, or both names")
        return said


@needs(Permission.BREAK_GLASS)
def open_in_emergency(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask whom and why, and open the record of the one person whom it fits exactly. Too many wrong tries must wait."""
    form = EmergencyForm(request.POST) if request.method == "POST" else EmergencyForm()
    try:
        if form.is_bound and (opened := _tried(form, actor)):
            return redirect("person", person_id=opened)
    except TooManyTriesError as error:
        return _must_wait(request, actor, error)
    hours = int(LASTS.total_seconds() // 3600)
    return render(request, "emergency_opening.html", {"form": form, "hours": hours})


def _tried(form: EmergencyForm, actor: Actor) -> UUID | None:
    """Open the record and return whose it is. Whatever opens none counts as a wrong try of this user's."""
    at = timezone.now()
    try:
        with counted_try({key_of("emergency opening", str(actor.user_id)): EMERGENCY}, at=at):
            if not form.is_valid():
                _refused(actor, f"{SUBJECT}: not all was said")
                raise NotOpenedError
            return _opened(form, actor)
    except NotOpenedError:
        if not form.errors:
            form.add_error(None, NOBODY)
        return None


def _opened(form: EmergencyForm, actor: Actor) -> UUID:
    """Break the glass; return whose record it opened. `NotOpenedError` where nobody fits exactly."""
    at, said = timezone.now(), form.cleaned_data
    person_id = person_exactly(
        actor, number=said["number"], given=said["given"], family=said["family"], born=said["born"], at=at
    )
    if person_id is None:
        _refused(actor, f"{SUBJECT}: nobody fits")
        raise NotOpenedError
    break_glass(person_id=person_id, reason=said["reason"], account=said["account"], by=actor, at=at)
    return person_id


def _must_wait(request: HttpRequest, actor: Actor, error: TooManyTriesError) -> HttpResponse:
    """Say how long they must wait, and write down that they must."""
    _refused(actor, f"{SUBJECT}: too many tries")
    context = {"wait": error.wait, "advice": CALL}
    response = render(request, "too_many_tries.html", context, status=TOO_MANY)
    response.headers["Retry-After"] = str(int(error.wait.total_seconds()) + 1)
    return response


def _refused(actor: Actor, subject: str) -> None:
    record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=timezone.now(), subject=subject)
