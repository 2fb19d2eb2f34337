"""Which nations' figures may be compared, how far, and why not: computed from what each declares.

Two variants of a measure are set against each other attribute by attribute. Every attribute that differs has
a declared effect, and a sentence made from the two values; the gravest effect is the verdict. None is typed
in.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from joinedup.core.nation import Nation
from joinedup.insight.declaration import Counted, Variant
from joinedup.rules.leaving_hospital.stays import Cited, CountingRule, Setting


class Verdict(StrEnum):
    """How far two figures may be compared, from most to least."""

    LEVEL = "level"
    TREND_ONLY = "trend_only"
    NOT_COMPARABLE = "not_comparable"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return {
            "level": "The levels may be compared",
            "trend_only": "Only the direction of change may be compared",
            "not_comparable": "Not comparable",
        }[self]


GRAVITY: Final = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class CountedVariant:
    """A nation's variant of a measure with the rule by which the nation counts."""

    variant: Variant
    rule: CountingRule

    @property
    def nation(self) -> Nation:
        """Whose it is."""
        return self.variant.nation


@dataclass(frozen=True, slots=True)
class Comparison:
    """What may be said of two nations' figures, and the reasons."""

    nation_a: Nation
    nation_b: Nation
    origin: str
    verdict: Verdict
    reasons: tuple[str, ...]

    def involves(self, nation: Nation) -> bool:
        """Whether one of the two is this nation."""
        return nation in {self.nation_a, self.nation_b}

    @property
    def title(self) -> str:
        """As a page says it."""
        return f"{self.nation_a.title} and {self.nation_b.title}: {self.verdict.title.lower()}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute in which two variants differ."""

    title: str
    a: str
    b: str
    effect: Verdict
    consequence: str


