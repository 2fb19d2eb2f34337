"""The day as of which a record is asked for on a page: read from the address, or asked in a form.

The address carries the day alone (`?as-of=2026-03-03`), which says nothing about anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import HttpRequest

from joinedup.care.record.moments import last_of
from joinedup.core.moments import uk_date
from joinedup.web import words
from joinedup.web.questions import DayField

PARAMETER = "as-of"
FIELD = "known"
# As an address gives them, and as the form has them.
PARTS = (f"{FIELD}_year", f"{FIELD}_month", f"{FIELD}_day")
TOO_MUCH = "Too much of this record has changed since then to show it. Choose a later day"


class ThenForm(forms.Form):
    """What did we know on…?"""

    def __init__(self, sent: Mapping[str, str] | None, *, at: datetime) -> None:
        super().__init__(sent)
        self.fields[FIELD] = DayField(
            label="What did we know on…",
            help_text="For example, 3 3 2026",
            noun="The day",
            missing="Enter the day that you want to know about",
            today=uk_date(at),
        )


@dataclass(frozen=True)
class Then:
    """The day that a page shows the record of; None: as it is now. `form` asks for another.

    `is_asked` says that the form has just been sent, and its day belongs into the address.
    """

    day: date | None
    form: ThenForm
    is_asked: bool = False

    @property
    def known_at(self) -> datetime | None:
        """Return the last moment of the day."""
        return last_of(self.day.isoformat()) if self.day else None

    @property
    def text(self) -> str:
        """Return the day as an address says it; nothing for now."""
        return self.day.isoformat() if self.day else ""

    @property
    def query(self) -> str:
        """Return what an address says of the day; nothing for now."""
        return f"?{PARAMETER}={self.text}" if self.day else ""

    @property
    def said(self) -> str:
        """Return the day as a page says it."""
        return words.short_day(self.day) if self.day else ""


def then_of(request: HttpRequest, *, at: datetime) -> Then:
    """Read the day from the form or the address; today is now. What is no day of the past is a problem of the form."""
    is_asked = any(part in request.GET for part in PARTS)
    said = request.GET.get(PARAMETER)
    if not is_asked and said is None:
        return Then(None, ThenForm(None, at=at))
    form = ThenForm(request.GET if is_asked else _parts(str(said)), at=at)
    if not form.is_valid():
        return Then(None, form)
    day: date = form.cleaned_data[FIELD]
    return Then(day if day < uk_date(at) else None, form, is_asked)


def _parts(said: str) -> dict[str, str]:
    """Return the day of an address as the form has it; what isn't one stands where its day would."""
    parts = said.split("-")
    return dict(zip(PARTS, parts if len(parts) == len(PARTS) else ["", "", said], strict=True))
