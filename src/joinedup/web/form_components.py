"""What a form needs to be drawn: its questions with the answers so far, and everything that is wrong with them."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a form: what to do, and the id of the field to do it in."""

    text: str
    field_id: str = ""


@dataclass(frozen=True)
class ErrorSummary:
    """Everything wrong with a form, at the top of the page."""

    problems: tuple[Problem, ...]
    title: str = "There is a problem"


class FieldKind(StrEnum):
    """Which control a question is asked with."""

    TEXT = "text"
    PASSWORD = "password"  # noqa: S105 - the name of a control
    SEARCH = "search"
    TEXTAREA = "textarea"
    SELECT = "select"
    RADIOS = "radios"
    CHECKBOXES = "checkboxes"
    MOMENT = "moment"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Choice:
    """One answer a person can pick."""

    value: str
    text: str
    is_chosen: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """One box of a question that is answered in several, such as the day of a date."""

    id: str
    name: str
    label: str
    value: str
    width: int
    input_mode: str = "numeric"


@dataclass(frozen=True)
class Field:
    """One question of a form with its answer so far."""

    kind: FieldKind
    id: str
    name: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    autocomplete: str = ""
    input_mode: str = ""
    width: int | None = None
    prefix: str = ""
    choices: tuple[Choice, ...] = field(default=())
    parts: tuple[Part, ...] = field(default=())
