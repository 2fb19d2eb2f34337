"""Who has looked: by day, page by page however many come meanwhile, emergencies with their reason, and as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from fhir_samples import patient

from joinedup.care.access.actions import give_account, record_audit, relate
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.glass import break_glass
from joinedup.care.access.models import AuditEvent, Glass, LookReview, User
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.privacy.reviewing import review_opening
from joinedup.web.csv_files import safe_cell
from joinedup.web.presenters.looks import CSV_HEAD, place_of, place_text
from joinedup.web.views.who_looked import SHOWN

OLD = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def nurse(api, client):
    """A nurse who gives the person care."""
    api.put("/Patient/p1", patient("p1"))
    trust = Organisation.objects.create(reference="trust", name="Trust", nation="england")
    relate([(Person.objects.get().pk, trust.pk)], kind="caseload", at=datetime(2025, 1, 1, tzinfo=UTC))
    user = give_account(
        username="ada",
        name="Ada",
        password="a long enough pass phrase",
        assignments=[(Role.DISTRICT_NURSE, trust)],
        on=timezone.localdate(),
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def actor(name, role=Role.DISTRICT_NURSE):
    user, _ = User.objects.get_or_create(username=name.lower(), defaults={"name": name})
    trust = Organisation.objects.get(reference="trust")
    return Actor(
        name,
        PERMISSIONS[role],
        user_id=user.pk,
        role=role,
        organisation_id=trust.pk,
        organisation_name="Trust",
    )


def looked(by, at, subject="the record"):
    person = Person.objects.get(replaced_by=None)
    record_audit(AuditEvent.Kind.LOOK, by=by, at=at, people=[person.pk], subject=subject)


def address(kind=""):
    return f"/people/{Person.objects.get(replaced_by=None).pk}/looked{kind}"


def as_file(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_by_day_newest_first(nurse):
    for hours in (0, 1, 30):
        looked(actor("Bea"), OLD - timedelta(hours=hours))
    page = nurse.get(address()).content.decode()
    days = re.findall(r'id="day-([\d-]+)"', page)
    assert days == [f"{timezone.localdate():%Y-%m-%d}", "2026-03-03", "2026-03-02"]
    third, second = page.split('id="day-2026-03-03"')[1].split('id="day-2026-03-02"')
    assert re.findall(r'data-label="When">(\d\d:\d\d)', third) == ["12:00", "11:00"]
    assert re.findall(r'data-label="When">(\d\d:\d\d)', second) == ["06:00"]


def test_pages_hold_while_more_looks_come(nurse):
    for number in range(SHOWN * 2):
        # Three at the same moment, so that a page may end among them.
        looked(actor("Bea"), OLD + timedelta(minutes=number // 3), subject=f"page {number:03}")
    seen, where = [], ""
    for _ in range(9):
        page = nurse.get(address() + where).content.decode()
        seen += re.findall(r"Looked at: page (\d+)", page)
        found = re.search(r'href="(\?after=[^"]+)"', page)
        if not found:
            break
        where = found[1]
        looked(actor("Cas"), timezone.now())
    assert seen == [f"{number:03}" for number in reversed(range(SHOWN * 2))]
    assert "Newest" in page


@pytest.mark.parametrize("where", ["x", "1-", "-1-2", "99999999999999999999-1", "1-1x", "٣-٣"])
def test_what_is_no_place_is_the_beginning(nurse, where):
    looked(actor("Bea"), OLD)
    assert "Bea" in nurse.get(f"{address()}?after={where}").content.decode()


def test_the_end_and_a_place_there_and_back(nurse):
    look = AuditEvent.objects.first()
    place = place_of(f"{int(look.at.timestamp())}000000-{look.pk}")
    assert place_of(place_text(place)) == place
    assert "There are no earlier ones" in nurse.get(f"{address()}?after=1-1").content.decode()


def test_an_emergency_opening_shows_its_reason_and_what_came_of_it(nurse):
    break_glass(
        person_id=Person.objects.get().pk,
        reason="safe",
        account="Called out by the police",
        by=actor("Dan"),
        at=timezone.now(),
    )
    page = nurse.get(address()).content.decode()
    for words in ("Emergency", "at risk of harm. Called out by the police", "Not reviewed yet"):
        assert words in page
    review_opening(
        opening=Glass.objects.get().pk,
        outcome=LookReview.Outcome.MISUSE,
        note="not on duty, says the ward",
        by=actor("Olu", Role.PRIVACY_OFFICER),
        at=timezone.now(),
    )
    page = nurse.get(address()).content.decode()
    assert "Misuse, reviewed on" in page
    assert "says the ward" not in page
    line = next(row for row in as_file(nurse.get(address(".csv"))) if row[4].startswith("Opened"))
    assert line[5].endswith("Called out by the police")
    assert line[6].startswith("Misuse, reviewed on")


def test_the_file_holds_every_line_and_itself(nurse):
    for number in range(SHOWN + 5):
        looked(actor("Bea"), OLD + timedelta(minutes=number))
    answer = nurse.get(address(".csv"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="who-has-looked.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    head, first, *rest = as_file(answer)
    assert tuple(head) == CSV_HEAD
    assert first[1:5] == ["Ada", "District nurse", "Trust", "Exported: who has looked"]
    assert next(row[0] for row in rest if row[1] == "Bea") == "2026-03-03 12:54:00"
    assert len([row for row in rest if row[1] == "Bea"]) == SHOWN + 5
    assert AuditEvent.objects.filter(kind="export", subject="who has looked").count() == 1


def test_no_name_becomes_a_formula(nurse):
    looked(actor('=HYPERLINK("https://bad.example")'), OLD)
    rows = as_file(nurse.get(address(".csv")))
    assert '\'=HYPERLINK("https://bad.example")' in [row[1] for row in rows]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\N{FULLWIDTH EQUALS SIGN}"])
def test_what_begins_as_a_formula_is_words(begin):
    assert safe_cell(f"{begin}1+1") == f"'{begin}1+1"
    assert safe_cell(f"1{begin}1") == f"1{begin}1"


@pytest.mark.parametrize("kind", ["", ".csv"])
def test_whoever_may_not_see_the_person_gets_neither(nurse, client, kind):
    place = Organisation.objects.create(reference="away", name="Away", nation="england")
    for role in (Role.DISTRICT_NURSE, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR):
        user = give_account(
            username=f"away-{role.value}",
            name="Eve",
            password="a long enough pass phrase",
            assignments=[(role, place)],
            on=timezone.localdate(),
        )
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address(kind)).status_code == 403
    assert AuditEvent.objects.filter(kind="export").count() == 0
    assert AuditEvent.objects.filter(kind="refusal", actor_name="Eve").count() >= 3


def test_who_is_part_of_another_is_found_there(nurse):
    whole = Person.objects.get()
    part = Person.objects.create(family="Part", replaced_by=whole)
    record_audit(AuditEvent.Kind.LOOK, by=actor("Bea"), at=OLD, people=[part.pk], subject="the other record")
    assert nurse.get(f"/people/{part.pk}/looked.csv").headers["Location"] == address(".csv")
    assert "the other record" in nurse.get(address()).content.decode()
    assert any(row[4] == "Looked at: the other record" for row in as_file(nurse.get(address(".csv"))))
