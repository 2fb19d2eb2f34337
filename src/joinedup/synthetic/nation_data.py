"""What a made-up partnership of each nation is made of, read from `nations/<nation>.yaml`.

Everything in which the nations' synthetic partnerships differ is in those files. They are read strictly: an
unknown key, a wrong type or a reference to something the file does not hold is refused with the file's name.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from joinedup.core.nation import Nation

AGE_BANDS = 19
YEARS_A_BAND = 5
DEPRIVATION_GROUPS = 5


class Service(StrEnum):
    """A kind of work that some organisation of the partnership does."""

    GENERAL_PRACTICE = "general_practice"
    HOSPITAL = "hospital"
    COMMUNITY_HOSPITAL = "community_hospital"
    MENTAL_HEALTH = "mental_health"
    DISTRICT_NURSING = "district_nursing"
    THERAPY = "therapy"
    SOCIAL_CARE = "social_care"
    HOME_CARE = "home_care"
    CARE_HOME = "care_home"
    VOLUNTARY = "voluntary"


class NationDataError(ValueError):
    """A nation's file does not hold together."""


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part of the file."""


class PopulationData(_Strict, frozen=True):
    """Age structure in five-year bands (any unit: only proportions count) and kinds of household."""

    age_bands: tuple[float, ...]
    source: str
    confidence: str
    lone_parent_share: float


class LanguageData(_Strict, frozen=True):
    """A language some people would rather speak, with their share."""

    code: str
    title: str
    share: float


class AreaData(_Strict, frozen=True):
    """A piece of the map. Localities have a share of people, and of each fifth, the most deprived first."""

    code: str
    name: str
    kind: str
    part_of: str | None = None
    share: float = 0.0
    deprivation: tuple[float, ...] = ()


class OrganisationData(_Strict, frozen=True):
    """A legal body or a part of one. `code` is a health code, `gss` a council's."""

    id: str
    name: str
    kind: str
    title: str
    code: str | None = None
    gss: str | None = None
    part_of: str | None = None
    area: str | None = None


class ServiceData(_Strict, frozen=True):
    """Who does a kind of work, what its staff are called and how many each organisation has."""

    organisations: tuple[str, ...]
    role: str
    staff_each: int


class BoardData(_Strict, frozen=True):
    """A partnership in law, with its members."""

    name: str
    kind: str
    members: tuple[str, ...]


class NationData(_Strict, frozen=True):
    """The whole file."""

    name: str
    population: PopulationData
    languages: tuple[LanguageData, ...]
    areas: tuple[AreaData, ...]
    organisations: tuple[OrganisationData, ...]
    services: dict[Service, ServiceData]
    boards: tuple[BoardData, ...]


@cache
def nation_data(nation: Nation) -> NationData:
    """The nation's file, checked."""
    name = f"nations/{nation.value}.yaml"
    text = files("joinedup.synthetic").joinpath(name).read_text(encoding="utf-8")
    return read_nation_data(text, name)


def read_nation_data(text: str, name: str) -> NationData:
    """The content of a nation's file; `NationDataError` says what is wrong with it and in which file."""
    try:
        data = msgspec.convert(yaml.safe_load(text), NationData)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise NationDataError(f"{name}: {error}") from error
    for problem in _problems(data):
        raise NationDataError(f"{name}: {problem}")
    return data


def _problems(data: NationData) -> Iterable[str]:
    if len(data.population.age_bands) != AGE_BANDS:
        yield f"population.age_bands must have {AGE_BANDS} bands"
    known = {organisation.id for organisation in data.organisations}
    for named in _organisations_named(data):
        if named not in known:
            yield f"{named} is not an organisation of this file"
    for service in Service:
        if service not in data.services:
            yield f"nobody does {service.value}"
    for area in data.areas:
        if area.share and len(area.deprivation) != DEPRIVATION_GROUPS:
            yield f"area {area.code} must have {DEPRIVATION_GROUPS} groups of deprivation"


def _organisations_named(data: NationData) -> Iterable[str]:
    for service in data.services.values():
        yield from service.organisations
    for board in data.boards:
        yield from board.members
    for organisation in data.organisations:
        if organisation.part_of:
            yield organisation.part_of
