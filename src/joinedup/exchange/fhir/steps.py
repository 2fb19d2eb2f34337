"""What each entry of a Bundle, or a request that depends on a search, asks to be done; refused with its place.

HL7 FHIR R4 (4.0.1), RESTful API, 3.1.0.11.2 and the rules for conditional interactions.
"""

import base64
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import msgspec

from joinedup.care.record.arrivals import ALWAYS, Condition
from joinedup.care.record.logic import Key, decode
from joinedup.exchange.fhir.bundle import (
    FHIR_ID,
    Item,
    RawEntry,
    Request,
    check_own_id,
    refused_entry,
    resource_of,
)
from joinedup.exchange.fhir.conditions import Wanted
from joinedup.exchange.fhir.entity_tags import condition_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.patching import CONTENT_TYPE
from joinedup.exchange.fhir.validation import TYPES

METHODS = ("POST", "PUT", "PATCH", "DELETE", "GET")
Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One thing to be done. `query` is the condition that finds the resource, None where none is asked.

    `body` is the resource, for a PATCH the JSON Patch; `content` the resource decoded.
    """

    index: int
    method: str
    type: str
    fhir_id: str = ""
    query: str | None = None
    full_url: str = ""
    body: str = ""
    content: Json = field(default_factory=dict)
    condition: Condition = ALWAYS
    is_alone: bool = False

    @property
    def key(self) -> Key:
        """Return (type, id)."""
        return self.type, self.fhir_id

    @property
    def wanted(self) -> Wanted:
        """Return the condition with its place."""
        if self.is_alone:
            return Wanted(self.type, self.query or "")
        element = "ifNoneExist" if self.method == "POST" else "url"
        place = f"Bundle.entry[{self.index}].request.{element}"
        return Wanted(self.type, self.query or "", place, self.index)

    def item(self, fhir_id: str) -> Item:
        """Return what is to be written under this id (none: a new one)."""
        return Item(
            self.index,
            self.full_url,
            self.type,
            fhir_id,
            self.body,
            self.content,
            self.condition,
            self.is_alone,
        )

    def refused(
        self, message: str, element: str = "", code: str = "invalid", status: int = HTTPStatus.BAD_REQUEST
    ) -> RefusedInputError:
        """Return a refusal: in a Bundle with the number of the entry and the place of its element."""
        if self.is_alone:
            return RefusedInputError(HTTPStatus(status), Issue(code, message))
        place = f"Bundle.entry[{self.index}]" + (f".{element}" if element else "")
        return RefusedInputError(HTTPStatus(status), Issue(code, f"entry {self.index + 1}: {message}", place))


def step_of(entry: RawEntry, index: int) -> Step:
    """Read one entry; refuse it with its place when it can't be done."""
    request = entry.request or Request()
    if request.method not in METHODS:
        message = f"the method must be one of: {', '.join(METHODS)}"
        raise refused_entry(index, message, "request.method")
    path, mark, query = request.url.partition("?")
    type_, _, fhir_id = path.partition("/")
    asked = request.ifNoneExist if request.method == "POST" else query if mark else None
    headers = {"If-Match": request.ifMatch or "", "If-None-Match": request.ifNoneMatch or ""}
    step = Step(index, request.method, type_, fhir_id, asked, entry.fullUrl or "")
    if request.method == "GET":
        return step
    if request.method in ("PUT", "POST"):
        body, content = resource_of(entry, index, type_)
        step = replace(step, body=body, content=content)
    elif request.method == "PATCH":
        step = replace(step, body=_patch_of(entry, step))
    _check_address(step, request.url)
    return replace(step, condition=condition_of(headers))


def _check_address(step: Step, url: str) -> None:
    """Refuse an address that does not fit the method."""
    if step.method == "POST":
        if url != step.type:
            raise step.refused("POST needs the type alone", "request.url")
    elif step.query is not None:
        if step.fhir_id or step.type not in TYPES:
            raise step.refused(f"{step.method} needs Type/id or Type?condition", "request.url")
    elif step.method == "PUT":
        check_own_id(step.index, step.content, step.fhir_id)
    elif step.type not in TYPES or not FHIR_ID.match(step.fhir_id):
        raise step.refused(f"{step.method} needs Type/id or Type?condition", "request.url")


def _patch_of(entry: RawEntry, step: Step) -> str:
    """Return the JSON Patch that an entry carries in a Binary (R4, 3.1.0.8.3)."""
    try:
        binary = decode(bytes(entry.resource))
        data = base64.b64decode(binary["data"], validate=True).decode()
        is_patch = binary["resourceType"] == "Binary" and binary["contentType"] == CONTENT_TYPE
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise _no_patch(step) from error
    if not is_patch:
        raise _no_patch(step)
    return data


def _no_patch(step: Step) -> RefusedInputError:
    """Say what a PATCH in a Bundle looks like."""
    message = f"PATCH needs a Binary with contentType {CONTENT_TYPE} and the patch in data"
    return step.refused(message, "resource")
