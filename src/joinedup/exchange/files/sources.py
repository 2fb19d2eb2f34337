"""The published sources that can be loaded, declared as data."""

from typing import Final

from joinedup.core.nation import Nation
from joinedup.exchange.files.areas import (
    INTEGRATED_CARE_BOARDS,
    SCOTLAND,
    SCOTTISH_HEALTH_BOARDS,
    WELSH_HEALTH_BOARDS,
)
from joinedup.exchange.files.declaring import (
    Column,
    ColumnsMakeTotal,
    DailyAverage,
    From,
    Kind,
    PartsMakeTotal,
    Shape,
    SharesMakeWhole,
    Source,
    shape,
)
from joinedup.exchange.files.problems import UnknownSourceError
from joinedup.insight.tables import (
    PUBLISHED_DELAY,
    PUBLISHED_EMERGENCY,
    PUBLISHED_LOOKUP,
    PUBLISHED_POPULATION,
)

COUNCIL: Final = r"[EW]0[6-9]\d{6}|S12\d{6}|N09\d{6}"
AGES: Final = tuple(str(age) for age in range(90))
OLDEST: Final = "90+"


def _scottish_board(name: str, *whole: str) -> Column:
    known = SCOTTISH_HEALTH_BOARDS + whole
    return Column(name, Kind.CODE, r"S08\d{6}|S92\d{6}", known, meaning="a Scottish health board")


def _welsh_board(name: str) -> Column:
    return Column(name, Kind.CODE, r"W11\d{6}", WELSH_HEALTH_BOARDS, meaning="a Welsh health board")


def _care_board(name: str) -> Column:
    return Column(name, Kind.CODE, r"E54\d{6}", INTEGRATED_CARE_BOARDS, meaning="an integrated care board")


def _council(name: str) -> Column:
    return Column(name, Kind.CODE, COUNCIL, meaning="a council")


def _text(name: str) -> Column:
    return Column(name, Kind.TEXT)


def _count(name: str) -> Column:
    return Column(name, Kind.COUNT)


SCOTTISH_REASONS: Final = (
    "Health and Social Care Reasons",
    "Patient and Family Related Reasons",
    "Code 9 AWI",
    "Code 9 Non-AWI",
)
ALL_REASONS: Final = "All Delay Reasons"

SCOTLAND_DELAYED_DISCHARGE: Final = Source(
    name="scotland-delayed-discharge",
    title="Delayed discharge bed days, Scotland, by health board, month, age and reason",
    publisher="Public Health Scotland",
    table=PUBLISHED_DELAY,
    columns=(
        _scottish_board("hb_code", SCOTLAND),
        Column("date", Kind.MONTH),
        Column("age_group", Kind.TEXT, allowed=("18plus", "18-74", "75plus")),
        Column("delay_reason", Kind.TEXT, allowed=(ALL_REASONS, *SCOTTISH_REASONS)),
        _count("num_delayed_bed_days"),
        _count("average_daily_delayed_beds"),
    ),
    key=("hb_code", "date", "age_group", "delay_reason"),
    shapes=(
        shape(
            nation=Nation.SCOTLAND.value,
            area_code=From("hb_code"),
            area_name=None,
            date=From("date"),
            counted="bed_days",
            age_group=From("age_group"),
            reason=From("delay_reason", translate=((ALL_REASONS, "all"),)),
            value=From("num_delayed_bed_days"),
        ),
    ),
    checks=(
        PartsMakeTotal(
            f"The four reason groups sum to {ALL_REASONS!r}",
            within=("hb_code", "date", "age_group"),
            across="delay_reason",
            total=ALL_REASONS,
            parts=SCOTTISH_REASONS,
            value="num_delayed_bed_days",
        ),
        PartsMakeTotal(
            "The two age groups sum to '18plus'",
            within=("hb_code", "date", "delay_reason"),
            across="age_group",
            total="18plus",
            parts=("18-74", "75plus"),
            value="num_delayed_bed_days",
        ),
        PartsMakeTotal(
            "The health boards sum to Scotland",
            within=("date", "age_group", "delay_reason"),
            across="hb_code",
            total=SCOTLAND,
            parts=SCOTTISH_HEALTH_BOARDS,
            value="num_delayed_bed_days",
        ),
        DailyAverage(
            "The average daily beds are the bed days divided by the days of the month",
            value="num_delayed_bed_days",
            average="average_daily_delayed_beds",
            month="date",
        ),
    ),
)

