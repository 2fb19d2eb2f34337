"""A person's choice recorded here: who may, what it does at once, what stays of it; and why somebody is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from fhir_samples import observation, patient

from joinedup.care.access.actions import give_account, relate, sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.choices import SaidBy, choices_of
from joinedup.care.access.models import AuditEvent, Choice, Glass, Party, Relationship, StaffRecord, User
from joinedup.care.access.queries import RefusedError
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.choices import NotPossibleError, record_choice
from joinedup.care.record.logic import ALL_KINDS
from joinedup.care.record.models import Entry, Resource
from joinedup.care.record.own_consents import Chosen, Form
from joinedup.care.record.queries import entries_visible_to
from joinedup.web.presenters.sharing import KIND_WORDS

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


class Team:
    """A person whom the hospital wrote about, and a nurse of a practice that cares for them."""

    def __init__(self, client):
        self.client = client
        self.person = Person.objects.get()
        self.practice = Organisation.objects.create(reference="practice", name="Practice", nation="england")
        sign_agreement(name="All", parties=Organisation.objects.all(), since=LONG_AGO)
        relate([(self.person.pk, self.practice.pk)], kind="contact", at=LONG_AGO)
        self.user = give_account(
            username="ada",
            name="Ada",
            password="a long enough pass phrase",
            assignments=[(Role.DISTRICT_NURSE, self.practice)],
            on=timezone.localdate(),
        )
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        self.nurse = Actor(
            "Ada",
            PERMISSIONS[Role.DISTRICT_NURSE],
            user_id=self.user.pk,
            role=Role.DISTRICT_NURSE,
            organisation_id=self.practice.pk,
            organisation_name="Practice",
        )

    @property
    def address(self):
        return f"/people/{self.person.pk}"

    def chooses(self, form, *organisations, kinds=(), by=None, said_by=SaidBy.PERSON, at=None):
        return record_choice(
            person_id=self.person.pk,
            chosen=Chosen(form, organisations, kinds),
            said_by=said_by,
            by=by or self.nurse,
            at=at or timezone.now(),
        )

    def sees(self, type_="Observation"):
        return entries_visible_to(self.nurse, at=timezone.now()).filter(type=type_).exists()

    def page(self, path="", **more):
        return self.client.get(self.address + path, **more)


@pytest.fixture
def team(api, client):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=72.5))
    return Team(client)


def test_a_choice_holds_at_once_and_sharing_again_ends_it_without_a_trace_lost(team):
    assert team.sees()
    first = team.chooses(Form.NOTHING)
    assert not team.sees()
    second = team.chooses(Form.AGAIN, said_by=SaidBy.DECIDER)
    assert team.sees()
    (choice,) = choices_of(team.nurse, team.person.pk, at=timezone.now())
    assert (choice.said_by, choice.told_to, choice.told_at) == (
        "The person themselves",
        "Ada, district nurse",
        "Practice",
    )
    assert choice.ended_said_by.startswith("Someone who may decide")
    assert choice.until
    statuses = [
        entry.body.count('"active"')
        for entry in Entry.objects.filter(resource__fhir_id=first).order_by("version")
    ]
    assert statuses == [1, 0]
    assert "Ended. Sharing: No sharing at all" in team.page().content.decode()
    assert '"permit"' in Entry.objects.get(resource__fhir_id=second).body


@pytest.mark.parametrize(
    ("chosen", "sees_weight", "sees_patient"),
    [
        ((Form.NOTHING,), False, False),
        ((Form.ONLY_WITH, "practice"), True, True),
        ((Form.ONLY_WITH, "westmarch"), False, False),
        ((Form.NOT_WITH, "practice"), False, False),
        ((Form.NOT_WITH, "westmarch"), True, True),
    ],
)
def test_each_choice_does_what_it_says(team, chosen, sees_weight, sees_patient):
    form, *organisations = chosen
    team.chooses(form, *organisations)
    assert (team.sees(), team.sees("Patient")) == (sees_weight, sees_patient)


def test_kinds_can_be_kept_back_and_the_rest_is_shared(team):
    team.chooses(Form.NOT_KINDS, kinds=("Observation",))
    assert (team.sees(), team.sees("Patient")) == (False, True)


def test_a_new_choice_takes_the_place_of_the_old_one(team):
    team.chooses(Form.NOTHING)
    team.chooses(Form.NOT_KINDS, kinds=("Medicine",))
    assert team.sees()
    assert [choice.until is None for choice in Choice.objects.order_by("id")] == [False, True]


def test_the_same_choice_again_writes_nothing(team):
    assert team.chooses(Form.NOTHING)
    before = Entry.objects.count(), Choice.objects.count()
    assert team.chooses(Form.NOTHING) is None
    assert (Entry.objects.count(), Choice.objects.count()) == before


def test_their_newest_word_ends_what_a_partner_sent_and_the_partners_consent_stays_as_sent(api, team):
    scope = {
        "coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}
        ]
    }
    sent = {
        "resourceType": "Consent",
        "id": "c1",
        "status": "active",
        "scope": scope,
        "category": [{"text": "x"}],
        "patient": {"reference": "Patient/p1"},
        "policyRule": {"text": "x"},
        "provision": {"type": "deny"},
    }
    assert api.put("/Consent/c1", sent).status_code == 201
    assert not team.sees()
    team.chooses(Form.AGAIN)
    assert team.sees()
    assert Resource.objects.get(fhir_id="c1").version == 1
    # Sent again, the same Consent is no newer word than theirs; a new version is.
    assert api.put("/Consent/c1", sent).status_code == 200
    assert team.sees()
    api.put("/Consent/c1", sent | {"language": "en-GB"})
    assert not team.sees()


@pytest.mark.parametrize(
    ("form", "organisations", "kinds"),
    [
        (Form.ONLY_WITH, (), ()),
        (Form.ONLY_WITH, ("nobody",), ()),
        (Form.NOT_WITH, ("nobody", "practice"), ()),
        (Form.NOT_KINDS, (), ()),
        (Form.NOT_KINDS, (), ("Gossip",)),
        (Form.NOTHING, ("practice",), ()),
    ],
)
def test_what_names_nothing_that_there_is_is_refused_and_nothing_changes(team, form, organisations, kinds):
    with pytest.raises(NotPossibleError):
        team.chooses(form, *organisations, kinds=kinds)
    assert not Choice.objects.exists()
    assert team.sees()


def test_only_who_cares_for_the_person_may_record_and_an_emergency_is_no_care(team):
    Relationship.objects.filter(organisation=team.practice).delete()
    now = timezone.now()
    Glass.objects.create(
        person_id=team.person.pk,
        user=team.user,
        organisation=team.practice,
        reason="x",
        since=now - timedelta(hours=1),
        until=now + timedelta(hours=1),
    )
    assert team.page().status_code == 200
    with pytest.raises(RefusedError, match="no care relationship"):
        team.chooses(Form.NOTHING)
    page = team.page("/sharing").content.decode()
    assert "only while your organisation cares" in page
    assert "Continue" not in page
    assert team.page("/sharing/nothing").status_code == 403
    assert not Choice.objects.exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST, Role.FUND_MANAGER, Role.RECORDS_MANAGER])
def test_other_roles_may_not(team, role):
    actor = Actor("B", PERMISSIONS[role], user_id=team.user.pk, role=role, organisation_id=team.practice.pk)
    with pytest.raises(RefusedError, match="record choices"):
        team.chooses(Form.NOTHING, by=actor)


def test_the_pages_ask_say_and_keep_it(team):
    assert "Sharing restricted" not in team.page().content.decode()
    page = team.page("/sharing").content.decode()
    assert "has not limited sharing" in page
    assert "Share again" not in page
    assert "Choose what the person chose" in team.client.post(f"{team.address}/sharing").content.decode()
    step = f"{team.address}/sharing/only-with"
    assert team.client.post(f"{team.address}/sharing", {"choice": "only-with"}).headers["Location"] == step
    asked = team.client.post(step).content.decode()
    assert "Select at least one organisation" in asked
    assert "Choose who told you" in asked
    said = {"organisations": ["westmarch"], "said_by": "person"}
    page = team.client.post(step, said, follow=True).content.decode()
    assert "is recorded, and holds from now on" in page
    assert "No sharing, except with Westmarch" in page
    assert "Told by the person themselves to Ada, district nurse, Practice" in page
    assert "Share again" in page
    record = team.page().content.decode()
    assert "Sharing restricted" in record
    assert "Westmarch" not in record
    assert "may be missing here" in record
    team.client.post(f"{team.address}/sharing/again", {"said_by": "person"})
    page = team.page("/sharing").content.decode()
    assert "has not limited sharing" in page
    assert "Ended" in page
    assert "Sharing restricted" not in team.page().content.decode()


def test_a_choice_covers_entries_and_not_who_the_person_is(team, api):
    more = {
        "address": [{"line": ["14 Orchard Rise"]}],
        "telecom": [{"system": "phone", "value": "01632 960111"}],
    }
    api.put("/Patient/p1", patient("p1") | more)
    team.chooses(Form.NOTHING)
    record = team.page().content.decode()
    assert "Body weight" not in record
    for said in ("Hazelanne Trumpetwright", "14 Orchard Rise", "01632 960111"):
        assert said in record
    for page in (team.page("/sharing"), team.page("/sharing/not-with")):
        assert "address, phone and carers" in " ".join(page.content.decode().split())


def test_what_there_is_not_to_choose_is_not_found(team):
    assert team.page("/sharing/gossip").status_code == 404


def reasons(team):
    return team.page().content.decode()


def test_a_refusal_says_what_is_missing_and_no_more(team):
    """Each reason is the one that the scope had; whoever has no relationship learns of none but that."""
    StaffRecord.objects.create(person_id=team.person.pk, user=team.user, organisation=team.practice)
    assert "Nobody opens their own record here" in reasons(team)
    StaffRecord.objects.update(user=User.objects.create(username="bob", name="Bob"))
    assert "This record opens only to whoever cares for the person now" in reasons(team)
    Relationship.objects.filter(organisation=team.practice).update(kind="caseload")
    assert team.page().status_code == 200
    StaffRecord.objects.update(user=team.user)
    Relationship.objects.filter(organisation=team.practice).delete()
    refused = reasons(team)
    assert "Your organisation has no care relationship with this person." in refused
    unknown = team.client.get("/people/00000000-0000-4000-8000-000000000000").content.decode()
    said = [page[page.index("<main") : page.index("</main>")] for page in (refused, unknown)]
    assert said[0] == said[1]
    assert AuditEvent.objects.filter(kind="refusal", person_id=team.person.pk).count() == 3


def test_without_an_agreement_the_record_says_why_there_is_little(team):
    assert "No sharing agreement" not in team.page().content.decode()
    Party.objects.filter(organisation=team.practice).update(receives=False)
    assert "No sharing agreement lets your organisation see what others wrote" in team.page().content.decode()


def test_a_label_is_no_reason_that_is_told(team):
    Resource.objects.filter(type="Observation").update(labels=["sexual-health"])
    page = team.page().content.decode()
    assert "exual" not in page
    assert "may be missing" not in page


def test_who_may_see_a_labelled_entry_is_told_that_others_may_not(team):
    Resource.objects.filter(type="Observation").update(labels=["safeguarding"])
    assert "Safeguarding: limited sharing" in team.page().content.decode()


def test_a_choice_stands_in_the_timeline_on_its_day(team):
    team.chooses(Form.NOT_WITH, "westmarch")
    page = team.page().content.decode()
    assert "Sharing: No sharing with some organisations" in page
    assert "Date not recorded" not in page


def test_while_sharing_is_limited_no_page_says_that_no_allergy_was_recorded(team):
    team.chooses(Form.NOTHING)
    banner = team.page("/emergency").content.decode().partition("</section>")[0]
    assert "none shown, as sharing is limited" in banner
    assert "Sharing restricted" in banner


def test_every_kind_has_words_for_the_page():
    assert set(KIND_WORDS) == ALL_KINDS
