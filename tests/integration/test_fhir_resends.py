"""Resends: what a source sent before never overwrites what it sent later, and nothing doubles."""

import json
from types import SimpleNamespace

import pytest
from django.utils import timezone
from fhir_samples import bundle, entry, observation, patient

from joinedup.care.access.actor import Scope
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.arrivals import Change
from joinedup.care.record.models import Entry, Resource
from joinedup.core.nation import Nation
from joinedup.exchange.extracts.making import Made
from joinedup.exchange.extracts.mapping import Branch
from joinedup.exchange.receiving.at_the_door import ReadyRow, Tally
from joinedup.exchange.receiving.writing import write_rows

pytestmark = pytest.mark.django_db


def meta(version=None, at=None):
    said = {"versionId": version, "lastUpdated": at and f"2026-01-{at:02}T09:30:00Z"}
    return {name: value for name, value in said.items() if value}


def weight(value, version=None, at=None, **more):
    return observation("o1", value=value, **({"meta": meta(version, at)} if version or at else {}), **more)


def sent(api, *contents):
    """Send an Observation in each of these forms; return the statuses."""
    return [api.put("/Observation/o1", content).status_code for content in contents]


def value_of(api, path="/Observation/o1"):
    return api.get(path).json()["valueQuantity"]["value"]


def versions():
    return Entry.objects.filter(resource__fhir_id="o1").count()


def test_what_is_older_than_what_is_kept_is_passed_over_and_says_so(api):
    assert sent(api, weight(2.5, "2", 2)) == [201]
    for older in (weight(1.5, "1", 1), weight(1.5, "1"), weight(1.5, at=1)):
        answer = api.put("/Observation/o1", older)
        assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"1"')
        issue = answer.json()["issue"][0]
        assert (issue["severity"], issue["expression"]) == ("information", ["Observation.meta"])
        assert "version 1" in issue["diagnostics"]
    assert (value_of(api), versions()) == (2.5, 1)


def test_the_same_again_is_nothing_new_and_a_later_version_is(api):
    assert sent(api, weight(1.5, "1", 1), weight(1.5, "1", 1), weight(2.5, "2", 2)) == [201, 200, 200]
    assert (value_of(api), versions()) == (2.5, 2)


def test_a_correction_of_a_version_must_be_later(api):
    assert sent(api, weight(1.5, "1", 1), weight(2.5, "1", 2)) == [201, 200]
    assert (value_of(api), versions()) == (2.5, 2)
    assert sent(api, weight(1.5, "1", 1)) == [200]
    assert value_of(api) == 2.5
    answer = api.put("/Observation/o1", weight(3.5, "1", 2))
    assert answer.status_code == 409
    assert "later meta.lastUpdated" in answer.json()["issue"][0]["diagnostics"]
    assert sent(api, weight(3.5, "1")) == [409]
    assert (value_of(api), versions()) == (2.5, 2)


def test_a_version_and_a_time_that_contradict_each_other_are_refused(api):
    assert sent(api, weight(1.5, "5", 5), weight(2.5, "6", 4), weight(2.5, "4", 6)) == [201, 409, 409]
    assert sent(api, weight(2.5, at=6)) == [200]
    assert value_of(api) == 2.5


def test_who_names_our_version_is_not_judged_and_the_source_goes_on_from_where_it_was(api):
    assert sent(api, weight(2.5, "2", 2)) == [201]
    assert api.send("PUT", "/Observation/o1", weight(9.5, "2", 2), if_match='W/"1"').status_code == 200
    assert sent(api, weight(2.5, "2", 2), weight(1.5, "1", 1)) == [200, 200]
    assert value_of(api) == 9.5
    assert sent(api, weight(3.5, "3", 3)) == [200]
    assert value_of(api) == 3.5


def test_without_a_version_or_time_what_comes_last_holds(api):
    assert sent(api, weight(2.5, "2", 2), weight(1.5)) == [201, 200]
    assert value_of(api) == 1.5
    assert sent(api, weight(2.5, "2", 2), weight(0.5, "1", 1)) == [200, 200]
    assert (value_of(api), versions()) == (1.5, 2)


def test_a_later_version_that_says_the_same_is_remembered(api):
    assert sent(api, weight(1.5, "1", 1), weight(1.5, "3", 3), weight(2.5, "2", 2)) == [201, 200, 200]
    assert (value_of(api), versions()) == (1.5, 1)


