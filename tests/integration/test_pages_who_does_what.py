"""The pages on who does what and on boundaries: what they say, what they show first, and what they do without data."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import give_account
from joinedup.care.access.actor import Role
from joinedup.care.access.models import User
from joinedup.care.partnership.models import Organisation
from joinedup.core.nation import Nation
from joinedup.insight.boundaries import kept
from joinedup.rules.accountability.answering import accountability
from joinedup.rules.boundaries.comparing import Comparison
from joinedup.rules.boundaries.overlaps import Area, Overlap

pytestmark = pytest.mark.django_db
WHO = "/rules/who-does-what"
BOUNDARIES = "/rules/boundaries"
A, B, X, Y = Area("A", "Ayton"), Area("B", "<b>Beeton</b>"), Area("X", "Xeno board"), Area("Y", "Yarn board")
SPLIT = (Overlap(A, X, 97), Overlap(A, Y, 3), Overlap(B, Y, 1100))


def asked_on(nation, day):
    return f"{WHO}?nation={nation}&day_day={day.day}&day_month={day.month}&day_year={day.year}"


@pytest.fixture
def client():
    """A browser of somebody whose role needs no permission for these pages."""
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


@pytest.fixture
def folder(tmp_path, settings):
    """An empty data folder of this test's own."""
    settings.INSIGHT_FOLDER = tmp_path / "insight"
    return tmp_path


@pytest.fixture
def counted(folder):
    """Two comparisons, of two nations."""
    wales = Comparison(
        "councils-boards",
        "Councils and boards",
        "councils",
        "boards",
        "people",
        "a map",
        "",
        SPLIT,
        Nation.WALES,
    )
    whole = (Overlap(A, X, 5), Overlap(B, Y, 7))
    ireland = Comparison(
        "districts-trusts", "Districts and trusts", "districts", "trusts", "districts", "another map", "a best fit",
        whole, Nation.NORTHERN_IRELAND,
    )  # fmt: skip
    kept.save((wales, ireland), folder)


def main_of(response):
    page = " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    return page.partition("<main")[2].partition("</main>")[0]


def words_of(response):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main_of(response))).split())


class TestWhoDoesWhat:
    def test_our_own_nation_today_unless_asked(self, client, settings):
        settings.NATION = Nation.SCOTLAND
        page = words_of(client.get(WHO))
        today = timezone.localdate()
        assert f"Scotland, {today.day} {today:%B %Y}" in page
        assert "Integration authorities" in page

    def test_the_table_says_who_holds_what_and_what_is_not_known(self, client):
        page = words_of(client.get(asked_on("scotland", date(2020, 1, 1))))
        assert (
            "Adult social care Integration authorities Integration authorities Integration authorities"
            in page
        )
        assert "Primary care Integration authorities" in page
        assert "Not known" in page

    def test_the_sentence_counts_the_findings(self, client):
        page = words_of(client.get(asked_on("wales", date(2020, 1, 1))))
        found = accountability(Nation.WALES, date(2020, 1, 1)).findings
        several = sum(finding.kind == "held twice" for finding in found)
        assert (several, len(found) - several) == (3, 3)
        assert "3 duties are held by several bodies, and 3 duties are known to be held by nobody." in page
        assert "Held by several Adult social care: Councils and Regional partnership boards plan." in page
        assert "Held by nobody Hospital care: nobody commissions." in page

    def test_the_diagram_comes_before_the_table_that_says_the_same(self, client):
        page = main_of(client.get(asked_on("wales", date(2020, 1, 1))))
        assert page.index('role="img"') < page.index("The same as a table")
        answer = accountability(Nation.WALES, date(2020, 1, 1))
        assert page.count('class="ju-diagram__head ') == len(answer.links) + 3
        for link in answer.links:
            said = html.escape(f"{link.kind.value.capitalize()}: {link.giver.title} to {link.receiver.title}")
            assert f"<title>{said}" in page

    def test_every_link_and_duty_shows_where_it_is_written(self, client):
        page = main_of(client.get(asked_on("wales", date(2020, 1, 1))))
        assert 'href="https://www.legislation.gov.uk/wsi/2015/1989/made"' in page
        assert "Not verified" in page
        assert "has not been traced to its document" in words_of(client.get(WHO))

    def test_a_day_before_the_rule_book_is_told_and_nothing_drawn(self, client):
        response = client.get(asked_on("northern_ireland", date(2007, 3, 31)))
        page = words_of(response)
        assert "Not known for this day" in page
        assert (
            "Nothing can be said of this day: the rule book covers 1 April 2007 on. Choose another." in page
        )
        assert "<svg" not in main_of(response)

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("nation=atlantis&day_day=1&day_month=1&day_year=2020", "Select a valid choice"),
            ("nation=wales", "Enter the day you want to know about"),
            ("nation=wales&day_day=31&day_month=2&day_year=2020", "The day must be a real date"),
            ("nation=wales&day_day=1&day_month=1&day_year=2099", "The day must be today or in the past"),
        ],
    )
    def test_a_wrong_question_is_told_and_not_answered(self, client, query, said):
        page = words_of(client.get(f"{WHO}?{query}"))
        assert said in page
        assert "The same as a table" not in page


