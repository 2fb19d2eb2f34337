"""The worker's work: exports written, notices queued and delivered, old files removed. `joinedup work` runs it.

Each piece is claimed in the database and noted there when done, so several workers share it and a killed one leaves
nothing half done but a notice that may be sent twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import urllib3
from django.db import transaction

from joinedup.care.access.actions import record_audit
from joinedup.care.access.models import AuditEvent
from joinedup.care.outbound.exports import export_step, remove_old_exports
from joinedup.care.outbound.models import Notice
from joinedup.care.outbound.notices import claim_notice, note_delivery, note_failure, queue_notices, reader_of
from joinedup.care.outbound.subscribing import active_subscriptions
from joinedup.care.record.including import rows_by_key
from joinedup.exchange.fhir.subscriptions import address_of, conditions_of, problem_with_endpoint

logger = logging.getLogger(__name__)
SECONDS = 10
MOST_ANSWERED = 65_536
FHIR_JSON = "application/fhir+json"


def work_once(*, now: Callable[[], datetime]) -> int:
    """Do one piece of each kind of work; return how many there were to do."""
    done = int(export_step(at=now()))
    done += queue_notices(conditions_of(active_subscriptions(at=now())), at=now())
    notice = claim_notice(at=now())
    if notice:
        deliver(notice, now=now)
        done += 1
    remove_old_exports(at=now())
    return done


def deliver(notice: Notice, *, now: Callable[[], datetime]) -> None:
    """Tell the subscriber, and note what became of it."""
    try:
        problem = _send(notice, at=now())
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        problem = f"the endpoint can't be reached ({type(error).__name__})"
    if problem:
        logger.info("a notice failed: %s", problem)
        note_failure(notice, problem, at=now())
    else:
        note_delivery(notice, at=now())


def _send(notice: Notice, *, at: datetime) -> str:
    """Send one notice; return what went wrong, or nothing."""
    subscription = notice.subscription
    if problem := problem_with_endpoint(subscription.endpoint):
        return problem
    parts = urlsplit(subscription.endpoint)
    path = parts.path or "/"
    if not subscription.has_payload:
        return _request(notice, "POST", path, b"")
    body = _body(notice, at)
    path = f"{path.rstrip('/')}/{notice.type}/{notice.fhir_id}"
    return _request(notice, "PUT" if body else "DELETE", path, body)


@transaction.atomic
def _body(notice: Notice, at: datetime) -> bytes:
    """Return the resource as it is now, if the subscriber may see it; sending it is a look of theirs."""
    actor = reader_of(notice.subscription.system)
    rows = [] if notice.is_withdrawal else rows_by_key(actor, [(notice.type, notice.fhir_id)], at=at)
    if not rows:
        return b""
    subject = f"told of {notice.type}/{notice.fhir_id}"
    record_audit(AuditEvent.Kind.LOOK, by=actor, at=at, people=[rows[0].person_id], subject=subject)
    return rows[0].stored.json


def _request(notice: Notice, method: str, path: str, body: bytes) -> str:
    """Send one request to the address that was checked, following nothing; return what went wrong, or nothing."""
    parts = urlsplit(notice.subscription.endpoint)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = address_of(host, port)
    headers = {"Host": parts.netloc, "Content-Type": FHIR_JSON, **_headers(notice.subscription.headers)}
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)
    else:
        pool = urllib3.HTTPConnectionPool(address, port)
    with pool:
        answer = pool.request(
            method,
            path,
            body=body or None,
            headers=headers,
            retries=False,
            redirect=False,
            timeout=SECONDS,
            preload_content=False,
        )
        answer.read(MOST_ANSWERED)
        answer.release_conn()
    return "" if answer.status < 300 else f"the endpoint answered {answer.status}"


def _headers(said: list[str]) -> dict[str, str]:
    """Return the headers that the subscriber asked for."""
    pairs = (header.partition(":") for header in said)
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
