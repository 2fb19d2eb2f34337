"""Questions that Django's own form fields do not ask as this service does: a moment, a day, and a choice with hints.

A moment is asked in four boxes (day, month, year, time) in the manner of the NHS date input, and is a time on
British clocks. Ends at the answer: whether the moment makes sense for a stay is for ``care.discharge``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms

from joinedup.core.moments import UK_TIME
from joinedup.web import words

TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])", re.ASCII)
WHOLE = re.compile(r"[0-9]{1,4}", re.ASCII)
YEAR_DIGITS = 4
# Nothing that is asked here began before, or is reckoned beyond.
FIRST_YEAR, LAST_YEAR = 1800, 2199


@dataclass(frozen=True)
class Box:
    """One of the boxes in which a moment is asked."""

    name: str
    label: str
    width: int
    mode: str = "numeric"


BOXES = (
    Box("day", "Day", 2),
    Box("month", "Month", 2),
    Box("year", "Year", 4),
    Box("time", "Time", 4, "text"),
)


class MomentWidget(forms.MultiWidget):
    """Day, month, year and time, each in a box of its own."""

    boxes: tuple[Box, ...] = BOXES

    def __init__(self) -> None:
        super().__init__({box.name: forms.TextInput() for box in self.boxes})

    def decompress(self, value: datetime | None) -> list[str]:
        """What the boxes say for a moment."""
        if value is None:
            return [""] * len(self.boxes)
        local = words.local(value)
        return [str(local.day), str(local.month), str(local.year), f"{local:%H:%M}"]

    def texts(self, value: object) -> list[str]:
        """What the boxes say: as typed, or for a moment that is offered."""
        if isinstance(value, list):
            return [str(text or "") for text in value]
        return self.decompress(value if isinstance(value, datetime) else None)


class MomentField(forms.MultiValueField):
    """A moment on British clocks; of an hour that comes twice in October, the first. ``noun`` begins messages."""

    widget = MomentWidget

    def __init__(self, *, noun: str, missing: str, **given: Any) -> None:
        self.noun = noun
        self.missing = missing
        boxes = [forms.CharField(required=False, max_length=10) for _ in BOXES]
        super().__init__(boxes, require_all_fields=False, required=False, widget=MomentWidget(), **given)

    def clean(self, value: Any) -> datetime:
        """Return the moment, or say which part of it is missing or can't be."""
        typed = [str(text or "").strip() for text in value or [""] * len(BOXES)]
        if not any(typed):
            raise forms.ValidationError(self.missing)
        empty = [box.label.lower() for box, text in zip(BOXES, typed, strict=True) if not text]
        if empty:
            raise forms.ValidationError(f"{self.noun} must include a {' and a '.join(empty)}")
        return self._moment(typed)

    def _moment(self, typed: Sequence[str]) -> datetime:
        time = TIME.fullmatch(typed[3])
        if len(typed[2]) != YEAR_DIGITS:
            raise forms.ValidationError("Enter the year with 4 numbers, such as 2026")
        if not all(WHOLE.fullmatch(text) for text in typed[:3]):
            raise forms.ValidationError(f"{self.noun} must be a real date, written in numbers")
        if time is None:
            raise forms.ValidationError("Enter the time as hours and minutes, such as 14:10")
        day, month, year = (int(text) for text in typed[:3])
        try:
            moment = datetime(year, month, day, int(time[1]), int(time[2]), tzinfo=UK_TIME)
        except ValueError as error:
            raise forms.ValidationError(f"{self.noun} must be a real date") from error
        return self._on_the_clock(moment)

    def _on_the_clock(self, moment: datetime) -> datetime:
        """Refuse a time that no clock showed, in the hour that is left out in March."""
        if moment.astimezone(UTC).astimezone(UK_TIME).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise forms.ValidationError(
                "This time did not exist: the clocks went forward. Enter a time after it"
            )
        return moment


class DayWidget(MomentWidget):
    """Day, month and year, each in a box of its own."""

    boxes = BOXES[:3]

    def decompress(self, value: datetime | None) -> list[str]:
        """What the boxes say for a moment: its day."""
        return super().decompress(value)[:3]

    def texts(self, value: object) -> list[str]:
        """What the boxes say: as typed, or for a day or moment that is offered."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return [str(value.day), str(value.month), str(value.year)]
        return super().texts(value)


class DayField(forms.MultiValueField):
    """A day, today or in the past, or any of these centuries where no ``today`` is given. ``noun`` begins messages.

    Without a word for when it is ``missing``, it may be left out.
    """

    widget = DayWidget

    def __init__(self, *, noun: str, today: date | None, missing: str = "", **given: Any) -> None:
        self.noun, self.missing, self.today = noun, missing, today
        boxes = [forms.CharField(required=False, max_length=10) for _ in DayWidget.boxes]
        super().__init__(boxes, require_all_fields=False, required=False, widget=DayWidget(), **given)

    def clean(self, value: Any) -> date | None:
        """Return the day, or say which part of it is missing or can't be."""
        typed = [str(text or "").strip() for text in value or [""] * len(DayWidget.boxes)]
        if not any(typed):
            if self.missing:
                raise forms.ValidationError(self.missing)
            return None
        empty = [box.label.lower() for box, text in zip(DayWidget.boxes, typed, strict=True) if not text]
        if empty:
            raise forms.ValidationError(f"{self.noun} must include a {' and a '.join(empty)}")
        return self._day(typed)

    def _day(self, typed: Sequence[str]) -> date:
        if len(typed[2]) != YEAR_DIGITS:
            raise forms.ValidationError("Enter the year with 4 numbers, such as 2026")
        if not all(WHOLE.fullmatch(text) for text in typed):
            raise forms.ValidationError(f"{self.noun} must be a real date, written in numbers")
        day, month, year = (int(text) for text in typed)
        try:
            found = date(year, month, day)
        except ValueError as error:
            raise forms.ValidationError(f"{self.noun} must be a real date") from error
        if self.today is not None and found > self.today:
            raise forms.ValidationError(f"{self.noun} must be today or in the past")
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(f"{self.noun} must be between {FIRST_YEAR} and {LAST_YEAR}")
        return found


class HintedChoiceField(forms.ChoiceField):
    """One of several answers, each with a line beneath it that helps to choose."""

    def __init__(self, *, answers: Sequence[tuple[str, str, str]], **given: Any) -> None:
        super().__init__(
            choices=[(value, text) for value, text, _ in answers], widget=forms.RadioSelect(), **given
        )
        self.choice_hints = {value: hint for value, _, hint in answers}


class WholeNumberField(forms.IntegerField):
    """A whole number between two, in a box as wide as it is; whatever else is typed gets one answer, ``problem``."""

    def __init__(
        self,
        *,
        most: int,
        width: int,
        least: int = 0,
        required: bool = False,
        problem: str = "",
        **given: Any,
    ) -> None:
        said = problem or f"Enter a whole number, {least} to {most}"
        super().__init__(
            required=required,
            min_value=least,
            max_value=most,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "data-width": str(width)}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
            **given,
        )
