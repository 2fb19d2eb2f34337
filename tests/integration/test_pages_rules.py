"""The pages about rules: rule books, charges and boards, and that they say what the library says."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actions import give_account
from joinedup.care.access.actor import Role
from joinedup.care.access.models import User
from joinedup.care.partnership.models import Organisation
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, catalogue
from joinedup.rules.boards.asking import board_asked, kinds_of_board
from joinedup.rules.boards.topic import BoardKind
from joinedup.rules.charging.asking import CareKind
from joinedup.rules.charging.finances import Capital, CapitalKind, CareHome, Finances, Income, IncomeKind
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.web.board_forms import MOST, BoardForm, seat_name
from joinedup.web.presenters.explanations import said as said_of
from joinedup.web.words import short_day

pytestmark = pytest.mark.django_db
DAY = date(2022, 5, 1)
CARE_HOME = "/rules/charge/england/care_home/2022-05-01"
ANSWERS = {
    "age": "82",
    "price": "900",
    "has_nursing": "no",
    "has_higher_nursing": "no",
    "partner": "no",
    "savings": "18,100",
    "state_pension": "£250.00",
}


@pytest.fixture
def client():
    """A nurse's browser."""
    place = Organisation.objects.create(reference="trust", name="Madeup Trust", nation="england")
    give_account(
        username="ada",
        name="Ada",
        password="a long password for tests",
        assignments=[(Role.DISTRICT_NURSE, place)],
        on=timezone.localdate(),
    )
    client = Client()
    client.force_login(User.objects.get())
    return client


def words_of(response):
    page = " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    main = page.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).replace("\N{NO-BREAK SPACE}", " ").split())


def names_of(response):
    """The names of the questions of a page, without those of its parts."""
    page = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r'name="([\w-]+)"', page)


def key_of(response):
    """The key under which an answer is kept: the last part of the address that it led to."""
    return response.redirect_chain[-1][0].rpartition("/")[2]


def answered(client, address=CARE_HOME, **changes):
    return client.post(
        address, {name: text for name, text in (ANSWERS | changes).items() if text}, follow=True
    )


class TestRuleBooks:
    """Look in a rule book."""

    def test_the_partnerships_own_nation_today_is_shown_first(self, client):
        said = words_of(client.get("/rules/book"))
        assert "Leaving hospital: England" in said

    def test_what_held_on_the_day_is_told_with_its_source(self, client):
        asked = {
            "nation": "england",
            "topic": "residential_charge",
            "day_day": "1",
            "day_month": "5",
            "day_year": "2022",
        }
        said = words_of(client.get("/rules/book", asked))
        assert "Paying for a care home: England, 1 May 2022" in said
        assert re.search(r"Personal expenses allowance £25\.65 a week .*SI 2023/277", said)

    def test_rows_are_told_in_words_and_not_by_their_names(self, client):
        asked = {"nation": "england", "topic": "boards", "day_day": "1", "day_month": "5", "day_year": "2022"}
        said = words_of(client.get("/rules/book", asked))
        assert "Director of adult social services: at least 1" in said
        assert "director_of_adult_social_services" not in said

    def test_a_day_that_is_none_is_refused_beside_the_question(self, client):
        asked = {"nation": "wales", "topic": "boards", "day_day": "31", "day_month": "2", "day_year": "2022"}
        said = words_of(client.get("/rules/book", asked))
        assert "There is a problem The day must be a real date" in said
        assert "Where it is written" not in said

    def test_a_nation_or_topic_that_there_is_not_is_refused(self, client):
        asked = {"nation": "france", "topic": "x", "day_day": "1", "day_month": "2", "day_year": "2022"}
        assert "There is a problem" in words_of(client.get("/rules/book", asked))

    @pytest.mark.parametrize("nation", list(Nation))
    def test_every_value_has_a_page_that_tells_each_of_its_sources(self, client, nation):
        for parameter in catalogue([nation]):
            names = {"nation": nation.value, "topic": parameter.topic, "parameter": parameter.id}
            said = words_of(client.get(reverse("rule-value", kwargs=names)))
            for entry in parameter.entries:
                assert str(entry.source) in said, parameter.id
                assert short_day(entry.period.start).replace("\N{NO-BREAK SPACE}", " ") in said, parameter.id
            for gap in parameter.gaps:
                assert gap.because in said

    @pytest.mark.parametrize("name", ["france/boards/x", "england/x/y", "england/boards/nothing"])
    def test_a_value_that_there_is_not_is_not_found(self, client, name):
        assert client.get(f"/rules/book/{name}").status_code == 404


