"""Subscriptions at the door: what one may say, and what its criteria ask for."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joinedup.care.access.actor import Actor
from joinedup.care.access.queries import reader_of
from joinedup.care.outbound.models import Subscription
from joinedup.care.record.criteria import Asked, CriterionError, Where, where_of
from joinedup.exchange.fhir.outcome import Issue
from joinedup.exchange.fhir.searching import search_of

Json = dict[str, Any]
# For trials and tests on one machine only: elsewhere an endpoint inside would let a partner reach what it must not.
ALLOW_LOCAL = "JOINEDUP_LOCAL_ENDPOINTS"


def subscription_issues(content: Json) -> Iterator[Issue]:
    """Return what is wrong with a Subscription that is otherwise well formed."""
    channel = content.get("channel") or {}
    if content.get("status") == "off":
        return
    if channel.get("type") != "rest-hook":
        yield Issue("not-supported", "only rest-hook is supported", "Subscription.channel.type")
    if channel.get("payload") not in (None, "", "application/fhir+json"):
        yield Issue(
            "not-supported", "payload is empty or application/fhir+json", "Subscription.channel.payload"
        )
    if problem := problem_with_endpoint(str(channel.get("endpoint", ""))):
        yield Issue("value", problem, "Subscription.channel.endpoint")
    try:
        condition_of(str(content.get("criteria", "")))
    except CriterionError as error:
        yield Issue("value", f"{error.name}: {error}", "Subscription.criteria")


def condition_of(criteria: str, *, asker: Actor | None = None) -> Where:
    """Return the condition that criteria ask for; raises `CriterionError`."""
    type_, _, query = criteria.partition("?")
    if not type_.isalpha():
        raise CriterionError("criteria", "begin with a type of resource: Observation?code=…")
    asked = search_of(type_, parse_qsl(query)).asked
    return where_of(type_, asked, found=_no_chain, asker=asker)


def _no_chain(_type: str, asked: Asked) -> tuple[list[str], list[Any]]:
    """Refuse a chain."""
    raise CriterionError(asked.name, "chains are not supported in criteria")


def conditions_of(subscriptions: list[Subscription]) -> dict[int, Where | None]:
    """Return what each subscription asks for; None where that can't be answered (any more)."""
    found: dict[int, Where | None] = {}
    for subscription in subscriptions:
        try:
            found[subscription.pk] = condition_of(subscription.criteria, asker=reader_of(subscription.system))
        except CriterionError:
            found[subscription.pk] = None
    return found


def problem_with_endpoint(endpoint: str) -> str | None:
    """Return what is wrong with where notices are to be sent, as far as its text tells."""
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return "this is no address"
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        return "give the address that notices are sent to, without a name, a password or a query"
    if parts.scheme != "https" and not (parts.scheme == "http" and local_is_allowed()):
        return "notices are sent by https only"
    return None


def local_is_allowed() -> bool:
    """Say whether endpoints on this machine may be told."""
    return os.environ.get(ALLOW_LOCAL) == "1"


def address_of(host: str, port: int) -> str:
    """Return the address of a host; raises `OSError` where it has none that notices may be sent to."""
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if found.is_global or (found.is_loopback and local_is_allowed()):
            return str(address[0])
    raise OSError("the endpoint has no public address")
