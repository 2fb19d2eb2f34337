"""Pure logic of the people app: folding names for finding, and reading what was typed into the search box."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from joinedup.core.identifiers import tidy

DATE_FORMS = (
    re.compile(r"^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$"),
    re.compile(r"^(\d{4})-(\d{2})-(\d{2})$"),
)


def fold(text: str) -> str:
    """Return a name as it is sought: lower case, no accents, no punctuation, single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]", "", plain.casefold()).split())


@dataclass(frozen=True)
class Sought:
    """What was typed: a number, a date of birth, or words of a name; whatever is not there is empty."""

    number: str = ""
    born: str = ""
    words: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether nothing useful was typed."""
        return not (self.number or self.born or self.words)


def read_search(text: str) -> Sought:
    """Read the search box: ten digits are a number; a date is a date of birth; the rest is a name."""
    digits = tidy(text)
    if digits.isdigit() and len(digits) == 10:
        return Sought(number=digits)
    words: list[str] = []
    born = ""
    for word in text.replace(",", " ").split():
        day = _iso_date(word)
        born, words = (day, words) if day else (born, [*words, fold(word)])
    return Sought(born=born, words=tuple(word for word in words if word))


def _iso_date(word: str) -> str:
    """Return a typed date as YYYY-MM-DD, or nothing when it is none."""
    british, iso = (form.match(word) for form in DATE_FORMS)
    try:
        if british:
            return date(int(british[3]), int(british[2]), int(british[1])).isoformat()
        return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat() if iso else ""
    except ValueError:
        return ""
