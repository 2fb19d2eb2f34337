"""National numbers from the range that is never issued: 999 000 0000 to 999 999 9999.

Each number is dealt out once. The range holds about 909,000 with a possible check digit, which is the most
people a made-up partnership can have.
"""

from collections.abc import Iterator
from random import Random

from nhs_number.validate import calculate_checksum

from joinedup.core.identifiers import TEST_PREFIX

# What the library answers for nine digits that no check digit can follow.
IMPOSSIBLE = 10
STEMS = 1_000_000
# Coprime with the number of stems: stepping by it visits each of them once, far from its neighbour.
STEP = 618_033
MOST_PEOPLE = 900_000


def made_up_numbers(rng: Random) -> Iterator[str]:
    """Unique test numbers with the right check digit, in an order that looks like chance."""
    stem = int(rng.random() * STEMS)
    for _ in range(STEMS):
        stem = (stem + STEP) % STEMS
        first_nine = f"{TEST_PREFIX}{stem:06}"
        check_digit = calculate_checksum(first_nine)
        if check_digit != IMPOSSIBLE:
            yield f"{first_nine}{check_digit}"
