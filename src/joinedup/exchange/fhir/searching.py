"""Search parameters: from an address or a form to what the record is asked. What isn't supported is refused, never
ignored, since whoever asks would take the answer for the whole.
"""

import base64
import hashlib
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from joinedup.care.record.criteria import Asked, CriterionError
from joinedup.care.record.past import TooManyError
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import Place
from joinedup.exchange.fhir.as_of import PARAMETER, moment_asked
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError

MOST_A_PAGE = 200
A_PAGE = 50
MOST_VALUES = 500
CONTROLS = frozenset(
    {
        "_count",
        "_sort",
        "_include",
        "_revinclude",
        "_summary",
        "_elements",
        "_format",
        "_pretty",
        "_total",
        "_page",
    }
)
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}\Z")
COMMA = re.compile(r"(?<!\\),")
ESCAPED = re.compile(r"\\([,|$\\])")
Pairs = list[tuple[str, str]]


def search_as_of(type_: str, pairs: Pairs, *, at: datetime) -> Search:
    """Read the parameters of a search that may be about the past; `at` is when its first page was asked for."""
    asked = search_of(type_, [pair for pair in pairs if pair[0] != PARAMETER])
    return replace(asked, known_at=moment_asked(pairs, at=at))


def search_of(type_: str, pairs: Pairs) -> Search:
    """Read the parameters of a search of a type, as the record is now."""
    asked = [_asked(name, value) for name, value in pairs if name not in CONTROLS and value]
    return Search(
        type=type_,
        asked=tuple(asked),
        order=tuple(_order(part) for value in _all(pairs, "_sort") for part in value.split(",") if part),
        included=tuple(_included("_include", value) for value in _all(pairs, "_include")),
        also_referring=tuple(_included("_revinclude", value) for value in _all(pairs, "_revinclude")),
        count=_count(pairs),
        is_counted=_is_counted(pairs),
    )


def _all(pairs: Pairs, name: str) -> list[str]:
    """Return every value of a parameter."""
    return [value for other, value in pairs if other == name]


def _asked(name: str, value: str) -> Asked:
    """Read one parameter: name, :modifier, .chain, and its values, any of which will do."""
    head, _, chain = name.partition(".") if not name.startswith("_") else (name, "", "")
    plain, _, modifier = head.partition(":")
    values = tuple(ESCAPED.sub(r"\1", part) for part in COMMA.split(value) if part)
    if not values:
        raise CriterionError(plain, "give a value beside the commas")
    if len(values) > MOST_VALUES:
        raise CriterionError(plain, f"give at most {MOST_VALUES} values at once")
    return Asked(plain, values, modifier, chain)


def _order(part: str) -> tuple[str, bool]:
    """Read one key of the order: (parameter, whether falling)."""
    return part.removeprefix("-"), part.startswith("-")


def _included(control: str, value: str) -> tuple[str, str]:
    """Read Type:parameter."""
    type_, _, rest = value.partition(":")
    if not type_ or not rest:
        raise CriterionError(control, "give it as Type:parameter")
    return type_, rest.partition(":")[0]


def _count(pairs: Pairs) -> int:
    """Return how many a page holds."""
    said = next(iter(_all(pairs, "_count")), str(A_PAGE))
    if not WHOLE_NUMBER.match(said):
        raise CriterionError("_count", "it must be a whole number")
    return min(int(said), MOST_A_PAGE)


def _is_counted(pairs: Pairs) -> bool:
    """Say whether all that match are to be counted, which a page by itself need not know."""
    said = next(iter(_all(pairs, "_total")), "none")
    if said not in ("none", "estimate", "accurate"):
        raise CriterionError("_total", "give none, estimate or accurate")
    return said != "none"


def refusal(error: CriterionError) -> RefusedInputError:
    """Say which parameter can't be answered, without its value."""
    issue = Issue(
        "too-costly" if isinstance(error, TooManyError) else "not-supported", f"{error.name}: {error}"
    )
    return RefusedInputError(HTTPStatus.BAD_REQUEST, issue)


@dataclass(frozen=True)
class Paged:
    """Whose pages they are (the system's number), and of what: a type, or an operation on one person."""

    system: int
    what: str


class _Sealed(msgspec.Struct):
    """What the address of a further page holds: what was asked by whom, and where the page begins."""

    of: Paged
    query: str
    seen_at: datetime
    ceiling: int
    after: int
    keys: tuple[str, ...]
    total: int | None


def _seal() -> Fernet:
    """Return what seals a page's address: it may hold what was asked for, which belongs into no log."""
    digest = hashlib.sha256(f"further pages {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def sealed(pairs: Pairs, place: Place, of: Paged) -> str:
    """Return the word by which the page at that place can be asked for."""
    kept = [(name, value) for name, value in pairs if name != "_page"]
    content = _Sealed(of=of, query=urlencode(kept), **asdict(place))
    return _seal().encrypt(msgspec.json.encode(content)).decode()


def opened(word: str, of: Paged) -> tuple[Pairs, Place]:
    """Return what was asked and where the page begins; refuse a word that was not made here, for these pages.

    It tells what somebody asked and how much there was for them, and its order fits no other search.
    """
    no_page = "this is not the address of a further page that was given here: search again"
    refused = RefusedInputError(HTTPStatus.BAD_REQUEST, Issue("value", no_page))
    try:
        content = msgspec.json.decode(_seal().decrypt(word.encode()), type=_Sealed)
    except (InvalidToken, msgspec.DecodeError) as error:
        raise refused from error
    if content.of != of:
        raise refused
    place = Place(content.seen_at, content.ceiling, content.after, content.keys, content.total)
    return parse_qsl(content.query, keep_blank_values=True), place
