"""Relationships follow the record: they begin, end and go with what says so."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from fhir_samples import bundle, entry, observation, patient, stay

from joinedup.care.access.models import Relationship
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Arrival
from joinedup.care.record.logic import decode
from joinedup.care.record.relating import relate_anew

pytestmark = pytest.mark.django_db
HERE = {"serviceProvider": {"reference": "Organization/trust"}}
TEAM = {
    "resourceType": "CareTeam",
    "id": "t1",
    "status": "active",
    "subject": {"reference": "Patient/p1"},
    "participant": [{"member": {"reference": "Organization/trust"}}],
}


@pytest.fixture
def trust(api):
    api.put("/Organization/trust", {"resourceType": "Organization", "id": "trust", "name": "Madeup Trust"})
    return Organisation.objects.get(reference="trust")


def ties(organisation, **more):
    rows = Relationship.objects.filter(organisation=organisation, **more)
    return {row.kind: row for row in rows.order_by("id")}


def holding(organisation):
    now = timezone.now()
    rows = Relationship.objects.filter(organisation=organisation)
    return {row.kind for row in rows if row.until is None or row.until > now}


def test_a_stay_ties_until_some_weeks_after_its_end_and_not_once_it_is_withdrawn(api, trust):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Encounter/s1", stay("s1", **HERE))
    tie = ties(trust)["stay"]
    assert (tie.person_id, tie.until) == (Person.objects.get().pk, None)
    period = {"start": "2026-01-01T10:00:00+00:00", "end": "2026-01-08T10:00:00+00:00"}
    api.put("/Encounter/s1", stay("s1", status="finished", period=period, **HERE))
    assert ties(trust)["stay"].until == datetime(2026, 1, 8, 10, tzinfo=UTC) + timedelta(days=28)
    assert ties(trust, kind="stay")["stay"].resource_id == tie.resource_id
    api.send("DELETE", "/Encounter/s1")
    assert "stay" not in ties(trust)


def test_leaving_the_team_ends_the_tie(api, trust):
    api.put("/Patient/p1", patient("p1"))
    api.put("/CareTeam/t1", TEAM)
    assert "team" in holding(trust)
    api.put("/CareTeam/t1", TEAM | {"participant": [{"member": {"display": "Grace Example"}}]})
    assert "team" not in holding(trust)


def test_two_teams_tie_each_for_itself(api, trust):
    api.put("/Patient/p1", patient("p1"))
    for name in ("t1", "t2"):
        api.put(f"/CareTeam/{name}", TEAM | {"id": name})
    api.put("/CareTeam/t1", TEAM | {"status": "inactive"})
    assert "team" in holding(trust)
    api.put("/CareTeam/t2", TEAM | {"id": "t2", "status": "inactive"})
    assert "team" not in holding(trust)


def test_what_came_before_its_patient_ties_when_the_patient_comes(api, trust):
    api.put("/CareTeam/t1", TEAM)
    assert ties(trust) == {}
    api.put("/Patient/p1", patient("p1"))
    assert "team" in holding(trust)


def test_having_written_ties_for_a_while_after_the_latest_fact_only(api, trust):
    by = {"performer": [{"reference": "Organization/trust"}]}
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=1.5, effectiveDateTime="2015-05-01", **by))
    assert "contact" in ties(trust)
    assert "contact" not in holding(trust)
    api.put(
        "/Observation/o2", observation("o2", value=1.5, effectiveDateTime=str(timezone.localdate()), **by)
    )
    assert "contact" in holding(trust)
    last = ties(trust)["contact"].until
    api.put("/Observation/o3", observation("o3", value=1.5, effectiveDateTime="2014-05-01", **by))
    assert ties(trust)["contact"].until == last
    assert ties(trust)["contact"].since.year == 2014


def test_the_number_of_statements_does_not_grow_with_the_entries(
    hospital, api, trust, django_assert_max_num_queries
):
    api.send("POST", "", bundle(*(entry(patient(f"p{n}", number=None)) for n in range(20))))
    teams = [TEAM | {"id": f"t{n}", "subject": {"reference": f"Patient/p{n}"}} for n in range(20)]
    now = timezone.now()
    arrivals = [Arrival("CareTeam", team["id"], body := json.dumps(team), decode(body)) for team in teams]
    with django_assert_max_num_queries(25):
        write(arrivals, by=hospital, at=now)
    assert Relationship.objects.filter(kind="team").count() == 20


def test_contacts_made_again_from_the_record_are_those_that_the_writes_made(api, trust):
    by = {"performer": [{"reference": "Organization/trust"}]}
    api.put("/Patient/p1", patient("p1"))
    for number, day in enumerate(("2015-05-01", "2019-05-01", "2017-05-01")):
        api.put(f"/Observation/o{number}", observation(f"o{number}", value=1.5, effectiveDateTime=day, **by))
    before = list(Relationship.objects.filter(kind="contact").values_list("person_id", "since", "until"))
    relate_anew([Person.objects.get().pk])
    after = Relationship.objects.filter(kind="contact").values_list("person_id", "since", "until")
    assert (sorted(after), len(before)) == (sorted(before), 2)
