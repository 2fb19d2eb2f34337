"""Bundles of 100 resources through the door, validated, beside a bare `executemany` of the same rows.

Limits: at least 1,500 resources a second, and at least 5% of the bare inserts of the same run.
"""

import json
import os
import time

from benchmarks.machine import Figure, scratch_database

RESOURCES_A_BUNDLE = 100
BUNDLES = 60
LEAST_A_SECOND = 1500
LEAST_SHARE = 0.05


def run() -> list[Figure]:
    """Measure; return the figures beside their limits."""
    with scratch_database():
        from benchmarks.bundles_inside import bare_inserts_a_second, bundles_a_second  # noqa: PLC0415

        through, bodies = bundles_a_second(BUNDLES, RESOURCES_A_BUNDLE)
        bare = bare_inserts_a_second(bodies)
    return [
        Figure("bundles of 100, resources a second", through, LEAST_A_SECOND, "at least"),
        Figure("the same rows by bare executemany, rows a second", bare, None, ""),
        Figure("share of the bare inserts", through / bare, LEAST_SHARE, "at least"),
    ]
