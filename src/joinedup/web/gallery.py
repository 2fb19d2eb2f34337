"""The component gallery: every component once, with invented people, for those who build and check pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from joinedup.care.access.actor import Actor, Permission
from joinedup.web import gallery_examples as examples
from joinedup.web.actors import needs
from joinedup.web.components import BoardView, Link
from joinedup.web.gallery_diagram import a_diagram


@needs(Permission.SEE_GALLERY)
def gallery(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Every component with an example."""
    form = examples.sent_form()
    form.is_valid()
    return render(
        request,
        "gallery.html",
        {
            "crumbs": (Link("My day", "#"), Link("Leaving hospital", "#")),
            "person": examples.PERSON,
            "stay": examples.STAY,
            "tags": examples.TAGS,
            "table_board": examples.board(BoardView.TABLE),
            "card_board": examples.board(BoardView.BOARD),
            "timeline_example": examples.a_timeline(),
            "chart_example": examples.a_chart(),
            "step_chart_example": examples.a_step_chart(),
            "diagram_example": a_diagram(),
            "table_example": examples.a_table(),
            "explanation_example": examples.explanation(),
            "split_example": examples.SPLIT,
            "filter_groups": examples.FILTERS,
            "pages": examples.PAGES,
            "notice_example": examples.NOTICE,
            "work_example": examples.WORK,
            "empty": examples.EMPTY,
            "definition_example": examples.DEFINITION,
            "form": form,
        },
    )
