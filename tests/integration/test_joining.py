"""Joining two records and parting them again: what goes along, what comes back, who may, and what is written down."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from fhir_samples import bundle, entry, observation, patient, stay

from joinedup.care.access.actions import give_account, relate, sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.models import AuditEvent, Choice, Relationship, StaffRecord, User
from joinedup.care.access.queries import RefusedError
from joinedup.care.discharge.models import Stay
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.joining.errors import NotPossibleError
from joinedup.care.joining.moving import CARRIED, FROM_RECORD, ORPHANS, STAYING, WITH_ORIGIN
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.logic import read_search
from joinedup.care.people.models import Carer, Identifier, Merge, Person
from joinedup.care.people.queries import find_people, people_of_patients
from joinedup.care.record.models import Resource

MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
WHY = {"reason": "One person, two numbers", "by": MANAGER, "at": NOW}
# Names that say that a model speaks of a person.
NAMING = ("person", "person_id")


def carer(fhir_id, subject):
    return {
        "resourceType": "RelatedPerson",
        "id": fhir_id,
        "patient": {"reference": subject},
        "name": [{"text": "Carer Example"}],
        "relationship": [{"text": "daughter"}],
    }


@pytest.fixture
def two(api):
    """Two people: the one of Patient a with a weight, the one of Patient b with a stay and a carer."""
    a = patient("a", number=None, name=[{"family": "Ames", "given": ["Ann"]}])
    b = patient("b", number=None, name=[{"family": "Ames", "given": ["Annie"]}], born="1950-03")
    b["telecom"] = [{"system": "phone", "value": "01632 960001"}]
    sent = bundle(
        entry(a),
        entry(b),
        entry(observation("wa", "Patient/a", 72)),
        entry(stay("sb", subject="Patient/b")),
        entry(carer("cb", "Patient/b")),
    )
    answer = api.post("", sent)
    assert answer.status_code == 200, answer.content
    people = people_of_patients(["a", "b"])
    return people["a"], people["b"]


def owners(*keys):
    return [Resource.objects.get(type=t, fhir_id=i).person_id for t, i in keys]


def test_a_merge_takes_everything_along_and_undoing_brings_it_back(api, two):
    a, b = two
    made = merge(kept=a, merged=b, **WHY)
    everything = (("Patient", "b"), ("Encounter", "sb"), ("RelatedPerson", "cb"))
    assert owners(*everything) == [a, a, a]
    assert Stay.objects.get().person_id == Carer.objects.get().person_id == a
    # What comes under the merged Patient now is the kept person's, and goes back with it.
    api.put("/Observation/later", observation("later", "Patient/b", 72))
    assert owners(("Observation", "later")) == [a]
    unmerge(merge_id=made.pk, **WHY)
    assert owners(*everything, ("Observation", "later")) == [b, b, b, b]
    assert owners(("Patient", "a"), ("Observation", "wa")) == [a, a]
    assert Stay.objects.get().person_id == Carer.objects.get().person_id == b


def test_an_entry_whose_new_patient_is_not_here_goes_along_and_comes_back(api, two):
    a, b = two
    api.put("/Observation/wb", observation("wb", "Patient/b", 72))
    api.put("/Observation/wb", observation("wb", "Patient/never", 72))
    made = merge(kept=a, merged=b, **WHY)
    assert owners(("Observation", "wb")) == [a]
    unmerge(merge_id=made.pk, **WHY)
    assert owners(("Observation", "wb")) == [b]
    api.put("/Patient/never", patient("never", number=None))
    merge(kept=a, merged=b, **WHY)
    assert owners(("Observation", "wb")) == [people_of_patients(["never"])["never"]]


def test_what_is_known_of_them_is_put_together_and_taken_apart(two):
    a, b = two
    made = merge(kept=a, merged=b, **WHY)
    kept = Person.objects.get(pk=a)
    assert kept.phone == "01632 960001"
    assert (kept.given, kept.born) == ("Annie", "1950-03")
    unmerge(merge_id=made.pk, **WHY)
    apart = {p.pk: (p.given, p.phone, p.born) for p in Person.objects.all()}
    assert apart == {a: ("Ann", "", "1950-03-02"), b: ("Annie", "01632 960001", "1950-03")}


def test_whoever_gave_care_to_one_sees_the_whole_and_after_parting_only_theirs(api, two):
    a, b = two
    south = Organisation.objects.create(reference="south", name="South", nation="england")
    relate([(b, south.pk)], kind="caseload", at=NOW - timedelta(days=9))
    sign_agreement(name="all", parties=Organisation.objects.all(), since=NOW - timedelta(days=9))
    nurse = Actor("N", PERMISSIONS[Role.DISTRICT_NURSE], user_id=8, organisation_id=south.pk)
    made = merge(kept=a, merged=b, **WHY)
    assert [p.id for p in find_people(nurse, read_search("Ames"), at=timezone.now())] == [a]
    unmerge(merge_id=made.pk, **WHY)
    assert [p.id for p in find_people(nurse, read_search("Ames"), at=timezone.now())] == [b]


def test_a_former_name_finds_them_and_goes_back_when_they_are_parted(api, two):
    a, b = two
    south = Organisation.objects.create(reference="south", name="South", nation="england")
    relate([(a, south.pk), (b, south.pk)], kind="caseload", at=NOW - timedelta(days=9))
    nurse = Actor("N", PERMISSIONS[Role.DISTRICT_NURSE], user_id=8, organisation_id=south.pk)
    married = [{"family": "Bell", "given": ["Annie"]}, {"use": "maiden", "family": "Crane"}]
    api.put("/Patient/b", patient("b", number=None, name=married, born="1950-03"))

    def found(text):
        return {person.id for person in find_people(nurse, read_search(text), at=timezone.now())}

    assert (found("Bell"), found("Crane"), found("Annie Ames"), found("Ames")) == ({b}, {b}, {b}, {a, b})
    made = merge(kept=a, merged=b, **WHY)
    assert (found("Bell"), found("Crane"), found("Ann Ames")) == ({a}, {a}, {a})
    unmerge(merge_id=made.pk, **WHY)
    assert (found("Bell"), found("Crane"), found("Annie Ames"), found("Ames")) == ({b}, {b}, {b}, {a, b})


def test_the_pages_of_the_merged_lead_to_the_whole_record(two):
    a, b = two
    south = Organisation.objects.create(reference="south", name="South", nation="england")
    relate([(b, south.pk)], kind="caseload", at=NOW - timedelta(days=9))
    nurse = give_account(
        username="n",
        name="Nell Example",
        password="a long password for tests",
        assignments=[(Role.DISTRICT_NURSE, south)],
        on=timezone.localdate(),
    )
    client = Client()
    client.force_login(nurse)
    assert client.get(f"/people/{b}").status_code == 200
    merge(kept=a, merged=b, **WHY)
    for page in ("", "/looked"):
        assert client.get(f"/people/{b}{page}").headers["Location"] == f"/people/{a}{page}"
    looked = client.get(f"/people/{a}/looked").content.decode()
    assert looked.count("Looked at: the record") == 1, "the look at the merged person is one at the whole"


def test_a_tie_by_having_written_follows_who_wrote(api, two):
    a, b = two
    south = Organisation.objects.create(reference="south", name="South", nation="england")
    made = merge(kept=a, merged=b, **WHY)
    late = stay("late", subject="Patient/b") | {"serviceProvider": {"reference": "Organization/south"}}
    assert api.put("/Encounter/late", late).status_code == 201
    assert set(Relationship.objects.filter(organisation=south).values_list("person_id", flat=True)) == {a}
    unmerge(merge_id=made.pk, **WHY)
    assert set(Relationship.objects.filter(organisation=south).values_list("person_id", flat=True)) == {b}


def test_a_choice_and_colleagues_go_along_and_come_back(two):
    a, b = two
    user = User.objects.create(username="u", name="U")
    place = Organisation.objects.create(reference="south", name="South", nation="england")
    Choice.objects.create(person_id=b, since=NOW)
    StaffRecord.objects.create(person_id=b, user=user, organisation=place)
    StaffRecord.objects.create(person_id=a, user=user, organisation=place, is_family=True)
    made = merge(kept=a, merged=b, **WHY)
    assert Choice.objects.get().person_id == a
    assert StaffRecord.objects.filter(person_id=a).count() == 1
    unmerge(merge_id=made.pk, **WHY)
    assert Choice.objects.get().person_id == b
    assert set(StaffRecord.objects.values_list("person_id", "is_family")) == {(a, True), (b, False)}


def test_the_same_number_on_both_sides_is_no_obstacle(two):
    a, b = two
    asserted_by = Resource.objects.first().system
    for person in two:
        Identifier.objects.create(
            person_id=person, origin_id=person, system="s", value="1", asserted_by=asserted_by, since=NOW
        )
    made = merge(kept=a, merged=b, **WHY)
    assert set(Identifier.objects.filter(value="1").values_list("person_id", flat=True)) == {a}
    unmerge(merge_id=made.pk, **WHY)
    assert set(Identifier.objects.filter(value="1").values_list("person_id", flat=True)) == {a, b}


def test_both_are_audited_and_the_merge_says_who_when_and_why(two):
    a, b = two
    made = merge(kept=a, merged=b, **WHY)
    unmerge(merge_id=made.pk, reason="It was her twin", by=MANAGER, at=NOW)
    said = AuditEvent.objects.filter(actor_name="Rita Example", kind="change")
    assert set(said.values_list("person_id", "subject")) == {
        (person, words)
        for person in two
        for words in ("joined two records", "undid the joining of two records")
    }
    kept = Merge.objects.get()
    assert (kept.reason, kept.by_name, kept.by_user, kept.at) == (WHY["reason"], "Rita Example", 700_007, NOW)
    assert (kept.undone_reason, kept.undone_by_name, kept.undone_at) == ("It was her twin", MANAGER.name, NOW)


def test_what_makes_no_sense_is_refused(two):
    a, b = two
    made = merge(kept=a, merged=b, **WHY)
    for pair in ((a, a), (b, a), (a, b), (a, uuid.uuid4())):
        with pytest.raises(NotPossibleError):
            merge(kept=pair[0], merged=pair[1], **WHY)
    unmerge(merge_id=made.pk, **WHY)
    with pytest.raises(NotPossibleError):
        unmerge(merge_id=made.pk, **WHY)
    with pytest.raises(NotPossibleError, match="Say why"):
        merge(kept=a, merged=b, reason=" ", by=MANAGER, at=NOW)
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RECORDS_MANAGER])
def test_nobody_else_may(two, role):
    a, b = two
    with pytest.raises(RefusedError):
        merge(kept=a, merged=b, reason="x", by=Actor("N", PERMISSIONS[role], user_id=1), at=NOW)


def test_every_table_that_names_a_person_is_moved_or_stays_for_a_reason():
    treated = {*WITH_ORIGIN, *STAYING, ORPHANS.model}
    treated |= {listed.model for listed in (*FROM_RECORD, *CARRIED)}
    naming = {
        model
        for model in apps.get_models()
        if any(
            field.name in NAMING or field.related_model is Person
            for field in model._meta.get_fields()
            if field.concrete
        )
    }
    assert naming - treated == set()
    assert Stay in naming
