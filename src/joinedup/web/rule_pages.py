"""What the pages about rules share: the way back to them, and the choice of a nation."""

from django.urls import reverse

from joinedup.core.nation import Nation
from joinedup.web.components import Link


def way_back(*further: Link) -> tuple[Link, ...]:
    """The breadcrumbs of a page about rules."""
    return (Link("Rules", reverse("rules")), *further)


def nation_choices() -> list[tuple[str, str]]:
    """The four nations as answers of a question."""
    return [(nation.value, nation.title) for nation in Nation]
