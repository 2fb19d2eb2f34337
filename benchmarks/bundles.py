"""Bundles of 100 resources through the door, validated, beside a bare `executemany` of the same rows.

From one sender, and from two at once, which is what two cores are for.
"""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import islice

import django

from benchmarks.machine import Figure, scratch

BUNDLES = 80
SIZE = 100
PEOPLE = 900


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
    made = list(islice(_of_size(stream, SIZE), 2 * BUNDLES))
    sent, more = made[:BUNDLES], made[BUNDLES:]
    bodies = [item_of(entry, i).body for bundle in sent for i, entry in enumerate(parse(bundle).entry)]
    for bundle in sent[:5]:
        take_bundle(bundle, Nation.ENGLAND)
    began = time.perf_counter()
    count = sum(take_bundle(bundle, Nation.ENGLAND) for bundle in sent[5:])
    through = count / (time.perf_counter() - began)
    bare = _bare(bodies)
    together = _from_two(more)
    return [
        Figure("bundles of 100, validated, one sender", through, "resources/s", 3000, "at least"),
        Figure("bundles of 100, validated, two senders", together, "resources/s", 3000, "at least"),
        Figure("the same rows by bare executemany", bare, "rows/s"),
        Figure("one sender, share of the bare inserts", through / bare, "", 0.1, "at least"),
        Figure("two senders, share of the bare inserts", together / bare, "", 0.1, "at least"),
    ]


def _from_two(sent: list[bytes]) -> float:
    """Return how many resources a second two senders at once get in."""
    from django.db import connection  # noqa: PLC0415 - only once Django is set up

    from joinedup.core.nation import Nation  # noqa: PLC0415
    from joinedup.site.demo import take_bundle  # noqa: PLC0415

    connection.close()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, initializer=django.setup) as pool:
        list(pool.map(take_bundle, sent[:6], [Nation.ENGLAND] * 6))
        began = time.perf_counter()
        count = sum(pool.map(take_bundle, sent[6:], [Nation.ENGLAND] * len(sent[6:])))
        return count / (time.perf_counter() - began)


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
