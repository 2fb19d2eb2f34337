"""The made-up partnership itself: its organisations, areas, boards, wards and staff.

Made of the nation's file; only the names of the staff depend on the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from types import MappingProxyType

from joinedup.core.nation import Nation
from joinedup.synthetic.chance import one_of
from joinedup.synthetic.names import given_name, surname
from joinedup.synthetic.nation_data import NationData, OrganisationData, Service, nation_data

# Wards of each service that has beds, with the setting in which their people's delay is counted or not.
WARDS = {
    Service.HOSPITAL: (
        ("ward-bramble", "Bramble ward", "acute"),
        ("ward-heron", "Heron ward", "acute"),
        ("ward-lantern", "Lantern ward", "acute"),
        ("ward-juniper", "Juniper ward", "acute"),
    ),
    Service.COMMUNITY_HOSPITAL: (("ward-orchard", "Orchard ward", "community"),),
    Service.MENTAL_HEALTH: (("ward-willow", "Willow ward", "mental_health"),),
}


@dataclass(frozen=True, slots=True)
class MadeUpOrganisation:
    """A legal body or part of one. `id` is its FHIR id; `code` a health code or a council's area code."""

    id: str
    name: str
    kind: str
    title: str
    code: str
    is_gss: bool
    part_of: str | None
    area: str | None


@dataclass(frozen=True, slots=True)
class MadeUpArea:
    """A piece of the map. `share` is the part of the people who live there (localities only)."""

    code: str
    name: str
    kind: str
    part_of: str | None
    share: float
    deprivation: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MadeUpBoard:
    """A partnership in law: its kind (ICB, HWB, IJB, RPB, LCG ...) and the ids of its members."""

    name: str
    kind: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeUpWard:
    """A ward: FHIR id of its Location, and the organisation it belongs to."""

    id: str
    name: str
    setting: str
    organisation: str


@dataclass(frozen=True, slots=True)
class MadeUpPractitioner:
    """Someone who works for one organisation in one role."""

    id: str
    given: str
    family: str
    role: str
    service: Service
    organisation: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True)
class MadeUpPartnership:
    """Everything about the partnership but its people, with what made it."""

    name: str
    nation: Nation
    people: int
    seed: int
    until: date
    organisations: tuple[MadeUpOrganisation, ...]
    areas: tuple[MadeUpArea, ...]
    boards: tuple[MadeUpBoard, ...]
    wards: tuple[MadeUpWard, ...]
    practitioners: tuple[MadeUpPractitioner, ...]
    _staff: MappingProxyType[tuple[Service, str], tuple[MadeUpPractitioner, ...]] = field(repr=False)
    _names: MappingProxyType[str, str] = field(repr=False)

    @property
    def localities(self) -> tuple[MadeUpArea, ...]:
        """The areas in which people live."""
        return tuple(area for area in self.areas if area.share)

    def name_of(self, organisation: str) -> str:
        return self._names[organisation]

    def organisations_for(self, service: Service) -> tuple[str, ...]:
        """Ids of those who do this work."""
        return tuple(organisation for kind, organisation in self._staff if kind is service)

    def staff(self, service: Service, organisation: str) -> tuple[MadeUpPractitioner, ...]:
        return self._staff[service, organisation]

    def wards_of(self, service: Service) -> tuple[MadeUpWard, ...]:
        held = {ward[0] for ward in WARDS.get(service, ())}
        return tuple(ward for ward in self.wards if ward.id.removeprefix("loc-") in held)


def partnership(nation: Nation, *, people: int, seed: int, until: date) -> MadeUpPartnership:
    """The partnership: the same arguments always give the same one."""
    data = nation_data(nation)
    practitioners = tuple(_practitioners(data, Random(f"staff/{nation.value}/{seed}")))
    return MadeUpPartnership(
        name=data.name,
        nation=nation,
        people=people,
        seed=seed,
        until=until,
        organisations=tuple(_organisation(organisation) for organisation in data.organisations),
        areas=tuple(
            MadeUpArea(area.code, area.name, area.kind, area.part_of, area.share, area.deprivation)
            for area in data.areas
        ),
        boards=tuple(MadeUpBoard(board.name, board.kind, board.members) for board in data.boards),
        wards=tuple(_wards(data)),
        practitioners=practitioners,
        _staff=MappingProxyType(_by_place(practitioners)),
        _names=MappingProxyType({organisation.id: organisation.name for organisation in data.organisations}),
    )


def _organisation(data: OrganisationData) -> MadeUpOrganisation:
    return MadeUpOrganisation(
        id=data.id,
        name=data.name,
        kind=data.kind,
        title=data.title,
        code=data.gss or data.code or data.id,
        is_gss=data.gss is not None,
        part_of=data.part_of,
        area=data.area,
    )


def _wards(data: NationData) -> Iterator[MadeUpWard]:
    for service, wards in WARDS.items():
        organisation = data.services[service].organisations[0]
        for ward_id, name, setting in wards:
            yield MadeUpWard(f"loc-{ward_id}", name, setting, organisation)


def _practitioners(data: NationData, rng: Random) -> Iterator[MadeUpPractitioner]:
    number = 0
    for service, work in data.services.items():
        for organisation in work.organisations:
            for _ in range(work.staff_each):
                number += 1
                given = given_name(rng, is_woman=one_of(rng, (True, True, False)))
                person = (f"prac-{number:03}", given, surname(rng))
                yield MadeUpPractitioner(*person, work.role, service, organisation)


def _by_place(
    practitioners: tuple[MadeUpPractitioner, ...],
) -> dict[tuple[Service, str], tuple[MadeUpPractitioner, ...]]:
    staff: dict[tuple[Service, str], tuple[MadeUpPractitioner, ...]] = {}
    for person in practitioners:
        place = (person.service, person.organisation)
        staff[place] = (*staff.get(place, ()), person)
    return staff
