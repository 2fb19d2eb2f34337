"""A database that goes away for a while: 503 with a time to try again, and no restart needed afterwards."""

import http.client
import json
import logging
import sys

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import RequestFactory
from psycopg import errors

from joinedup.care.outages import AWAY, FULL, WithoutTrace, drop_dead_connection, outage_of
from joinedup.exchange.fhir.admission import fhir_view
from joinedup.web.errors import server_error
from supervised import open_folder, supervised


def wrapped(error, cause):
    """The error as Django raises it from the driver's."""
    error.__cause__ = cause
    return error


FAULTS = [
    (OperationalError("gone"), 503),
    (InterfaceError("connection already closed"), 503),
    (wrapped(OperationalError("starting up"), errors.CannotConnectNow()), 503),
    (wrapped(OperationalError("No space left on device"), errors.DiskFull()), 507),
]


@pytest.mark.parametrize(("fault", "status"), FAULTS)
def test_a_system_is_told_to_try_again(fault, status):
    @fhir_view(GET=None)
    def view(request, actor, at):
        raise fault

    answer = view(RequestFactory().get("/fhir/R4/Patient"))
    assert answer.status_code == status
    assert int(answer["Retry-After"]) > 0
    outcome = json.loads(answer.content)
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["code"] == ("no-store" if status == 507 else "transient")
    assert "No space" not in answer.content.decode()


@pytest.mark.parametrize(("fault", "status"), [*FAULTS, (ProgrammingError("a fault of ours"), 500)])
def test_a_person_gets_a_calm_page(fault, status):
    try:
        raise fault
    except Exception:
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == status
    assert answer.has_header("Retry-After") == (status != 500)
    assert ("not available just now" in answer.content.decode()) == (status != 500)


def test_only_an_outage_is_logged_without_its_trace():
    def logged(error):
        try:
            raise error
        except Exception:
            record = logging.LogRecord("x", logging.ERROR, "x", 1, "words %s", ("a",), sys.exc_info())
        assert WithoutTrace().filter(record)
        return record

    assert logged(OperationalError("gone")).exc_info is None
    assert logged(OperationalError("gone")).getMessage() == AWAY.reason
    assert logged(ProgrammingError("ours")).exc_info
    assert outage_of(wrapped(OperationalError(), errors.DiskFull())) is FULL
    assert outage_of(ValueError()) is outage_of(None) is None


def killed(number):
    """End the server's side of a connection."""
    with psycopg.connect(**parameters()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])


def parameters():
    settings = connection.get_connection_params()
    return {name: settings[name] for name in ("dbname", "user", "host", "port") if settings.get(name)}


def number_of():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_requests_is_replaced_and_a_living_one_kept():
    first = number_of()
    drop_dead_connection()
    assert number_of() == first
    killed(first)
    drop_dead_connection()
    assert number_of() != first


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/fhir/R4/Patient/none", "/sign-in"])
def test_the_next_request_after_a_dead_connection_is_answered(client, path):
    killed(number_of())
    assert client.get(path).status_code in (200, 401, 404)


def ask_until_it_is_back(served):
    """Ask for a resource and a page until the resource is given again; return the statuses that were answered."""
    seen = set()
    for _ in range(2000):
        try:
            status, headers, body = served.ask("GET", "/fhir/R4/Basic/b")
            page, page_headers, text = served.ask("GET", "/", Cookie="sessionid=" + "x" * 32)
        except (OSError, http.client.HTTPException):
            continue
        seen |= {status, page}
        if status == 503:
            assert int(headers["Retry-After"]) > 0
            assert json.loads(body)["resourceType"] == "OperationOutcome"
        if page == 503:
            assert int(page_headers["Retry-After"]) > 0
            assert "not available just now" in text.decode()
        if status == 200:
            assert json.loads(body)["code"] == {"text": "x"}
            break
    return seen


def test_serve_answers_503_while_it_is_away_and_goes_on_when_it_is_back(tmp_path):
    basic = {"resourceType": "Basic", "id": "b", "code": {"text": "x"}}
    seen = set()
    with supervised(open_folder(tmp_path)) as served:
        assert served.put(basic)[0] == 201
        # It may be back before anybody asks: then it is killed again.
        for _ in range(40):
            assert served.kill("database")
            now = ask_until_it_is_back(served)
            assert 200 in now
            seen |= now
            if 503 in seen:
                break
        assert seen <= {200, 302, 503}
        assert 503 in seen
        assert served.starts == 1
        assert "Traceback" not in served.log
