"""References by a search (`Patient?identifier=system|value`): replaced by what fits, before it is kept.

HL7 FHIR R4 (4.0.1), RESTful API, 3.1.0.11.2, asks it of transactions; here it holds wherever resources come in, so that
what is kept refers to what is there. It is the one thing, beside references within a Bundle, that is changed in what
was sent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from joinedup.care.access.actor import Actor
from joinedup.care.record.logic import decode
from joinedup.exchange.fhir.bundle import REFERENCE, Item
from joinedup.exchange.fhir.conditions import Wanted, the_ones
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError

# A glance: "?" may be written as an escape, too.
GLANCE = re.compile(r'"reference"\s*:\s*"[A-Z][A-Za-z]+(?:\?|\\u003[fF])')
SEARCH = re.compile(r"([A-Z][A-Za-z]+)\?(\S+)\Z")


def refers_by_search(item: Item) -> bool:
    """Say whether any reference of the item is a search."""
    return bool(GLANCE.search(item.body))


def with_references(items: Sequence[Item], *, by: Actor, at: datetime) -> list[Item]:
    """Return the items with each such reference replaced; refuse (412) with the place of what finds none or several.

    One question for each search, however often it is referred by.
    """
    wanted: dict[str, Wanted] = {}
    for item in items:
        for text, place in _searches(item.content, item.path):
            match = SEARCH.match(text)
            if match and text not in wanted:
                wanted[text] = Wanted(match[1], match[2], place, None if item.is_alone else item.index)
    found = the_ones(by, list(wanted.values()), at=at)
    missing = [one for one, fit in zip(wanted.values(), found, strict=True) if fit is None]
    if missing:
        message = "the reference fits nothing that you may see: send what it refers to first"
        issues = [Issue("not-found", one.said(message), one.place) for one in missing]
        raise RefusedInputError(HTTPStatus.PRECONDITION_FAILED, *issues)
    targets = {text: f"{fit.type}/{fit.fhir_id}" for text, fit in zip(wanted, found, strict=True) if fit}
    return [_replaced(item, targets) for item in items]


def _searches(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Return each reference that is a search, with its place."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _searches(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "reference" and isinstance(item, str) and SEARCH.match(item):
                yield item, f"{path}.{name}"
            elif isinstance(item, dict | list):
                yield from _searches(item, f"{path}.{name}")


def _replaced(item: Item, targets: Mapping[str, str]) -> Item:
    """Return the item with its references replaced, everything else character for character."""

    def target(match: re.Match[str]) -> str:
        text = msgspec.json.decode(f'"{match[2]}"')
        return f'{match[1]}"{targets[text]}"' if text in targets else match[0]

    body = REFERENCE.sub(target, item.body)
    return replace(item, body=body, content=decode(body))
