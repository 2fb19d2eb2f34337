"""The pages about people: who may see whom, what is audited, and that no address says anything about anybody."""

import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from fhir_samples import RIGHT_NUMBER, number_of, observation, patient, stay

from joinedup.care.access.actions import give_account, relate, sign_agreement
from joinedup.care.access.actor import Role, Scope
from joinedup.care.access.models import AuditEvent
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "a long password for tests"
REASON = "Your organisation has no care relationship with this person."
READY = {
    "url": "https://joinedup.example/fhir/StructureDefinition/ready-to-leave",
    "extension": [{"url": "readyAt", "valueDateTime": "2026-01-03T14:10:00+00:00"}],
}


def organisation(fhir_id, name):
    return {"resourceType": "Organization", "id": fhir_id, "name": name}


def put(api, path, content):
    assert api.put(path, content).status_code in (200, 201)


@pytest.fixture
def person(api):
    """Somebody whom two organisations have written about; the trust looks after them, the practice does not."""
    put(api, "/Organization/trust", organisation("trust", "Madeup Community Trust"))
    put(api, "/Organization/practice", organisation("practice", "Invented Surgery"))
    role = {
        "resourceType": "PractitionerRole",
        "id": "doctor",
        "organization": {"reference": "Organization/practice"},
    }
    put(api, "/PractitionerRole/doctor", role)
    put(api, "/Patient/p1", patient("p1"))
    for number in range(3):
        when = f"2026-01-0{number + 1}T09:30:00+00:00"
        seen = observation(f"o{number}", value=72.5, effectiveDateTime=when)
        put(api, f"/Observation/o{number}", seen | {"performer": [{"reference": "Organization/trust"}]})
    put(
        api,
        "/Condition/c1",
        {
            "resourceType": "Condition",
            "id": "c1",
            "code": {"text": "Asthma"},
            "subject": {"reference": "Patient/p1"},
            "onsetDateTime": "2011",
            "asserter": {"reference": "PractitionerRole/doctor"},
        },
    )
    found = Person.objects.get()
    sign_agreement(name="All", parties=Organisation.objects.all(), since=datetime(2025, 1, 1, tzinfo=UTC))
    relate(
        [(found.pk, Organisation.objects.get(reference="trust").pk)],
        kind="care",
        at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    return found


@pytest.fixture
def sign_in(db):
    """Make a client signed in as someone with this role for the organisation of this reference."""

    def enter(role=Role.DISTRICT_NURSE, reference="trust"):
        place, _ = Organisation.objects.get_or_create(
            reference=reference, defaults={"name": f"Org {reference}", "nation": "england"}
        )
        username = f"{role}-{reference}"
        give_account(
            username=username,
            name="Ada",
            password=PASSWORD,
            assignments=[(role, place)],
            on=timezone.localdate(),
        )
        client = Client()
        client.post("/sign-in", {"username": username, "password": PASSWORD})
        return client

    return enter


def looks(person, kind="look"):
    return list(
        AuditEvent.objects.filter(person_id=person.pk, kind=kind, user_id__isnull=False).order_by("id")
    )


def record_of(person, query=""):
    return f"/people/{person.pk}{query}"


def text_of(response):
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def main_of(response):
    return text_of(response).partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("page", ["", "/looked"])
def test_each_opening_of_a_page_is_one_look(person, sign_in, page):
    client = sign_in()
    for opened in (1, 2):
        assert client.get(record_of(person, page)).status_code == 200
        assert len(looks(person)) == opened
    (look, _) = looks(person)
    assert (look.role, look.organisation_name) == ("district_nurse", "Madeup Community Trust")
    assert look.subject == {"": "the record", "/looked": "who has looked"}[page]


@pytest.mark.parametrize("page", ["", "/looked"])
def test_another_organisation_is_refused_just_like_for_an_unknown_person_and_both_are_written(
    person, sign_in, page
):
    client = sign_in(reference="stranger")
    refused = client.get(record_of(person, page))
    unknown_id = uuid.uuid4()
    unknown = client.get(f"/people/{unknown_id}{page}")
    assert refused.status_code == unknown.status_code == 403
    assert REASON in text_of(refused)
    assert "Hazelanne" not in text_of(refused)
    assert main_of(refused) == main_of(unknown)
    assert [e.person_id for e in AuditEvent.objects.filter(kind="refusal").order_by("id")] == [
        person.pk,
        unknown_id,
    ]
    assert looks(person) == []


def test_a_role_without_records_is_refused(person, sign_in):
    response = sign_in(role=Role.ANALYST).get(record_of(person))
    assert response.status_code == 403
    assert "Your role does not include: read record." in text_of(response)
    assert looks(person) == []


@pytest.mark.parametrize(
    "typed", ["Hazelanne Trump", "trumpetwright", "2/3/1950", RIGHT_NUMBER, "999 000 0026"]
)
def test_what_is_typed_finds_the_person_and_stands_in_no_address(person, sign_in, typed):
    client = sign_in()
    sent = client.post("/people/find", {"q": typed})
    assert sent.status_code == 302
    address = sent.headers["Location"]
    assert address.startswith("/people/found/")
    for word in typed.split():
        assert word.lower() not in address.lower()
    found = client.get(address)
    assert record_of(person) in found.content.decode()
    assert "999 000 0026" in text_of(found)
    (listed,) = looks(person, "listed")
    assert listed.subject == "find a person"
    assert AuditEvent.objects.get(kind="search").person_id is None


def test_a_search_in_the_address_is_not_taken(person, sign_in):
    page = sign_in().get("/people/find", {"q": "Trumpetwright"})
    assert page.status_code == 200
    assert "Trumpetwright" not in text_of(page)
    assert AuditEvent.objects.filter(kind="search").count() == 0


def test_another_organisation_finds_no_one_and_is_told_what_that_means(person, sign_in):
    client = sign_in(reference="stranger")
    page = client.post("/people/find", {"q": "Trumpetwright"}, follow=True)
    assert "No one your organisation is involved with" in text_of(page)
    assert looks(person, "listed") == []


def test_a_mistyped_number_is_said_to_be_one(person, sign_in):
    page = sign_in().post("/people/find", {"q": "9990000027"}, follow=True)
    assert "the check digit of the NHS number is wrong" in text_of(page)


@pytest.mark.parametrize("typed", ["", "   ", "?!", "x" * 201])
def test_an_unusable_search_asks_again(person, sign_in, typed):
    page = sign_in().post("/people/find", {"q": typed})
    assert page.status_code == 200
    assert "There is a problem" in text_of(page)
    assert AuditEvent.objects.filter(kind="search").count() == 0


def test_a_search_of_another_session_is_not_shown(person, sign_in):
    address = sign_in().post("/people/find", {"q": "Trumpetwright"}).headers["Location"]
    page = sign_in(role=Role.SOCIAL_WORKER).get(address)
    assert "That search is no longer kept" in text_of(page)
    assert "Trumpetwright" not in text_of(page)


def test_only_the_last_few_searches_are_kept(person, sign_in):
    client = sign_in()
    addresses = [client.post("/people/find", {"q": f"Name{n}"}).headers["Location"] for n in range(11)]
    assert "no longer kept" in text_of(client.get(addresses[0]))
    assert "no longer kept" not in text_of(client.get(addresses[1]))


def test_the_timeline_is_filtered_by_organisation_and_kind(person, sign_in):
    client = sign_in()
    everything = text_of(client.get(record_of(person)))
    assert everything.count("Body weight") == 3
    assert "Asthma" in everything
    practice = text_of(client.get(record_of(person, "?organisation=Invented+Surgery")))
    assert "Asthma" in practice
    assert "Body weight" not in practice
    assert "Condition (1)" in practice.replace('<span class="ju-filters__count">', "").replace("</span>", "")
    nothing = text_of(client.get(record_of(person, "?organisation=Invented+Surgery&kind=Observation")))
    assert "Nothing in the record matches your filters." in nothing


def test_what_is_known_to_the_year_is_said_so_and_has_no_time(person, sign_in):
    page = text_of(sign_in().get(record_of(person, "?kind=Condition")))
    assert "2011 (day not recorded)" in page
    assert "00:00" not in page


def test_a_long_record_comes_in_pages_of_fifty(person, sign_in, api):
    for number in range(60):
        put(api, f"/Observation/more{number}", observation(f"more{number}", value=72.5))
    client = sign_in()
    assert "1 to 50 of 64 entries" in text_of(client.get(record_of(person)))
    last = text_of(client.get(record_of(person, "?page=2")))
    assert "51 to 64 of 64 entries" in last
    assert "Asthma" in last
    for odd in ("0", "99", "-1", "x", "٣", "9" * 40):
        assert client.get(record_of(person, f"?page={odd}")).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_record(
    person, sign_in, api, django_assert_max_num_queries
):
    for number in range(60):
        put(api, f"/Observation/more{number}", observation(f"more{number}", value=72.5))
    client = sign_in()
    with django_assert_max_num_queries(25):
        client.get(record_of(person))


def test_the_banner_says_allergies_warnings_and_who_coordinates(person, sign_in, api):
    put(
        api,
        "/AllergyIntolerance/a1",
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "code": {"text": "Penicillin"},
            "criticality": "high",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "patient": {"reference": "Patient/p1"},
        },
    )
    put(
        api,
        "/Flag/f1",
        {
            "resourceType": "Flag",
            "id": "f1",
            "status": "active",
            "code": {"text": "Dog at home"},
            "subject": {"reference": "Patient/p1"},
        },
    )
    put(
        api,
        "/CareTeam/t1",
        {
            "resourceType": "CareTeam",
            "id": "t1",
            "status": "active",
            "subject": {"reference": "Patient/p1"},
            "participant": [{"role": [{"text": "Coordinator"}], "member": {"display": "Grace Example"}}],
        },
    )
    page = text_of(sign_in().get(record_of(person)))
    assert "Penicillin (risk of a severe reaction)" in page
    assert "Dog at home" in page
    assert "Grace Example" in page


