"""Find a person by name, date of birth or number.

What was typed is personal, and waits in the session (`kept_answers`).
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.people.logic import Sought, read_search
from joinedup.care.people.queries import find_people
from joinedup.core.identifiers import IdentifierKind, kind_of_nation, problem_with_form
from joinedup.core.moments import uk_date
from joinedup.web.actors import needs
from joinedup.web.kept_answers import Shelf
from joinedup.web.presenters.people import found

SEARCHES = Shelf("searches", 10)
MOST_SHOWN = 50
ASK = "Enter a name, a date of birth or a number"


class FindForm(forms.Form):
    """One box for all."""

    q = forms.CharField(
        max_length=200,
        error_messages={"required": ASK, "max_length": "Enter no more than 200 letters and digits"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["q"].label = f"Name, date of birth or {usual_number().title}"
        self.fields["q"].help_text = "Part of a name is enough. A date of birth as 3/3/1941."

    def clean_q(self) -> str:
        """Refuse what has neither a letter nor a digit in it."""
        text = str(self.cleaned_data["q"])
        if read_search(text).is_empty:
            raise forms.ValidationError(ASK)
        return text


def usual_number() -> IdentifierKind:
    """Return the kind of number that people of this partnership's nation have."""
    return kind_of_nation(settings.NATION)


@needs(Permission.FIND_PEOPLE)
def find_person(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Ask whom to find. What was asked leads to a page of its own, which can be reloaded and come back to."""
    form = FindForm(request.POST) if request.method == "POST" else FindForm()
    if form.is_bound and form.is_valid():
        return redirect("found-people", key=SEARCHES.keep(request.session, form.cleaned_data["q"]))
    return render(request, "find_person.html", {"form": form, "is_forgotten": False})


@needs(Permission.FIND_PEOPLE)
def found_people(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Show who was found. The search is made, and audited, each time the page is opened."""
    text = SEARCHES.kept(request.session, key)
    if text is None:
        return render(request, "find_person.html", {"form": FindForm(), "is_forgotten": True})
    at = timezone.now()
    sought = read_search(text)
    people = find_people(actor, sought, at=at, limit=MOST_SHOWN)
    context = {
        "form": FindForm(initial={"q": text}),
        "found": found(people, usual=usual_number(), on=uk_date(at)),
        "may_be_more": len(people) == MOST_SHOWN,
        "number_problem": _number_problem(sought),
        "may_open": actor.may(Permission.BREAK_GLASS),
    }
    return render(request, "found_people.html", context)


def _number_problem(sought: Sought) -> str:
    """Say what is wrong with a number that was typed, if anything is; every kind has the same check digit."""
    return (sought.number and problem_with_form(usual_number(), sought.number)) or ""
