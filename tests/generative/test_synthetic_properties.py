"""Whatever the seed, a made-up life is possible: born before all, nothing after death or the last day."""

from datetime import date, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from joinedup.core.identifiers import kind_of_nation, problem_with
from joinedup.core.moments import UK_TIME, start_of_day, uk_date
from joinedup.core.nation import Nation
from joinedup.synthetic.households import households
from joinedup.synthetic.nation_data import nation_data
from made_up_bundles import moments_of, of_kind, person_of, ready_of, sent, stays_of

SEEDS = st.integers(0, 2**31)
LAST_DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
# A failing seed is not made clearer by a smaller one, and each try makes a whole partnership: no shrinking.
few_examples = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@few_examples
@given(nation=st.sampled_from(Nation), seed=SEEDS, until=LAST_DAYS)
def test_everything_happens_between_birth_and_death_and_before_the_last_day(nation, seed, until):
    resources = sent(nation, people=25, seed=seed, until=until)
    first, last = start_of_day(until - timedelta(days=732)), start_of_day(until)
    born, died = {}, {}
    for person in of_kind(resources, "Patient"):
        born[person["id"]] = date.fromisoformat(person["birthDate"])
        died[person["id"]] = max(moments_of(person), default=last)
    for resource in resources:
        who = person_of(resource)
        for moment in moments_of(resource):
            assert first <= moment < last
            assert moment.utcoffset() == moment.astimezone(UK_TIME).utcoffset()
            assert uk_date(moment) >= born[who]
            assert moment <= died[who]


@few_examples
@given(nation=st.sampled_from(Nation), seed=SEEDS, until=LAST_DAYS)
def test_stays_run_from_admission_to_ready_to_left_and_do_not_overlap(nation, seed, until):
    resources = sent(nation, people=30, seed=seed, until=until)
    ends: dict[str, datetime] = {}
    for stay in sorted(stays_of(resources), key=lambda each: datetime.fromisoformat(each["period"]["start"])):
        who = stay["subject"]["reference"]
        admitted = datetime.fromisoformat(stay["period"]["start"])
        assert who not in ends or ends[who] < admitted
        ends[who] = start_of_day(until)
        if "end" in stay["period"]:
            ends[who] = datetime.fromisoformat(stay["period"]["end"])
        assert admitted <= ends[who]
        if ready_of(stay):
            assert admitted <= datetime.fromisoformat(ready_of(stay)["readyAt"]) <= ends[who]


@few_examples
@given(nation=st.sampled_from(Nation), seed=SEEDS)
def test_nobody_is_visited_at_home_while_in_hospital(nation, seed):
    resources = sent(nation, people=30, seed=seed)
    stays = [
        (
            stay["subject"]["reference"],
            *(stay["period"].get(end, "9999-12-31T00:00:00+00:00") for end in ("start", "end")),
        )
        for stay in stays_of(resources)
    ]
    for visit in of_kind(resources, "Encounter"):
        if visit["class"]["code"] == "HH":
            at = datetime.fromisoformat(visit["period"]["start"])
            for who, start, end in stays:
                is_in = datetime.fromisoformat(start) <= at <= datetime.fromisoformat(end)
                assert not (is_in and who == visit["subject"]["reference"])


@few_examples
@given(nation=st.sampled_from(Nation), seed=SEEDS)
def test_numbers_are_unique_right_and_never_issued(nation, seed):
    people = of_kind(sent(nation, people=40, seed=seed), "Patient")
    numbers = [person["identifier"][0]["value"] for person in people]
    assert len(set(numbers)) == 40
    assert all(
        number.startswith("999") and not problem_with(kind_of_nation(nation), number) for number in numbers
    )


@settings(max_examples=100, deadline=None)
@given(nation=st.sampled_from(Nation), people=st.integers(1, 400), seed=SEEDS)
def test_households_hold_everybody_once_and_an_adult_each(nation, people, seed):
    found = list(households(nation_data(nation).population, people, Random(seed)))
    assert sum(map(len, found)) == people
    assert all(1 <= len(members) <= 6 for members in found)
    assert all(max(member.age for member in members) >= 18 for members in found)


@settings(max_examples=40, deadline=None)
@given(nation=st.sampled_from(Nation), seed=SEEDS)
def test_parents_are_older_than_children(nation, seed):
    for members in households(nation_data(nation).population, 150, Random(seed)):
        children = [member.age for member in members if member.place == "child"]
        if children:
            assert members[0].age - min(children) >= 16
