"""The record page as of a day, what was withdrawn and corrected, and every version of an entry."""

import pytest
from django.test import Client
from django.utils import timezone

from changed_record import PASSWORD, USERNAME, ChangedRecord, march, seen
from joinedup.care.access.actions import relate
from joinedup.care.access.models import AuditEvent, Relationship
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record import past
from joinedup.care.record.models import Resource

SECRET = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SEX"}]}


def text_of(response):
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


class World(ChangedRecord):
    """The record, looked at by the nurse."""

    def __init__(self):
        super().__init__()
        self.client = Client()
        self.client.post("/sign-in", {"username": USERNAME, "password": PASSWORD})

    def page(self, query=""):
        return self.client.get(f"/people/{self.person.pk}{query}")

    def versions(self, fhir_id):
        number = Resource.objects.get(fhir_id=fhir_id).pk
        return self.client.get(f"/people/{self.person.pk}/entries/{number}")


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def changed(world):
    return world.change()


def test_a_day_shows_the_record_as_it_was_known_at_its_end(changed):
    page = text_of(changed.page("?as-of=2026-03-03"))
    assert "This is the record as it was known on 3 March 2026." in page
    for said in ("Weight as first said", "Of somebody else", "Never changed", "3 entries, newest first"):
        assert said in page
    for later in ("Weight corrected", "Written later", "withdrawn on", "Corrected"):
        assert later not in page
    earlier = text_of(changed.page("?as-of=2026-03-02"))
    assert "Never changed" not in earlier
    assert "Nothing had been written to this record by then." in text_of(changed.page("?as-of=2026-02-28"))
    now = text_of(changed.page())
    assert "as it was known on" not in now
    assert "Weight as first said" not in now
    looks = AuditEvent.objects.filter(kind="look", person_id=changed.person.pk, user_id__isnull=False)
    assert "the record as it was known on 3\N{NO-BREAK SPACE}March\N{NO-BREAK SPACE}2026" in {
        x.subject for x in looks
    }


def test_filters_pages_and_links_stay_in_the_day(changed):
    page = changed.page("?as-of=2026-03-03&kind=Observation").content.decode()
    assert "?organisation=Westmarch&amp;kind=Observation&amp;as-of=2026-03-03#record" in page
    assert f"/people/{changed.person.pk}/emergency?as-of=2026-03-03" in page
    assert 'href="?kind=Observation"' in page


def test_the_form_leads_to_the_day_and_says_what_is_wrong_with_one(changed):
    sent = changed.page("?known_day=3&known_month=3&known_year=2026&kind=Observation")
    assert sent.status_code == 302
    assert sent.headers["Location"] == f"/people/{changed.person.pk}?kind=Observation&as-of=2026-03-03"
    for query, problem in {
        "?known_day=&known_month=&known_year=": "Enter the day that you want to know about",
        "?known_day=3&known_month=&known_year=2026": "The day must include a month",
        "?known_day=31&known_month=2&known_year=2026": "The day must be a real date",
        "?known_day=3&known_month=3&known_year=26": "Enter the year with 4 numbers",
        "?known_day=3&known_month=3&known_year=2999": "The day must be today or in the past",
        "?as-of=2999-01-01": "The day must be today or in the past",
        "?as-of=yesterday": "The day must include a month and a year",
        "?as-of=2026-02-31": "The day must be a real date",
    }.items():
        page = text_of(changed.page(query))
        assert "There is a problem" in page, query
        assert page.count(problem) == 2, query
        assert "Weight corrected" in page
    today = timezone.localdate()
    assert "as it was known on" not in text_of(changed.page(f"?as-of={today}"))


def test_what_was_withdrawn_is_mentioned_with_who_and_when_and_no_more(changed):
    page = text_of(changed.page())
    assert "An entry by Westmarch of 1 March 2026 was withdrawn on 5 March 2026" in page
    assert "Of somebody else" not in page
    assert "4 entries, 1 withdrawn, newest first" in page
    assert "See what it said" in page
    versions = text_of(changed.versions("o2"))
    assert versions.index("Withdrawn on 5 March 2026") < versions.index(
        "Recorded on 2 March 2026 (earlier version)"
    )
    assert "Of somebody else" in versions


