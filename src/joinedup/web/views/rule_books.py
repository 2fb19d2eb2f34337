"""What the rules say: the way in, a nation's rule book on a day, and how one value changed."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from joinedup import __version__
from joinedup.care.access.actor import Actor
from joinedup.core.nation import Nation
from joinedup.rules.books import TOPICS, rule_book
from joinedup.rules.openapi import openapi
from joinedup.rules.parameters import Parameter
from joinedup.web.actors import needs
from joinedup.web.presenters import rules_api as api
from joinedup.web.presenters.rule_books import OnTheDay, history, on_the_day
from joinedup.web.questions import DayField
from joinedup.web.rule_pages import nation_choices, way_back

API = "/api/rules"


class RuleBookForm(forms.Form):
    """Which nation's rules, on what, on which day."""

    nation = forms.ChoiceField(label="Nation", choices=nation_choices())
    topic = forms.ChoiceField(label="About", choices=[(topic.name, topic.title) for topic in TOPICS])

    def __init__(self, sent: QueryDict | None, **given: Any) -> None:
        super().__init__(sent, **given)
        self.fields["day"] = DayField(
            label="Day",
            help_text="The rules as they stood on this day, such as 1 5 2022",
            noun="The day",
            missing="Enter the day whose rules you want",
            today=None,
        )


@needs(None)
def rules(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The way in to everything that rests on rules alone."""
    return render(request, "rules.html", {"crumbs": ()})


@needs(None)
def book(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """A nation's rules on one topic as they stood on a day."""
    usual = {"nation": settings.NATION.value, "topic": TOPICS[0].name, "day": timezone.localdate()}
    form = RuleBookForm(request.GET if request.GET else None, initial=usual)
    asked: dict[str, Any] = usual if not form.is_bound else form.cleaned_data if form.is_valid() else {}
    found = _of_day(Nation(asked["nation"]), asked["topic"], asked["day"]) if asked else ()
    context = {
        "crumbs": way_back(),
        "form": form,
        "asked": asked,
        "nation": Nation(asked["nation"]) if asked else None,
        "topic": next((t for t in TOPICS if asked and t.name == asked["topic"]), None),
        "held": [each for each in found if each.value],
        "not_held": [each for each in found if not each.value],
    }
    return render(request, "rule_book.html", context)


@needs(None)
def value(request: HttpRequest, _actor: Actor, nation: str, topic: str, parameter: str) -> HttpResponse:
    """How one value of a rule book changed, with where each is written."""
    found = _parameter(nation, topic, parameter)
    context = {
        "crumbs": way_back(),
        "parameter": found,
        "topic": next(each for each in TOPICS if each.name == topic),
        "history": history(found, timezone.localdate()),
    }
    return render(request, "rule_value.html", context)


@needs(None)
def for_systems(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """How another system asks, with examples that are answered when the page is."""
    document = openapi(server=request.build_absolute_uri(API), version=__version__)
    context = {
        "crumbs": way_back(),
        "description": f"{API}/openapi.json",
        "questions": api.questions(),
        "kinds": api.kinds(document),
    }
    return render(request, "rules_api.html", context)


def _of_day(nation: Nation, topic: str, day: date) -> tuple[OnTheDay, ...]:
    """Every parameter of a rule book on a day, in its order."""
    return tuple(on_the_day(each, day) for each in rule_book(nation, topic).parameters.values())


def _parameter(nation: str, topic: str, name: str) -> Parameter:
    """The parameter of that name; 404 when there is none."""
    is_known = nation in {each.value for each in Nation} and topic in {each.name for each in TOPICS}
    found = rule_book(Nation(nation), topic).parameters.get(name) if is_known else None
    if found is None:
        raise Http404
    return found
