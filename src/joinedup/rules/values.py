"""Typed values out of citations. The loader made sure of the types; these tell mypy, and fail loudly."""

from decimal import Decimal
from typing import TypeVar

from joinedup.core.explained import Citation

T = TypeVar("T")


def number_of(citation: Citation) -> int:
    """Return a whole number; like all here, `TypeError` where the book holds something else."""
    return _checked(citation, int)


def amount_of(citation: Citation) -> Decimal:
    """Return an amount of money."""
    return _checked(citation, Decimal)


def text_of(citation: Citation) -> str:
    """Return a text."""
    return _checked(citation, str)


def is_set(citation: Citation) -> bool:
    """Return a yes or no."""
    return _checked(citation, bool)


def words_of(citation: Citation) -> tuple[str, ...]:
    """Return a list of texts."""
    return _all_checked(citation, str)


def numbers_of(citation: Citation) -> tuple[int, ...]:
    """Return a list of whole numbers."""
    return _all_checked(citation, int)


def rows_of(citation: Citation, kind: type[T]) -> tuple[T, ...]:
    """Return the rows of a table."""
    return _all_checked(citation, kind)


def _checked(citation: Citation, kind: type[T]) -> T:
    if not isinstance(citation.value, kind):
        raise TypeError(f"{citation.parameter} is not {kind.__name__}")
    return citation.value


def _all_checked(citation: Citation, kind: type[T]) -> tuple[T, ...]:
    value = citation.value
    if not isinstance(value, tuple):
        raise TypeError(f"{citation.parameter} is not a list")
    return tuple(_checked_item(citation, item, kind) for item in value)


def _checked_item(citation: Citation, item: object, kind: type[T]) -> T:
    if not isinstance(item, kind):
        raise TypeError(f"{citation.parameter} holds something other than {kind.__name__}")
    return item
