"""What is answered where no view was reached: to a system as an OperationOutcome, in a browser as a page."""

from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from joinedup.exchange.fhir.admission import json_answer
from joinedup.exchange.fhir.negotiation import Form, answer_as_asked, form_asked
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, encoded_outcome
from joinedup.web import errors as pages

API = "/fhir/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    if not request.path.startswith(API):
        return pages.bad_request(request, exception)
    issue = Issue("invalid", "this can't be read: too many parameters, too large a form, or a wrong host")
    return _outcome(request, HTTPStatus.BAD_REQUEST, issue)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is nothing at this address."""
    if not request.path.startswith(API):
        return pages.page_not_found(request, exception)
    issue = Issue("not-found", "nothing is at this address: what there is stands in /fhir/R4/metadata")
    return _outcome(request, HTTPStatus.NOT_FOUND, issue)


def _outcome(request: HttpRequest, status: HTTPStatus, issue: Issue) -> HttpResponse:
    """Return the refusal in the form that was asked for, as far as that can be read."""
    try:
        form = form_asked(request)
    except (RefusedInputError, SuspiciousOperation):
        form = Form.JSON
    return answer_as_asked(json_answer(encoded_outcome([issue]), status), form)
