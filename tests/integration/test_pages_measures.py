"""The pages of measures: what they say of a computed result, which series they show, and who may see them."""

import csv
import io
import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import give_account
from joinedup.care.access.actor import Role
from joinedup.care.access.models import User
from joinedup.care.partnership.models import Organisation
from joinedup.core.nation import Nation
from joinedup.insight.results import CSV_COLUMNS, save
from measure_results import SUPPRESSED, result, series

pytestmark = pytest.mark.django_db
PAGE = "/measures/delayed_days"


@pytest.fixture
def folder(tmp_path, settings):
    """An empty data folder of this test's own."""
    settings.INSIGHT_FOLDER = tmp_path / "insight"
    return tmp_path


@pytest.fixture
def computed(folder):
    save(result(), folder)


def signed_in(role=Role.ANALYST):
    place = Organisation.objects.create(reference="council", name="Madeup Council", nation="england")
    give_account(
        username="ada",
        name="Ada",
        password="a long password for tests",
        assignments=[(role, place)],
        on=timezone.localdate(),
    )
    client = Client()
    client.force_login(User.objects.get())
    return client


def main_of(response):
    page = " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    return page.partition("<main")[2].partition("</main>")[0]


def words_of(response):
    return " ".join(re.sub(r"<[^>]*>", " ", main_of(response)).split())


def test_before_anything_is_computed_the_list_says_so(folder):
    assert "No measure has been computed yet" in words_of(signed_in().get("/measures"))


def test_the_list_says_what_each_measure_says_of_our_own_partnership(computed):
    page = words_of(signed_in().get("/measures"))
    assert "Delayed days per 100,000 adults, by month" in page
    assert "The whole partnership: Delays rose: above the upper limit in February 2026." in page
    assert "Scotland" not in page


def test_the_finding_comes_before_the_chart_the_chart_before_the_table_and_then_the_definition(computed):
    page = main_of(signed_in().get(PAGE))
    parts = [
        "Delays rose: above the upper limit in February 2026.",
        "<svg",
        "latest months",
        "How it is counted",
    ]
    places = [page.index(part) for part in [*parts, "Comparing nations", "delayed_days.csv"]]
    assert places == sorted(places)
    assert "February 2026: 130.5 per 100,000 people a month; the mean is 100.0." in page


def test_our_own_figures_come_first_and_links_lead_to_the_others(computed):
    client = signed_in()
    own = main_of(client.get(PAGE))
    assert "The whole partnership. Delays rose" in own
    assert 'href="/measures/delayed_days?source=scotland-delays"' in own
    assert "Figures about 7 or fewer people are suppressed." in own
    published = main_of(client.get(f"{PAGE}?source=scotland-delays"))
    assert "Scotland. Delays rose" in published
    assert 'href="/measures/delayed_days?source=scotland-delays&amp;area=S1"' in published
    assert "suppressed" not in published
    assert "Area S1. Delays rose" in main_of(client.get(f"{PAGE}?source=scotland-delays&area=S1"))


@pytest.mark.parametrize(
    "query", ["?source=nowhere", "?area=nowhere", "?source=scotland-delays&area=nowhere"]
)
def test_an_address_that_names_no_series_shows_the_first_there_is(computed, query):
    assert "Delays rose" in words_of(signed_in().get(PAGE + query))


def test_what_may_be_compared_is_said_for_the_nation_and_the_figures_shown(computed):
    client = signed_in()
    own = words_of(client.get(PAGE))
    assert "England and Wales: the levels may be compared Counted alike." in own
    assert "Clocks differ." not in own
    published = words_of(client.get(f"{PAGE}?source=scotland-delays"))
    assert "Scotland and Wales: not comparable Days against people." in published
    assert "Scotland and England: only the direction of change may be compared Clocks differ." in published


def test_every_month_is_in_a_table_with_what_it_means(computed):
    page = words_of(signed_in().get(PAGE))
    assert "February 2026 130.5 1,305 1,000,000 Worse than chance explains: high" in page
    assert "January 2024 100.0 1,000 1,000,000 Within what chance explains" in page
    assert "Earlier months (14)" in page


def test_the_chart_marks_the_signal_by_shape_and_describes_itself(computed):
    page = main_of(signed_in().get(PAGE))
    assert "ju-chart__spot--concern" in page
    assert "Control chart of 26 months from January 2024 to February 2026." in page
    assert "1 month outside what chance explains." in page


def test_without_a_figure_there_is_no_chart_and_the_reason_is_said(folder):
    finding = "Delays can't be charted: suppressed (few people)"
    save(
        result(
            series(Nation.ENGLAND, "partnership", "partnership", "all", points=(SUPPRESSED,), finding=finding)
        ),
        folder,
    )
    page = signed_in().get(PAGE)
    assert "<svg" not in main_of(page)
    assert "suppressed (few people)" in words_of(page)
    assert "February 2026 – – 1,000 Suppressed (few people)" in words_of(page)


def test_the_csv_has_every_figure_of_every_series(computed):
    response = signed_in().get(f"{PAGE}.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="delayed_days.csv"'
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == 1 + 3 * 26


@pytest.mark.parametrize("address", ["/measures/no_such_measure", "/measures/no_such_measure.csv"])
def test_an_unknown_measure_is_not_found(computed, address):
    assert signed_in().get(address).status_code == 404


@pytest.mark.parametrize("address", ["/measures", PAGE])
def test_figures_of_another_version_are_said_to_be_unreadable(folder, address):
    save(result(), folder)
    (folder / "insight" / "results" / "delayed_days.json").write_text('{"id": "delayed_days"}')
    response = signed_in().get(address)
    assert response.status_code == 503
    assert "Compute the measures again" in words_of(response)


def test_a_measure_without_any_series_says_so(folder):
    empty = result()
    save(type(empty)(**{f: getattr(empty, f) for f in empty.__dataclass_fields__} | {"series": ()}), folder)
    assert "No measure has been computed yet" in words_of(signed_in().get(PAGE))


@pytest.mark.parametrize("address", ["/measures", PAGE, f"{PAGE}.csv"])
def test_a_role_without_the_permission_is_refused(computed, address):
    assert signed_in(Role.ADMINISTRATOR).get(address).status_code == 403


def test_the_folder_is_the_one_of_the_settings():
    assert settings.INSIGHT_FOLDER.name == "insight"