def test_a_stay_shows_with_its_clock_once_the_person_is_ready(person, sign_in, api):
    client = sign_in()
    put(api, "/Encounter/s1", stay("s1"))
    assert "not yet declared" in text_of(client.get(record_of(person)))
    put(api, "/Encounter/s1", stay("s1", extension=[READY]))
    page = text_of(client.get(record_of(person)))
    assert "Ready to leave since" in page
    assert "Saturday 3 January, 14:10" in page or "Saturday 3 January 2026, 14:10" in page
    assert "/clock" in page


def test_who_has_looked_names_them_and_hides_the_ids_of_systems(person, sign_in, api):
    api.get("/Observation/o1")
    client = sign_in()
    client.get(record_of(person))
    page = text_of(client.get(record_of(person, "/looked")))
    assert "Looked at: the record" in page
    assert "Looked at: one entry (observation)" in page
    assert "Partner’s system" in page
    assert 'data-label="For">Westmarch<' in page
    assert "Observation/o1" not in page


def test_my_day_lists_those_ready_the_longest_and_writes_only_whom_it_shows(person, sign_in, api):
    for number in range(7):
        put(
            api,
            f"/Patient/q{number}",
            patient(f"q{number}", number=None, name=[{"family": f"Waiting{number}"}]),
        )
        since = f"2026-01-0{number + 1}T14:10:00+00:00"
        ready = READY | {"extension": [{"url": "readyAt", "valueDateTime": since}]}
        put(api, f"/Encounter/s{number}", stay(f"s{number}", f"Patient/q{number}", extension=[ready]))
    trust = Organisation.objects.get(reference="trust")
    waiting = Person.objects.filter(family__startswith="Waiting")
    relate([(p.pk, trust.pk) for p in waiting], kind="care", at=datetime(2025, 1, 1, tzinfo=UTC))
    page = text_of(sign_in().get("/"))
    places = [page.index(f"Waiting{number}") for number in range(5)]
    assert places == sorted(places)
    assert "Waiting5" not in page
    assert "7 people" in page
    assert AuditEvent.objects.filter(kind="listed", subject="my day").count() == 5


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_calm_first_page(sign_in, role):
    page = sign_in(role=role).get("/")
    assert page.status_code == 200
    assert "My day" in text_of(page)


