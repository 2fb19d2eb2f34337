"""Who does what in a nation on a day: functions and duties, who pays, directs and answers to whom, and findings."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from joinedup.care.access.actor import Actor
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.accountability.answering import Accountability, accountability
from joinedup.web.actors import needs
from joinedup.web.presenters import who_does_what as props
from joinedup.web.questions import DayField
from joinedup.web.rule_pages import nation_choices, way_back


class WhoDoesWhatForm(forms.Form):
    """Which nation, and on which day."""

    nation = forms.ChoiceField(label="Nation", choices=nation_choices())

    def __init__(self, sent: QueryDict | None, **given: Any) -> None:
        super().__init__(sent, **given)
        self.fields["day"] = DayField(
            label="Day",
            help_text="Today or earlier, such as 1 4 2015",
            noun="The day",
            missing="Enter the day you want to know about",
            today=timezone.localdate(),
        )


@needs(None)
def who_does_what(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The table, findings, diagram and links of a day; today in the partnership's own nation unless asked."""
    usual = {"nation": settings.NATION.value, "day": timezone.localdate()}
    form = WhoDoesWhatForm(request.GET if request.GET else None, initial=usual)
    asked: dict[str, Any] = usual if not form.is_bound else form.cleaned_data if form.is_valid() else {}
    context = {"crumbs": way_back(), "form": form, "answer": None, "not_covered": ""}
    if asked:
        context |= _answered(Nation(asked["nation"]), asked["day"])
    return render(request, "who_does_what.html", context)


def _answered(nation: Nation, day: date) -> dict[str, Any]:
    """What the page shows of an answer, or why there is none."""
    try:
        answer: Accountability = accountability(nation, day)
    except NotCovered as error:
        return {"not_covered": error.because}
    return {
        "answer": answer,
        "sentence": props.in_a_sentence(answer),
        "caution": props.caution(answer),
        "table": props.duty_table(answer),
        "findings": props.findings(answer),
        "diagram": props.diagram(answer),
        "links": props.link_lines(answer),
        "duties": props.duty_lines(answer),
    }