Value = object
Reader = Callable[[CountedVariant], Value]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A respect in which counting can differ, and what a difference does.

    `counts` names the numerators that it bears on; none named, it bears on all.
    """

    title: str
    read: Reader
    effect: Verdict
    consequence: str
    counts: tuple[Counted, ...] = ()

    def bears_on(self, variant: CountedVariant) -> bool:
        """Whether it matters to what the variant counts."""
        return not self.counts or variant.variant.counted in self.counts


IN_DAYS: Final = (Counted.BED_DAYS, Counted.PEOPLE_EACH_DAY)
AT_CENSUS: Final = (Counted.PEOPLE_AT_CENSUS,)

# Days in bed and people in bed on each day are one thing seen twice, but for the hour at which a day is seen.
UNITS_ALIKE: Final = frozenset(IN_DAYS)
UNITS_DIFFER: Final = "These are different quantities"
UNITS_NEARLY_AGREE: Final = "They come to nearly the same, save for the hour at which a day is seen"

WORDS: Final[dict[object, str]] = {
    "when_ready": "when the person is ready",
    "day_after_ready": "the day after the ready date",
    "clock_start": "when the clock starts",
    "after_minimum": "after a least time",
    "after_target": "when the target time has passed",
    "after_ready_day_to_last": "the days after the ready date, the last one too",
    "nights_in_bed": "the nights in bed since the ready date",
    "last_thursday": "the last Thursday of the month",
    "third_wednesday": "the third Wednesday of the month",
    True: "yes",
    False: "no",
} | {setting.value: setting.title for setting in Setting}


def _rule(name: str) -> Reader:
    """Reads a cited attribute of the counting rule."""

    def read(variant: CountedVariant) -> Value:
        cited: Cited[object] = getattr(variant.rule, name)
        return cited.value

    return read


ATTRIBUTES: Final = (
    Attribute(
        "Population",
        lambda counted: counted.variant.ages,
        Verdict.TREND_ONLY,
        "A wider population makes a lower rate",
    ),
    Attribute(
        "When a wait becomes a delay",
        _rule("delay_begins"),
        Verdict.TREND_ONLY,
        "Short waits are left out of one",
    ),
    Attribute(
        "Hours that a wait must last to be counted",
        _rule("minimum_delay_hours"),
        Verdict.TREND_ONLY,
        "Short waits are left out of one",
    ),
    Attribute(
        "When the clock starts",
        _rule("clock_start"),
        Verdict.TREND_ONLY,
        "A delay can be up to a day longer in one",
    ),
    Attribute(
        "Days counted",
        _rule("days_counted"),
        Verdict.LEVEL,
        "A stay has as many either way; one of them can fall in another month",
        counts=IN_DAYS,
    ),
    Attribute(
        "Youngest age counted",
        _rule("minimum_age"),
        Verdict.TREND_ONLY,
        "One may count people that the other does not",
    ),
    Attribute(
        "Beds in which delays are counted",
        _rule("settings"),
        Verdict.TREND_ONLY,
        "Delays in the other beds are left out of one",
    ),
    Attribute(
        "A move to intermediate care ends the count",
        _rule("intermediate_care_ends_count"),
        Verdict.TREND_ONLY,
        "Delays go on for longer in one",
    ),
    Attribute(
        "Reason codes never counted",
        _rule("reasons_not_counted"),
        Verdict.TREND_ONLY,
        "Some delays are left out of one",
    ),
    Attribute(
        "Reason codes left out of the census",
        _rule("reasons_outside_census"),
        Verdict.TREND_ONLY,
        "Some delays are left out of one",
        counts=AT_CENSUS,
    ),
    Attribute(
        "Day of the census",
        _rule("census_day"),
        Verdict.TREND_ONLY,
        "Numbers differ between days of the week and of the month",
        counts=AT_CENSUS,
    ),
)


def compare(variants: Sequence[CountedVariant]) -> list[Comparison]:
    """Every pair of nations among the variants of one origin."""
    pairs = combinations(variants, 2)
    return [_compare(a, b) for a, b in pairs if a.nation != b.nation and a.variant.origin == b.variant.origin]


def differences(a: CountedVariant, b: CountedVariant) -> list[Difference]:
    """In what the two differ, the gravest first."""
    found = [*_units(a, b), *_attributes(a, b)]
    return sorted(found, key=lambda difference: -GRAVITY.index(difference.effect))


def _compare(a: CountedVariant, b: CountedVariant) -> Comparison:
    found = differences(a, b)
    verdict = found[0].effect if found else Verdict.LEVEL
    reasons = tuple(_sentence(difference, a.nation.title, b.nation.title) for difference in found)
    alike = ("They are counted alike in every respect that is declared.",)
    return Comparison(a.nation, b.nation, a.variant.origin.value, verdict, reasons or alike)


def _sentence(difference: Difference, a: str, b: str) -> str:
    return f"{difference.title} — {a}: {difference.a}; {b}: {difference.b}. {difference.consequence}."


def _units(a: CountedVariant, b: CountedVariant) -> Iterator[Difference]:
    one, other = a.variant.counted, b.variant.counted
    if one is other:
        return
    alike = {one, other} == UNITS_ALIKE
    effect = Verdict.TREND_ONLY if alike else Verdict.NOT_COMPARABLE
    consequence = UNITS_NEARLY_AGREE if alike else UNITS_DIFFER
    yield Difference("What is counted", one.title, other.title, effect, consequence)


def _attributes(a: CountedVariant, b: CountedVariant) -> Iterator[Difference]:
    for attribute in ATTRIBUTES:
        if not (attribute.bears_on(a) and attribute.bears_on(b)):
            continue
        one, other = attribute.read(a), attribute.read(b)
        if one != other:
            said = (say_value(one), say_value(other))
            yield Difference(attribute.title, *said, attribute.effect, attribute.consequence)


def say_value(value: Value) -> str:
    """A value of a counting rule in words."""
    if value is None:
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join(say_value(item) for item in value) or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value in WORDS:
        return WORDS[value]
    return str(getattr(value, "title", value)) if isinstance(value, StrEnum) else str(value)
