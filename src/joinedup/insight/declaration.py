"""What a measure is: the question, what is counted over what, and how each nation counts it."""

from dataclasses import dataclass
from enum import StrEnum

from joinedup.core.nation import Nation
from joinedup.insight.signals import Better


class Origin(StrEnum):
    """Where the figures of a variant come from."""

    PARTNERSHIP = "partnership"
    PUBLISHED = "published"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return {"partnership": "This partnership's own record", "published": "Published national figures"}[
            self
        ]


class Counted(StrEnum):
    """What the numerator is a number of."""

    BED_DAYS = "bed_days"
    PEOPLE_EACH_DAY = "people_each_day"
    PEOPLE_AT_CENSUS = "people_at_census"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return {
            "bed_days": "days spent in a bed while delayed, over the month",
            "people_each_day": "people delayed on each day, summed over the days of the month",
            "people_at_census": "people delayed on the day of the monthly census",
        }[self]


class Ages(StrEnum):
    """Whom the denominator counts."""

    ADULTS = "adults"
    EVERYONE = "everyone"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return {"adults": "people aged 18 and over", "everyone": "people of all ages"}[self]

    @property
    def age_from(self) -> int:
        """The youngest age counted."""
        return {"adults": 18, "everyone": 0}[self]


class Reasons(StrEnum):
    """Which rows of a published file make the whole."""

    TOTAL_ROW = "total_row"
    EVERY_ROW = "every_row"


class PopulationBy(StrEnum):
    """How the population of an area is found."""

    AREA = "area"  # the source gives the area itself
    COUNCIL_CODE = "council_code"  # councils that a lookup puts in the area
    SMALL_AREA_NAME = "small_area_name"  # councils whose small areas, named after them, are in the area


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Where a variant's denominator comes from, and why it is not a better one."""

    source: str
    by: PopulationBy
    ages: Ages
    lookup: str = ""
    whole_kind: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigures:
    """Which rows of a published source are counted."""

    source: str
    age_group: str
    reasons: Reasons
    area_title: str
    whole_nation_code: str = ""
    population: Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The measure as one nation's figures allow it; without `published`, from the partnership's tables."""

    nation: Nation
    origin: Origin
    counted: Counted
    ages: Ages
    published: PublishedFigures | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A measure, in words and in the typed terms from which its figures and comparisons are computed."""

    id: str
    title: str
    subject: str
    question: str
    numerator: str
    denominator: str
    unit: str
    per: int
    better: Better
    convention: str
    source: str
    variants: tuple[Variant, ...]
    what_else_moves_it: tuple[str, ...]

    def variant(self, nation: Nation, origin: Origin) -> Variant | None:
        """The variant of that nation and origin, where there is one."""
        for variant in self.variants:
            if (variant.nation, variant.origin) == (nation, origin):
                return variant
        return None
