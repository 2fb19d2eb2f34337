"""Bundles: from the bytes of a request to arrivals with ids, references resolved, each a slice of what was sent.

`POST` entries get new ids; what points at them by `urn:uuid` or full URL is rewritten, and nothing else is touched.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import msgspec

from joinedup.care.record.arrivals import ALWAYS, Condition, Written
from joinedup.care.record.logic import decode, digest_of
from joinedup.exchange.fhir.entity_tags import condition_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.validation import TYPES

REFERENCE = re.compile(r'("reference"\s*:\s*)"((?:[^"\\]|\\.)*)"')
ABSOLUTE = re.compile(r'"reference"\s*:\s*"[a-z]+:')
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
MOST_ENTRIES = 5000
Json = dict[str, Any]


class Request(msgspec.Struct):
    """What is to be done with one entry (Bundle.entry.request)."""

    method: str = ""
    url: str = ""
    ifNoneExist: str | None = None
    ifMatch: str | None = None
    ifNoneMatch: str | None = None
    ifModifiedSince: str | None = None


class RawEntry(msgspec.Struct):
    """One entry of a Bundle, the resource still as its bytes (none where there is no resource)."""

    fullUrl: str | None = None
    resource: msgspec.Raw = msgspec.Raw()
    request: Request | None = None


class RawBundle(msgspec.Struct):
    """A Bundle as far as its entries."""

    resourceType: str = ""
    type: str = ""
    entry: list[RawEntry] = []


@dataclass(frozen=True)
class Item:
    """One entry that is to be written. `index` is its place, counted from 0. `fhir_id` is empty for a create.

    `existing` is what a conditional create found: nothing is written, and what points at the entry points there.
    """

    index: int
    full_url: str
    type: str
    fhir_id: str
    body: str
    content: Json
    condition: Condition = ALWAYS
    is_alone: bool = False
    existing: Written | None = None

    @property
    def path(self) -> str:
        """Return the FHIRPath of the resource: in the Bundle, or its own where it came alone."""
        return self.type if self.is_alone else f"Bundle.entry[{self.index}].resource"


_decoder = msgspec.json.Decoder(RawBundle)


def parse(data: bytes) -> RawBundle:
    """Read the outside of a Bundle; refuse what is not a transaction or batch."""
    try:
        bundle = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise not_json(error) from error
    if bundle.resourceType != "Bundle" or bundle.type not in ("transaction", "batch"):
        issue = Issue("invalid", "send a Bundle of type transaction or batch here", "Bundle.type")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    if len(bundle.entry) > MOST_ENTRIES:
        issue = Issue("too-long", f"send at most {MOST_ENTRIES:,} entries in one Bundle", "Bundle.entry")
        raise RefusedInputError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, issue)
    return bundle


def not_json(error: Exception) -> RefusedInputError:
    """Say where the JSON breaks off, without quoting it."""
    if isinstance(error, UnicodeDecodeError):
        where = f"byte {error.start} is not UTF-8: send the text as UTF-8"
    else:
        where = re.sub(r'"[^"]*"|`[^`]*`', "a value", str(error))
    return RefusedInputError(
        HTTPStatus.BAD_REQUEST, Issue("structure", f"this is not the JSON expected: {where}")
    )


def item_of(entry: RawEntry, index: int) -> Item:
    """Read one entry that writes a resource under its own id or a new one; refuse it with its place if it can't."""
    request = entry.request or Request()
    type_, _, fhir_id = request.url.partition("/")
    if request.method not in ("PUT", "POST"):
        raise refused_entry(index, "the method must be PUT or POST", "request.method")
    body, content = resource_of(entry, index, type_)
    if request.method == "PUT":
        check_own_id(index, content, fhir_id)
    named = fhir_id if request.method == "PUT" else ""
    headers = {"If-Match": request.ifMatch or "", "If-None-Match": request.ifNoneMatch or ""}
    return Item(index, entry.fullUrl or "", type_, named, body, content, condition_of(headers))


def check_id(fhir_id: str) -> None:
    """Refuse what is no id, before anything is looked for under it."""
    if not FHIR_ID.match(fhir_id):
        issue = Issue("invalid", "an id is up to 64 letters, digits, - and .")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)


