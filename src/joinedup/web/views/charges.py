"""Work out a charge: which one, what it rests on, the answer, a letter, and the four nations side by side.

What somebody has and gets is theirs, and waits in the session (`kept_answers`).
"""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor
from joinedup.core.nation import Nation
from joinedup.rules.charging.asking import CareKind
from joinedup.web.actors import needs
from joinedup.web.charge_cases import EVERY_NATION, Case
from joinedup.web.charge_forms import ChargeForm, WhichChargeForm
from joinedup.web.components import Link
from joinedup.web.kept_answers import Shelf
from joinedup.web.presenters import charges as presenter
from joinedup.web.rule_pages import day_of_address, way_back

CHARGES = Shelf("charges", 5)


@needs(None)
def which_charge(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Ask where, for which care, on which day."""
    usual = {"nation": settings.NATION.value, "care": CareKind.CARE_HOME.value, "day": timezone.localdate()}
    form = WhichChargeForm(request.GET if request.GET else None, initial=usual)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        return redirect(
            "charge-facts", where=asked["nation"], care=asked["care"], day=asked["day"].isoformat()
        )
    return render(request, "which_charge.html", {"crumbs": way_back(), "form": form})


@needs(None)
def charge_facts(request: HttpRequest, _actor: Actor, where: str, care: str, day: str) -> HttpResponse:
    """Ask what the charge rests on; `?from=` begins with what was answered before."""
    case = _case(where, care, day)
    form = ChargeForm(case, request.POST if request.method == "POST" else None, initial=_earlier(request))
    if form.is_bound and form.is_valid():
        return redirect("charge-answer", key=_keep(request.session, case, form))
    context = {
        "crumbs": way_back(Link("Work out a charge", reverse("charge"))),
        "form": form,
        "what": presenter.what(case),
        "day": case.day,
    }
    return render(request, "charge_facts.html", context)


@needs(None)
def charge_answer(request: HttpRequest, _actor: Actor, key: str) -> HttpResponse:
    """The charge line by line; of several nations side by side, with the lines of one of them on request."""
    case, form = _kept(request.session, key)
    is_compared = len(case.nations) > 1
    lines = request.GET.get("lines", "") if is_compared else case.nations[0].value
    shown = next((nation for nation in case.nations if nation.value == lines), None)
    path = reverse("charge-answer", args=[key])
    context = {
        "beside": presenter.side_by_side(form, path) if is_compared else None,
        "one": presenter.one(form, shown) if shown else None,
        "crumbs": way_back(Link("Work out a charge", reverse("charge"))),
        "what": presenter.what(case),
        "day": case.day,
        "key": key,
        "change": _facts_address(case, key),
        "compare": _facts_address(Case(tuple(Nation), case.care, case.day), key),
    }
    return render(request, "charge_answer.html", context)


@needs(None)
def charge_letter(request: HttpRequest, _actor: Actor, key: str) -> HttpResponse:
    """The charge as a letter to print, with room for whom it is for; nobody's name is asked or kept."""
    case, form = _kept(request.session, key)
    if len(case.nations) > 1:
        raise Http404
    answer = presenter.one(form, case.nations[0])
    if answer.explanation is None:
        raise Http404
    context = {
        "crumbs": way_back(Link("The charge", reverse("charge-answer", args=[key]))),
        "what": presenter.what(case),
        "answer": answer,
        "nation": case.nations[0],
        "day": case.day,
        "today": timezone.localdate(),
    }
    return render(request, "charge_letter.html", context)


def _case(where: str, care: str, day: str) -> Case:
    """The case that an address names; 404 when it names none."""
    nations = tuple(nation for nation in Nation if where in (EVERY_NATION, nation.value))
    if not nations or care not in {kind.value for kind in CareKind}:
        raise Http404
    return Case(nations, CareKind(care), day_of_address(day))


def _facts_address(case: Case, key: str) -> str:
    """Where the questions of a case are, with what was answered before."""
    parts = {"where": case.where, "care": case.care.value, "day": case.day.isoformat()}
    return f"{reverse('charge-facts', kwargs=parts)}?from={key}"


def _keep(session: SessionBase, case: Case, form: ChargeForm) -> str:
    """Keep the case and its answers, and nothing else that was sent; return their key."""
    kept = {
        "where": case.where,
        "care": case.care.value,
        "day": case.day.isoformat(),
        "answers": form.sent_answers().urlencode(),
    }
    return CHARGES.keep(session, kept)


def _kept(session: SessionBase, key: str) -> tuple[Case, ChargeForm]:
    """The case under a key with its answers; 404 when it is no longer kept."""
    kept = CHARGES.kept(session, key)
    if kept is None:
        raise Http404
    case = _case(kept["where"], kept["care"], kept["day"])
    form = ChargeForm(case, QueryDict(kept["answers"]))
    if not form.is_valid():
        raise Http404
    return case, form


def _earlier(request: HttpRequest) -> dict[str, Any]:
    """What was answered before, as a new form begins with it; nothing where it is no longer kept."""
    try:
        _, form = _kept(request.session, request.GET.get("from", ""))
    except Http404:
        return {}
    return form.cleaned_data
