"""Opening a record in an emergency: for whom exactly, why, how long, and who is told."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone
from fhir_samples import RIGHT_NUMBER, observation, patient

from joinedup.care.access.actions import give_account, sign_agreement
from joinedup.care.access.actor import Role
from joinedup.care.access.models import AuditEvent, Glass, StaffRecord, Tries, User
from joinedup.care.access.tries import EMERGENCY
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Identifier, Person

PASSWORD = "a long enough pass phrase"
ANSWERS = {
    "born": "2/3/1950",
    "number": "999 000 0026",
    "reason": "life",
    "account": "Found unconscious in the market place",
}


@pytest.fixture
def nurse(api, client):
    """A nurse of an organisation that has nothing to do with the person."""
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=72.5))
    elsewhere = Organisation.objects.create(reference="elsewhere", name="Elsewhere", nation="england")
    sign_agreement(name="All", parties=Organisation.objects.all(), since=datetime(2025, 1, 1, tzinfo=UTC))
    give_account(
        username="ada",
        name="Ada",
        password=PASSWORD,
        assignments=[(Role.DISTRICT_NURSE, elsewhere)],
        on=timezone.localdate(),
    )
    client.force_login(User.objects.get(username="ada"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def record():
    return f"/people/{Person.objects.get().pk}"


def test_it_opens_for_three_hours_and_the_person_can_see_who_and_why(nurse):
    assert nurse.get(record()).status_code == 403
    answer = nurse.post("/people/emergency", ANSWERS, follow=True)
    assert answer.redirect_chain[-1][0] == record()
    page = answer.content.decode()
    assert "Emergency access until" in page
    assert "Body weight" in page
    glass = Glass.objects.get()
    assert timedelta(hours=2, minutes=59) < glass.until - timezone.now() <= timedelta(hours=3)
    assert "market place" in glass.reason
    event = AuditEvent.objects.get(kind="glass")
    assert (event.person_id, event.actor_name) == (Person.objects.get().pk, "Ada")
    assert "market" not in event.subject
    looked = nurse.get(f"{record()}/looked").content.decode()
    assert "Opened in an emergency" in looked
    assert looked.count("Their life or health is in danger now") == 1
    with mock.patch("joinedup.web.views.people.timezone", mock.Mock(now=lambda: glass.until)):
        assert nurse.get(record()).status_code == 403


def test_names_and_date_of_birth_will_do_if_they_fit_one_alone(nurse):
    said = ANSWERS | {"number": "", "given": "Hazelanne", "family": "Trumpetwright"}
    assert nurse.post("/people/emergency", said).status_code == 302
    Person.objects.create(
        family="Trumpetwright",
        given="Hazelanne",
        sought_family="trumpetwright",
        sought_given="hazelanne",
        born="1950-03-02",
    )
    assert nurse.post("/people/emergency", said).status_code == 200
    assert Glass.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"born": "3/3/1950"},
        {"number": "999 000 0034"},
        {"number": "", "given": "Hazel", "family": "Trumpetwright"},
    ],
)
def test_what_does_not_fit_exactly_opens_nothing_and_is_written_down(nurse, change):
    answer = nurse.post("/people/emergency", ANSWERS | change)
    assert answer.status_code == 200
    assert "No record can be opened with exactly these" in answer.content.decode()
    assert Glass.objects.count() == 0
    assert AuditEvent.objects.filter(kind="search", subject="an emergency opening").count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"born": ""}, "Enter the date of birth"),
        ({"born": "soon"}, "as day, month and year"),
        ({"number": ""}, "Enter the NHS number, or both names"),
        ({"reason": ""}, "Choose why"),
        ({"reason": "curious"}, "Choose from the list"),
        ({"account": ""}, "Say what has happened"),
        ({"account": "x"}, "in a few words more"),
    ],
)
def test_what_is_missing_is_said_and_opens_nothing(nurse, change, said):
    assert said in nurse.post("/people/emergency", ANSWERS | change).content.decode()
    assert Glass.objects.count() == 0


def test_only_a_national_number_counts_as_one(nurse):
    Identifier.objects.update(system="https://hospital.example/numbers")
    assert "No record can be opened" in nurse.post("/people/emergency", ANSWERS).content.decode()
    assert Glass.objects.count() == 0


def test_who_was_joined_to_another_does_not_stand_in_the_way(nurse):
    said = ANSWERS | {"number": "", "given": "Hazelanne", "family": "Trumpetwright"}
    whole = Person.objects.get()
    names = {"family": "Trumpetwright", "given": "Hazelanne", "born": "1950-03-02", "replaced_by": whole}
    Person.objects.create(sought_family="trumpetwright", sought_given="hazelanne", **names)
    assert nurse.post("/people/emergency", said).status_code == 302
    assert Glass.objects.get().person_id == whole.pk


def test_ones_own_record_does_not_open_and_that_is_not_told_from_none(nurse):
    ada = User.objects.get(username="ada")
    StaffRecord.objects.create(
        person_id=Person.objects.get().pk,
        user=ada,
        organisation=Organisation.objects.get(reference="elsewhere"),
    )
    own = nurse.post("/people/emergency", ANSWERS)
    assert "No record can be opened with exactly these" in own.content.decode()
    assert AuditEvent.objects.filter(kind="refusal", person_id=Person.objects.get().pk).count() == 1
    assert RIGHT_NUMBER not in AuditEvent.objects.filter(kind="refusal").get().subject


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST, Role.FUND_MANAGER])
def test_only_who_gives_care_may(nurse, role):
    place = Organisation.objects.get(reference="elsewhere")
    user = give_account(
        username=role.value, name="B", password=PASSWORD, assignments=[(role, place)], on=timezone.localdate()
    )
    nurse.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert nurse.get("/people/emergency").status_code == 403
    assert nurse.post("/people/emergency", ANSWERS).status_code == 403
    assert Glass.objects.count() == 0


WRONG = {"number": "999 000 0034"}


@pytest.mark.parametrize("change", [WRONG, {"account": "x"}, {"born": "3/3/1950"}])
def test_too_many_wrong_tries_must_wait_even_the_right_one(nurse, change):
    for _ in range(EMERGENCY.free):
        assert nurse.post("/people/emergency", ANSWERS | change).status_code == 200
    answer = nurse.post("/people/emergency", ANSWERS)
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 30) == (429, True)
    assert "call the organisation that looks after them" in answer.content.decode()
    assert "password" not in answer.content.decode()
    assert Glass.objects.count() == 0
    subjects = list(AuditEvent.objects.filter(kind="refusal").values_list("subject", "role"))
    assert subjects.count(("an emergency opening: too many tries", "district_nurse")) == 1
    assert len(subjects) == EMERGENCY.free + 1
    Tries.objects.update(blocked_until=timezone.now())
    assert nurse.post("/people/emergency", ANSWERS).status_code == 302


def test_a_right_try_does_not_clear_the_wrong_ones(nurse):
    for _ in range(EMERGENCY.free - 1):
        nurse.post("/people/emergency", ANSWERS | WRONG)
    assert nurse.post("/people/emergency", ANSWERS).status_code == 302
    nurse.post("/people/emergency", ANSWERS | WRONG)
    assert nurse.post("/people/emergency", ANSWERS).status_code == 429


def test_the_tries_of_one_do_not_stop_another(nurse):
    for _ in range(EMERGENCY.free):
        nurse.post("/people/emergency", ANSWERS | WRONG)
    place = Organisation.objects.get(reference="elsewhere")
    bob = give_account(
        username="bob",
        name="Bob",
        password=PASSWORD,
        assignments=[(Role.DISTRICT_NURSE, place)],
        on=timezone.localdate(),
    )
    nurse.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    assert nurse.post("/people/emergency", ANSWERS).status_code == 302