class TestBoundaries:
    def test_without_a_map_the_page_says_what_to_do(self, client, folder):
        page = words_of(client.get(BOUNDARIES))
        assert "No map has been loaded yet" in page
        assert "joinedup load published" in page

    def test_a_map_of_another_version_is_said_to_be_unreadable(self, client, counted, folder):
        (folder / "insight" / "boundaries" / kept.NAME).write_text("[{}]")
        response = client.get(BOUNDARIES)
        assert response.status_code == 503
        assert "Run joinedup rules boundaries to count again" in words_of(response)

    def test_our_own_nation_comes_first(self, client, counted, settings):
        settings.NATION = Nation.NORTHERN_IRELAND
        assert "Each of 2 districts lies in one of the 2 trusts." in words_of(client.get(BOUNDARIES))
        settings.NATION = Nation.WALES
        assert "1 of 2 councils lies in more than one of the 2 boards" in words_of(client.get(BOUNDARIES))

    def test_the_finding_then_what_does_not_fit_then_the_scores_then_the_steps(self, client, counted):
        page = main_of(client.get(f"{BOUNDARIES}?of=wales.councils-boards"))
        parts = [
            "1 of 2 councils",
            "Councils that do not fit",
            "How far the boundaries",
            "How this was worked out",
        ]
        assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
        assert "Ayton</th>" in page
        assert "Xeno board 97%; Yarn board 3%" in page
        assert "touching 2 of them" in page

    def test_names_of_a_map_are_never_markup(self, client, counted):
        page = main_of(client.get(f"{BOUNDARIES}?of=wales.councils-boards"))
        assert "&lt;b&gt;Beeton&lt;/b&gt;" in page
        assert "<b>Beeton" not in page

    def test_a_sliver_is_left_out_when_asked(self, client, counted):
        page = words_of(client.get(f"{BOUNDARIES}?of=wales.councils-boards&sliver=5"))
        assert "Each of 2 councils lies in one of the 2 boards." in page
        assert "Slivers left out up to 5% of an area" in page

    def test_a_caution_is_said(self, client, counted):
        page = words_of(client.get(f"{BOUNDARIES}?of=northern_ireland.districts-trusts"))
        assert "Read it with care: a best fit." in page

    @pytest.mark.parametrize("query", ["?of=nowhere", "?of=wales.councils-boards&sliver=77", "?sliver=x"])
    def test_an_address_that_names_nothing_shows_the_usual(self, client, counted, settings, query):
        settings.NATION = Nation.WALES
        assert "1 of 2 councils lies in more than one of the 2 boards" in words_of(
            client.get(BOUNDARIES + query)
        )


def test_both_are_reached_from_the_page_of_rules(client):
    page = main_of(client.get("/rules"))
    assert f'href="{WHO}"' in page
    assert f'href="{BOUNDARIES}"' in page
