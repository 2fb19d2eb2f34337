"""What a page says of a death that partners do not agree about."""

import pytest

from joinedup.care.people.contradictions import DeathSaid
from joinedup.web.presenters.contradictions import CAUTION, death

NBSP = "\N{NO-BREAK SPACE}"
SECOND, THIRD = (f"{day}{NBSP}November{NBSP}2026" for day in (2, 3))


@pytest.mark.parametrize(
    ("said", "caution", "told"),
    [
        (
            DeathSaid(("2026-11-02", "2026-11-03"), denied_by=1, silent=0),
            CAUTION,
            (
                f"1{NBSP}partner recorded that Ann Bee died on {SECOND}",
                f"Another recorded that Ann Bee died on {THIRD}",
                f"1{NBSP}partner recorded that they have not died",
            ),
        ),
        (
            DeathSaid(("2026-11-02", "2026-11-02"), denied_by=0, silent=2),
            "",
            (
                f"2{NBSP}partners recorded that Ann Bee died on {SECOND}",
                f"2{NBSP}partners recorded no death",
            ),
        ),
        (
            DeathSaid(("yes",), denied_by=1, silent=0),
            CAUTION,
            (
                f"1{NBSP}partner recorded that Ann Bee died",
                f"1{NBSP}partner recorded that they have not died",
            ),
        ),
    ],
)
def test_silence_is_told_and_only_what_contradicts_asks_for_care(said, caution, told):
    notice = death("Ann Bee", said)
    assert (notice.caution, notice.told) == (caution, told)


@pytest.mark.parametrize("said", [DeathSaid(("2026-11-02",), 0, 0), DeathSaid((), 2, 1), DeathSaid((), 0, 0)])
def test_nothing_is_said_where_all_say_the_same_or_nobody_tells_of_a_death(said):
    assert death("Ann Bee", said) is None
