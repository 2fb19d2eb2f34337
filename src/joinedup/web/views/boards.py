"""Check a board: which kind, who is on it, and what is amiss.

Nothing personal is asked, so the answers stay in the address: a check can be kept and sent on.
"""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor
from joinedup.core.nation import Nation
from joinedup.rules.boards.asking import BoardAsked, board_asked, kinds_of_board
from joinedup.rules.boards.declared_board import Board
from joinedup.rules.boards.topic import BoardKind
from joinedup.rules.parameters import NotCovered
from joinedup.web.actors import needs
from joinedup.web.board_forms import BoardForm, WhichBoardForm, kind_words
from joinedup.web.components import Link
from joinedup.web.presenters.boards import checked
from joinedup.web.presenters.explanations import why_none
from joinedup.web.rule_pages import day_of_address, way_back


@needs(None)
def which_board(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Ask which kind of board, on which day."""
    first = kinds_of_board(settings.NATION)[0]
    usual = {"board": f"{settings.NATION.value}.{first.value}", "day": timezone.localdate()}
    form = WhichBoardForm(request.GET if request.GET else None, initial=usual)
    if form.is_bound and form.is_valid():
        nation, _, kind = form.cleaned_data["board"].partition(".")
        return redirect("board-facts", nation=nation, kind=kind, day=form.cleaned_data["day"].isoformat())
    return render(request, "which_board.html", {"crumbs": way_back(), "form": form})


@needs(None)
def board_facts(request: HttpRequest, _actor: Actor, nation: str, kind: str, day: str) -> HttpResponse:
    """Ask who is on the board, and say what is amiss with what was answered."""
    place, of_kind, on = _known(nation, kind, day)
    context = {
        "crumbs": way_back(Link("Check a board", reverse("board"))),
        "what": f"{kind_words(of_kind)}, {place.title}",
        "day": on,
        "form": None,
        "checked": None,
        "why_none": "",
    }
    try:
        asked = board_asked(place, of_kind, on)
    except NotCovered as error:
        context["why_none"] = why_none(error)
        return render(request, "board_facts.html", context)
    if asked == BoardAsked():
        context["checked"] = checked(Board(place, of_kind, kind_words(of_kind), ()), on)
        return render(request, "board_facts.html", context)
    form = BoardForm(asked, request.GET if "check" in request.GET else None)
    context["form"] = form
    if form.is_valid():
        context["checked"] = checked(form.board(place, of_kind), on)
    return render(request, "board_facts.html", context)


def _known(nation: str, kind: str, day: str) -> tuple[Nation, BoardKind, date]:
    """The kind of board and day that an address names; 404 when it names none."""
    place = next((each for each in Nation if each.value == nation), None)
    if place is None or kind not in {each.value for each in kinds_of_board(place)}:
        raise Http404
    return place, BoardKind(kind), day_of_address(day)
