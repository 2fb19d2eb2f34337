"""Bundles of 100 resources through the door, validated, beside a bare `executemany` of the same rows."""

import time
from datetime import UTC, datetime
from itertools import islice

from benchmarks.machine import Figure, scratch

BUNDLES = 80
SIZE = 100
PEOPLE = 450


def measure() -> list[Figure]:
    """Return resources a second, rows a second of the bare insert, and the share."""
    with scratch():
        return _measure()


def _measure() -> list[Figure]:
    from joinedup.care.access.actions import register_system  # noqa: PLC0415
    from joinedup.core.nation import Nation  # noqa: PLC0415 - only once Django is set up
    from joinedup.exchange.fhir.bundle import item_of, parse  # noqa: PLC0415
    from joinedup.site.demo import SYSTEM, take_bundle  # noqa: PLC0415
    from joinedup.synthetic import bundles  # noqa: PLC0415

    register_system(name=SYSTEM)
    stream = bundles(Nation.ENGLAND, people=PEOPLE, seed=7, until=datetime.now(UTC).date())
    take_bundle(next(stream), Nation.ENGLAND)
    sent = list(islice(_of_size(stream, SIZE), BUNDLES))
    bodies = [item_of(entry, i).body for bundle in sent for i, entry in enumerate(parse(bundle).entry)]
    for bundle in sent[:5]:
        take_bundle(bundle, Nation.ENGLAND)
    began = time.perf_counter()
    count = sum(take_bundle(bundle, Nation.ENGLAND) for bundle in sent[5:])
    through = count / (time.perf_counter() - began)
    bare = _bare(bodies)
    return [
        Figure("bundles of 100, validated", through, "resources/s", 1500, "at least"),
        Figure("the same rows by bare executemany", bare, "rows/s"),
        Figure("share of the bare inserts", through / bare, "", 0.05, "at least"),
    ]


def _of_size(stream, size):
    """Cut the generator's bundles anew into bundles of `size`, whole people first come first served."""
    import msgspec  # noqa: PLC0415

    entries = []
    for bundle in stream:
        entries += msgspec.json.decode(bundle)["entry"]
        while len(entries) >= size:
            yield msgspec.json.encode(
                {"resourceType": "Bundle", "type": "transaction", "entry": entries[:size]}
            )
            entries = entries[size:]


def _bare(bodies: list[str]) -> float:
    """Return how many of the same rows a second a bare executemany inserts."""
    from django.db import connection, transaction  # noqa: PLC0415

    rows = [("Observation", f"bare-{i}", datetime.now(UTC), body) for i, body in enumerate(bodies)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare (type text, id text, at timestamptz, body text, PRIMARY KEY (type, id))"
        )
        began = time.perf_counter()
        for start in range(0, len(rows), SIZE):
            with transaction.atomic():
                cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s)", rows[start : start + SIZE])
        return len(rows) / (time.perf_counter() - began)