class TestCharges:
    """Work out a charge."""

    def test_which_charge_leads_to_its_questions(self, client):
        asked = {"nation": "wales", "care": "home_care", "day_day": "1", "day_month": "6", "day_year": "2021"}
        response = client.get("/rules/charge", asked)
        assert response.headers["Location"] == "/rules/charge/wales/home_care/2021-06-01"

    @pytest.mark.parametrize(
        "address", ["france/care_home/2022-05-01", "wales/hotel/2022-05-01", "wales/care_home/2022-02-30"]
    )
    def test_an_address_that_names_no_charge_is_not_found(self, client, address):
        assert client.get(f"/rules/charge/{address}").status_code == 404

    def test_the_page_says_what_the_library_says(self, client):
        finances = Finances(
            age=82,
            capital=(Capital(CapitalKind.SAVINGS, Decimal("18100")),),
            income=(Income(IncomeKind.STATE_PENSION, Decimal("250")),),
        )
        expected = residential_charge(Nation.ENGLAND, DAY, finances, CareHome(Decimal(900)))
        assert expected.value.charge == Decimal("240.35")
        response = answered(client)
        said = words_of(response)
        assert "They pay £240.35 a week of £900.00. The council or trust pays £659.65." in said
        for step in expected.steps:
            assert f"{step.what} {said_of(step.value)} {step.because}" in said

    def test_amounts_are_nowhere_in_an_address(self, client):
        response = answered(client)
        assert response.redirect_chain
        assert not any(
            amount in address
            for address, _ in response.redirect_chain
            for amount in ("18100", "18,100", "18%2C100")
        )

    def test_the_letter_speaks_to_the_person_and_says_that_it_is_no_decision(self, client):
        key = key_of(answered(client))
        said = words_of(client.get(f"/rules/charge/{key}/letter"))
        assert "you would pay £240.35 a week" in said
        assert "This is not a decision" in said

    def test_answers_can_be_changed_from_what_was_given(self, client):
        page = client.get(f"{CARE_HOME}?from={key_of(answered(client))}").content.decode()
        assert 'value="18100"' in page
        assert 'value="82"' in page

    def test_everybody_who_lives_in_the_home_is_remembered(self, client):
        given = ANSWERS | {"home": "200000", "occupants": ["child", "incapacitated_relative"]}
        response = client.post(CARE_HOME, given, follow=True)
        assert "not counted while it is home to: child, incapacitated relative" in words_of(response)

    def test_the_same_finances_side_by_side(self, client):
        beside = "/rules/charge/all/care_home/2022-05-01"
        assert f'href="{beside}?from=' in answered(client).content.decode()
        response = client.post(beside, ANSWERS, follow=True)
        said = words_of(response)
        assert "England £240.35 £0.00 £659.65" in said
        assert "Scotland £219.00 £212.85 £468.15" in said
        assert all(f" {nation.title} " in said for nation in Nation)
        lines = client.get(f"/rules/charge/{key_of(response)}?lines=scotland")
        assert "The charge in Scotland They pay £219.00 a week" in words_of(lines)

    def test_what_contradicts_itself_is_refused_once_for_all_nations(self, client):
        given = {"age": "80", "price": "200", "partner": "no", "personal_care": "300"}
        response = client.post("/rules/charge/all/home_care/2022-05-01", given)
        assert "Personal care and equipment are parts of it, and together above it" in words_of(response)

    def test_beside_each_other_each_nation_says_why_and_what_it_lacks(self, client):
        given = {"age": "80", "price": "200", "partner": "no"}
        said = words_of(client.post("/rules/charge/all/home_care/2022-05-01", given, follow=True))
        wanting = (
            "What would income support or pension credit bring them, a week? What the person is left with"
        )
        assert f"Wales No answer – – {wanting} is reckoned from it: give it" in said
        assert "Northern Ireland £0.00 £200.00 £0.00 all of it is paid whatever the means" in said

    def test_nothing_but_answers_is_kept_in_the_session(self, client):
        key = key_of(client.post(CARE_HOME, ANSWERS | {"junk": "x" * 100_000}, follow=True))
        assert "junk" not in str(client.session["charges"][key])

    def test_nobody_is_told_to_pay_later_out_of_a_home_that_is_not_counted(self, client):
        given = ANSWERS | {"home": "200000"}
        assert "Deferred payment" in words_of(client.post(CARE_HOME, given, follow=True))
        spared = given | {"partner": "at_home", "partner_age": "80"}
        assert "Deferred payment" not in words_of(client.post(CARE_HOME, spared, follow=True))

    def test_a_letter_is_for_one_nation(self, client):
        response = client.post("/rules/charge/all/care_home/2022-05-01", ANSWERS, follow=True)
        assert client.get(f"/rules/charge/{key_of(response)}/letter").status_code == 404

    def test_where_the_book_has_no_answer_the_page_says_why(self, client):
        said = words_of(answered(client, "/rules/charge/england/care_home/1990-05-01"))
        assert "There is no answer" in said
        assert "The rule book covers" in said

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"age": ""}, "Enter their age in whole years"),
            ({"age": "200"}, "Enter their age in whole years"),
            ({"price": "0"}, "A place has a price above nothing"),
            ({"price": "9e9"}, "Enter an amount in pounds"),
            ({"price": "nine"}, "Enter an amount in pounds"),
            ({"savings": "-1"}, "Enter an amount that is not below zero"),
            ({"savings": "1.001"}, "Enter whole pence"),
            ({"partner": "at_home"}, "A couple has two members"),
            ({"partner": ""}, "Choose whether they have a partner"),
            ({"has_higher_nursing": "yes"}, "The higher rate is for nursing"),
            (
                {"since_day": "2", "since_month": "5", "since_year": "2022"},
                "The person moves in after the day",
            ),
            ({"partner_age": "70"}, "you said that they have no partner"),
            ({"owners": "3"}, "Enter what the home is worth"),
            ({"occupants": "child"}, "Enter what the home is worth"),
            ({"home": "200000", "owners": "0"}, "Enter a whole number, 1 to 20"),
            ({"since_day": "2"}, "must include a month and a year"),
        ],
    )
    def test_what_can_not_be_is_refused_beside_its_question(self, client, changes, problem):
        response = answered(client, **changes)
        assert not response.redirect_chain
        assert problem in words_of(response)

    def test_only_what_the_nation_looks_at_is_asked(self, client):
        wales = set(names_of(client.get("/rules/charge/wales/home_care/2021-06-01")))
        assert "basic_entitlement" in wales
        assert not wales & {"home", "premiums", "children", "personal_care", "earnings"}
        scotland = names_of(client.get("/rules/charge/scotland/home_care/2021-06-01"))
        assert scotland == ["csrfmiddlewaretoken", "age", "price", "personal_care"]

    def test_wales_at_home_as_the_page_works_it_out(self, client):
        answers = {"age": "80", "price": "180", "savings": "30000", "basic_entitlement": "100"}
        response = client.post("/rules/charge/wales/home_care/2021-06-01", answers, follow=True)
        assert "They pay £100.00 a week of £180.00" in words_of(response)

    def test_nothing_typed_is_not_nought_where_the_rules_must_know(self, client):
        answers = {"age": "80", "price": "180", "savings": "100"}
        response = client.post("/rules/charge/wales/home_care/2021-06-01", answers, follow=True)
        assert "What the person is left with is reckoned from it: give it" in words_of(response)

    @pytest.mark.parametrize("name", ["charge-answer", "charge-letter"])
    def test_another_session_finds_nothing(self, client, name):
        key = key_of(answered(client))
        client.session.flush()
        client.force_login(User.objects.get())
        assert client.get(reverse(name, args=[key])).status_code == 404

    @pytest.mark.parametrize("care", list(CareKind))
    @pytest.mark.parametrize("nation", [*[nation.value for nation in Nation], "all"])
    def test_every_nations_questions_can_be_asked(self, client, nation, care):
        assert client.get(f"/rules/charge/{nation}/{care.value}/2022-05-01").status_code == 200


