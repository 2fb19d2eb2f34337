"""A protected address: no way out of the record tells where the person lives, save to whoever told it."""

import json
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client, override_settings
from django.utils import timezone
from fhir_samples import OTHER_NUMBER, bundle, entry, number_of, observation, patient
from test_pages_people import main_of, put, sign_in  # noqa: F401 - a fixture

from joinedup.care.access.actions import create_token, relate, sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Role, Scope
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.outbound.exports import export_step
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Merge, Person, SourcePatient
from joinedup.care.people.queries import people_of_patients
from joinedup.care.record.models import Resource

pytestmark = pytest.mark.django_db
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
HOME = "17 Hidden Lane"
REFUGE = "Quiet House"
# Words that stand nowhere but in what tells where the person lives.
TELLING = (
    HOME,
    REFUGE,
    "Madeup",
    "ZZ99",
    "960001",
    "960002",
    "Nearby Surgery",
    "Next-of-kin Street",
    "E0123",
)


def lives(line, phone, postcode):
    return {
        "address": [{"line": [line], "city": "Madeup", "postalCode": postcode}],
        "telecom": [{"system": "phone", "value": phone}],
        "contact": [{"address": {"line": ["Next-of-kin Street"]}}],
        "generalPractitioner": [{"display": "Nearby Surgery"}],
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{line}</div>'},
        "extension": [
            {
                "url": "https://joinedup.example/fhir/StructureDefinition/area",
                "valueCoding": {"code": "E0123"},
            }
        ],
    }


AT_HOME = lives(HOME, "01632 960001", "ZZ99 9ZZ")
AT_REFUGE = lives(REFUGE, "01632 960002", "ZZ99 8ZZ")


@pytest.fixture
def system_of(api):
    """Make a client of an organisation's system; all share all with each other."""

    def make(reference):
        organisation, _ = Organisation.objects.get_or_create(
            reference=reference, defaults={"name": f"Org {reference}", "nation": "england"}
        )
        sign_agreement(name="All", parties=[organisation], since=SINCE)
        token = create_token(
            system=f"System of {reference}",
            scopes=[Scope.READ, Scope.WRITE],
            at=timezone.now(),
            organisation=organisation,
        )
        return type(api)(token)

    return make


@pytest.fixture
def world(system_of):
    """Somebody whom hospital and council know, the council under protection; a practice and a nurse see both."""
    hospital, council, practice = map(system_of, ("hospital", "council", "trust"))
    put(hospital, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    put(
        council,
        "/Patient/p2",
        patient("p2", identifier=[number_of()], meta={"security": [RESTRICTED]}, **AT_REFUGE),
    )
    put(hospital, "/Observation/o1", observation("o1", value=72.5))
    put(
        hospital,
        "/RelatedPerson/r1",
        {
            "resourceType": "RelatedPerson",
            "id": "r1",
            "patient": {"reference": "Patient/p1"},
            "address": AT_HOME["address"],
        },
    )
    person = Person.objects.get()
    for reference in ("hospital", "council", "trust"):
        relate([(person.pk, Organisation.objects.get(reference=reference).pk)], kind="care", at=SINCE)
    return {"hospital": hospital, "council": council, "practice": practice, "person": person}


def told(answer):
    """Which of the telling words an answer holds."""
    text = answer.content.decode() + json.dumps(dict(answer.headers))
    return {word for word in TELLING if word in text}


def asked_of(person):
    now = timezone.now().isoformat().replace("+00:00", "Z")
    match = {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": patient(identifier=[number_of()])}],
    }
    gets = [
        {"request": {"method": "GET", "url": url}}
        for url in ("Patient/p1", "Patient?family=Trumpetwright", "Patient/p2/_history")
    ]
    ways = [
        *(f"Patient/{one}" for one in ("p1", "p2", person.pk)),
        *(f"Patient/{one}?as-of={now}" for one in ("p1", "p2", person.pk)),
        *(f"Patient/{one}/_history" for one in ("p1", "p2")),
        *(f"Patient/{one}/_history/1" for one in ("p1", "p2")),
        *(f"Patient/{one}/$everything" for one in ("p1", "p2", person.pk)),
        *(f"Patient/{one}/$summary" for one in ("p1", "p2", person.pk)),
        f"Patient/p1/$everything?as-of={now}",
        "Patient/_history",
        "_history",
        "RelatedPerson/r1",
        "RelatedPerson?patient=p1",
        "Patient?family=Trumpetwright",
        f"Patient?family=Trumpetwright&as-of={now}",
        f"Patient?_id=p1,p2,{person.pk}",
        "Patient?_id=p1&_elements=address,telecom",
        "Patient?_id=p1&_summary=true",
        "Patient?_id=p1&_format=xml",
        "Patient?_id=p1&_revinclude=RelatedPerson:patient&_revinclude=Observation:patient",
        "Observation?_id=o1&_include=Observation:patient",
        "Observation?_id=o1&_include=Observation:*",
    ]
    return [
        *(("GET", f"/{way}", None) for way in ways),
        ("POST", "/Patient/$match", match),
        ("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": gets}),
    ]


