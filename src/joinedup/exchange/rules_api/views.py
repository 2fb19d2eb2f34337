"""The addresses under /api/rules: one for each operation of the rules, and their description.

A system shows its token as everywhere; what it asks is about no person that anybody knows here, so any token will do,
and nothing is written to the audit. Errors leave as a problem (RFC 9457) that says what, where and what to do.
"""

import functools
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from joinedup import __version__
from joinedup.care.access.queries import actor_of_token
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.asked_in_json import AskedError, read_body, read_query
from joinedup.rules.boundaries.overlaps import OverlapsError
from joinedup.rules.facts import FactError
from joinedup.rules.openapi import openapi
from joinedup.rules.operations import OPERATIONS, Operation

MOST_BYTES = 256 * 1024
PROBLEM = "application/problem+json"
View = Callable[[HttpRequest], HttpResponse]


def description(request: HttpRequest) -> HttpResponse:
    """What can be asked and how: open to anybody, since it says nothing about anybody."""
    server = request.build_absolute_uri("/api/rules")
    return _json(openapi(server=server, version=__version__))


def view_of(operation: Operation) -> View:
    """Return the view that answers an operation."""
    method = "GET" if operation.is_reading else "POST"

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != method and not (operation.is_reading and request.method == "HEAD"):
            said = f"{request.method} is not supported here: use {method}"
            return _problem(HTTPStatus.METHOD_NOT_ALLOWED, said, {"Allow": method})
        if not _has_token(request):
            said = "send a valid token: Authorization: Bearer TOKEN"
            return _problem(HTTPStatus.UNAUTHORIZED, said, {"WWW-Authenticate": "Bearer"})
        return _answered(operation, request)

    return for_systems(answer)


def for_systems(view: View) -> View:
    """Declare a view that asks for a token itself: no session, no form."""

    @csrf_exempt
    @login_not_required
    @functools.wraps(view)
    def declared(request: HttpRequest) -> HttpResponse:
        return view(request)

    declared.is_for_systems = True  # type: ignore[attr-defined]
    return declared


def _answered(operation: Operation, request: HttpRequest) -> HttpResponse:
    """Answer a question, or say why there is no answer."""
    try:
        if operation.is_reading:
            asked = read_query(operation, _query(request))
        elif (body := _body(request)) is None:
            said = f"a question is at most {MOST_BYTES // 1024} kB"
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)
        else:
            asked = read_body(operation, body)
        return _json(operation.answer(asked))
    except AskedError as error:
        return _problem(HTTPStatus.BAD_REQUEST, str(error))
    except (FactError, NotCovered, OverlapsError, RuleBookError) as error:
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and bool(token) and actor_of_token(token.strip()) is not None


def _query(request: HttpRequest) -> Mapping[str, str]:
    """What an address asks; `AskedError` where it says a thing twice."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise AskedError(f"'{name}' is given twice: keep one - at `$`")
    return request.GET.dict()


def _body(request: HttpRequest) -> bytes | None:
    """The body of a request; None where it is too large, which is found before it is read whole."""
    body = request.read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None


def _json(answer: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(json.dumps(answer), status=status, content_type="application/json")


def _problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    said = {"title": status.phrase, "status": status.value, "detail": detail}
    return HttpResponse(json.dumps(said), status=status, content_type=PROBLEM, headers=headers)


OPENAPI = for_systems(description)
VIEWS = {operation.name: view_of(operation) for operation in OPERATIONS}
