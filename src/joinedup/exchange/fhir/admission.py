"""Who comes in at an address under /fhir/R4, with what body, and how it is answered.

Every view says which permission each of its methods needs; errors leave as an OperationOutcome.
"""

import functools
import logging
import re
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, actor_of_token
from joinedup.care.outages import FULL, Outage, outage_of
from joinedup.exchange.fhir.negotiation import Form, answer_as_asked, body_as_json, form_asked
from joinedup.exchange.fhir.outcome import (
    Issue,
    RefusedInputError,
    encoded_outcome,
)

NUL = "\x00"
LENGTH = re.compile(r"[0-9]{0,18}\Z")
MOST_BYTES = 20 * 1024 * 1024
View = Callable[..., HttpResponseBase]
logger = logging.getLogger(__name__)


def fhir_view(**permissions: Permission | None) -> Callable[[View], View]:
    """Declare, per method, the permission that a view needs (None: anybody), and answer errors in FHIR's form."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @login_not_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: str) -> HttpResponseBase:
            form = Form.JSON
            try:
                form = form_asked(request)
                answer = view(request, _admitted(request, permissions), timezone.now(), *args)
            except RefusedInputError as refusal:
                answer = json_answer(encoded_outcome(refusal.issues), refusal.status, refusal.headers)
            except RefusedError as refusal:
                issue = Issue("forbidden", " ".join(refusal.reasons))
                answer = json_answer(encoded_outcome([issue]), HTTPStatus.FORBIDDEN)
            except RecursionError:
                # Whatever walks through what was sent gives up here; its transaction is undone.
                issue = Issue("too-long", "what was sent is nested more deeply than anything in FHIR")
                answer = json_answer(encoded_outcome([issue]), HTTPStatus.BAD_REQUEST)
            except DatabaseError as error:
                outage = outage_of(error)
                if not outage:
                    raise
                answer = _out(outage, error)
            return answer_as_asked(answer, form) if isinstance(answer, HttpResponse) else answer

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def _out(outage: Outage, error: Exception) -> HttpResponse:
    """Answer while the database is away or full: try again, which never doubles anything."""
    logger.warning("%s: %s", outage.reason, type(error.__cause__ or error).__name__)
    message = f"{outage.reason}. Send the same again later: what was kept already is not kept twice."
    return json_answer(
        encoded_outcome([Issue("no-store" if outage is FULL else "transient", message)]),
        outage.status,
        {"Retry-After": str(outage.retry_after)},
    )


def _admitted(request: HttpRequest, permissions: dict[str, Permission | None]) -> Actor | None:
    """Return who asks, or refuse: unknown method, no token, token without the permission."""
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method not in permissions:
        issue = Issue(
            "not-supported", f"{method} is not supported here; these are: {', '.join(sorted(permissions))}"
        )
        raise RefusedInputError(HTTPStatus.METHOD_NOT_ALLOWED, issue)
    permission = permissions[method]
    if permission is None:
        return None
    _check_characters(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    actor = actor_of_token(token.strip()) if scheme.lower() == "bearer" and token else None
    if actor is None:
        issue = Issue("login", "send a valid token: Authorization: Bearer TOKEN")
        raise RefusedInputError(HTTPStatus.UNAUTHORIZED, issue)
    if not actor.may(permission):
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=timezone.now(), subject="fhir")
        raise RefusedError(f"This token's scopes do not include: {permission.value.replace('_', ' ')}.")
    return actor


def _check_characters(request: HttpRequest) -> None:
    """Refuse the character NUL anywhere in an address, and a length that is no number.

    No text holds the one, and the database keeps none that does; whoever reads the body takes the other for a number.
    """
    said = [request.path, *request.GET, *(value for _, values in request.GET.lists() for value in values)]
    if any(NUL in str(text) for text in said):
        raise RefusedInputError(
            HTTPStatus.BAD_REQUEST, Issue("invalid", "the address holds the character NUL")
        )
    if not LENGTH.match(request.headers.get("Content-Length", "")):
        issue = Issue("invalid", "the header Content-Length is no whole number")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)


def json_answer(
    body: bytes, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Return a FHIR response; it leaves as XML where that was asked for."""
    response = HttpResponse(body, status=status, content_type=Form.JSON.content_type, headers=headers)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def body_of(request: HttpRequest) -> bytes:
    """Return the body of the request, as JSON if it came as XML; refuse one too large before it is read."""
    limit = f"{MOST_BYTES // (1024 * 1024)} MB"
    too_large = RefusedInputError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Issue("too-long", f"the body is larger than {limit}: send it as several Bundles"),
    )
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise too_large
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large
    return body_as_json(body, str(request.method), request.headers.get("Content-Type", ""))


def base_of(request: HttpRequest) -> str:
    """Return the address of the API."""
    return request.build_absolute_uri("/fhir/R4")
