"""The template environment is strict for our pages, and escapes what it is given."""

from datetime import date

import pytest
from django.template import engines
from jinja2 import UndefinedError

from joinedup.web.charts import Chart, Point
from joinedup.web.components import PersonBanner, StatusTag

ATTACK = "<script>alert('x')</script>"


def draw(source, **context):
    return engines["pages"].from_string(source).render(context)


def test_a_misspelt_name_is_an_error_and_not_an_empty_space():
    with pytest.raises(UndefinedError):
        draw("{{ persn }}")
    with pytest.raises(UndefinedError):
        draw("{{ person.nmae }}", person=PersonBanner("Testa Sampleton", on=date(2026, 3, 5)))


@pytest.mark.parametrize(
    "source",
    [
        '{% from "components/person_banner.html" import person_banner %}{{ person_banner(person) }}',
        '{% from "components/status_tag.html" import status_tag %}{{ status_tag(tag) }}',
        '{% from "components/chart.html" import chart %}{{ chart(drawn) }}',
    ],
)
def test_components_escape_what_they_show(source):
    drawn = draw(
        source,
        person=PersonBanner(ATTACK, on=date(2026, 3, 5), allergies=(ATTACK,), coordinator=ATTACK),
        tag=StatusTag(ATTACK),
        drawn=Chart("c", ATTACK, ATTACK, ATTACK, (Point(date(2026, 1, 1), 1.0),)),
    )
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_no_allergies_recorded_and_none_known_do_not_look_alike():
    source = '{% from "components/person_banner.html" import person_banner %}{{ person_banner(person) }}'
    unknown = draw(source, person=PersonBanner("A", on=date(2026, 3, 5), allergies=None))
    none = draw(source, person=PersonBanner("A", on=date(2026, 3, 5), allergies=()))
    assert "not recorded" in " ".join(unknown.split("Allergies")[1].split("Coordinator")[0].split())
    assert "none known" in " ".join(none.split("Allergies")[1].split("Coordinator")[0].split())
