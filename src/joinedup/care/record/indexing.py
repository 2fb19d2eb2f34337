"""What a resource is found by: words (hashes of codes and references), texts and dates, beside its entry.

A *word* is a 64-bit hash of a parameter and one value, so that all codes and references of a resource are one array
with one index. Two different values share a word once in 10^19 or so; nothing rests on it but a search.
"""

import functools
import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


def index_of(content: Json) -> Index:
    """Return what the resource is found by; nothing for a type that isn't searchable."""
    plan = _plan(content["resourceType"])
    words: set[int] = set()
    texts: set[tuple[str, str]] = set()
    dates: list[tuple[str, datetime, datetime | None]] = []
    for element in plan.keys() & content.keys():
        for parameter, path in plan[element]:
            for value in _at(content[element], path, 1):
                if parameter.kind is Kind.STRING:
                    texts.update(_texts(parameter, value))
                elif parameter.kind is Kind.DATE:
                    interval = interval_of(value)
                    dates += [(parameter.name, *interval)] if interval else []
                else:
                    words.update(_words(parameter, value))
    return Index(tuple(words), tuple(texts), tuple(dates))


Plan = Mapping[str, list[tuple[Parameter, tuple[str, ...]]]]


@functools.cache
def _plan(type_: str) -> Plan:
    """Return what to look for in each element of a type: a resource has few of the elements that it could have."""
    plan: dict[str, list[tuple[Parameter, tuple[str, ...]]]] = {}
    for parameter in searchable().get(type_, {}).values():
        for path in parameter.paths:
            plan.setdefault(path[0], []).append((parameter, path))
    return plan


def values_of(content: Json, parameter: Parameter) -> Iterator[Any]:
    """Return every value at the parameter's elements."""
    for path in parameter.paths:
        if path[0] in content:
            yield from _at(content[path[0]], path, 1)


def _at(value: Any, path: tuple[str, ...], depth: int) -> list[Any]:
    """Return the values below `value` along the rest of the path, through lists."""
    if isinstance(value, list):
        return [found for item in value for found in _at(item, path, depth)]
    if depth == len(path):
        return [value]
    if isinstance(value, dict) and path[depth] in value:
        return _at(value[path[depth]], path, depth + 1)
    return []


def _texts(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    """Return the text of one value of a string."""
    folded = fold(value) if isinstance(value, str) else ""
    if folded:
        yield parameter.name, folded


def _words(parameter: Parameter, value: Any) -> Iterator[int]:
    """Return the words of one value of a token, reference or uri."""
    name = parameter.name
    if parameter.kind is Kind.URI:
        if isinstance(value, str):
            yield word(name, "uri", value[:LONGEST])
        return
    if parameter.kind in (Kind.REFERENCE, Kind.WHO):
        target = value.get("reference") if isinstance(value, dict) else None
        if isinstance(target, str):
            yield reference_word(name, target.partition("/_history/")[0][:LONGEST])
        return
    for system, code in _codes(name, value):
        yield word(name, ANY_SYSTEM, code)
        yield word(name, system, code)


# The contacts that a parameter means, where it means one kind only.
CONTACTS = {"phone": "phone", "email": "email"}


def _codes(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Return (system, code) for each code in a value; the system is empty where none is said."""
    if isinstance(value, bool):
        yield "", "true" if value else "false"
    elif isinstance(value, str):
        yield "", value[:LONGEST]
    elif isinstance(value, dict) and isinstance(value.get("coding"), list):
        for coding in value["coding"]:
            yield from _codes(name, coding) if isinstance(coding, dict) else ()
    elif isinstance(value, dict):
        yield from _single_code(name, value)


def _single_code(name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the code of a Coding, Identifier or ContactPoint."""
    system = str(value.get("system", ""))[:LONGEST]
    if name in CONTACTS and system != CONTACTS[name]:
        return
    code = value.get("code", value.get("value"))
    if isinstance(code, str) and code:
        yield system, code[:LONGEST]
