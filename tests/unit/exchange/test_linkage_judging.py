"""From a scored pair to what is done with it: cautions hold whatever the sum says."""

from uuid import UUID

import pytest

from joinedup.exchange.linkage.fields import FIELDS, UNKNOWN
from joinedup.exchange.linkage.judging import LINK, REVIEW, proposed, result_columns

LEFT, RIGHT = UUID(int=1), UUID(int=2)


def value_of(field, words):
    """The number that Splink gives the level with these words; without words the one on which the field agrees."""
    if words == UNKNOWN:
        return -1
    known = [level for level in field.levels if level.verdict != UNKNOWN]
    (position,) = [
        index
        for index, level in enumerate(known)
        if (level.words == words if words else level.verdict == "agrees")
    ]
    return len(known) - 1 - position


def row(probability, **words):
    """A row of predictions in which every field agrees, but for those named."""
    values = [value for field in FIELDS for value in (value_of(field, words.get(field.column)), 1.25)]
    return (str(LEFT), str(RIGHT), probability, *values)


BORN_TOGETHER = "another, while born on the same day into one family or household: may be twins"
NO_NAME = "not known of both, while born together or living together: may be twins"
PARENT = "another, while living together: may be parent and child"
OTHER_NUMBER = "another, and both can be right"


@pytest.mark.parametrize(
    ("probability", "words", "score"),
    [
        (0.99999, {}, 1.0),
        (0.7, {}, 0.7),
        (0.49, {}, None),
        (1.0, {"given_name": BORN_TOGETHER, "national_number": UNKNOWN}, None),
        (1.0, {"given_name": BORN_TOGETHER, "national_number": OTHER_NUMBER}, None),
        (1.0, {"given_name": BORN_TOGETHER}, 0.98),
        (1.0, {"date_of_birth": PARENT, "national_number": UNKNOWN}, None),
        (1.0, {"given_name": NO_NAME, "national_number": UNKNOWN}, 0.98),
        (0.6, {"given_name": NO_NAME, "national_number": UNKNOWN}, 0.6),
        (1.0, {"national_number": OTHER_NUMBER}, 0.98),
        (1.0, {"national_number": UNKNOWN}, 1.0),
    ],
)
def test_a_score_is_no_more_than_cautions_allow(probability, words, score):
    found = [pair.score for pair in proposed([row(probability, **words)])]
    assert found == ([] if score is None else [score])


def test_a_pair_says_why_field_by_field():
    (pair,) = proposed([row(0.999, telephone="one digit other", gender_said=UNKNOWN)])
    assert (pair.left, pair.right) == (LEFT, RIGHT)
    said = {each.field: (each.verdict, each.weight) for each in pair.agreements}
    assert list(said) == [field.name for field in FIELDS]
    assert said["Telephone"] == ("nearly", 1.2)
    assert said["Gender"][0] == "unknown"
    assert said["National number"][0] == "agrees"


def test_what_must_be_asked_about_is_never_linked():
    assert REVIEW < 0.98 < LINK


def test_rarer_names_weigh_more_in_the_columns_that_are_read():
    columns = result_columns()
    assert "mw_family_name + mw_tf_adj_family_name" in columns
    assert "mw_tf_adj_telephone" not in columns