WALES_PATHWAY_OF_CARE_DELAYS: Final = Source(
    name="wales-pathway-of-care-delays",
    title="People delayed at the monthly census, Wales, by health board and reason",
    publisher="StatsWales, NHS Wales (experimental statistics)",
    table=PUBLISHED_DELAY,
    columns=(
        _welsh_board("lhb22_code"),
        _text("lhb22_name"),
        Column("date", Kind.MONTH),
        _text("delay_reason"),
        _count("delay_count"),
    ),
    key=("lhb22_code", "date", "delay_reason"),
    shapes=(
        shape(
            nation=Nation.WALES.value,
            area_code=From("lhb22_code"),
            area_name=From("lhb22_name"),
            date=From("date"),
            counted="people_at_census",
            age_group="as published",
            reason=From("delay_reason"),
            value=From("delay_count"),
        ),
    ),
)

ENGLAND_CRITERIA_TO_RESIDE: Final = Source(
    name="england-criteria-to-reside",
    title="People who no longer meet the criteria to reside, England, by integrated care board and day",
    publisher="NHS England",
    table=PUBLISHED_DELAY,
    columns=(
        _care_board("icb22_code"),
        Column("date", Kind.DAY),
        _count("do_not_meet_criteria_to_reside"),
    ),
    key=("icb22_code", "date"),
    shapes=(
        shape(
            nation=Nation.ENGLAND.value,
            area_code=From("icb22_code"),
            area_name=None,
            date=From("date"),
            counted="people_each_day",
            age_group="as published",
            reason="all",
            value=From("do_not_meet_criteria_to_reside"),
        ),
    ),
)

EMERGENCY_COUNTS: Final = (
    "total_attendances",
    "attendances_over_4hours",
    "total_emergency_admissions",
    "emergency_admissions_over_4hours",
)
EMERGENCY_SHARES: Final = ("pct_attendance_over_4hours", "pct_emergency_admissions_over_4hours")

ENGLAND_EMERGENCY_CARE: Final = Source(
    name="england-emergency-care",
    title="A&E attendances and emergency admissions, England, by integrated care board and month",
    publisher="NHS England",
    table=PUBLISHED_EMERGENCY,
    columns=(
        _care_board("icb22_code"),
        *(_count(name) for name in EMERGENCY_COUNTS),
        *(Column(name, Kind.SHARE) for name in EMERGENCY_SHARES),
        Column("date", Kind.MONTH_NAME),
    ),
    key=("icb22_code", "date"),
    shapes=tuple(
        shape(
            nation=Nation.ENGLAND.value,
            area_code=From("icb22_code"),
            date=From("date"),
            counted=name,
            value=From(name),
        )
        for name in EMERGENCY_COUNTS + EMERGENCY_SHARES
    ),
)


def _people_aged(age_from: int, age_to: int | None, column: str) -> Shape:
    return shape(
        nation=From("ltla20_code", prefixes=(("E", Nation.ENGLAND.value), ("W", Nation.WALES.value))),
        area_kind="council",
        area_code=From("ltla20_code"),
        area_name=From("ltla20_name"),
        year=2020,
        age_from=age_from,
        age_to=age_to,
        value=From(column),
    )


