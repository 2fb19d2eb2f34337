"""A partner's Consent becomes the person's choice: at once, for every way to the record, until it is taken back."""

from datetime import UTC, datetime

import pytest
from fhir_samples import observation, patient

from joinedup.care.access.actions import create_token, relate, sign_agreement
from joinedup.care.access.actor import Scope
from joinedup.care.access.models import AuditEvent, Choice, Party
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def consent(provision=None, *, subject="Patient/p1", **more):
    return {
        "resourceType": "Consent",
        "id": "c1",
        "status": "active",
        "scope": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}
            ]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": subject},
        "policyRule": {"text": "The person's word"},
        "provision": provision or {"type": "deny"},
    } | more


def actor(organisation):
    role = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}
    return {"role": {"coding": [role]}, "reference": {"reference": f"Organization/{organisation}"}}


@pytest.fixture
def practice(api):
    """Another organisation's system, which sees what the hospital wrote about the person."""
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=72.5))
    place = Organisation.objects.create(reference="practice", name="Practice", nation="england")
    sign_agreement(name="All", parties=Organisation.objects.all(), since=LONG_AGO)
    relate([(Person.objects.get().pk, place.pk)], kind="contact", at=LONG_AGO)
    token = create_token(system="Practice", scopes=[Scope.READ], at=LONG_AGO, organisation=place)
    return type(api)(token)


def finds(who):
    """Return what each way to the person's entries leads to: whether it finds, reads and counts."""
    ways = {
        "patients found": who.get("/Patient?family=trumpetwright").json()["total"],
        "patient read": who.get("/Patient/p1").status_code == 200,
        "entries counted": who.get("/Observation?patient=p1&_summary=count").json()["total"],
        "entry read": who.get("/Observation/o1").status_code == 200,
        "history": who.get("/Observation/o1/_history/1").status_code == 200,
        "summary": who.get("/Patient/p1/$summary").status_code == 200,
    }
    return set(map(bool, ways.values()))


def test_after_a_refusal_another_organisation_finds_reads_and_counts_nothing_until_it_is_taken_back(
    api, practice
):
    assert finds(practice) == {True}
    assert api.put("/Consent/c1", consent()).status_code == 201
    assert finds(practice) == {False}
    assert finds(api) == {True}
    assert api.put("/Consent/c1", consent(status="inactive")).status_code == 200
    assert finds(practice) == {True}
    api.put("/Consent/c1", consent())
    assert finds(practice) == {False}
    api.send("DELETE", "/Consent/c1")
    assert finds(practice) == {True}
    assert [choice.until is None for choice in Choice.objects.order_by("id")] == [False, False]
    said = AuditEvent.objects.filter(kind="change", subject__startswith="a choice about").order_by("id")
    changed = "a choice about sharing"
    assert [event.subject for event in said] == [changed, changed, changed, f"{changed} ended"]


def test_what_is_sent_again_changes_nothing(api, practice):
    api.put("/Consent/c1", consent())
    before = list(Choice.objects.values())
    api.put("/Consent/c1", consent())
    api.put("/Consent/c1", consent(language="en-GB"))
    assert list(Choice.objects.values()) == before


def test_a_later_version_changes_the_choice_and_the_earlier_one_is_kept_as_over(api, practice):
    api.put("/Consent/c1", consent())
    api.put("/Consent/c1", consent({"type": "deny", "actor": [actor("westmarch")]}))
    assert finds(practice) == {True}
    old, new = Choice.objects.order_by("id")
    assert old.until == new.since
    assert new.organisations == [Organisation.objects.get(reference="westmarch").pk]
    assert old.ended_told_to == "Westmarch hospital"
    api.put(
        "/Consent/c1",
        consent({"type": "deny", "provision": [{"type": "permit", "actor": [actor("practice")]}]}),
    )
    assert finds(practice) == {True}
    api.put("/Consent/c1", consent({"type": "deny", "actor": [actor("practice")]}))
    assert finds(practice) == {False}


def test_a_version_that_only_ends_at_another_time_changes_the_choice(api, practice):
    for end, opened in (("2099", False), ("2020", True), ("2098-06", False)):
        sent = consent({"type": "deny", "period": {"start": "2019", "end": end}})
        assert api.put("/Consent/c1", sent).status_code in (200, 201)
        assert finds(practice) == {opened}
    api.put("/Consent/c1", consent({"type": "deny", "period": {"start": "2019", "end": "2097-06"}}))
    assert Choice.objects.order_by("id").last().until.year == 2097


def warnings(answer):
    return [issue["diagnostics"] for issue in answer.json()["issue"] if issue["severity"] == "warning"]


def put_asking(api, body):
    return api.send("PUT", f"/Consent/{body['id']}", body, Prefer="return=OperationOutcome")


def test_a_version_that_is_not_understood_is_stored_told_and_never_opens(api, practice):
    api.put("/Consent/c1", consent())
    answer = put_asking(api, consent(status="proposed"))
    assert any("not applied to sharing" in said for said in warnings(answer))
    assert answer.json()["issue"][-1]["expression"] == ["Consent.status"]
    assert api.get("/Consent/c1").json()["status"] == "proposed"
    assert finds(practice) == {False}
    # Told again to whoever sends it again.
    assert warnings(put_asking(api, consent(status="proposed"))) == warnings(answer)


def test_a_refusal_that_names_a_stranger_refuses_everybody_and_says_so(api, practice):
    answer = put_asking(api, consent({"type": "deny", "actor": [actor("nobody-here")]}))
    assert any("refused whatever it says" in said for said in warnings(answer))
    assert finds(practice) == {False}


def test_a_permit_of_another_consent_opens_nothing(api, practice):
    api.put("/Consent/c1", consent())
    api.put("/Consent/c2", consent({"type": "permit"}) | {"id": "c2"})
    assert finds(practice) == {False}


def test_a_consent_that_comes_before_its_patient_counts_when_the_patient_comes(api, practice):
    answer = put_asking(api, consent(subject="Patient/p2"))
    assert any("its Patient is not here yet" in said for said in warnings(answer))
    assert not Choice.objects.exists()
    api.put("/Patient/p2", patient("p2"))
    assert Choice.objects.get().person_id == Person.objects.get().pk
    assert finds(practice) == {False}


def test_in_a_bundle_each_warning_stands_in_its_entry(api, practice):
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
            for r in (observation("o2", value=1), consent(status="draft"))
        ],
    }
    answer = api.send("POST", "/", bundle)
    first, second = answer.json()["entry"]
    assert "outcome" not in first["response"]
    assert "Consent.status" in str(second["response"]["outcome"])


def refusal(who, path):
    answer = who.get(path)
    assert answer.status_code == 404
    return [issue["diagnostics"] for issue in answer.json()["issue"]]


def test_what_may_not_be_seen_is_answered_like_what_is_not_there_with_what_seeing_it_takes(api, practice):
    api.put("/Consent/c1", consent())
    for here, nowhere in (
        ("/Observation/o1", "/Observation/o99"),
        ("/Patient/p1", "/Patient/p99"),
        ("/Patient/p1/$summary", "/Patient/p99/$summary"),
    ):
        assert refusal(practice, here) == refusal(practice, nowhere)
        assert "a sharing agreement covers it" in refusal(practice, here)[1]


def test_what_is_known_of_whoever_asks_is_said(api, practice, api_of):
    alone = api_of("Nobody's system", Scope.READ)
    assert "belongs to no organisation" in refusal(alone, "/Observation/o1")[1]
    Party.objects.all().delete()
    assert "No sharing agreement lets your organisation" in refusal(practice, "/Observation/o1")[1]
