"""Possible duplicates: from the list to a decision and back again, in every way pages must work."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from browser.conftest import WAYS
from browser.test_people import tab_to
from joinedup.care.access.actions import register_system, relate
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Role, Scope
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.contradictions import note_contradictions
from joinedup.care.people.logic_pairs import Agreement, ProposedPair
from joinedup.care.people.models import Identifier, Person, Review, SourcePatient
from joinedup.care.people.reviews import queue_pairs


@pytest.fixture
def pair(transactional_db):
    """Two records that may be one person's, on the queue."""
    system = register_system(name="Made-up hospital system")
    people = [
        Person.objects.create(
            family="Sampleton",
            given=given,
            sought_family="sampleton",
            sought_given=given.lower(),
            born="1950-03-02",
            gender="female",
            address="1 Example Lane, Madeup",
            postcode=postcode,
        )
        for given, postcode in (("Testa", "ZZ99 9ZZ"), ("Tessa", "ZZ99 8ZZ"))
    ]
    now = timezone.now()
    for number, person in enumerate(people):
        common = {"person": person, "origin": person}
        SourcePatient.objects.create(fhir_id=f"p{number}", system=system, **common)
        Identifier.objects.create(
            system="https://fhir.nhs.uk/Id/nhs-number",
            value=("9990000026", "9990000034")[number],
            asserted_by=system,
            since=now,
            **common,
        )
    said = (
        Agreement("born", "agrees", 8.5),
        Agreement("given", "nearly", 2.25),
        Agreement("postcode", "differs", -3),
    )
    finder = Actor("finder", SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
    queue_pairs([ProposedPair(*(p.pk for p in people), 0.93, said, "a comparison")], by=finder, at=now)
    return people


@pytest.mark.parametrize("way", WAYS)
def test_from_the_list_to_joined_and_apart_again(signed_in, pair, way):
    window = signed_in(Role.RECORDS_MANAGER, way=way, to="/")
    page = window.page
    page.get_by_role("link", name="See the possible duplicates").click()
    window.check()
    page.get_by_role("row", name=re.compile("93%")).get_by_role("link").click()
    window.check()
    expect(page.get_by_role("table", name=re.compile("What is recorded"))).to_contain_text("Different")
    expect(page.get_by_role("table", name=re.compile("What speaks for"))).to_contain_text("8.5 for")
    page.get_by_role("button", name="Same person, join").click()
    expect(page).to_have_title(re.compile("^Error: One person"))
    window.check()
    page.get_by_label("Why do you think so?").fill("I rang her.")
    page.get_by_role("button", name="Same person, join").click()
    page.wait_for_url("**/identity")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("The two records are one now.")
    expect(page.get_by_role("main")).to_contain_text("No pair waits")
    kept = min(pair, key=lambda person: person.pk)
    window.visit(f"/identity/person/{kept.pk}")
    expect(page.get_by_role("table", name="Numbers")).to_contain_text("999 000 0034")
    page.get_by_role("link", name=re.compile("^Undo")).click()
    window.check()
    page.get_by_role("button", name="Part the records").click()
    expect(page).to_have_title(re.compile("^Error"))
    window.check()
    page.get_by_label("Why are these different people?").fill("She has a twin.")
    page.get_by_role("button", name="Part the records").click()
    page.wait_for_url("**/identity/person/*")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("The records are apart again")
    expect(page.get_by_role("main")).to_contain_text("She has a twin.")
    expect(page.get_by_role("link", name=re.compile("^Undo"))).to_have_count(0)
    assert "Sampleton" not in page.url + page.title()


def test_nothing_of_their_care_can_be_seen(signed_in, pair):
    window = signed_in(Role.RECORDS_MANAGER, to="/")
    window.visit(f"/people/{pair[0].pk}", status=403)


def test_different_people_are_not_asked_about_again(signed_in, pair):
    window = signed_in(Role.RECORDS_MANAGER, to="/")
    page = window.visit("/identity")
    page.get_by_role("table").get_by_role("link").click()
    page.get_by_label("Why do you think so?").fill("Twins.")
    page.get_by_role("button", name="Different people").click()
    page.wait_for_url("**/identity")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("They are kept apart.")
    expect(page.get_by_role("main")).to_contain_text("No pair waits")
    # What was done is said once, and not again on a page that has nothing to do with it.
    page.reload()
    expect(page.get_by_role("main")).not_to_contain_text("They are kept apart.")


@pytest.fixture
def disputed(pair):
    """One of the two has an earlier and a wrong number, and their death is disputed."""
    person = pair[0]
    system = register_system(name="Made-up hospital system")
    other = register_system(name="Made-up community system")
    common = {"person": person, "origin": person}
    for value, standing in (("9990000042", "earlier"), ("9990000027", "wrong")):
        Identifier.objects.create(
            system="https://fhir.nhs.uk/Id/nhs-number",
            value=value,
            standing=standing,
            asserted_by=system,
            since=timezone.now(),
            **common,
        )
    SourcePatient.objects.filter(fhir_id="p0").update(died="2026-01-03", told_at=timezone.now())
    SourcePatient.objects.create(fhir_id="p9", system=other, died="no", told_at=timezone.now(), **common)
    note_contradictions([person.pk], at=timezone.now())
    Person.objects.filter(pk=person.pk).update(died="2026-01-03")
    return pair


@pytest.mark.parametrize("way", WAYS)
def test_two_records_are_found_and_put_on_the_list_by_hand(signed_in, disputed, way):
    Review.objects.all().delete()
    window = signed_in(Role.RECORDS_MANAGER, way=way, to="/identity")
    page = window.page
    page.get_by_role("link", name="Find a record").click()
    window.check()
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_title(re.compile("^Error"))
    window.check()
    page.get_by_label(re.compile("Name, date of birth")).fill("sample testa")
    page.get_by_role("button", name="Find").click()
    window.check()
    assert "sample" not in page.url
    page.get_by_role("link", name="Testa Sampleton").click()
    window.check()
    numbers = page.get_by_role("table", name="Numbers")
    expect(numbers).to_contain_text("Earlier number")
    expect(numbers).to_contain_text("Not a valid NHS number")
    page.get_by_role("link", name="Compare with another record").click()
    page.get_by_label(re.compile("Name, date of birth")).fill("02/03/1950")
    page.get_by_role("button", name="Find").click()
    window.check()
    expect(page.get_by_role("link", name="Testa Sampleton")).to_have_count(0)
    page.get_by_role("link", name="Tessa Sampleton").click()
    window.check()
    page.get_by_role("button", name="Put them on the list").click()
    page.wait_for_url("**/identity/pair/*")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("The two records are on the list")
    expect(page.get_by_role("main")).to_contain_text("somebody who chose the two")


@pytest.mark.parametrize("way", WAYS)
def test_what_contradicts_is_looked_into_and_taken_off_the_list(signed_in, disputed, way):
    window = signed_in(Role.RECORDS_MANAGER, way=way, to="/identity")
    page = window.page
    window.check()
    page.get_by_role("link", name="Testa Sampleton", exact=True).click()
    window.check()
    expect(page.get_by_role("table", name="Who says what")).to_contain_text("Has not died")
    page.get_by_role("button", name="Take it off the list").click()
    expect(page).to_have_title(re.compile("^Error"))
    window.check()
    page.get_by_label("What did you find out?").fill("The hospital mixed up two people.")
    page.get_by_role("button", name="Take it off the list").click()
    page.wait_for_url("**/identity")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("It is off the list.")
    expect(page.get_by_role("link", name="Testa Sampleton", exact=True)).to_have_count(0)


@pytest.mark.parametrize("way", WAYS)
def test_a_pair_that_is_asked_about_again_says_what_is_new(signed_in, pair, way):
    row = Review.objects.get()
    row.earlier = {
        "by": "Rita Example",
        "at": timezone.now().isoformat(),
        "reason": "Cousins.",
        "new": ["number"],
    }
    row.save()
    window = signed_in(Role.RECORDS_MANAGER, way=way, to=f"/identity/pair/{row.pk}")
    window.check()
    expect(window.page.get_by_role("main")).to_contain_text("these have come to agree: national number")


def test_a_pair_is_decided_by_keyboard_alone(signed_in, pair):
    window = signed_in(Role.RECORDS_MANAGER, to="/identity")
    page = window.page
    tab_to(page, page.get_by_role("table").get_by_role("link").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/identity/pair/*")
    tab_to(page, page.get_by_label("Why do you think so?"))
    page.keyboard.type("I rang both.")
    tab_to(page, page.get_by_role("button", name="Different people"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/identity")
    expect(page.get_by_role("main")).to_contain_text("They are kept apart.")


@pytest.mark.parametrize("way", WAYS)
def test_a_death_that_partners_dispute_is_said_before_anything_else(signed_in, disputed, way):
    person = disputed[0]
    trust, _ = Organisation.objects.get_or_create(
        reference="org-test-trust", defaults={"name": "Madeup Community Trust", "nation": "england"}
    )
    relate([(person.pk, trust.pk)], kind="caseload", at=timezone.now() - timedelta(days=1))
    window = signed_in(Role.DISTRICT_NURSE, way=way, to=f"/people/{person.pk}")
    page = window.page
    for address in (f"/people/{person.pk}", f"/people/{person.pk}/emergency"):
        window.visit(address)
        main = page.get_by_role("main")
        expect(main).to_contain_text("Partners don’t agree about this death.")
        expect(main).to_contain_text("1 partner recorded that they have not died.")
