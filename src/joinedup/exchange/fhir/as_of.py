"""`?as-of=`: the moment at which the record is asked for, as it was known then. A parameter of our own."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest

from joinedup.care.record.moments import last_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError

PARAMETER = "as-of"
Pairs = Sequence[tuple[str, str]]


def pairs_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the parameters of the address."""
    return [(name, str(value)) for name, values in request.GET.lists() for value in values]


def moment_asked(pairs: Pairs, *, at: datetime) -> datetime | None:
    """Return the moment as of which these parameters ask, a day being its end; None for now and whatever is to come.

    Refuses what is neither a date nor a time, and two moments at once.
    """
    said = [value for name, value in pairs if name == PARAMETER]
    if not said:
        return None
    moment = last_of(said[0]) if len(said) == 1 else None
    if moment is None:
        issue = Issue("value", f"{PARAMETER}: give one date as YYYY-MM-DD, or a time with its zone")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    return moment if moment < at else None
