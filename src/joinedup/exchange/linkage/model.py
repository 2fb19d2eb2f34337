"""The model in Splink's terms: comparisons from `fields`, which pairs are looked at, and where it starts from."""

from splink import SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.blocking_rule_creator import BlockingRuleCreator

from joinedup.exchange.linkage.fields import FIELDS, UNKNOWN, Field, Level

# Which pairs are compared at all: those that share one of these. Each was chosen to survive what another does not,
# and to be shared by few: no rule is a name alone or a postcode alone.
PAIRS_TO_COMPARE: tuple[BlockingRuleCreator, ...] = (
    block_on("numbers", arrays_to_explode=["numbers"]),
    block_on("born", "family"),
    block_on("born", "given"),
    block_on("born", "postcode"),
    block_on("born", "phone"),
    block_on("names", "born_year"),
    block_on("names", "born_day"),
    block_on("names", "postcode"),
    block_on("names", "phone"),
    block_on("postcode", "born_year"),
    block_on("postcode", "born_day"),
    block_on("phone", "born_year"),
)
# Pairs that are one person nearly always, to learn from: by each, how often the fields that it does not name agree.
SURE_NUMBER = block_on("number")
SURE_NAMES = block_on("given", "family", "born")
START_ODDS = 1e-5


def settings() -> SettingsCreator:
    """Return the model as it is declared, before anything is learned."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[_comparison(field) for field in FIELDS],
        blocking_rules_to_generate_predictions=list(PAIRS_TO_COMPARE),
        probability_two_random_records_match=START_ODDS,
        retain_intermediate_calculation_columns=True,
        # Beside the values this keeps which level each pair is on.
        retain_matching_columns=True,
        linker_uid="linkage",
    )


def _comparison(field: Field) -> CustomComparison:
    return CustomComparison(
        output_column_name=field.column,
        comparison_levels=[_level(level) for level in field.levels],
        comparison_description=field.name,
    )


def _level(level: Level) -> CustomLevel:
    made = CustomLevel(level.condition or "ELSE", label_for_charts=level.words)
    if level.verdict == UNKNOWN:
        made.configure(is_null_level=True)
        return made
    made.configure(m_probability=level.m, u_probability=level.u)
    if level.is_fixed:
        made.configure(fix_m_probability=True, fix_u_probability=True)
    if level.frequency:
        made.configure(tf_adjustment_column=level.frequency, tf_minimum_u_value=1e-6)
    return made
