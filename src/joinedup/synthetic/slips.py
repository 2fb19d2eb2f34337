"""How what is known of a person goes wrong on its way into a system: typing, mixing up, short forms.

Each function changes one value as a person at a keyboard would. How often is said in `duplicates`.
"""

import string
from datetime import date
from random import Random

from joinedup.synthetic.chance import between, one_of

SHORTENED_TO = 4
ENDINGS = ("", "y", "ie")
TRIES = 20


def mistyped(text: str, rng: Random) -> str:
    """The text with one letter or digit replaced, left out, doubled in by another, or changed with the next.

    A text of fewer than two characters stays as it is.
    """
    places = [index for index, character in enumerate(text) if character.isalnum()]
    if len(places) < 2:
        return text
    at = one_of(rng, places)
    kind = rng.random()
    if kind < 0.45:
        return text[:at] + _other(text[at], rng) + text[at + 1 :]
    if kind < 0.65:
        return text[:at] + text[at + 1 :]
    if kind < 0.80:
        return text[:at] + _other(text[at], rng) + text[at:]
    following = min(at + 1, len(text) - 1)
    return text[:at] + text[following] + text[at] + text[following + 1 :] if following > at else text[:-1]


def mistyped_date(day: date, rng: Random) -> date:
    """Another date that differs in one digit; systems refuse a date that there is not."""
    text = day.isoformat()
    for _ in range(TRIES):
        at = one_of(rng, (2, 3, 5, 6, 8, 9))
        other = text[:at] + one_of(rng, string.digits) + text[at + 1 :]
        try:
            changed = date.fromisoformat(other)
        except ValueError:
            continue
        if changed != day:
            return changed
    return day


def turned_date(day: date) -> date:
    """The date with day and month exchanged; the same where that is no date."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else day


def short_form(given: str, rng: Random) -> str:
    """What friends call someone: the beginning of the name, perhaps with an ending."""
    beginning = given[: min(SHORTENED_TO, len(given))]
    return beginning + ENDINGS[between(rng, 0, len(ENDINGS))]


def _other(character: str, rng: Random) -> str:
    """Another digit for a digit, another letter, of the same case, for a letter."""
    if character.isdigit():
        return one_of(rng, [digit for digit in string.digits if digit != character])
    letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    return one_of(rng, [letter for letter in letters if letter != character])
