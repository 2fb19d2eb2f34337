"""Count overlaps of councils and health bodies from the lookups and populations that were loaded.

Each comparison is declared as data: the small pieces that are counted, and the way from a piece to each of the two
sets. Where a lookup has no population a piece counts as one, and the comparison says what that stands for. A
comparison whose lookups were not loaded is left out.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from joinedup.core.nation import Nation
from joinedup.insight.engine import Engine
from joinedup.insight.measures.populations import FORMAL_ENDING, SMALL_AREA_NUMBER
from joinedup.insight.tables import PUBLISHED_LOOKUP, PUBLISHED_POPULATION
from joinedup.rules.boundaries.comparing import Comparison, names_of, shared_bodies
from joinedup.rules.boundaries.overlaps import Area, Overlap

Areas = Mapping[str, Area]
PUBLISHER: Final = "ONS Open Geography, NHS Digital, spatialdata.gov.scot"


@dataclass(frozen=True, slots=True)
class Belonging:
    """That a part belongs to a whole, as a lookup says."""

    part_kind: str
    part_code: str
    part_name: str | None
    whole_kind: str
    whole_code: str
    whole_name: str | None


@dataclass(frozen=True, slots=True)
class People:
    """How many people an area has."""

    area_code: str
    value: float


class Lookups:
    """Every lookup that was loaded, by the kind of part and of whole; names from rule books where it has none."""

    def __init__(self, rows: list[Belonging], people: Mapping[str, int]) -> None:
        self.people = people
        self._names = {code: name for nation in Nation for code, name in names_of(nation).items()}
        self._wholes: dict[tuple[str, str], dict[str, Area]] = {}
        self.names: dict[str, dict[str, str]] = {}
        for row in rows:
            known = self._wholes.setdefault((row.part_kind, row.whole_kind), {})
            known[row.part_code] = self._area(row.whole_code, row.whole_name)
            self.names.setdefault(row.part_kind, {})[row.part_code] = self._named(
                row.part_code, row.part_name
            )

    def wholes(self, part: str, whole: str) -> Areas:
        """Return the area of each part; none where the lookup was not loaded."""
        return self._wholes.get((part, whole), {})

    def themselves(self, kind: str) -> Areas:
        """Return each part as an area of its own."""
        return {code: Area(code, name) for code, name in self.names.get(kind, {}).items()}

    def councils_by_name(self) -> Areas:
        """Return councils by the name that small areas carry: "Bristol" for "Bristol, City of"."""
        return {re.sub(FORMAL_ENDING, "", area.name): area for area in self.themselves("ltla21").values()}

    def councils_of_small_areas(self) -> Areas:
        """Return the council of each English small area, by its name: "Halton 001A" lies in Halton."""
        councils = self.councils_by_name()
        named = {
            code: re.sub(SMALL_AREA_NUMBER, "", name) for code, name in self.names.get("lsoa21", {}).items()
        }
        return {code: councils[name] for code, name in named.items() if name in councils}

    def _area(self, code: str, name: str | None) -> Area:
        return Area(code, self._named(code, name))

    def _named(self, code: str, name: str | None) -> str:
        return name or self._names.get(code, code)


def count_overlaps(data_folder: Path) -> tuple[Comparison, ...]:
    """Return each comparison whose lookups were loaded, with the people in each overlap."""
    with Engine(data_folder) as engine:
        rows = engine.run(PUBLISHED_LOOKUP, Belonging)
        table = PUBLISHED_POPULATION.filter(PUBLISHED_POPULATION.area_kind == "council")
        newest = table.filter(table.year == table.year.max())
        people = engine.run(newest.group_by("area_code").agg(value=newest.value.sum()), People)
    lookups = Lookups(rows, {each.area_code: round(each.value) for each in people})
    found = (*_england(lookups), *_scotland(lookups), *_wales(lookups), *_northern_ireland(lookups))
    return tuple(comparison for comparison in found if comparison.overlaps)


def _england(lookups: Lookups) -> tuple[Comparison, ...]:
    """Councils of both tiers beside integrated care boards."""
    boards, districts = lookups.wholes("lsoa21", "icb24"), lookups.councils_of_small_areas()
    upper = lookups.wholes("ltla21", "utla21")
    counties = {code: upper[area.code] for code, area in districts.items() if area.code in upper}
    source = (
        f"small areas of 2021 by council (2021, by their names) and integrated care board (2024); {PUBLISHER}"
    )
    counted = "small areas (LSOAs), each of about 1,500 people"
    unknown = len(boards) - len(districts.keys() & boards.keys())
    caution = f"{unknown:,} small areas have no council by name and are left out" if unknown else ""
    return (
        Comparison(
            "upper-tier-icbs",
            "Upper-tier and single-tier councils and integrated care boards",
            "councils",
            "integrated care boards",
            counted,
            source,
            caution,
            _overlaps(counties, boards),
            Nation.ENGLAND,
        ),
        Comparison(
            "councils-icbs",
            "Districts and single-tier councils and integrated care boards",
            "councils",
            "integrated care boards",
            counted,
            source,
            caution,
            _overlaps(districts, boards),
            Nation.ENGLAND,
        ),
    )


def _scotland(lookups: Lookups) -> tuple[Comparison, ...]:
    """Councils and integration authorities beside health boards and each other."""
    councils, boards = lookups.wholes("dz11", "ltla19"), lookups.wholes("dz11", "hb19")
    shared = {
        code: Area("+".join(body.areas), body.name)
        for body in shared_bodies(Nation.SCOTLAND)
        for code in body.areas
    }
    authorities = {code: shared.get(area.code, area) for code, area in councils.items()}
    sets = (
        ("councils-health-boards", "councils", councils, "health boards", boards),
        ("integration-authorities-health-boards", "integration authorities", authorities, "health boards", boards),
        ("councils-integration-authorities", "councils", councils, "integration authorities", authorities),
    )  # fmt: skip
    return tuple(
        Comparison(
            name,
            f"{areas.capitalize()} and {others}",
            areas,
            others,
            "data zones of 2011, each of 500 to 1,000 people",
            f"data zones by council and health board (2019); {PUBLISHER}",
            "",
            _overlaps(forth, back),
            Nation.SCOTLAND,
        )
        for name, areas, forth, others, back in sets
    )


def _wales(lookups: Lookups) -> tuple[Comparison, ...]:
    """Councils beside local health boards."""
    boards, councils = lookups.wholes("ltla21", "lhb22"), lookups.themselves("ltla21")
    is_known = boards.keys() <= lookups.people.keys()
    return (
        Comparison(
            "councils-health-boards",
            "Councils and local health boards",
            "councils",
            "local health boards",
            "people, mid-2020" if is_known else "councils, each counted as one",
            f"councils (2021) by local health board (2022); {PUBLISHER}",
            "the lookup puts each whole council into one board, as the law does",
            _overlaps(councils, boards, lookups.people if is_known else None),
            Nation.WALES,
        ),
    )


def _northern_ireland(lookups: Lookups) -> tuple[Comparison, ...]:
    """Districts beside health and social care trusts."""
    trusts, districts = lookups.wholes("ltla21", "trust18"), lookups.themselves("ltla21")
    return (
        Comparison(
            "districts-trusts",
            "Districts and health and social care trusts",
            "districts",
            "health and social care trusts",
            "districts, each counted as one, for no population of them was loaded",
            f"districts (2021) by health and social care trust (2018); {PUBLISHER}",
            "the lookup puts each whole district into one trust, the best fit; it can't show one that is split",
            _overlaps(districts, trusts),
            Nation.NORTHERN_IRELAND,
        ),
    )


def _overlaps(areas: Areas, others: Areas, people: Mapping[str, int] | None = None) -> tuple[Overlap, ...]:
    """Add up the pieces that have an area in both sets; without `people` each counts as one."""
    counts: Counter[tuple[Area, Area]] = Counter()
    for code in areas.keys() & others.keys():
        counts[areas[code], others[code]] += people[code] if people is not None else 1
    return tuple(Overlap(area, other, number) for (area, other), number in sorted(counts.items()))