def test_what_was_read_here_and_is_sent_back_has_no_version_of_its_source(api):
    api.put("/Observation/o1", weight(1.5))
    first = api.get("/Observation/o1").json()
    for value in (2.5, 3.5):
        assert api.put("/Observation/o1", first | weight(value) | {"meta": first["meta"]}).status_code == 200
    assert (value_of(api), versions()) == (3.5, 3)
    assert Resource.objects.get(fhir_id="o1").source_version == ""


def test_a_patch_and_a_withdrawal_leave_the_source_where_it_was(api):
    assert sent(api, weight(2.5, "2", 2)) == [201]
    steps = json.dumps(
        [
            {"op": "test", "path": "/meta/versionId", "value": "1"},
            {"op": "replace", "path": "/status", "value": "amended"},
        ]
    )
    kind = "application/json-patch+json"
    assert api.client.patch("/fhir/R4/Observation/o1", steps, content_type=kind).status_code == 200
    assert sent(api, weight(2.5, "2", 2)) == [200]
    assert api.get("/Observation/o1").json()["status"] == "amended"
    api.send("DELETE", "/Observation/o1")
    assert sent(api, weight(2.5, "2", 2), weight(1.5, "1", 1)) == [200, 200]
    assert api.get("/Observation/o1").status_code == 410
    assert sent(api, weight(3.5, "3", 3)) == [200]
    assert value_of(api) == 3.5


def test_in_a_bundle_each_entry_is_judged_for_itself(api):
    api.post("", bundle(entry(weight(2.5, "2", 2))))
    answer = api.post("", bundle(entry(weight(1.5, "1", 1)), entry(patient("p1"))))
    responses = [e["response"] for e in answer.json()["entry"]]
    assert [r["status"][:3] for r in responses] == ["200", "201"]
    assert "not written" in responses[0]["outcome"]["issue"][0]["diagnostics"]
    assert value_of(api) == 2.5
    conflict = api.post("", bundle(entry(patient("p2")), entry(weight(1.5, "2", 2))))
    assert conflict.status_code == 409
    assert conflict.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource"]
    assert api.get("/Patient/p2").status_code == 404


def test_an_older_patient_does_not_change_who_somebody_is(api):
    api.put("/Patient/p1", patient("p1", meta=meta("2", 2), gender="female"))
    older = patient("p1", meta=meta("1", 1), gender="male", name=[{"family": "Before"}])
    assert api.put("/Patient/p1", older).status_code == 200
    assert api.put("/Patient/p1", patient("p1", meta=meta("3", 3), gender="other")).status_code == 200
    assert api.put("/Patient/p1", patient("p1", meta=meta("2", 2), gender="female")).status_code == 200
    person = Person.objects.get()
    assert (person.gender, person.family, person.sought_former) == ("other", "Trumpetwright", "")


def test_an_older_organisation_does_not_change_its_name(api):
    def organisation(name, version):
        return {"resourceType": "Organization", "id": "w1", "name": name, "meta": meta(version)}

    api.put("/Organization/w1", organisation("Now", "2"))
    assert api.put("/Organization/w1", organisation("Before", "1")).status_code == 200
    assert Organisation.objects.get(reference="w1").name == "Now"


def test_another_system_learns_nothing_from_versions(api, api_of):
    api.put("/Patient/p1", patient("p1", meta=meta("2", 2)))
    other = api_of("Other", Scope.WRITE)
    for content in (patient("p1", meta=meta("1", 1)), patient("p1", meta=meta("2", 2), gender="male")):
        answer = other.put("/Patient/p1", content)
        assert answer.status_code == 409
        assert "another system" in answer.json()["issue"][0]["diagnostics"]


def test_an_extract_is_judged_like_any_other_sender(hospital):
    def row(line, value, version):
        said = weight(str(value), version, subject="Patient/x") | {"valueQuantity": {"value": value}}
        return ReadyRow(line, [Made("Observation", "o1", "", said, SimpleNamespace(content=Branch({})))])

    def write(*rows):
        tally = Tally()
        write_rows(rows, tally, by=hospital, nation=Nation.ENGLAND, at=timezone.now())
        return tally

    assert write(row(1, 2.5, "2")).changes == {Change.CREATED: 1}
    older = write(row(1, 1.5, "1"))
    assert (older.older, older.changes) == (1, {})
    refused = write(row(7, 3.5, "2"))
    assert [problem.line for problem in refused.problems] == [7]
    assert "said something else" in refused.problems[0].reason
    assert (versions(), Entry.objects.get().body.count("2.5")) == (1, 1)
