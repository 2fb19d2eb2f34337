"""Duplicates found among 100,000 made-up records whose truth is known: how right, and how fast.

Three seeds, none of which was looked at while the comparisons were made; each is shown, and every pair of records
counts.
"""

import time

from benchmarks.machine import Figure
from joinedup.core.nation import Nation
from joinedup.exchange.linkage import LINK, REVIEW, Found, Truth, find_duplicates, judge
from joinedup.site.linkage_trial import UNTIL, people_to_link, truth_of
from joinedup.synthetic.duplicates import Slip, known_people

RECORDS = 100_000
RUNS = ((Nation.ENGLAND, 101), (Nation.SCOTLAND, 102), (Nation.NORTHERN_IRELAND, 103))
PRECISION, RECALL, SECONDS, MAKING_SECONDS = 0.995, 0.95, 180, 30


def measure() -> list[Figure]:
    """Return the figures of each seed."""
    return [figure for nation, seed in RUNS for figure in _figures(nation, seed)]


def _figures(nation: Nation, seed: int) -> list[Figure]:
    began = time.perf_counter()
    known = list(known_people(nation, records=RECORDS, seed=seed, until=UNTIL))
    making = time.perf_counter() - began
    found = find_duplicates(people_to_link(known), seed=seed)
    truth = truth_of(known)
    trial = judge(found.pairs, truth)
    at_link, at_review = trial.at(LINK), trial.at(REVIEW)
    name = f"{nation.title}, seed {seed}"
    return [
        Figure(f"{name}: precision of what is linked", at_link.precision, "", PRECISION, "at least"),
        Figure(f"{name}: recall of what is linked", at_link.recall, "", RECALL, "at least"),
        Figure(
            f"{name}: … precision once linked groups are joined",
            trial.joined.precision,
            "",
            PRECISION,
            "at least",
        ),
        Figure(
            f"{name}: precision with what is to be looked at", at_review.precision, "", PRECISION, "at least"
        ),
        Figure(f"{name}: recall with what is to be looked at", at_review.recall, "", RECALL, "at least"),
        Figure(f"{name}: pairs to be looked at", len(found.to_review), ""),
        Figure(f"{name}: twins linked", _twins_linked(found, truth), "", 0),
        Figure(f"{name}: finding, {found.people:,} records", sum(found.seconds.values()), "s", SECONDS),
        Figure(f"{name}: making the records", making, "s", MAKING_SECONDS),
    ]


def _twins_linked(found: Found, truth: Truth) -> int:
    """Return how many links are of two persons who each have a twin; a namesake of a twin is another mistake."""
    return sum(
        truth.whose[pair.left] != truth.whose[pair.right]
        and Slip.TWIN.value in truth.slips[pair.left] & truth.slips[pair.right]
        for pair in found.to_link
    )
