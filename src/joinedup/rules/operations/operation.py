"""What an operation is: a question that a system can ask of the rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """A question: `takes` is a dataclass of what is asked, `answer` turns one into JSON types, `example` is one.

    `gives` is the kind of value that an explained answer has; none where the answer is a list. One that `is_reading`
    is asked in an address, without a body.
    """

    name: str
    title: str
    takes: type
    answer: Callable[[Any], Any]
    example: Mapping[str, Any]
    gives: type | None = None
    is_reading: bool = False