def test_the_past_says_what_had_been_withdrawn_by_then(changed):
    changed.write(seen("o2", "Said again"), march(8))
    assert "was withdrawn on 5 March 2026" in text_of(changed.page("?as-of=2026-03-06"))
    later = text_of(changed.page("?as-of=2026-03-08"))
    assert ("Said again" in later, "An entry by" in later) == (True, False)


def test_who_wrote_nothing_that_stands_is_not_involved(world):
    world.write(seen("o1", "A mistake"), march(2))
    assert "1 entry, latest" in text_of(world.page())
    world.withdraw("o1", march(3))
    page = text_of(world.page())
    assert "No organisation has written to this record yet." in page
    assert "was withdrawn on 3 March 2026" in page


def test_what_was_corrected_says_when_and_leads_to_what_it_said_before(changed):
    page = text_of(changed.page())
    assert "Corrected on" in page
    assert "Thursday 5 March 2026, 10:00" in page
    assert "See the earlier version" in page
    versions = text_of(changed.versions("o1"))
    assert "Corrected on 5 March 2026 (as it is now)" in versions
    assert "Recorded on 2 March 2026 (earlier version)" in versions
    assert versions.index("Weight corrected") < versions.index("Weight as first said")


def test_labels_hide_mentions_versions_and_the_past(world):
    world.write(seen("o1", "Private then", meta=SECRET), march(2))
    world.write(seen("o1", "Open since"), march(4))
    world.write(seen("o2", "Open then"), march(2))
    world.write(seen("o2", "Private since", meta=SECRET), march(4))
    world.write(seen("o3", "Private and gone", meta=SECRET), march(2))
    world.withdraw("o3", march(4))
    page = text_of(world.page())
    assert ("Open since" in page, "See the earlier version" in page, "withdrawn" in page) == (
        True,
        False,
        False,
    )
    then = text_of(world.page("?as-of=2026-03-03"))
    assert "Nothing had been written to this record by then." in then
    assert "Private then" not in text_of(world.versions("o1"))
    assert world.versions("o2").status_code == world.versions("o3").status_code == 404


def test_the_versions_of_an_entry_are_open_as_its_person_is(changed):
    number = Resource.objects.get(fhir_id="o1").pk
    assert changed.client.get(f"/people/{changed.person.pk}/entries/{number + 1000}").status_code == 404
    who = Resource.objects.get(type="Patient").pk
    assert changed.client.get(f"/people/{changed.person.pk}/entries/{who}").status_code == 404
    other = Person.objects.create(family="Other")
    relate([(other.pk, Organisation.objects.get(reference="surgery").pk)], kind="contact", at=march(1))
    assert changed.client.get(f"/people/{other.pk}/entries/{number}").status_code == 404
    Relationship.objects.all().delete()
    assert changed.versions("o1").status_code == 403
    assert changed.page("?as-of=2026-03-03").status_code == 403


def test_the_emergency_summary_of_a_day(world):
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "code": {"text": "Penicillin"},
        "patient": {"reference": "Patient/p1"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
    }
    world.write(allergy, march(2))
    world.write(allergy | {"code": {"text": "Latex"}}, march(4))
    address = f"/people/{world.person.pk}/emergency"
    then = text_of(world.client.get(f"{address}?as-of=2026-03-03")).partition("<main")[2]
    assert "This is the summary as it was known on 3 March 2026." in then
    assert ("Penicillin" in then, "Latex" in then) == (True, False)
    now = text_of(world.client.get(address)).partition("<main")[2]
    assert ("Penicillin" in now, "Latex" in now) == (False, True)
    subjects = AuditEvent.objects.filter(kind="look").order_by("id").values_list("subject", flat=True)
    said = [subject.replace("\N{NO-BREAK SPACE}", " ") for subject in subjects]
    assert said == ["the emergency summary as it was known on 3 March 2026", "the emergency summary"]
    odd = world.client.get(f"{address}?as-of=nonsense", follow=True)
    assert "There is a problem" in text_of(odd)


def test_too_much_change_is_said_and_the_record_of_now_shown(changed, monkeypatch):
    monkeypatch.setattr(past, "MOST_CHANGED", 1)
    page = text_of(changed.page("?as-of=2026-03-03"))
    assert "Too much of this record has changed since then to show it" in page
    assert "Weight corrected" in page
    summary = changed.client.get(f"/people/{changed.person.pk}/emergency?as-of=2026-03-03")
    assert summary.headers["Location"] == f"/people/{changed.person.pk}?as-of=2026-03-03"