class TestBoards:
    """Check a board."""

    def test_which_board_leads_to_its_questions(self, client):
        asked = {
            "board": "england.health_and_wellbeing_board",
            "day_day": "1",
            "day_month": "5",
            "day_year": "2022",
        }
        response = client.get("/rules/board", asked)
        assert response.headers["Location"] == "/rules/board/england/health_and_wellbeing_board/2022-05-01"

    def test_a_board_that_is_as_it_must_be(self, client):
        page = "/rules/board/england/health_and_wellbeing_board/2020-05-01"
        seats = board_asked(Nation.ENGLAND, BoardKind.HEALTH_AND_WELLBEING_BOARD, date(2020, 5, 1)).seats
        made = {
            f"plan_joint_{kind}_{part}": value
            for kind in ("strategic_needs_assessment", "health_and_wellbeing_strategy")
            for part, value in (("day", "1"), ("month", "4"), ("year", "2019"))
        }
        answers = {"check": "1", **{seat_name(seat): str(seat.at_least) for seat in seats}, **made}
        assert "Nothing is amiss" in words_of(client.get(page, answers))
        less = answers | {"seat_local_healthwatch": ""}
        said = words_of(client.get(page, less))
        assert "1 thing is amiss" in said
        assert "Local Healthwatch: none Law there are to be at least 1" in said

    def test_votes_are_checked_where_the_law_speaks_of_them(self, client):
        page = "/rules/board/scotland/integration_joint_board/2022-05-01"
        said = words_of(client.get(page, {"check": "1", "seat_nurse": "1", "seat_nurse_voting": "1"}))
        assert "Nurse: with a vote" in said
        said = words_of(client.get(page, {"check": "1", "seat_nurse": "1", "seat_nurse_voting": "2"}))
        assert "No more of them can have a vote than there are" in said

    @pytest.mark.parametrize("nation", list(Nation))
    def test_no_two_questions_about_a_board_are_called_the_same(self, nation):
        for kind in kinds_of_board(nation):
            for year in range(1999, 2027):
                try:
                    asked = board_asked(nation, kind, date(year, 5, 1))
                except NotCovered:
                    continue
                form = BoardForm(asked, None)
                rows = [bound.name for _, *pair in form.seat_rows() for bound in pair if bound is not None]
                names = [*rows, *(bound.name for bound in form.rest())]
                assert sorted(names) == sorted(form.fields), (kind, year)

    def test_who_chairs_a_board_whose_seats_have_a_chair_can_be_said(self, client):
        page = "/rules/board/england/integrated_care_board/2023-05-01"
        assert client.get(page, {"check": "1", "seat_chair": "1", "chair": "chair"}).status_code == 200

    def test_days_that_nobody_can_mean_are_refused(self, client):
        page = "/rules/board/scotland/integration_joint_board/2023-05-01"
        since = {"chair_since_day": "31", "chair_since_month": "12", "chair_since_year": "9999"}
        assert "must be between 1800 and 2199" in words_of(client.get(page, {"check": "1", **since}))
        assert client.get(page.replace("2023", "2200")).status_code == 404
        assert client.get("/rules/charge/england/care_home/2200-01-01").status_code == 404

    def test_a_plan_that_ends_before_it_is_made_is_refused(self, client):
        page = "/rules/board/scotland/integration_joint_board/2022-05-01"
        day = {"day": "1", "month": "4", "year": "2020"}
        plan = {f"plan_strategic_plan_{part}": text for part, text in day.items()}
        ends = {f"plan_strategic_plan_to_{part}": text for part, text in (day | {"year": "2019"}).items()}
        assert "It can’t end before it was made" in words_of(client.get(page, {"check": "1", **plan, **ends}))
        assert "Enter the day it was made too" in words_of(client.get(page, {"check": "1", **ends}))

    def test_of_a_board_that_was_not_there_only_that_is_said(self, client):
        response = client.get("/rules/board/scotland/integration_joint_board/2005-05-01")
        assert "There were no integration joint boards on Sunday 1 May 2005" in words_of(response)
        assert "check" not in names_of(response)

    def test_where_the_book_does_not_know_the_page_says_so(self, client):
        assert "There is no answer" in words_of(client.get("/rules/board/scotland/lead_agency/1990-05-01"))

    @pytest.mark.parametrize(
        "address",
        ["france/lead_agency/2022-05-01", "wales/lead_agency/2022-05-01", "scotland/lead_agency/2022-02-30"],
    )
    def test_an_address_that_names_no_board_is_not_found(self, client, address):
        assert client.get(f"/rules/board/{address}").status_code == 404

    @pytest.mark.parametrize(
        ("nation", "kind"), [(nation, kind) for nation in Nation for kind in kinds_of_board(nation)]
    )
    def test_every_kind_of_board_can_be_asked_about_and_found_wanting(self, client, nation, kind):
        page = f"/rules/board/{nation.value}/{kind.value}/2022-05-01"
        response = client.get(page, {"check": "1", "others": str(MOST)})
        assert response.status_code == 200
        said = words_of(response)
        assert "There is no answer" in said or re.search(r"things? (is|are) amiss", said)


def test_the_way_in_leads_to_each(client):
    page = client.get("/rules").content.decode()
    for name in ("charge", "board", "rule-book"):
        assert f'href="{reverse(name)}"' in page
