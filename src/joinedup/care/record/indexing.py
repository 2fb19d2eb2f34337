"""What a resource is found by: words (hashes of codes and references), texts and dates, beside its entry.

A *word* is a 64-bit hash of a parameter and one value, so that all codes and references of a resource are one array
with one index. Two different values share a word once in 10^19 or so; nothing rests on it but a search.
"""

import functools
import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joinedup.care.record.moments import interval_of
from joinedup.care.record.parameters import Kind, Parameter, searchable

Json = dict[str, Any]
LONGEST = 200
SEPARATOR = "\x1f"
# The words of some kinds of value are asked for under a system, under none, or under whichever.
ANY_SYSTEM = "*"


@dataclass(frozen=True)
class Index:
    """What one resource is found by. `texts` are (name, folded text), `dates` (name, from, until)."""

    words: tuple[int, ...]
    texts: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, datetime, datetime | None], ...]


@functools.lru_cache(maxsize=65_536)
def word(name: str, system: str, value: str) -> int:
    """Return the word of one value of a parameter, as a signed 64-bit number."""
    text = SEPARATOR.join((name, system, value)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), signed=True)


def reference_word(name: str, target: str) -> int:
    """Return the word of a reference, `target` being "Type/id"."""
    return word(name, "reference", target)


@functools.lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return a text as it is sought: lower case, without accents, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())[:LONGEST]
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split())[:LONGEST]


@dataclass
class _Gathered:
    """What is gathered of one resource."""

    words: set[int] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)
    dates: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)


# How to gather one value of the parameter of that name.
Gather = Callable[[_Gathered, str, Any], None]


def index_of(content: Json) -> Index:
    """Return what the resource is found by; nothing for a type that isn't searchable."""
    plan = _plan(content["resourceType"])
    found = _Gathered()
    for element in plan.keys() & content.keys():
        for gather, name, path in plan[element]:
            for value in _at(content[element], path, 1):
                gather(found, name, value)
    return Index(tuple(found.words), tuple(found.texts), tuple(found.dates))


@functools.cache
def _plan(type_: str) -> Mapping[str, list[tuple[Gather, str, tuple[str, ...]]]]:
    """Return what to look for in each element of a type: a resource has few of the elements that it could have."""
    plan: dict[str, list[tuple[Gather, str, tuple[str, ...]]]] = {}
    for parameter in searchable().get(type_, {}).values():
        for path in parameter.paths:
            plan.setdefault(path[0], []).append((_GATHERING[parameter.kind], parameter.name, path))
    return plan


def values_of(content: Json, parameter: Parameter) -> Iterator[Any]:
    """Return every value at the parameter's elements."""
    for path in parameter.paths:
        if path[0] in content:
            yield from _at(content[path[0]], path, 1)


def _at(value: Any, path: tuple[str, ...], depth: int) -> list[Any]:
    """Return the values below `value` along the rest of the path, through lists."""
    if depth == len(path):
        return value if isinstance(value, list) else [value]
    if isinstance(value, list):
        return [found for item in value for found in _at(item, path, depth)]
    if isinstance(value, dict) and path[depth] in value:
        return _at(value[path[depth]], path, depth + 1)
    return []


def _text(found: _Gathered, name: str, value: Any) -> None:
    """Gather a text."""
    folded = fold(value) if isinstance(value, str) else ""
    if folded:
        found.texts.add((name, folded))


def _date(found: _Gathered, name: str, value: Any) -> None:
    """Gather a date, a moment or a period."""
    interval = interval_of(value)
    if interval:
        found.dates.append((name, *interval))


def _uri(found: _Gathered, name: str, value: Any) -> None:
    """Gather a uri."""
    if isinstance(value, str):
        found.words.add(word(name, "uri", value[:LONGEST]))


def _reference(found: _Gathered, name: str, value: Any) -> None:
    """Gather a reference, whichever version it is to."""
    target = value.get("reference") if isinstance(value, dict) else None
    if isinstance(target, str):
        found.words.add(reference_word(name, target.partition("/_history/")[0][:LONGEST]))


def _token(found: _Gathered, name: str, value: Any) -> None:
    """Gather the codes in a value; the system is empty where none is said."""
    if isinstance(value, bool):
        found.words.update(_words_of_code(name, "", "true" if value else "false"))
    elif isinstance(value, str):
        found.words.update(_words_of_code(name, "", value[:LONGEST]))
    elif isinstance(value, dict) and isinstance(value.get("coding"), list):
        for coding in value["coding"]:
            _code(found, name, coding)
    else:
        _code(found, name, value)


# The contacts that a parameter means, where it means one kind only.
CONTACTS = {"phone": "phone", "email": "email"}


def _code(found: _Gathered, name: str, value: Any) -> None:
    """Gather the code of a Coding, Identifier or ContactPoint."""
    if not isinstance(value, dict):
        return
    system = str(value.get("system", ""))[:LONGEST]
    code = value.get("code", value.get("value"))
    if isinstance(code, str) and code and CONTACTS.get(name, system) == system:
        found.words.update(_words_of_code(name, system, code[:LONGEST]))


@functools.lru_cache(maxsize=65_536)
def _words_of_code(name: str, system: str, code: str) -> tuple[int, int]:
    """Return the words of a code: under any system, and under its own or none."""
    return word(name, ANY_SYSTEM, code), word(name, system, code)


_GATHERING: Mapping[Kind, Gather] = {
    Kind.STRING: _text,
    Kind.DATE: _date,
    Kind.URI: _uri,
    Kind.REFERENCE: _reference,
    Kind.WHO: _reference,
    Kind.TOKEN: _token,
}