def exported(api, monkeypatch_folder):
    with override_settings(EXPORT_FOLDER=monkeypatch_folder):
        asked = api.send("GET", "/$export", Prefer="respond-async")
        assert asked.status_code == 202
        status = asked["Content-Location"].partition("/fhir/R4")[2]
        while export_step(at=timezone.now()):
            pass
        files = json.loads(api.get(status).content)["output"]
        assert {file["type"] for file in files} >= {"Patient", "RelatedPerson", "Observation"}
        lines = [api.get(file["url"].partition("/fhir/R4")[2]).getvalue().decode() for file in files]
    return {word for word in TELLING if any(word in line for line in lines)}


def test_no_answer_tells_a_third_party_where_they_live(world, tmp_path):
    for method, path, body in asked_of(world["person"]):
        answer = world["practice"].send(method, path, body)
        assert answer.status_code == 200, path
        assert told(answer) == set(), path
    assert exported(world["practice"], tmp_path) == set()


def test_what_is_given_out_says_that_something_is_withheld(world):
    for one in ("p1", "p2", world["person"].pk):
        given = json.loads(world["practice"].get(f"/Patient/{one}").content)
        assert "REDACTED" in {label["code"] for label in given["meta"]["security"]}
        assert given["name"][0]["family"] == "Trumpetwright"
        assert given["birthDate"] == "1950-03-02"


def test_whoever_told_an_address_sees_theirs_and_not_the_other(world, tmp_path):
    assert HOME in told(world["hospital"].get("/Patient/p1"))
    assert REFUGE not in told(world["hospital"].get("/Patient/p2"))
    assert REFUGE in told(world["council"].get("/Patient/p2"))
    ours = f"/Patient/{world['person'].pk}"
    assert REFUGE in told(world["council"].get(ours))
    assert HOME not in told(world["council"].get(ours))
    assert HOME in exported(world["hospital"], tmp_path)
    assert REFUGE not in exported(world["hospital"], tmp_path)
    for method, path, body in asked_of(world["person"]):
        assert REFUGE not in told(world["hospital"].send(method, path, body)), path
        assert HOME not in told(world["council"].send(method, path, body)), path


ADDRESS_SEARCHES = [
    "Patient?address=17",
    "Patient?address:contains=Hidden",
    "Patient?address-postalcode=ZZ99",
    "Patient?address-postalcode:exact=zz99 9zz",
    "Patient?address-city=Madeup",
    "Patient?phone=01632 960001",
    "Patient?telecom=phone|01632 960001",
    "RelatedPerson?address-postalcode=ZZ99",
    "Observation?patient.address-city=Madeup",
    "Observation?patient.phone=01632 960001",
]


