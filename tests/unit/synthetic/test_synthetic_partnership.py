"""The made-up partnership: it holds together, and cannot be mistaken for a real one."""

import re
from datetime import date

import pytest

from joinedup.core.nation import Nation
from joinedup.synthetic import NationDataError, Service, partnership
from joinedup.synthetic.nation_data import read_nation_data

UNTIL = date(2026, 3, 12)
BOARDS = {
    Nation.ENGLAND: {"ICB", "ICP", "HWB", "place"},
    Nation.SCOTLAND: {"IJB"},
    Nation.WALES: {"RPB", "PSB"},
    Nation.NORTHERN_IRELAND: {"LCG"},
}


def made(nation, seed=1):
    return partnership(nation, people=300, seed=seed, until=UNTIL)


@pytest.mark.parametrize("nation", Nation)
class TestEveryNation:
    def test_has_the_boards_of_the_nation(self, nation):
        assert {board.kind for board in made(nation).boards} == BOARDS[nation]

    def test_every_service_is_done_by_somebody_with_staff(self, nation):
        place = made(nation)
        for service in Service:
            offered = place.organisations_for(service)
            assert offered
            assert all(place.staff(service, organisation) for organisation in offered)

    def test_members_and_parents_are_organisations_of_it(self, nation):
        place = made(nation)
        known = {organisation.id for organisation in place.organisations}
        members = {member for board in place.boards for member in board.members}
        parents = {each.part_of for each in place.organisations if each.part_of}
        assert members | parents <= known

    def test_codes_cannot_be_real(self, nation):
        place = made(nation)
        assert all(re.fullmatch("[ESWN]99000[0-9]{3}", area.code) for area in place.areas)
        assert all(re.match("MADEUP-|[ESWN]99000", organisation.code) for organisation in place.organisations)

    def test_localities_hold_everybody(self, nation):
        place = made(nation)
        assert sum(area.share for area in place.localities) == pytest.approx(1)
        assert all(sum(area.deprivation) == pytest.approx(1) for area in place.localities)

    def test_the_staff_depend_on_the_seed_and_on_nothing_else(self, nation):
        assert made(nation) == made(nation)
        assert made(nation).practitioners != made(nation, seed=2).practitioners

    def test_wards_belong_to_hospitals_of_it(self, nation):
        place = made(nation)
        assert {ward.setting for ward in place.wards} == {"acute", "community", "mental_health"}
        assert all(place.name_of(ward.organisation) for ward in place.wards)


NATION_FILE = """
name: Nowhere
population: {age_bands: BANDS, source: none, confidence: unverified, lone_parent_share: 0.2}
languages: []
areas: []
organisations: [{id: org-1, name: One, kind: all, title: All}]
services: {SERVICES}
boards: []
"""


def nation_file(services=None, bands=None):
    named = services or [service.value for service in Service]
    work = ", ".join(f"{name}: {{organisations: [org-1], role: Someone, staff_each: 1}}" for name in named)
    return NATION_FILE.replace("SERVICES", work).replace("BANDS", str(bands or [1.0] * 19))


class TestNationFile:
    def test_a_whole_file_is_read(self):
        assert read_nation_data(nation_file(), "nowhere.yaml").name == "Nowhere"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (nation_file() + "colour: blue\n", "colour"),
            (nation_file(bands=[1.0, 2.0]), "19 bands"),
            (nation_file(services=["hospital"]), "nobody does general_practice"),
            (nation_file().replace("[org-1]", "[org-9]"), "org-9 is not an organisation"),
            (nation_file().replace("staff_each: 1", "staff_each: many"), "staff_each"),
            ("name: [", "nowhere.yaml"),
        ],
    )
    def test_what_is_wrong_is_said_with_the_file(self, text, said):
        with pytest.raises(NationDataError, match=said) as raised:
            read_nation_data(text, "nowhere.yaml")
        assert "nowhere.yaml" in str(raised.value)
