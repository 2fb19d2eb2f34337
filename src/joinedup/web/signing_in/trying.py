"""Which tries count together, and who is said to have tried."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from joinedup.care.access.actor import NOBODY, Actor
from joinedup.care.access.models import User
from joinedup.care.access.tries import ACCOUNT, ADDRESS, Limit, key_of

# Whoever has one address of version 6 has all of its network.
NETWORK_BITS = 64


def address_of(request: HttpRequest) -> str:
    """Return the address that the request came from; behind our TLS proxy, the one that the proxy noted last."""
    said = str(request.META.get("REMOTE_ADDR", ""))
    if settings.HTTPS:
        said = request.headers.get("X-Forwarded-For", said).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(said)
    except ValueError:
        return said
    if found.version == 6:
        return str(ipaddress.ip_network(f"{found}/{NETWORK_BITS}", strict=False))
    return said


def password_limits(request: HttpRequest, username: str) -> dict[str, Limit]:
    """Return what a try at the account's password counts against. It need not exist, so that nobody can tell."""
    return {
        key_of("password", username.strip().casefold()): ACCOUNT,
        key_of("address", address_of(request)): ADDRESS,
    }


def second_factor_limits(request: HttpRequest, user: User) -> dict[str, Limit]:
    """Return what a try at the user's second factor counts against."""
    return {key_of("second factor", str(user.pk)): ACCOUNT, key_of("address", address_of(request)): ADDRESS}


def as_actor(user: User) -> Actor:
    """Return the user as themselves, in no role."""
    return Actor(name=str(user), permissions=frozenset(), user_id=user.pk)


def who_tries(request: HttpRequest) -> Actor:
    """Return whoever is signed in, else nobody."""
    return as_actor(request.user) if isinstance(request.user, User) else NOBODY
