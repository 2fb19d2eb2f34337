"""The template environment of every page.

Ours is strict: a name that a page was not given is an error, never an empty space. The NHS design system's
own macros need lax undefined values, so they live in an environment of their own and come in as
``nhsuk.<macro>``; a slip of ours can't hide behind their laxness.
"""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined

from joinedup.web import charts, diagrams, fields, form_components, step_charts, words
from joinedup.web.asset_sources import asset
from joinedup.web.frame import frame_for

# The folder of each macro in the package, by the name that our templates use.
NHSUK_MACROS = {
    "breadcrumb": ("breadcrumb", "breadcrumb"),
    "button": ("button", "button"),
    "card": ("card", "card"),
    "checkboxes": ("checkboxes", "checkboxes"),
    "date_input": ("date-input", "dateInput"),
    "details": ("details", "details"),
    "error_summary": ("error-summary", "errorSummary"),
    "input": ("input", "input"),
    "inset_text": ("inset-text", "insetText"),
    "notification_banner": ("notification-banner", "notificationBanner"),
    "password_input": ("password-input", "passwordInput"),
    "radios": ("radios", "radios"),
    "select": ("select", "select"),
    "skip_link": ("skip-link", "skipLink"),
    "summary_list": ("summary-list", "summaryList"),
    "tag": ("tag", "tag"),
    "textarea": ("textarea", "textarea"),
    "warning_callout": ("warning-callout", "warningCallout"),
}
FILTERS: dict[str, Callable[..., str]] = {
    "age": words.age,
    "clock": words.clock,
    "day": words.day,
    "duration": words.duration,
    "identifier": words.identifier,
    "moment": words.moment,
    "money": words.money,
    "month": words.month,
    "number": words.number,
    "short_day": words.short_day,
    "since": words.since,
    "waiting": words.waiting,
}


def environment(**options: Any) -> Environment:
    """Django's entry: the environment in which pages are drawn."""
    options.update(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("joinedup.web"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env = Environment(**options)  # noqa: S701 - autoescape is set just above
    env.filters.update(FILTERS)
    env.filters["plural"] = words.plural
    env.globals.update(
        asset=asset,
        frame_for=frame_for,
        url=_url,
        nhsuk=_nhsuk_macros(),
        drawings=charts.drawings,
        step_drawings=step_charts.step_drawings,
        diagram_drawing=diagrams.draw,
        form_field=fields.form_field,
        form_fields=fields.form_fields,
        form_problems=fields.error_summary,
        Problem=form_components.Problem,
    )
    return env


def _url(name: str, **parts: object) -> str:
    return reverse(name, kwargs=parts or None)


def _nhsuk_macros() -> dict[str, Callable[..., str]]:
    """The design system's macros, each taking the parameters that its documentation names."""
    lax = Environment(
        autoescape=True, undefined=ChainableUndefined, loader=PackageLoader("nhsuk_frontend_jinja")
    )
    return {
        name: getattr(lax.get_template(f"nhsuk/components/{folder}/macro.jinja").module, macro)
        for name, (folder, macro) in NHSUK_MACROS.items()
    }
