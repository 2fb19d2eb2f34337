"""The pages about leaving hospital: who sees whom, what is audited, and each step from ready to gone."""

import html
import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from fhir_samples import OTHER_NUMBER, patient

from in_hospital import hours_ago, in_hospital, send
from joinedup.care.access.actions import give_account
from joinedup.care.access.actor import Role
from joinedup.care.access.models import AuditEvent, User
from joinedup.care.discharge.actions import reasons_on
from joinedup.care.discharge.models import Stay
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.logic import decode
from joinedup.care.record.models import Entry, Resource
from joinedup.core.moments import UK_TIME
from joinedup.core.nation import Nation
from made_up import load_made_up

pytestmark = pytest.mark.django_db
BOARD = "/leaving-hospital"
LIST = "/leaving-hospital/in-hospital"


@pytest.fixture
def sign_in(db):
    """Make a client signed in as someone with this role for the organisation of this reference."""

    def enter(role=Role.DISCHARGE_COORDINATOR, reference="hospital"):
        place, _ = Organisation.objects.get_or_create(
            reference=reference, defaults={"name": f"Org {reference}", "nation": "england"}
        )
        give_account(
            username=f"{role}-{reference}",
            name="Ada",
            password="a long password for tests",
            assignments=[(role, place)],
            on=timezone.localdate(),
        )
        client = Client()
        client.force_login(User.objects.get(username=f"{role}-{reference}"))
        return client

    return enter


def main_of(response):
    page = " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    return page.partition("<main")[2].partition("</main>")[0]


def words_of(response):
    return " ".join(re.sub(r"<[^>]*>", " ", main_of(response)).split())


def answers(moment, name="ready_at", reason="pathway_1"):
    local = moment.astimezone(UK_TIME)
    sent = {
        f"{name}_day": f"{local.day}",
        f"{name}_month": f"{local.month}",
        f"{name}_year": f"{local.year}",
        f"{name}_time": f"{local:%H:%M}",
    }
    return sent | ({"reason": reason} if reason else {})


def tasks():
    return Resource.objects.filter(type="Task")


# Who sees whom


def test_the_board_shows_only_people_of_the_actors_organisation(sign_in):
    in_hospital(1, "hospital", ready_at=hours_ago(60))
    in_hospital(2, "infirmary", ready_at=hours_ago(60))
    for reference, seen, unseen in (("hospital", "Family1", "Family2"), ("infirmary", "Family2", "Family1")):
        page = main_of(sign_in(reference=reference).get(BOARD))
        assert seen in page
        assert unseen not in page


