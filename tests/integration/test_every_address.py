"""Every address there is: says which permission it needs, is closed to strangers, and carries the safe headers."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from joinedup.care.access.actor import Permission
from joinedup.web.middleware import HEADERS

# Whoever signs in has no role yet, and whoever signs out needs none. All are declared with open_to_all().
OPEN = {
    "sign-in",
    "account_login",
    "mfa_authenticate",
    "organisation_login",
    "organisation_callback",
    "sign-out",
}
FHIR_EXAMPLES = {
    "fhir-type": "fhir/R4/Patient",
    "fhir-instance": "fhir/R4/Patient/p1",
    "fhir-everything": "fhir/R4/Patient/p1/$everything",
    "fhir-summary": "fhir/R4/Patient/p1/$summary",
    "fhir-export-status": "fhir/R4/$export-status/x",
    "fhir-export-file": "fhir/R4/$export-file/x/Patient.ndjson",
    "fhir-type-history": "fhir/R4/Patient/_history",
    "fhir-history": "fhir/R4/Patient/p1/_history",
    "fhir-version": "fhir/R4/Patient/p1/_history/1",
    "fhir-search": "fhir/R4/Patient/_search",
}
EXAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "str": "x", "int": "1", "slug": "x"}


def patterns_below(resolver, prefix=""):
    """Return every address with its pattern."""
    for part in resolver.url_patterns:
        here = prefix + str(part.pattern)
        if isinstance(part, URLPattern):
            yield here, part
        else:
            yield from patterns_below(part, here)


ADDRESSES = list(patterns_below(get_resolver()))


def example_of(address, pattern):
    """Return the address with something in place of each of its parameters."""
    address = FHIR_EXAMPLES.get(pattern.name, address)
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        address = address.replace(f"<{kind}:{name}>", EXAMPLES[kind]).replace(f"<{name}>", EXAMPLES[kind])
    return f"/{address}"


@pytest.mark.parametrize(
    ("address", "pattern"), ADDRESSES, ids=[address or "start" for address, _ in ADDRESSES]
)
def test_an_address_says_which_permission_it_needs(address, pattern):
    if address.startswith("fhir/"):
        needed = pattern.callback.permissions.values()
        assert all(p is None or isinstance(p, Permission) for p in needed)
        assert None not in needed or pattern.name == "fhir-metadata"
    elif address.startswith("api/"):
        assert pattern.callback.is_for_systems
    elif pattern.name in OPEN:
        assert pattern.callback.is_open
        assert not pattern.callback.login_required
    else:
        assert hasattr(pattern.callback, "permission"), "declare it with needs() or own_account()"
        assert getattr(pattern.callback, "login_required", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "pattern"), ADDRESSES, ids=[address or "start" for address, _ in ADDRESSES]
)
def test_a_stranger_gets_nothing(address, pattern):
    response = Client().get(example_of(address, pattern))
    if address.startswith("fhir/"):
        assert response.status_code in (401, 405) or pattern.name == "fhir-metadata"
    elif address.startswith("api/"):
        assert response.status_code in (401, 405) or pattern.name == "rules-openapi"
    elif pattern.name not in OPEN:
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in?next=")
    else:
        assert response.status_code in (200, 302, 404, 405)
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    if response.headers["Content-Type"].startswith("text/html"):
        assert response.headers["Cache-Control"] == "no-store"


def test_nothing_but_signing_in_and_out_is_open():
    named = {pattern.name for address, pattern in ADDRESSES if not address.startswith(("fhir/", "api/"))}
    assert named >= OPEN
    assert len(ADDRESSES) > len(OPEN)
