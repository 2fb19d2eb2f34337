"""Patient read over HTTP with token, audit and everything on, one worker; and the web process's memory."""

import random
from datetime import UTC, datetime

import psutil

from benchmarks.machine import Figure, scratch
from benchmarks.serving import bare, latencies, median_ms, served, throughput

PEOPLE = 300
READS = 3000


def measure() -> list[Figure]:
    """Return the median, requests a second and memory."""
    with scratch():
        return _measure()


def _measure() -> list[Figure]:
    from joinedup.care.access.actions import register_system  # noqa: PLC0415 - once Django is set up
    from joinedup.core.nation import Nation  # noqa: PLC0415
    from joinedup.site.demo import SYSTEM, take_bundle  # noqa: PLC0415
    from joinedup.synthetic import bundles  # noqa: PLC0415

    register_system(name=SYSTEM)
    for bundle in bundles(Nation.ENGLAND, people=PEOPLE, seed=5, until=datetime.now(UTC).date()):
        take_bundle(bundle, Nation.ENGLAND)
    headers = {"Authorization": f"Bearer {reader()}"}
    rng = random.Random(1)
    paths = [f"/fhir/R4/Patient/p-{rng.randrange(1, PEOPLE + 1):06}" for _ in range(READS)]
    with served() as (port, process_id):
        latencies(port, paths[:200], headers)
        alone = latencies(port, paths[:1000], headers)
        rate = throughput(port, paths, headers)
        memory = _megabytes(process_id)
    with bare() as port:
        latencies(port, paths[:200], headers)
        least = latencies(port, paths[:1000], headers)
        most = throughput(port, paths, headers)
    return [
        Figure("the same three statements without a framework, median", median_ms(least), "ms"),
        Figure("the same, four clients", most, "/s"),
        Figure("Patient read over HTTP, median, one client", median_ms(alone), "ms", 3),
        Figure("Patient reads, four clients, one worker", rate, "/s", 400, "at least"),
        Figure("web process and its worker, resident", memory, "MB", 400),
    ]


def reader() -> str:
    """Return the token of a system that wrote nothing and may see everyone, as agreements and care allow."""
    from joinedup.care.access.actions import create_token, relate, sign_agreement  # noqa: PLC0415
    from joinedup.care.access.actor import Scope  # noqa: PLC0415
    from joinedup.care.partnership.models import Organisation  # noqa: PLC0415
    from joinedup.care.people.models import Person  # noqa: PLC0415

    now = datetime.now(UTC)
    reading, _ = Organisation.objects.get_or_create(
        reference="reader", defaults={"name": "Reader", "nation": "england"}
    )
    sign_agreement(name="Benchmark", parties=Organisation.objects.all(), since=now)
    people = Person.objects.values_list("id", flat=True)
    relate(((person, reading.pk) for person in people), kind="caseload", at=now)
    return create_token(system="Benchmark", scopes=[Scope.READ], at=now, organisation=reading)


def _megabytes(process_id: int) -> float:
    """Return the resident memory of the largest of the process and its children that is Python, in MB."""
    process = psutil.Process(process_id)
    family = [process, *process.children(recursive=True)]
    return max(p.memory_info().rss for p in family if "python" in p.name()) / 1_000_000
