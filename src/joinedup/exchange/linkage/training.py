"""What the data teach the model: how often fields agree in two people by chance (u), and in one person (m).

u by drawing pairs at random, with a seed; m by expectation maximisation over pairs that are one person nearly
always. Where the data are too few to teach anything the declared values stand, and between few and many both are
mixed, so that a first run is as careful as the tenth.
"""

from dataclasses import dataclass
from typing import Any

from splink import Linker
from splink.internals.splink_dataframe import SplinkDataFrame

from joinedup.exchange.linkage.fields import FIELDS, UNKNOWN
from joinedup.exchange.linkage.model import SURE_NAMES, SURE_NUMBER, settings

PAIRS_DRAWN = 1_000_000
# Fewer people teach nothing, not even which names are rare; fewer sure pairs teach nothing of m. Where m is learned
# the declared one counts as much as so many pairs.
FEWEST_PEOPLE = 200
FEWEST_SURE_PAIRS = 50
DECLARED_COUNTS_AS = 50
# The share of one person's pairs that the two sure rules find between them: the number is missing or mistyped in a
# quarter of pairs, and most of those agree in names and date of birth.
SURE_RULES_FIND = 0.85

Settings = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One level as the model weighs it. `m` and `u` as in `fields`."""

    field: str
    words: str
    verdict: str
    m: float
    u: float


@dataclass(frozen=True)
class Trained:
    """A model that is ready. `sure_pairs` is how many it learned m from; 0 where m is as declared."""

    settings: Settings
    sure_pairs: int
    parameters: tuple[Parameter, ...]


def train(table: SplinkDataFrame, *, people: int, sure_pairs: int, seed: int) -> Trained:
    """Estimate the parameters from the table of so many people, of whom so many pairs share a national number.

    The same table and seed give the same.
    """
    learns = people >= FEWEST_PEOPLE and sure_pairs >= FEWEST_SURE_PAIRS
    linker = Linker(table, settings(), log_level=None)
    if learns:
        linker.training.estimate_probability_two_random_records_match(
            [SURE_NUMBER, SURE_NAMES], recall=SURE_RULES_FIND
        )
    if people >= FEWEST_PEOPLE:
        linker.training.estimate_u_using_random_sampling(
            max_pairs=PAIRS_DRAWN, seed=seed, min_count_per_level=None, num_chunks=1
        )
    if learns:
        for rule in (SURE_NUMBER, SURE_NAMES):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
    learned: Settings = linker.misc.save_model_to_json()
    learned["retain_intermediate_calculation_columns"] = True
    if people < FEWEST_PEOPLE:
        _without_frequencies(learned)
    counted = sure_pairs if learns else 0
    return Trained(learned, counted, tuple(_mix(learned, counted)))


def _without_frequencies(learned: Settings) -> None:
    """Let every name weigh the same: among few people each of them is frequent."""
    for comparison in learned["comparisons"]:
        for level in comparison["comparison_levels"]:
            if "tf_adjustment_column" in level:
                # Splink 5.0 takes nought for not given, and then weighs in full.
                level["tf_adjustment_weight"] = 1e-9


def _mix(learned: Settings, sure_pairs: int) -> list[Parameter]:
    """Put what was declared and what was learned together, in the settings; return the parameters."""
    odds = learned["probability_two_random_records_match"]
    trust = sure_pairs / (sure_pairs + DECLARED_COUNTS_AS)
    found = []
    for field, comparison in zip(FIELDS, learned["comparisons"], strict=True):
        for level, kept in zip(field.levels, comparison["comparison_levels"], strict=True):
            if level.verdict == UNKNOWN:
                continue
            if not level.is_fixed:
                kept["m_probability"] = trust * kept["m_probability"] + (1 - trust) * level.m
                drawn = _without_matches(kept["u_probability"], kept["m_probability"], odds)
                kept["u_probability"] = max(drawn, level.u / 10)
            m, u = kept["m_probability"], kept["u_probability"]
            found.append(Parameter(field.name, level.words, level.verdict, m, u))
    return found


def _without_matches(drawn: float, m: float, odds: float) -> float:
    """Return u without the pairs of one person that were drawn along; in small data these are many."""
    return min((drawn - odds * m) / (1 - odds), 1.0)