@pytest.mark.parametrize("query", ADDRESS_SEARCHES)
@pytest.mark.parametrize("then", ["", "&as-of="])
def test_nobody_is_found_by_an_address_that_is_withheld(world, query, then):
    moment = timezone.now().isoformat().replace("+00:00", "Z") if then else ""
    path = f"/{query}{then}{moment.replace('+', '%2B')}"
    assert json.loads(world["practice"].get(path).content)["total"] == 0
    assert json.loads(world["hospital"].get(path).content)["total"] == 1


def test_an_address_is_no_order_of_a_search(world):
    assert world["practice"].get("/Patient?_sort=address-postalcode").status_code == 400


def test_a_create_unless_there_is_one_does_not_tell_either(world):
    made = patient(None, OTHER_NUMBER, name=[{"family": "Else"}])
    answer = world["practice"].send(
        "POST", "/Patient", made, **{"If-None-Exist": "address-postalcode=ZZ99 9ZZ"}
    )
    assert answer.status_code == 201


def test_once_nobody_protects_it_any_more_it_is_told_again(world):
    content = patient("p2", identifier=[number_of()], **AT_REFUGE)
    put(world["council"], "/Patient/p2", content)
    assert HOME in told(world["practice"].get("/Patient/p1"))
    put(world["council"], "/Patient/p2", content | {"meta": {"security": [RESTRICTED]}})
    assert told(world["practice"].get("/Patient/p1")) == set()
    assert told(world["practice"].get("/Patient/p2/_history")) == set()


def test_a_patient_that_is_withdrawn_protects_still(world):
    assert world["council"].send("DELETE", "/Patient/p2").status_code == 204
    assert told(world["practice"].get("/Patient/p1")) == set()


def test_protection_comes_and_goes_with_a_merge(world):
    other = patient("p9", OTHER_NUMBER, name=[{"family": "Else"}], meta={"security": [RESTRICTED]})
    content = patient("p2", identifier=[number_of()], **AT_REFUGE)
    put(world["council"], "/Patient/p2", content)
    put(world["council"], "/Patient/p9", other)
    merged = people_of_patients(["p9"])["p9"]
    assert HOME in told(world["practice"].get("/Patient/p1"))
    merge(kept=world["person"].pk, merged=merged, reason="x", by=MANAGER, at=timezone.now())
    assert told(world["practice"].get("/Patient/p1")) == set()
    unmerge(merge_id=Merge.objects.get().pk, reason="x", by=MANAGER, at=timezone.now())
    assert HOME in told(world["practice"].get("/Patient/p1"))


def test_the_label_on_anything_but_a_patient_closes_it(world):
    put(world["hospital"], "/Observation/o2", observation("o2", value=72.5, meta={"security": [RESTRICTED]}))
    assert world["practice"].get("/Observation/o2").status_code == 404
    assert world["practice"].get("/Patient/p2").status_code == 200


def test_no_page_tells_it(world, sign_in):  # noqa: F811 - the fixture
    nurse = sign_in(Role.DISTRICT_NURSE, "trust")
    person = world["person"].pk
    for page in ("", "/details", "/emergency", "/looked", "/sharing"):
        answer = nurse.get(f"/people/{person}{page}")
        assert answer.status_code == 200, page
        assert told(answer) == set(), page
        assert "Address protected" in answer.content.decode(), page
    for page in ("/sharing", "/sharing/nothing"):
        assert "name, date of birth and carers" in main_of(nurse.get(f"/people/{person}{page}"))
    assert "ask whoever recorded it" in main_of(nurse.get(f"/people/{person}"))
    found = nurse.get(nurse.post("/people/find", {"q": "Trumpet"})["Location"])
    assert "Protected" in main_of(found)
    assert told(found) == set()


def test_a_colleague_of_whoever_told_it_sees_it_beside_who_says_so(world, sign_in):  # noqa: F811
    worker = sign_in(Role.SOCIAL_WORKER, "council")
    shown = worker.get(f"/people/{world['person'].pk}/details")
    assert REFUGE in told(shown)
    assert HOME not in told(shown)
    assert "Protected: not shown" in main_of(shown)


