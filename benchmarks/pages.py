"""The record page of a person with 500 entries: time in the server, audit on, from signed-in request to last byte."""

import time
from datetime import UTC, datetime, timedelta

import msgspec

from benchmarks.machine import Figure, scratch
from benchmarks.serving import median_ms, p95_ms

ENTRIES = 500
VIEWS = 120


def measure() -> list[Figure]:
    """Return median and 95th percentile."""
    with scratch():
        return _measure()


def _measure() -> list[Figure]:
    from django.test import Client  # noqa: PLC0415 - only once Django is set up

    from joinedup.care.access.actions import give_account, register_system, relate  # noqa: PLC0415
    from joinedup.care.access.actor import Role  # noqa: PLC0415
    from joinedup.care.partnership.actions import OrganisationDetails, register_organisations  # noqa: PLC0415
    from joinedup.care.people.models import Person  # noqa: PLC0415
    from joinedup.core.nation import Nation  # noqa: PLC0415
    from joinedup.site.demo import SYSTEM, take_bundle  # noqa: PLC0415

    register_system(name=SYSTEM)
    details = OrganisationDetails("org-1", "Westmarch Community Health Trust", Nation.ENGLAND)
    organisation = register_organisations([details])["org-1"]
    take_bundle(msgspec.json.encode(_record()), Nation.ENGLAND)
    now = datetime.now(UTC)
    person = Person.objects.get()
    relate([(person.pk, organisation.pk)], kind="benchmark", at=now - timedelta(days=1))
    user = give_account(
        username="nurse",
        name="Demo nurse",
        password="quite-long-enough-1",
        assignments=[(Role.DISTRICT_NURSE, organisation)],
        on=now.date() - timedelta(days=1),
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    taken = []
    for _ in range(VIEWS):
        began = time.perf_counter()
        response = client.get(f"/people/{person.pk}")
        taken.append(time.perf_counter() - began)
        if response.status_code != 200 or len(response.content) < 20_000:
            raise RuntimeError(f"{response.status_code}, {len(response.content)} bytes")
    return [
        Figure("record page of 500 entries, median server time", median_ms(taken[20:]), "ms"),
        Figure("record page of 500 entries, 95th percentile", p95_ms(taken[20:]), "ms", 60),
    ]


def _record() -> dict[str, object]:
    """Return a bundle with one person and 500 entries over two years."""
    resources: list[dict[str, object]] = [
        {
            "resourceType": "Patient",
            "id": "p",
            "name": [{"family": "Bench", "given": ["Mark"]}],
            "birthDate": "1940-01-01",
        }
    ]
    start = datetime(2024, 6, 1, 9, tzinfo=UTC)
    for number in range(ENTRIES):
        resources.append(
            {
                "resourceType": "Encounter",
                "id": f"e{number}",
                "status": "finished",
                "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
                "type": [{"text": "District nursing visit"}],
                "subject": {"reference": "Patient/p"},
                "participant": [{"individual": {"display": f"Nurse {number % 7}"}}],
                "period": {
                    "start": (start + timedelta(days=number, hours=1)).isoformat(),
                    "end": (start + timedelta(days=number, hours=2)).isoformat(),
                },
                "serviceProvider": {
                    "reference": "Organization/org-1",
                    "display": "Westmarch Community Health Trust",
                },
            }
        )
    entries = [
        {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
        for r in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
