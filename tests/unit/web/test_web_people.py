"""People in lists and in the banner: what is known in part is said in part."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from joinedup.care.people.queries import CarerView, Number, PersonView
from joinedup.core.identifiers import IdentifierKind
from joinedup.web.presenters.essentials import Essentials
from joinedup.web.presenters.people import banner, found, who_they_are

ON = date(2026, 3, 3)
USUAL = IdentifierKind.NHS_NUMBER
PERSON = PersonView(
    id=UUID("00000000-0000-4000-8000-000000000000"),
    name="Testa Sampleton",
    family="Sampleton",
    born="1941-03-03",
    gender="female",
    died="",
    address="1 Fictional Row, Madeup",
    postcode="ZZ99 4LW",
    phone="",
    language="",
    number=Number(IdentifierKind.NHS_NUMBER, "999 123 4567"),
    other_numbers=(),
    carers=(CarerView("Ann", "child", "01632 960001"), CarerView("Bo", "", "")),
)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def row(person):
    (only,) = found([person], usual=USUAL, on=ON).rows
    return tuple(map(plain, only.cells))


@pytest.mark.parametrize(
    ("changes", "cells"),
    [
        ({}, ("3 March 1941 (85 years)", "999 123 4567", "Madeup, ZZ99")),
        ({"born": "1941-03"}, ("March 1941 (day not recorded)", "999 123 4567", "Madeup, ZZ99")),
        ({"born": "1941"}, ("1941 (day not recorded)", "999 123 4567", "Madeup, ZZ99")),
        ({"born": ""}, ("Not recorded", "999 123 4567", "Madeup, ZZ99")),
        ({"died": "2026-01-02"}, ("3 March 1941, died 2 January 2026", "999 123 4567", "Madeup, ZZ99")),
        ({"died": "yes"}, ("3 March 1941, has died", "999 123 4567", "Madeup, ZZ99")),
        ({"number": None}, ("3 March 1941 (85 years)", "Not known", "Madeup, ZZ99")),
        (
            {"number": Number(IdentifierKind.CHI_NUMBER, "999 123 4567")},
            ("3 March 1941 (85 years)", "999 123 4567 (CHI number)", "Madeup, ZZ99"),
        ),
        ({"address": "", "postcode": ""}, ("3 March 1941 (85 years)", "999 123 4567", "Not recorded")),
    ],
)
def test_a_person_in_a_list(changes, cells):
    assert row(replace(PERSON, **changes)) == cells


def test_the_banner_never_makes_up_a_day():
    known = Essentials(None, (), None)
    shown = banner(replace(PERSON, born="1941", died="yes", number=None), known, usual=USUAL, on=ON)
    assert (shown.born, shown.born_about) == (None, "1941 (day not recorded)")
    assert (shown.died_on, shown.died_about) == (None, "date not recorded")
    assert (shown.number, shown.number_title) == (None, "NHS number")


def test_who_they_are_says_what_is_not_recorded():
    facts = {fact.label: fact.value for fact in who_they_are(PERSON)}
    assert facts["Address"] == "1 Fictional Row, Madeup, ZZ99 4LW"
    assert facts["Phone"] == facts["Language"] == "Not recorded"
    assert facts["Carers"] == "Ann (child), 01632 960001; Bo"