def test_who_keeps_records_apart_does_not_see_it(world, sign_in):  # noqa: F811
    manager = sign_in(Role.RECORDS_MANAGER, "trust")
    put(world["hospital"], "/Patient/p5", patient("p5", OTHER_NUMBER, name=[{"family": "Else"}]))
    other = people_of_patients(["p5"])["p5"]
    person = world["person"].pk
    for page in (f"/identity/person/{person}", f"/identity/person/{person}/with/{other}"):
        answer = manager.get(page)
        assert answer.status_code == 200
        assert "Protected" in main_of(answer)
        assert told(answer) == set()


def test_a_stranger_to_the_page_is_refused(world, sign_in):  # noqa: F811
    stranger = sign_in(Role.DISTRICT_NURSE, "elsewhere")
    assert stranger.get(f"/people/{world['person'].pk}/details").status_code == 403
    assert isinstance(stranger, Client)


STRONGER = [
    {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"},
    {"system": "https://joinedup.example/fhir/CodeSystem/sensitivity", "code": "restricted"},
    {"system": "http://hl7.org/fhir/v3/Confidentiality", "code": "R"},
    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SDV"},
    {"system": "https://elsewhere.example", "code": "secret"},
]


@pytest.mark.parametrize("label", STRONGER, ids=[label["code"] for label in STRONGER])
def test_a_stronger_or_unknown_label_protects_as_well(world, sign_in, label):  # noqa: F811
    put(
        world["council"],
        "/Patient/p2",
        patient("p2", identifier=[number_of()], meta={"security": [label]}, **AT_REFUGE),
    )
    assert told(world["practice"].get("/Patient/p1")) == set()
    nurse = sign_in(Role.DISTRICT_NURSE, "trust")
    assert told(nurse.get(f"/people/{world['person'].pk}")) == set()


def test_who_is_named_in_a_patient_has_said_nothing(world, sign_in):  # noqa: F811
    managed = {"managingOrganization": {"reference": "Organization/trust", "display": "Nearby Surgery"}}
    put(world["hospital"], "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME, **managed))
    assert told(world["practice"].get("/Patient/p1")) == set()
    assert world["practice"].get("/Patient?address-postalcode=ZZ99").json()["total"] == 0
    assert world["practice"].get("/Patient?organization=Organization/trust").json()["total"] == 0
    assert HOME in told(world["hospital"].get("/Patient/p1"))
    nurse = sign_in(Role.DISTRICT_NURSE, "trust")
    assert told(nurse.get(f"/people/{world['person'].pk}/details")) == set()


def test_what_hides_within_what_is_kept_is_withheld_and_that_a_number_was_verified_is_not(world):
    odd = {
        "_birthDate": {"extension": [{"url": "https://x.example/place", "valueString": "Madeup"}]},
        "modifierExtension": [{"url": "https://x.example/m", "valueString": "Madeup"}],
        "photo": [{"title": "Madeup"}],
        "maritalStatus": {"text": "m", "extension": [{"url": "https://x.example", "valueString": "Madeup"}]},
        "identifier": [number_of(assigner={"display": "Nearby Surgery"})],
    }
    put(world["hospital"], "/Patient/p1", patient("p1") | AT_HOME | odd)
    answer = world["practice"].get("/Patient/p1")
    assert told(answer) == set()
    given = answer.json()
    assert given["maritalStatus"] == {"text": "m"}
    assert given["identifier"] == [number_of()]


@pytest.mark.parametrize("guess", ["17 Hidden Lane", "99 Wrong Road"])
def test_nobody_can_guess_where_they_live(world, guess):
    """The answer to a match, and what becomes of a Patient without number, are the same for any guess."""
    guessed = patient(None, None, address=[{"line": [guess], "city": "Madeup"}])
    parameters = [{"name": "resource", "resource": guessed}]
    answer = world["practice"].post(
        "/Patient/$match", {"resourceType": "Parameters", "parameter": parameters}
    )
    (found,) = answer.json()["entry"]
    assert found["search"]["score"] == 0.8
    put(world["practice"], "/Patient/p7", guessed | {"id": "p7"})
    assert people_of_patients(["p7"])["p7"] != world["person"].pk


def test_side_by_side_nothing_says_whether_two_live_together(world, sign_in):  # noqa: F811
    manager = sign_in(Role.RECORDS_MANAGER, "trust")
    put(world["hospital"], "/Patient/p5", patient("p5", OTHER_NUMBER, **AT_REFUGE))
    other = people_of_patients(["p5"])["p5"]
    page = main_of(manager.get(f"/identity/person/{world['person'].pk}/with/{other}"))
    assert "Protected" in page
    for field in ("Address", "Postcode", "Phone"):
        row = page.split(f">{field}<")[1:]
        assert row
        assert not any("Agrees" in each[:200] or "Same" in each[:200] for each in row)


def test_what_was_labelled_before_is_read_again_once(world):
    SourcePatient.objects.update(is_protected=False)
    Resource.objects.filter(fhir_id="p2").update(labels=["restricted"])
    assert world["practice"].get("/Patient/p2").status_code == 404
    import_module("joinedup.care.record.migrations.0010_protected_before").read_again(apps, None)
    assert told(world["practice"].get("/Patient/p1")) == set()
    assert world["practice"].get("/Patient/p2").status_code == 200


def test_a_patient_that_is_sent_again_as_it_was_is_no_newer_word(api):
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    put(api, "/Patient/p3", patient("p3", identifier=[number_of()], **AT_REFUGE))
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    person = Person.objects.get()
    assert person.address == f"{REFUGE}, Madeup"
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME) | {"gender": "other"})
    person.refresh_from_db()
    assert person.address == f"{HOME}, Madeup"


