"""What the audit event costs a Patient read over HTTP: the same reads with and without it, in turn, in one run.

In turn, so that whatever else the machine does falls on all alike. An event is on the disk before the answer is sent
(ADR 0017), so its cost has two parts: the work of writing it, and waiting for the disk. A second server, whose
connections don't wait (`synchronous_commit=off`, for this measurement only), tells the two apart.
"""

import http.client
import os
import random
import statistics
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from benchmarks.machine import Figure, scratch
from benchmarks.reading import reader
from benchmarks.serving import bare, median_ms, throughput

# Heard by `benchmarks.unaudited` alone.
HEADER = "X-Benchmark-Unaudited"
SERVER = "benchmarks.unaudited:application"
NOT_WAITING = {"PGOPTIONS": "-c synchronous_commit=off"}
PEOPLE = 300
WARMING = 300
ROUNDS = 3000
TURNS = 20
TURN = 400
MOST_SHARE = 15
Way = tuple[int, Mapping[str, str]]


def measure() -> list[Figure]:
    """Return the medians, and the shares of a read that the audit event is."""
    with scratch():
        return _measure()


def _measure() -> list[Figure]:
    token = _prepare()
    with bare(SERVER) as product, bare(SERVER, os.environ | NOT_WAITING) as not_waiting:
        ways = {
            "audited": (product, token),
            "unaudited": (product, token | {HEADER: "1"}),
            "written": (not_waiting, token),
            "unwritten": (not_waiting, token | {HEADER: "1"}),
        }
        list(_rounds(ways, WARMING))
        before = _events()
        taken = list(_rounds(ways, ROUNDS))
        if _events() - before != 2 * ROUNDS:
            raise RuntimeError(f"{_events() - before} events were written for {2 * ROUNDS} audited reads")
        rates = list(_rates({name: ways[name] for name in ("audited", "unaudited")}))
    median = {name: median_ms([each[name] for each in taken]) for name in ways}
    rate = {name: statistics.median(each[name] for each in rates) for name in rates[0]}
    return _figures(median, rate)


def _figures(median: Mapping[str, float], rate: Mapping[str, float]) -> list[Figure]:
    whole = 100 * (1 - median["unaudited"] / median["audited"])
    writing = 100 * (1 - median["unwritten"] / median["written"])
    return [
        Figure("Patient read over HTTP, audited, median", median["audited"], "ms"),
        Figure("the same without its audit event", median["unaudited"], "ms"),
        Figure(
            "share of a read that writing the event is, waiting for the disk apart", writing, "%", MOST_SHARE
        ),
        Figure("share of a read with waiting for the disk", whole, "%"),
        Figure("waiting for the disk", median["audited"] - median["written"], "ms"),
        Figure("Patient reads, audited, four clients, one worker", rate["audited"], "/s"),
        Figure("the same without audit events", rate["unaudited"], "/s"),
    ]


def _prepare() -> dict[str, str]:
    """Put people in; return the header of a system that may read them all."""
    from joinedup.care.access.actions import register_system  # noqa: PLC0415 - once Django is set up
    from joinedup.core.nation import Nation  # noqa: PLC0415
    from joinedup.site.demo import SYSTEM, take_bundle  # noqa: PLC0415
    from joinedup.synthetic import bundles  # noqa: PLC0415

    register_system(name=SYSTEM)
    for bundle in bundles(Nation.ENGLAND, people=PEOPLE, seed=5, until=datetime.now(UTC).date()):
        take_bundle(bundle, Nation.ENGLAND)
    return {"Authorization": f"Bearer {reader()}"}


def _events() -> int:
    from joinedup.care.access.models import AuditEvent  # noqa: PLC0415 - once Django is set up

    return AuditEvent.objects.count()


def _rounds(ways: Mapping[str, Way], count: int) -> Iterator[dict[str, float]]:
    """Read somebody in each way, in another order each time; yield the seconds that each took."""
    rng = random.Random(1)
    connections = {
        port: http.client.HTTPConnection("127.0.0.1", port, timeout=20) for port, _ in ways.values()
    }
    for _ in range(count):
        path = _somebody(rng)
        order = rng.sample(list(ways), len(ways))
        yield {name: _read(connections[ways[name][0]], path, ways[name][1]) for name in order}


def _rates(ways: Mapping[str, Way]) -> Iterator[dict[str, float]]:
    """Read with four clients at once, a turn in each way; yield the reads a second of each."""
    rng = random.Random(2)
    for _ in range(TURNS):
        paths = [_somebody(rng) for _ in range(TURN)]
        order = rng.sample(list(ways), len(ways))
        yield {name: throughput(ways[name][0], paths, dict(ways[name][1])) for name in order}


def _somebody(rng: random.Random) -> str:
    return f"/fhir/R4/Patient/p-{rng.randrange(1, PEOPLE + 1):06}"


def _read(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> float:
    """Ask once; return the seconds it took."""
    began = time.perf_counter()
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status} for {path}")
    return time.perf_counter() - began
