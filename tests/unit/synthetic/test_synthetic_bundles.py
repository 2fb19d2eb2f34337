"""What the made-up partnership sends: valid, complete, the same each time, and nobody's."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import fhirkit
import msgspec
import pytest

from joinedup.core.identifiers import kind_of_nation, problem_with
from joinedup.core.moments import start_of_day
from joinedup.core.nation import Nation
from joinedup.rules.leaving_hospital.by_nation import delay_reasons
from joinedup.synthetic import bundles
from joinedup.synthetic.calendar import DAY, calendar_until
from joinedup.synthetic.nation_data import nation_data
from made_up_bundles import UNTIL, of_kind, person_of, ready_of, sent, stays_of, values_of

KINDS = {
    "Organization", "Location", "Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Flag",
    "AllergyIntolerance", "Condition", "Encounter", "Observation", "MedicationRequest", "Immunization",
    "ServiceRequest", "QuestionnaireResponse", "CarePlan", "CareTeam", "Communication", "Task",
}  # fmt: skip
MANY = 5000
RESPONSIBLE = {"nhs", "social_care", "both", "person_or_family", "housing", "other"}


@pytest.fixture(params=list(Nation))
def nation(request):
    return request.param


@pytest.fixture
def resources(nation):
    return _resources(nation)


@cache
def _resources(nation):
    """Read once for each nation, and only read."""
    return sent(nation, people=200)


@dataclass
class Survey:
    """What many people's bundles hold, without keeping them."""

    patients: list = field(default_factory=list)
    stays: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)


@cache
def survey() -> Survey:
    found = Survey()
    for body in bundles(Nation.ENGLAND, people=MANY, seed=1, until=UNTIL):
        held = [entry["resource"] for entry in msgspec.json.decode(body)["entry"]]
        found.patients += of_kind(held, "Patient")
        found.stays += stays_of(held)
        found.counts.update(filter(None, map(person_of, held)))
    return found


class TestForm:
    def test_every_bundle_and_resource_is_valid_fhir(self, nation):
        for body in bundles(nation, people=200, seed=1, until=UNTIL):
            assert [str(issue) for issue in fhirkit.validate(body)] == []
            parts = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            for held in msgspec.json.decode(parts["entry"], type=list[dict[str, msgspec.Raw]]):
                assert [str(issue) for issue in fhirkit.validate(bytes(held["resource"]))] == []

    def test_bundles_are_transactions_of_puts_and_not_large(self, nation):
        for body in bundles(nation, people=60, seed=1, until=UNTIL):
            bundle = msgspec.json.decode(body)
            assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "transaction")
            assert 1 <= len(bundle["entry"]) <= 420
            for entry in bundle["entry"]:
                url = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
                assert entry["request"] == {"method": "PUT", "url": url}
                assert entry["fullUrl"] == f"https://joinedup.example/fhir/{url}"

    def test_ids_are_unique_and_fit_fhir(self, resources):
        ids = Counter((each["resourceType"], each["id"]) for each in resources)
        assert set(ids.values()) == {1}
        assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", each["id"]) for each in resources)

    def test_every_kind_is_there(self, resources):
        assert {each["resourceType"] for each in resources} == KINDS

    def test_references_are_to_what_was_sent_before_or_with_it(self, nation):
        known: set[str] = set()
        for body in bundles(nation, people=200, seed=1, until=UNTIL):
            held = [entry["resource"] for entry in msgspec.json.decode(body)["entry"]]
            known |= {f"{each['resourceType']}/{each['id']}" for each in held}
            assert set(values_of("reference", held)) <= known

    def test_decimals_keep_their_digits(self):
        bodies = b"".join(bundles(Nation.WALES, people=100, seed=1, until=UNTIL))
        weights = re.findall(rb'"value":(\d+\.\d+),"unit":"kg"', bodies)
        assert weights
        assert all(re.fullmatch(rb"\d+\.\d0", weight) for weight in weights)
        assert re.search(rb'"value":\d+\.(00|25|50|75),"unit":"hours a week"', bodies)