POPULATION_COUNCIL_2020: Final = Source(
    name="population-council-2020",
    title="Population by single year of age, councils of England and Wales, mid-2020",
    publisher="Office for National Statistics",
    table=PUBLISHED_POPULATION,
    columns=(
        Column("ltla20_code", Kind.CODE, r"[EW]0[6-9]\d{6}", meaning="a council in England or Wales"),
        _text("ltla20_name"),
        _count("total_population"),
        *(_count(age) for age in (*AGES, OLDEST)),
    ),
    key=("ltla20_code",),
    shapes=(*(_people_aged(int(age), int(age), age) for age in AGES), _people_aged(90, None, OLDEST)),
    checks=(ColumnsMakeTotal("The ages sum to the total", "total_population", (*AGES, OLDEST)),),
)

POPULATION_HEALTH_BOARD: Final = Source(
    name="population-health-board",
    title="Population of all ages, Scottish health boards, mid-1981 to mid-2021",
    publisher="National Records of Scotland",
    table=PUBLISHED_POPULATION,
    columns=(_scottish_board("hb19_code"), Column("year", Kind.YEAR), _count("total_population")),
    key=("hb19_code", "year"),
    shapes=(
        shape(
            nation=Nation.SCOTLAND.value,
            area_kind="health_board",
            area_code=From("hb19_code"),
            area_name=None,
            year=From("year"),
            age_from=0,
            age_to=None,
            value=From("total_population"),
        ),
    ),
)


def _belongs(
    part: tuple[str, str, str | None], whole: tuple[str, str, str | None], share: str | None = None
) -> Shape:
    """A part belongs to a whole; each is given as its kind, the column of its code and that of its name."""
    part_kind, part_code, part_name = part
    whole_kind, whole_code, whole_name = whole
    return shape(
        part_kind=part_kind,
        part_code=From(part_code),
        part_name=From(part_name) if part_name else None,
        whole_kind=whole_kind,
        whole_code=From(whole_code),
        whole_name=From(whole_name) if whole_name else None,
        share=From(share) if share else None,
    )


def _lookup(
    name: str, title: str, columns: tuple[Column, ...], key: tuple[str, ...], *shapes: Shape
) -> Source:
    publisher = "ONS Open Geography, NHS Digital, spatialdata.gov.scot"
    return Source(f"lookup-{name}", title, publisher, PUBLISHED_LOOKUP, columns, key, shapes)


LSOA: Final = ("lsoa21", "lsoa21_code", "lsoa21_name")
COUNCIL_2021: Final = ("ltla21", "ltla21_code", "ltla21_name")
TRUST: Final = Column("nhs_trust22_code", Kind.CODE, r"R[A-Z0-9]{2}", meaning="an NHS trust")