def test_a_name_that_is_not_in_parts_takes_no_ones_place(api):
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    whole = [{"text": "Hazelanne Trumpetwright"}]
    put(api, "/Patient/p3", patient("p3", identifier=[number_of()], name=whole))
    person = Person.objects.get()
    assert (person.family, person.given) == ("Trumpetwright", "Hazelanne")


def test_a_town_alone_is_no_address(api):
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    put(api, "/Patient/p3", patient("p3", identifier=[number_of()], address=[{"city": "Elsewhere"}]))
    assert Person.objects.get().address == f"{HOME}, Madeup"


def test_a_name_or_an_address_is_taken_whole(api):
    """Half of one address and half of another is nobody's."""
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    put(api, "/Patient/p3", patient("p3", identifier=[number_of()], address=[{"line": ["9 New Road"]}]))
    person = Person.objects.get()
    assert (person.address, person.postcode, person.area) == ("9 New Road", "", "")
    put(api, "/Patient/p3", patient("p3", identifier=[number_of()], name=[{"family": "Newname"}]))
    person.refresh_from_db()
    assert (person.family, person.given, person.sought_given) == ("Newname", "", "")
    assert person.sought_former == "hazelanne trumpetwright"


def test_an_address_written_another_way_keeps_its_area(api):
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], **AT_HOME))
    address = [{"line": ["17, Hidden Lane"], "city": "Madeup", "postalCode": "zz999zz"}]
    put(api, "/Patient/p3", patient("p3", identifier=[number_of()], address=address))
    person = Person.objects.get()
    assert (person.postcode, person.area) == ("zz999zz", "E0123")


def test_in_a_bundle_the_protection_holds_from_the_same_moment(system_of):
    hospital, practice = map(system_of, ("hospital", "trust"))
    protected = patient("p1", identifier=[number_of()], meta={"security": [RESTRICTED]}, **AT_HOME)
    assert (
        hospital.post("", bundle(entry(protected), entry(observation("o1", value=72.5)))).status_code == 200
    )
    relate([(Person.objects.get().pk, Organisation.objects.get(reference="trust").pk)], kind="care", at=SINCE)
    assert told(practice.get("/Patient/p1")) == set()
    assert HOME in told(hospital.get("/Patient/p1"))
