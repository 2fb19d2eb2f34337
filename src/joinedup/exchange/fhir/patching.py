"""JSON Patch (RFC 6902) on the newest version. Numbers keep their digits; what comes out is checked like any update."""

from http import HTTPStatus
from typing import Any

import jsonpatch
import msgspec

from joinedup.care.record.logic import decode
from joinedup.care.record.sources import without_source
from joinedup.exchange.fhir.bundle import not_json
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError

CONTENT_TYPE = "application/json-patch+json"
MOST_STEPS = 1000
# Bytes, all copies of a patch together.
MOST_COPIED = 100_000


def patched(content: Any, patch: bytes) -> str:
    """Return the resource with the patch applied; refuse a patch that doesn't apply, saying which step.

    `content` is the newest version as it is given out. Its version and time are ours and say nothing of what comes out.
    """
    steps = _steps(patch)
    copied = 0
    for number, step in enumerate(steps, start=1):
        try:
            copied += _size_of_copy(content, step)
            if copied > MOST_COPIED:
                raise _refused(f"step {number}: the copies grow beyond what a resource can be", "too-long")
            content = jsonpatch.JsonPatch([step]).apply(content, in_place=True)
        except jsonpatch.JsonPatchTestFailed as error:
            raise _refused(f"step {number}: the test failed; read the resource again", "conflict") from error
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError) as error:
            raise _refused(f"step {number} can't be applied to this resource") from error
    has_meta = isinstance(content, dict) and isinstance(content.get("meta"), dict)
    return msgspec.json.encode(without_source(content) if has_meta else content).decode()


def _size_of_copy(content: Any, step: dict[str, Any]) -> int:
    """Return how much a step copies: one that copies a list into itself doubles it, and a hundred fill any memory."""
    if step["op"] != "copy":
        return 0
    return len(msgspec.json.encode(jsonpatch.JsonPointer(step["from"]).resolve(content)))


def _steps(patch: bytes) -> list[dict[str, Any]]:
    """Read the steps of a patch."""
    try:
        steps = decode(patch)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise not_json(error) from error
    is_right = isinstance(steps, list) and all(isinstance(step, dict) and "op" in step for step in steps)
    if not is_right or len(steps) > MOST_STEPS:
        raise _refused(f"send a JSON Patch: a list of at most {MOST_STEPS:,} operations")
    return list(steps)


def _refused(message: str, code: str = "invalid") -> RefusedInputError:
    """Return a refusal."""
    return RefusedInputError(HTTPStatus.UNPROCESSABLE_ENTITY, Issue(code, message))
