"""The page of the sharing agreements: what holds, what ended, what is to come, and who may open it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from joinedup.care.access.actions import give_account, sign_agreement
from joinedup.care.access.actor import Purpose, Role
from joinedup.care.access.models import Agreement, Party
from joinedup.care.partnership.models import Organisation

SINCE = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def places(db):
    names = ("Hospital", "Practice")
    return [Organisation.objects.create(reference=n.lower(), name=n, nation="england") for n in names]


@pytest.fixture
def enter(client, places):
    """Sign in with a role for the practice."""

    def sign_in(role):
        user = give_account(
            username=role.value,
            name="Ada",
            password=None,
            assignments=[(role, places[1])],
            on=timezone.localdate(),
        )
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def text_of(answer):
    return " ".join(answer.content.decode().partition("<main")[2].replace("\xa0", " ").split())


def test_each_agreement_is_said_with_its_parties_those_in_force_first(enter, places):
    now = timezone.now()
    sign_agreement(name="An old one", parties=places, since=SINCE)
    Agreement.objects.update(until=datetime(2026, 4, 30, 23, tzinfo=UTC))
    sign_agreement(name="One to come", parties=places, since=now + timedelta(days=400))
    kinds = ["Medicine", "Allergy"]
    sign_agreement(name="Us", parties=places, since=SINCE, kinds=kinds, purposes=[Purpose.PLANNING])
    Party.objects.filter(agreement__name="Us", organisation=places[1]).update(gives=False)
    page = text_of(enter(Role.RECORDS_MANAGER).get("/agreements"))
    assert page.index(">Us<") < page.index("One to come") < page.index("An old one")
    assert "Planning services" in page
    assert "Medicines and allergies" in page
    assert "From 1 April 2026 to 30 April 2026" in page
    assert "In force" in page
    assert "Not yet in force" in page
    assert "Ended" in page
    assert '<td data-label="Gives">No</td> <td data-label="Receives">Yes</td>' in page


def test_without_an_agreement_the_page_says_what_that_means(enter):
    assert "Each organisation sees only what it wrote itself" in text_of(
        enter(Role.DISTRICT_NURSE).get("/agreements")
    )


def test_a_party_with_a_time_of_its_own_has_it_said(enter, places):
    sign_agreement(name="Us", parties=places, since=SINCE)
    Party.objects.filter(organisation=places[1]).update(until=datetime(2026, 5, 1, tzinfo=UTC))
    page = text_of(enter(Role.DISTRICT_NURSE).get("/agreements"))
    assert page.count("Throughout") == 1
    assert "From 1 April 2026 to 1 May 2026" in page


@pytest.mark.parametrize("role", Role)
def test_the_way_there_is_in_the_header_of_whoever_keeps_the_house_in_order(enter, role):
    client = enter(role)
    may = client.get("/agreements").status_code == 200
    in_header = 'href="/agreements"' in client.get("/").content.decode()
    assert may == (role not in (Role.ANALYST, Role.FUND_MANAGER))
    assert in_header == (role in (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.RECORDS_MANAGER))