class TestSameEachTime:
    def test_the_same_arguments_give_the_same_bytes(self, nation):
        first, second = (list(bundles(nation, people=60, seed=7, until=UNTIL)) for _ in range(2))
        assert first == second

    @pytest.mark.parametrize("other", [{"seed": 8}, {"until": date(2026, 3, 13)}, {"people": 61}])
    def test_other_arguments_give_others(self, other):
        usual = {"people": 60, "seed": 7, "until": UNTIL}
        first = list(bundles(Nation.SCOTLAND, **usual))
        assert first != list(bundles(Nation.SCOTLAND, **(usual | other)))

    def test_another_process_gives_the_same_bytes(self):
        program = (
            "import hashlib, datetime, joinedup.synthetic as s; from joinedup.core.nation import Nation;"
            "b = s.bundles(Nation.WALES, people=40, seed=3, until=datetime.date(2026, 3, 12));"
            "print(hashlib.sha256(b''.join(b)).hexdigest())"
        )
        digests = {
            subprocess.run(
                [sys.executable, "-c", program],
                env=os.environ | {"PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(digests) == 1

    def test_no_people_and_too_many_are_refused_at_once(self):
        for people in (0, 900_001):
            with pytest.raises(ValueError, match="1 to 900,000 people"):
                bundles(Nation.ENGLAND, people=people, seed=1, until=UNTIL)


class TestNobody:
    def test_there_are_as_many_people_as_asked(self, resources):
        assert len(of_kind(resources, "Patient")) == 200

    def test_national_numbers_are_unique_right_and_for_tests(self, nation, resources):
        kind = kind_of_nation(nation)
        held = [each["identifier"][0] for each in of_kind(resources, "Patient")]
        assert {each["system"] for each in held} == {kind.system}
        numbers = [each["value"] for each in held]
        assert len(set(numbers)) == 200
        assert all(number.startswith("999") for number in numbers)
        assert {problem_with(kind, number) for number in numbers} == {None}

    def test_addresses_and_telephones_are_nowhere(self, resources):
        assert all(re.fullmatch(r"ZZ99 \d[A-Y]{2}", each) for each in values_of("postalCode", resources))
        phones = [each for each in values_of("value", resources) if str(each).startswith("0")]
        assert phones
        assert all(re.fullmatch(r"01632 960\d{3}", each) for each in phones)

    def test_some_would_rather_speak_welsh_where_that_is_so(self):
        languages = set(values_of("code", [each.get("communication", []) for each in sent(Nation.WALES)]))
        assert "cy" in languages


class TestPeople:
    def test_ages_are_those_of_the_nation(self):
        patients = survey().patients
        born = [date.fromisoformat(each["birthDate"]) for each in patients]
        bands = Counter(min(18, (UNTIL - each).days * 4 // 1461 // 5) for each in born)
        declared = nation_data(Nation.ENGLAND).population.age_bands
        for band, share in enumerate(declared):
            assert bands[band] / len(patients) == pytest.approx(share / sum(declared), abs=0.006)

    def test_most_have_little_and_a_few_have_very_much(self):
        counts = sorted(survey().counts.values())
        assert len(counts) == MANY
        assert 15 < sum(counts) / MANY < 26
        assert counts[MANY // 2] < 20
        assert counts[-1] >= 500
        assert 2 <= sum(count > 300 for count in counts) <= 10

    def test_older_and_more_deprived_people_have_more(self):
        counts = survey().counts
        older, younger, first, last = [], [], [], []
        for each in survey().patients:
            if counts[each["id"]] > 300 or "deceasedDateTime" in each:
                continue
            age = (UNTIL - date.fromisoformat(each["birthDate"])).days // 365
            (older if age >= 75 else younger).append(counts[each["id"]])
            deprivation = each["extension"][1]["valueInteger"]
            if 40 <= age < 70 and deprivation in (1, 5):
                (first if deprivation == 1 else last).append(counts[each["id"]])
        assert sum(older) / len(older) > 2 * sum(younger) / len(younger)
        assert sum(first) / len(first) > 1.1 * sum(last) / len(last)

    def test_households_hold_one_to_six(self):
        at: Counter[tuple[str, str]] = Counter()
        for each in survey().patients:
            home = each["address"][0]
            if home["line"][0][0].isdigit():
                at[home["line"][0], home["postalCode"]] += 1
        assert set(at.values()) == {1, 2, 3, 4, 5, 6}

    def test_even_one_person_makes_a_partnership(self):
        for people in (1, 2, 3, 7):
            assert len(of_kind(sent(Nation.SCOTLAND, people=people), "Patient")) == people


class TestLeavingHospital:
    def test_many_are_in_hospital_and_ready_to_leave(self):
        self.check_now(survey().stays, there=(25, 40), ready=(12, 20))

    def test_even_in_a_small_partnership_five_are_ready(self, nation):
        self.check_now(stays_of(sent(nation, people=300)), there=(10, 20), ready=(5, 10))

    def check_now(self, stays, there, ready):
        now = [stay for stay in stays if "end" not in stay["period"]]
        leaving = [ready_of(stay) for stay in now if ready_of(stay)]
        assert there[0] <= len(now) <= there[1]
        assert ready[0] <= len(leaving) <= ready[1]
        assert len({part["reason"]["code"] for part in leaving if "reason" in part}) >= 3
        assert len({part["responsible"] for part in leaving if "responsible" in part}) >= 2
        waits = [start_of_day(UNTIL) - datetime.fromisoformat(part["readyAt"]) for part in leaving]
        assert min(waits).days == 0
        assert max(waits).days >= 7

    def test_the_extension_is_as_agreed(self, nation, resources):
        stays = [stay for stay in stays_of(resources) if ready_of(stay)]
        reasons = {reason.code for reason in delay_reasons(nation, UNTIL)}
        assert stays
        for stay in stays:
            said = ready_of(stay)
            assert set(said) - {"reason", "responsible"} == {"readyAt", "setting", "complexity"}
            assert said["setting"] in {"acute", "community", "mental_health"}
            assert said["complexity"] in {"simple", "complex"}
            assert ("reason" in said) == ("responsible" in said)
            if "reason" in said:
                assert said["responsible"] in RESPONSIBLE
                assert said["reason"]["code"] in reasons
                assert said["reason"]["system"].endswith(f"/CodeSystem/delay-reason-{nation.value}")
                assert said["reason"]["display"]

    def test_stays_have_a_ward_and_a_hospital(self, resources):
        for stay in stays_of(resources):
            assert stay["location"][0]["location"]["reference"].startswith("Location/")
            assert stay["serviceProvider"]["reference"].startswith("Organization/")
            assert stay["status"] == ("finished" if "end" in stay["period"] else "in-progress")

    def test_a_wait_has_no_reason_on_a_day_for_which_the_nation_has_none(self):
        """Wales suspended its list with the pandemic: later stays are there, their reasons are not."""
        said = [ready_of(stay) for stay in stays_of(sent(Nation.WALES, people=400, until=date(2021, 3, 1)))]
        ready = {True: [], False: []}
        for each in filter(None, said):
            ready[each["readyAt"] > "2020-06"].append("reason" in each)
        assert any(ready[False])
        assert len(ready[True]) > 5
        assert not any(ready[True])

    def test_delays_are_longer_in_winter(self):
        waits: dict[bool, list[float]] = {True: [], False: []}
        for stay in survey().stays:
            said = ready_of(stay)
            if "reason" in said and "end" in stay["period"]:
                ready = datetime.fromisoformat(said["readyAt"])
                left = datetime.fromisoformat(stay["period"]["end"])
                waits[ready.month in (12, 1, 2)].append((left - ready).total_seconds())
        winter, rest = (sum(each) / len(each) for each in (waits[True], waits[False]))
        assert winter > 1.2 * rest


class TestCalendar:
    def test_offsets_are_those_of_the_day(self):
        calendar = calendar_until(date(2026, 3, 12))
        assert calendar.stamp(0) == "2024-03-12T00:00:00+00:00"
        summer = calendar.index_of(date(2025, 7, 1)) * DAY
        assert calendar.stamp(summer + 90) == "2025-07-01T01:30:00+01:00"

    @pytest.mark.parametrize(
        ("day", "offset"), [(date(2025, 3, 30), "+01:00"), (date(2025, 10, 26), "+00:00")]
    )
    def test_the_hours_in_which_clocks_change_are_left_out(self, day, offset):
        calendar = calendar_until(date(2026, 3, 12))
        start = calendar.index_of(day) * DAY
        assert calendar.stamp(start + 75) == f"{day.isoformat()}T03:00:00{offset}"
        assert calendar.stamp(start + 600) == f"{day.isoformat()}T10:00:00{offset}"

    def test_a_leap_day_can_be_the_last(self):
        assert calendar_until(date(2024, 2, 29)).first_day == date(2022, 2, 28)
