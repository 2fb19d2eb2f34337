"""What the pages about rules share: the way back to them, and the choice of a nation."""

from datetime import date

from django.http import Http404
from django.urls import reverse

from joinedup.core.nation import Nation
from joinedup.rules.parameters import LAST_DAY
from joinedup.web.components import Link


def way_back(*further: Link) -> tuple[Link, ...]:
    """The breadcrumbs of a page about rules."""
    return (Link("Rules", reverse("rules")), *further)


def day_of_address(written: str) -> date:
    """The day that an address names; 404 when it names none for which rules are asked."""
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise Http404 from error
    if day > LAST_DAY:
        raise Http404
    return day


def nation_choices() -> list[tuple[str, str]]:
    """The four nations as answers of a question."""
    return [(nation.value, nation.title) for nation in Nation]
