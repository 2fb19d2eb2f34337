"""A question to the rules as JSON, read into what an operation takes: nothing guessed, nothing overlooked.

A name that is not known is refused, not skipped: a misspelt fact would change the answer without a word.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from joinedup.rules.operations import Operation
from joinedup.rules.parameters import LAST_DAY

FIRST_DAY = date(1900, 1, 1)


class AskedError(ValueError):
    """A question that can't be read: says where (a JSON path) and what is wrong."""


def read_body(operation: Operation, body: bytes) -> Any:
    """Read what an operation takes out of a JSON text."""
    try:
        written = msgspec.json.decode(body)
        _refuse_unknown(written, operation.takes, "$")
        asked: Any = msgspec.json.decode(body, type=operation.takes)
        _refuse_far_days(asked, "$")
        return asked
    except (msgspec.DecodeError, RecursionError) as error:
        raise AskedError(str(error) or "nested too deeply") from error


def read_query(operation: Operation, query: Mapping[str, str]) -> Any:
    """Read what an operation takes out of an address."""
    try:
        _refuse_unknown(dict(query), operation.takes, "$")
        return msgspec.convert(dict(query), operation.takes, strict=False)
    except msgspec.ValidationError as error:
        raise AskedError(str(error)) from error


def _refuse_unknown(written: Any, hint: Any, path: str) -> None:
    """Refuse the first name that the type does not have; whatever else is wrong is left to the decoder."""
    if isinstance(written, list):
        inner = next((each for each in get_args(hint) if each is not ...), None)
        for place, each in enumerate(written):
            _refuse_unknown(each, inner, f"{path}[{place}]")
        return
    if get_origin(hint) is UnionType:
        hint = next(each for each in get_args(hint) if each is not type(None))
    if not isinstance(written, dict) or not is_dataclass(hint) or not isinstance(hint, type):
        return
    hints = get_type_hints(hint)
    known = [field.name for field in fields(hint)]
    for name, value in written.items():
        if name not in known:
            raise AskedError(f"'{name}' is not known here: use one of {', '.join(known)} - at `{path}`")
        _refuse_unknown(value, hints[name], f"{path}.{name}")


def _refuse_far_days(asked: Any, path: str) -> None:
    """Refuse the first day from which nothing can be reckoned: so early or late that no rule can be meant for it."""
    if isinstance(asked, date):
        if not FIRST_DAY <= asked <= LAST_DAY:
            raise AskedError(f"give a day from {FIRST_DAY} to {LAST_DAY} - at `{path}`")
    elif isinstance(asked, tuple | frozenset):
        for place, each in enumerate(asked):
            _refuse_far_days(each, f"{path}[{place}]")
    elif is_dataclass(asked) and not isinstance(asked, type):
        for field in fields(asked):
            _refuse_far_days(getattr(asked, field.name), f"{path}.{field.name}")