def resource_of(entry: RawEntry, index: int, type_: str) -> tuple[str, Json]:
    """Return the resource of an entry as text and decoded; it must be of the type that its address names."""
    if not bytes(entry.resource):
        raise refused_entry(index, "there is no resource", "resource", "required")
    try:
        body = bytes(entry.resource).decode()
    except UnicodeDecodeError as error:
        raise not_json(error) from error
    content = decode(body)
    if not isinstance(content, dict) or content.get("resourceType") != type_ or type_ not in TYPES:
        message = "request.url must begin with the resource's type, one that FHIR R4 has"
        raise refused_entry(index, message, "request.url")
    return body, content


def check_own_id(index: int, content: Json, fhir_id: str) -> None:
    """Refuse an update whose address names another id than its resource, or one that is none."""
    if content.get("id") != fhir_id or not FHIR_ID.match(fhir_id):
        message = (
            "PUT needs Type/id, with the resource's own id (letters, digits, - and .), or Type?condition"
        )
        raise refused_entry(index, message, "request.url")


def refused_entry(index: int, message: str, element: str, code: str = "invalid") -> RefusedInputError:
    """Return the refusal of an entry, with its number as people count and its place."""
    issue = Issue(code, f"entry {index + 1}: {message}", f"Bundle.entry[{index}].{element}")
    return RefusedInputError(HTTPStatus.BAD_REQUEST, issue)


def create_keys(items: Sequence[Item]) -> dict[int, tuple[str, bytes]]:
    """Return, per create, its type and a key made of what it says, by which it is known when it comes again.

    A reference within the Bundle counts as what its target says: senders make new `urn:uuid`s for each try.
    """
    if all(item.fhir_id for item in items):
        return {}
    blanks = {item.full_url: "" for item in items if item.full_url}
    plain = {item.full_url: _key(item, blanks).hex() for item in items if item.full_url}
    return {item.index: (item.type, _key(item, plain)) for item in items if not item.fhir_id}


def _key(item: Item, targets: Mapping[str, str]) -> bytes:
    """Return a digest of what the item says once these references are replaced."""
    body = _rewritten(item.body, targets)
    return digest_of(item.content if body is item.body else decode(body))


def _rewritten(body: str, targets: Mapping[str, str]) -> str:
    """Return the JSON with each reference that has a target replaced by it, everything else as it was."""
    if not targets or not ABSOLUTE.search(body):
        return body
    return REFERENCE.sub(lambda m: f'{m[1]}"{targets[m[2]]}"' if m[2] in targets else m[0], body)


def with_ids(items: Sequence[Item], ids: Mapping[int, str]) -> list[Item]:
    """Return the items, all with ids: their own, that of what is there, or for a create the one in `ids`."""
    named = [item if item.fhir_id else replace(item, fhir_id=_id_of(item, ids)) for item in items]
    targets = {item.full_url: f"{item.type}/{item.fhir_id}" for item in named if item.full_url}
    return [_resolved(item, targets) for item in named]


def _id_of(item: Item, ids: Mapping[int, str]) -> str:
    """Return the id of a create."""
    return item.existing.fhir_id if item.existing else ids[item.index]


def _resolved(item: Item, targets: Mapping[str, str]) -> Item:
    """Return the item with its references within the Bundle rewritten."""
    body = _rewritten(item.body, targets)
    return item if body is item.body or body == item.body else replace(item, body=body, content=decode(body))


def dangling(items: Sequence[Item]) -> list[Issue]:
    """Return an issue for each reference to a `urn:uuid` that the Bundle does not hold."""
    held = {item.full_url for item in items}
    return [
        Issue(
            "not-found", f"entry {item.index + 1} refers to a urn:uuid that is not in this Bundle", item.path
        )
        for item in items
        if ABSOLUTE.search(item.body)
        for match in REFERENCE.finditer(item.body)
        if match[2].startswith("urn:uuid:") and match[2] not in held
    ]


def repeated(items: Sequence[Item]) -> list[Issue]:
    """Return an issue for each entry that writes what an earlier entry writes too."""
    seen: set[tuple[str, str]] = set()
    issues = []
    for item in items:
        key = (item.type, item.fhir_id)
        if item.fhir_id and key in seen:
            issues.append(
                Issue("duplicate", f"entry {item.index + 1} writes the same resource again", item.path)
            )
        seen.add(key)
    return issues
