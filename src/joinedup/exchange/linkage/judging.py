"""From a scored pair to what is done with it: linked, asked about, or nothing; and why, field by field."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from joinedup.care.people.logic_pairs import Agreement, ProposedPair
from joinedup.exchange.linkage.fields import AGREES, FIELDS, NUMBER, UNKNOWN, Caution, Field, Level

# At or above LINK a pair is so sure that it may be linked at once, for that can be undone; at or above REVIEW
# somebody is asked. Below it is nothing.
LINK = 0.99
REVIEW = 0.5
# The most that a pair may score which somebody has to look at whatever speaks for it.
ASKED = 0.98
METHOD = "bulk comparison"
SCORE_DIGITS, WEIGHT_DIGITS = 4, 1

Row = Sequence[object]


def result_columns() -> str:
    """Return the columns of Splink's predictions that `proposed` reads, in its order."""
    columns = ["id_l", "id_r", "match_probability"]
    for field in FIELDS:
        has_frequency = any(level.frequency for level in field.levels)
        frequency = f" + mw_tf_adj_{field.column}" if has_frequency else ""
        columns += [f"gamma_{field.column}", f"mw_{field.column}{frequency}"]
    return ", ".join(columns)


def proposed(rows: Iterable[Row]) -> Iterator[ProposedPair]:
    """Return the pairs to be linked or asked about, without those that a caution rules out."""
    lookup = [_levels_by_value(field) for field in FIELDS]
    for left, right, probability, *rest in rows:
        levels = [by_value[value] for by_value, value in zip(lookup, rest[::2], strict=True)]
        score = _cautious(float(str(probability)), levels)
        if score >= REVIEW:
            agreements = tuple(_agreements(levels, rest[1::2]))
            yield ProposedPair(UUID(str(left)), UUID(str(right)), score, agreements, METHOD)


def _levels_by_value(field: Field) -> dict[object, Level]:
    """Return the levels by Splink's numbers: the last is 0, each before it one more, not known -1."""
    known = [level for level in field.levels if level.verdict != UNKNOWN]
    numbered: dict[object, Level] = dict(enumerate(reversed(known)))
    unknown = [level for level in field.levels if level.verdict == UNKNOWN]
    return numbered | {-1: unknown[-1]} if unknown else numbered


def _cautious(probability: float, levels: Sequence[Level]) -> float:
    """Return the score: the probability, but no more than what a caution allows."""
    cautions = {level.caution for level in levels} - {Caution.NONE}
    score = round(probability, SCORE_DIGITS)
    if not cautions:
        return score
    shares_number = levels[FIELDS.index(NUMBER)].verdict == AGREES
    if Caution.NUMBER_OR_NOTHING in cautions and not shares_number:
        return 0.0
    return min(score, ASKED)


def _agreements(levels: Sequence[Level], weights: Sequence[object]) -> Iterator[Agreement]:
    for field, level, weight in zip(FIELDS, levels, weights, strict=True):
        bits = 0.0 if weight is None else round(float(str(weight)), WEIGHT_DIGITS)
        yield Agreement(field.name, level.verdict, bits)