def test_the_emergency_summary_says_what_is_current_and_that_nothing_is_not_none(api, person, sign_in):
    put(
        api,
        "/AllergyIntolerance/a1",
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "code": {"text": "Penicillin"},
            "criticality": "high",
            "patient": {"reference": "Patient/p1"},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "recorder": {"reference": "PractitionerRole/doctor"},
        },
    )
    client = sign_in()
    text = text_of(client.get(f"/people/{person.pk}/emergency"))
    assert "Risk of a severe reaction:" in text
    assert "Penicillin" in text
    assert "Asthma" in text
    assert "Nothing recorded." in text
    looks = AuditEvent.objects.filter(kind="look", person_id=person.pk)
    assert [look.subject for look in looks] == ["the emergency summary"]
    stranger = sign_in(reference="elsewhere")
    assert stranger.get(f"/people/{person.pk}/emergency").status_code == 403


def test_a_death_that_partners_do_not_agree_about_is_said_wherever_care_may_be_stopped(
    api, api_of, person, sign_in
):
    put(api, "/Patient/p1", patient("p1", identifier=[number_of()], deceasedDateTime="2026-01-03"))
    alive = patient("x1", identifier=[number_of()], deceasedBoolean=False)
    put(api_of("Another system", Scope.READ, Scope.WRITE), "/Patient/x1", alive)
    client = sign_in()
    for page in ("", "/emergency"):
        text = text_of(client.get(record_of(person, page)))
        assert "Partners don’t agree about this death." in text
        assert "1 partner recorded that they have not died." in text


def test_a_refusal_leads_to_opening_in_an_emergency_only_whom_may_open(person, sign_in):
    for role, may in ((Role.DISTRICT_NURSE, True), (Role.ADMINISTRATOR, False)):
        page = text_of(sign_in(reference="elsewhere", role=role).get(record_of(person)))
        assert "You can’t see this page" in page
        assert ("/people/emergency" in page) is may