LOOKUPS: Final = (
    _lookup(
        "data-zone-council-health-board",
        "Scottish data zone (2011) to council and health board (2019)",
        (
            Column("dz11_code", Kind.CODE, r"S01\d{6}", meaning="a data zone"),
            _council("ltla19_code"),
            _scottish_board("hb19_code"),
        ),
        ("dz11_code",),
        _belongs(("dz11", "dz11_code", None), ("ltla19", "ltla19_code", None)),
        _belongs(("dz11", "dz11_code", None), ("hb19", "hb19_code", None)),
    ),
    _lookup(
        "small-area-icb",
        "English small area (LSOA 2021) to sub-board location and integrated care board (2024)",
        (
            _text("lsoa21_name"),
            Column("lsoa21_code", Kind.CODE, r"E01\d{6}", meaning="an English small area"),
            _text("sicbl24_name"),
            Column("sicbl24_code", Kind.CODE, r"E38\d{6}", meaning="a sub-board location"),
            _text("sicbl24_code_nhs"),
            _text("icb24_name"),
            _care_board("icb24_code"),
            _text("icb24_code_nhs"),
        ),
        ("lsoa21_code",),
        _belongs(LSOA, ("sicbl24", "sicbl24_code", "sicbl24_name")),
        _belongs(LSOA, ("sicbl24_nhs", "sicbl24_code_nhs", "sicbl24_name")),
        _belongs(LSOA, ("icb24", "icb24_code", "icb24_name")),
        _belongs(LSOA, ("icb24_nhs", "icb24_code_nhs", "icb24_name")),
    ),
    _lookup(
        "council-health-trust",
        "Northern Ireland district (2021) to health and social care trust (2018)",
        (
            _text("ltla21_name"),
            Column("ltla21_code", Kind.CODE, r"N09\d{6}", meaning="a Northern Ireland district"),
            _text("trust18_name"),
            _text("trust18_code"),
        ),
        ("ltla21_code",),
        _belongs(COUNCIL_2021, ("trust18", "trust18_code", "trust18_name")),
    ),
    _lookup(
        "council-health-board",
        "Welsh council (2021) to local health board (2022)",
        (
            Column("ltla21_code", Kind.CODE, r"W06\d{6}", meaning="a Welsh council"),
            _text("ltla21_name"),
            _welsh_board("lhb22_code"),
            _text("lhb22_name"),
        ),
        ("ltla21_code",),
        _belongs(COUNCIL_2021, ("lhb22", "lhb22_code", "lhb22_name")),
    ),
    _lookup(
        "council-upper-tier",
        "Lower-tier to upper-tier authority, England and Wales (2021)",
        (
            _text("ltla21_name"),
            _council("ltla21_code"),
            _text("utla21_name"),
            Column("utla21_code", Kind.CODE, r"[EW]0[6-9]\d{6}|E10\d{6}", meaning="an upper-tier authority"),
        ),
        ("ltla21_code",),
        _belongs(COUNCIL_2021, ("utla21", "utla21_code", "utla21_name")),
    ),
    _lookup(
        "council-region",
        "English council to region (2024)",
        (
            _text("ltla24_name"),
            _council("ltla24_code"),
            _text("region24_name"),
            Column("region24_code", Kind.CODE, r"E12\d{6}", meaning="an English region"),
        ),
        ("ltla24_code",),
        _belongs(("ltla24", "ltla24_code", "ltla24_name"), ("region24", "region24_code", "region24_name")),
    ),
)


def _trust_lookup(name: str, title: str, whole: Column, kind: str, share: str) -> Source:
    """Where a trust's patients came from, as shares that sum to 1."""
    return Source(
        name=f"lookup-{name}",
        title=title,
        publisher="NHS Digital",
        table=PUBLISHED_LOOKUP,
        columns=(TRUST, whole, Column(share, Kind.SHARE)),
        key=(TRUST.name, whole.name),
        shapes=(_belongs(("nhs_trust22", TRUST.name, None), (kind, whole.name, None), share),),
        checks=(SharesMakeWhole("The shares of each trust sum to 1", TRUST.name, share),),
    )


TRUST_LOOKUPS: Final = (
    _trust_lookup(
        "trust-icb",
        "NHS trust (2022) to integrated care board (2022), with shares of patients",
        _care_board("icb22_code"),
        "icb22",
        "proportion_trust_came_from_icb",
    ),
    _trust_lookup(
        "trust-council",
        "NHS trust (2022) to council (2021), with shares of patients",
        _council("ltla21_code"),
        "ltla21",
        "proportion_trust_came_from_ltla",
    ),
)

SOURCES: Final[dict[str, Source]] = {
    source.name: source
    for source in (
        SCOTLAND_DELAYED_DISCHARGE,
        WALES_PATHWAY_OF_CARE_DELAYS,
        ENGLAND_CRITERIA_TO_RESIDE,
        ENGLAND_EMERGENCY_CARE,
        POPULATION_COUNCIL_2020,
        POPULATION_HEALTH_BOARD,
        *LOOKUPS,
        *TRUST_LOOKUPS,
    )
}


def source_names() -> tuple[str, ...]:
    """The names of all sources, as `joinedup load published --source` takes them."""
    return tuple(SOURCES)


def source_named(name: str) -> Source:
    """The source of that name; `UnknownSourceError` lists the names there are."""
    if name not in SOURCES:
        raise UnknownSourceError(name, source_names())
    return SOURCES[name]