@pytest.mark.parametrize("role", [Role.ANALYST, Role.FUND_MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("address", [BOARD, LIST])
def test_roles_without_the_permission_are_refused(sign_in, role, address):
    assert sign_in(role).get(address).status_code == 403


@pytest.mark.parametrize("page", ["clock", "ready", "reason", "left"])
def test_a_stay_elsewhere_and_no_stay_at_all_are_refused_alike(sign_in, page):
    elsewhere = in_hospital(1, "infirmary", ready_at=hours_ago(60))
    client = sign_in(reference="hospital")
    there, nowhere = (client.get(f"{BOARD}/{pk}/{page}") for pk in (elsewhere.pk, uuid.uuid4()))
    assert there.status_code == nowhere.status_code == 403
    assert words_of(there) == words_of(nowhere)
    assert "Family1" not in there.content.decode()


@pytest.mark.parametrize("page", ["ready", "reason", "left"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_nurse_sees_the_board_but_changes_nothing(sign_in, page, method):
    row = in_hospital(1, ready_at=hours_ago(60))
    client = sign_in(Role.DISTRICT_NURSE)
    board = main_of(client.get(BOARD))
    assert "Family1" in board
    assert "Change reason" not in board
    assert "Declare someone ready" not in board
    assert getattr(client, method)(f"{BOARD}/{row.pk}/{page}").status_code == 403


def test_everyone_listed_is_audited_once_a_page(sign_in):
    row = in_hospital(1, ready_at=hours_ago(60))
    client = sign_in()
    for address, subject in ((BOARD, "leaving hospital"), (f"{BOARD}/{row.pk}/clock", "clock of a stay")):
        client.get(address)
        seen = AuditEvent.objects.filter(person_id=row.person_id, user_id__isnull=False, subject=subject)
        assert seen.count() == 1


def test_a_list_without_anyone_is_not_a_look_at_anybody(sign_in):
    row = in_hospital(1, ready_at=hours_ago(60))
    sign_in().get(LIST)
    assert not AuditEvent.objects.filter(person_id=row.person_id, user_id__isnull=False).exists()


# The board


def test_a_card_says_since_when_why_for_whom_and_where(sign_in):
    ready_at = hours_ago(52)
    in_hospital(1, ready_at=ready_at, reason="pathway_1")
    page = words_of(sign_in().get(BOARD))
    local = ready_at.astimezone(UK_TIME)
    assert f"Ready since {local:%A} {local.day} {local:%B}" in page
    assert f"{local:%H:%M} (2 days 4 hours)" in page
    assert "Because Pathway 1: care or support at home" in page
    assert "Waiting for NHS or social care, by case" in page
    assert "Heron ward, Madeup hospital" in page


def test_states_of_scotland_are_columns_in_the_order_of_what_must_happen_next(sign_in):
    places = {"nation": Nation.SCOTLAND}
    in_hospital(1, ready_at=hours_ago(0), **places)
    in_hospital(2, ready_at=hours_ago(48), **places)
    in_hospital(3, ready_at=hours_ago(100), **places)
    in_hospital(4, ready_at=hours_ago(100), reason="100", **places)
    page = words_of(sign_in().get(BOARD))
    columns = ["Target missed 1", "Delayed 1", "Within time 1", "Not counted 1"]
    assert sorted(columns, key=page.index) == columns
    assert "Ready to leave: 1 past a target, 1 delayed, 1 within time, 1 not counted." in page
    assert "1 day 4 hours past 72 hours; 9 days 19 hours left of 14 days" in page


def test_the_table_and_the_board_have_the_same_people(sign_in):
    in_hospital(1, ready_at=hours_ago(60))
    in_hospital(2, ready_at=hours_ago(3))
    client = sign_in()
    board, table = (client.get(f"{BOARD}?view={view}") for view in ("board", "table"))
    for response in (board, table):
        assert all(name in main_of(response) for name in ("Family1", "Family2", "2 people"))
    assert "<table" in main_of(table)
    assert "<table" not in main_of(board)


def test_a_phone_gets_the_table_unless_it_asks_for_the_board(sign_in):
    in_hospital(1, ready_at=hours_ago(60))
    client = sign_in()
    phone = {"user-agent": "Mozilla/5.0 (Linux; Android 15) Mobile Safari"}
    assert "<table" in main_of(client.get(BOARD, headers=phone))
    assert "<table" not in main_of(client.get(f"{BOARD}?view=board", headers=phone))
    assert "<table" not in main_of(client.get(BOARD))


def test_filters_keep_in_the_address_and_count_what_they_would_leave(sign_in):
    in_hospital(1, ready_at=hours_ago(60), ward="Heron ward", reason="pathway_0")
    in_hospital(2, ready_at=hours_ago(60), ward="Juniper ward", reason="pathway_0")
    in_hospital(3, ready_at=hours_ago(60), ward="Juniper ward", reason="pathway_1")
    client = sign_in()
    page = main_of(client.get(f"{BOARD}?ward=Juniper+ward&view=table"))
    assert "Family1" not in page
    assert "2 people" in page
    assert 'href="/leaving-hospital?view=table&amp;ward=Juniper+ward&amp;waiting_for=NHS"' in page
    shown = words_of(client.get(f"{BOARD}?ward=Juniper+ward&view=table"))
    assert "✓ Juniper ward (2)" in shown
    assert "NHS (1)" in shown
    both = words_of(client.get(f"{BOARD}?ward=Juniper+ward&waiting_for=NHS"))
    assert "1 person" in both
    assert "Family2" in both


def test_a_filter_that_leaves_nobody_says_so_and_leads_back(sign_in):
    in_hospital(1, ready_at=hours_ago(60))
    page = words_of(sign_in().get(f"{BOARD}?ward=No+such+ward"))
    assert "Nobody here matches" in page
    assert "✓ No such ward (0)" in page


def test_with_nobody_ready_the_board_says_what_to_do(sign_in):
    in_hospital(1)
    page = words_of(sign_in().get(BOARD))
    assert "Nobody is ready to leave" in page
    assert "See who is in hospital" in page


def test_a_ready_date_that_no_rule_covers_stays_on_the_board(sign_in):
    row = in_hospital(1)
    long_ago = datetime(1990, 5, 1, 12, tzinfo=UK_TIME)
    Stay.objects.filter(pk=row.pk).update(admitted_at=long_ago, ready_at=long_ago)
    client = sign_in()
    assert "No clock 1" in words_of(client.get(BOARD))
    assert "There is no answer" in words_of(client.get(f"{BOARD}/{row.pk}/clock"))


# The second walk of the architecture: a rule


def test_declaring_ready_stores_the_stay_writes_the_record_and_shows_the_clock_with_its_paragraph(
    api, sign_in
):
    row = in_hospital(1, nation=Nation.SCOTLAND)
    client, ready_at = sign_in(), hours_ago(100)
    assert "Family1" in main_of(client.get(LIST))
    response = client.post(f"{BOARD}/{row.pk}/ready", answers(ready_at, reason="HSC"))
    assert (response.status_code, response.headers["Location"]) == (302, BOARD)
    row.refresh_from_db()
    assert (row.ready_at, row.reason, row.responsible) == (ready_at, "HSC", "either")
    content = decode(Entry.objects.get(resource=tasks().get()).body)
    assert content["focus"] == {"reference": "Encounter/s1"}
    assert content["requester"]["display"] == "Ada, Discharge coordinator"
    board = words_of(client.get(BOARD))
    assert "Done Testa Family1 is declared ready to leave since" in board
    assert "1 day 4 hours past 72 hours" in board
    assert "Family1" not in main_of(client.get(LIST))
    clock = client.get(f"{BOARD}/{row.pk}/clock")
    assert "The clock starts the day after, because the ready date is not counted." in words_of(clock)
    assert "appendix 3, What is delayed discharge?" in words_of(clock)
    assert "https://www.gov.scot/publications/coming-home-implementation" in main_of(clock)


def test_what_was_done_is_said_once(sign_in):
    row = in_hospital(1)
    client = sign_in()
    client.post(f"{BOARD}/{row.pk}/ready", answers(hours_ago(2)))
    assert "is declared ready" in words_of(client.get(BOARD))
    assert "is declared ready" not in words_of(client.get(BOARD))


def test_the_reason_can_be_changed_and_leaving_recorded(sign_in):
    row = in_hospital(1, ready_at=hours_ago(60), reason="pathway_1")
    client = sign_in()
    client.post(f"{BOARD}/{row.pk}/reason", {"reason": "pathway_3"})
    assert "a place in a care home" in words_of(client.get(BOARD))
    left_at = hours_ago(1)
    client.post(f"{BOARD}/{row.pk}/left", answers(left_at, "left_at", reason=""))
    row.refresh_from_db()
    assert row.left_at == left_at
    board = words_of(client.get(BOARD))
    assert "Testa Family1 left on" in board
    assert "Nobody is ready to leave" in board


def test_the_clock_says_when_it_rests_on_what_nobody_verified(sign_in):
    row = in_hospital(1, ready_at=hours_ago(60))
    page = words_of(sign_in().get(f"{BOARD}/{row.pk}/clock"))
    assert "Part of this rests on a rule that has not been traced to its document." in page
    assert "Not verified" in page


# Sent twice


def test_sending_a_form_twice_writes_once_and_is_no_error(sign_in):
    row = in_hospital(1)
    client, sent = sign_in(), answers(hours_ago(2))
    steps = [
        ("ready", sent),
        ("reason", {"reason": "pathway_2"}),
        ("left", answers(hours_ago(1), "left_at", "")),
    ]
    for version, (page, body) in enumerate(steps, start=1):
        for _ in range(2):
            assert client.post(f"{BOARD}/{row.pk}/{page}", body).status_code == 302
        assert tasks().get().version == version


def test_declaring_ready_again_otherwise_says_what_to_do_instead(sign_in):
    row = in_hospital(1, ready_at=hours_ago(60))
    client = sign_in()
    response = client.post(f"{BOARD}/{row.pk}/ready", answers(hours_ago(2)))
    assert "This person was already declared ready. Change the reason instead." in words_of(response)
    assert "They are already declared ready." in words_of(client.get(f"{BOARD}/{row.pk}/ready"))
    assert tasks().count() == 0


# Answers that can't be

WRONG = {
    "nothing typed": (
        dict.fromkeys(("ready_at_day", "ready_at_month", "ready_at_year", "ready_at_time"), ""),
        "Enter the day and time since when they are ready to leave",
    ),
    "no month": ({"ready_at_month": ""}, "The day they were ready must include a month"),
    "no day and no time": ({"ready_at_day": "", "ready_at_time": " "}, "must include a day and a time"),
    "no such day": (
        {"ready_at_day": "31", "ready_at_month": "2"},
        "The day they were ready must be a real date",
    ),
    "a month in words": ({"ready_at_month": "May"}, "must be a real date, written in numbers"),
    "a short year": ({"ready_at_year": "26"}, "Enter the year with 4 numbers"),
    "no such time": ({"ready_at_time": "25:10"}, "Enter the time as hours and minutes, such as 14:10"),
    "the lost hour": (
        {"ready_at_day": "29", "ready_at_month": "3", "ready_at_year": "2026", "ready_at_time": "01:30"},
        "This time did not exist",
    ),
    "the year 2999": ({"ready_at_year": "2999"}, "The time must not be in the future."),
    "before admission": ({"ready_at_year": "1999"}, "The time must not be before the admission."),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_time_is_named_linked_and_kept_as_typed(sign_in, fault):
    changed, message = WRONG[fault]
    row = in_hospital(1)
    sent = answers(hours_ago(2), reason="pathway_2") | changed
    response = sign_in().post(f"{BOARD}/{row.pk}/ready", sent)
    assert response.status_code == 200
    page = main_of(response)
    assert message in words_of(response)
    assert "<title> Error: Declare ready to leave" in " ".join(response.content.decode().split())
    assert 'href="#id_ready_at_day"' in page
    for name, typed in sent.items():
        if name != "reason" and typed.strip():
            assert re.search(rf'name="{name}"[^>]*value="{typed}"', page), name
    assert re.search(r'value="pathway_2" checked', page)
    row.refresh_from_db()
    assert row.ready_at is None
    assert tasks().count() == 0


@pytest.mark.parametrize(
    ("reason", "message"), [("", "Choose why they are waiting"), ("x", "Choose from the list")]
)
def test_a_wrong_reason_is_named_and_the_time_kept(sign_in, reason, message):
    row = in_hospital(1)
    sent = answers(hours_ago(2)) | {"reason": reason}
    response = sign_in().post(f"{BOARD}/{row.pk}/ready", sent)
    assert message in words_of(response)
    assert 'href="#id_reason"' in main_of(response)
    assert f'value="{sent["ready_at_time"]}"' in main_of(response)
    assert tasks().count() == 0


def test_leaving_before_being_ready_is_refused(sign_in):
    row = in_hospital(1, ready_at=hours_ago(10))
    response = sign_in().post(f"{BOARD}/{row.pk}/left", answers(hours_ago(20), "left_at", ""))
    assert "The time must not be before the ready date." in words_of(response)
    assert 'href="#id_left_at_day"' in main_of(response)


def test_the_form_offers_now_and_who_is_responsible_for_each_reason(sign_in):
    row = in_hospital(1)
    response = sign_in().get(f"{BOARD}/{row.pk}/ready")
    today = timezone.localdate()
    page = main_of(response)
    assert re.search(rf'name="ready_at_day"[^>]*value="{today.day}"', page)
    assert re.search(rf'name="ready_at_year"[^>]*value="{today.year}"', page)
    assert "Pathway 0: going home without new care NHS" in words_of(response)


def test_a_form_from_another_site_is_refused(sign_in):
    row = in_hospital(1)
    sign_in()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    assert client.post(f"{BOARD}/{row.pk}/ready", answers(hours_ago(2))).status_code == 403
    assert tasks().count() == 0


@pytest.mark.parametrize("times", ["14:10", "14.10", "1410"])
def test_times_are_read_as_people_write_them(sign_in, times):
    row = in_hospital(1)
    yesterday = timezone.localtime() - timedelta(days=1)
    sent = answers(yesterday) | {"ready_at_time": times}
    assert sign_in().post(f"{BOARD}/{row.pk}/ready", sent).status_code == 302
    row.refresh_from_db()
    assert f"{row.ready_at.astimezone(UK_TIME):%H:%M}" == "14:10"


def test_a_name_with_markup_is_only_text(sign_in):
    row = in_hospital(1, ready_at=hours_ago(2))
    Person.objects.filter(pk=row.person_id).update(given="<script>alert(1)</script>")
    client = sign_in()
    for address in (BOARD, f"{BOARD}?view=table", f"{BOARD}/{row.pk}/clock", f"{BOARD}/{row.pk}/left"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_people_of_two_numbers_are_told_apart_in_the_list(sign_in):
    in_hospital(1)
    send(patient("p1", number=OTHER_NUMBER))
    assert "NHS number 999 000 0034" in words_of(sign_in().get(LIST))


@pytest.mark.parametrize("nation", Nation)
def test_every_page_answers_in_each_nation(nation, sign_in):
    place = f"hospital-{nation.value.replace('_', '-')}"
    first_reason = reasons_on(nation, timezone.now())[0]
    ready = in_hospital(1, place, nation, ready_at=hours_ago(200), reason=first_reason.code)
    waiting = in_hospital(2, place, nation)
    client = sign_in(reference=place)
    assert first_reason.title in html.unescape(words_of(client.get(BOARD)))
    for row, pages in ((ready, ("clock", "reason", "left")), (waiting, ("clock", "ready"))):
        for page in pages:
            assert client.get(f"{BOARD}/{row.pk}/{page}").status_code == 200


def test_the_demos_coordinator_finds_people_ready_and_not_ready():
    made = load_made_up(Nation.ENGLAND, people=30)
    client = Client()
    client.force_login(User.objects.get(username=made.accounts[Role.DISCHARGE_COORDINATOR].username))
    assert "Ready since" in words_of(client.get(BOARD))
    assert "Declare ready" in words_of(client.get(LIST))
