"""Searches against a slow, obvious reading of the same resources in plain Python."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.record.actions import write
from joinedup.care.record.criteria import Asked
from joinedup.care.record.indexing import fold
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import search
from procedures import CODES, DAYS, PREFIXES, PROCEDURES, a_system, arrival, day, holds, procedure

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


class UndoneError(Exception):
    """Takes every change of one example back."""


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(PROCEDURES, max_size=8),
    codes=st.lists(CODES, min_size=1, max_size=2),
    is_not=st.booleans(),
    date=st.tuples(PREFIXES, DAYS),
    is_falling=st.booleans(),
    size=st.integers(1, 4),
)
def test_a_search_finds_what_a_reading_by_hand_finds_page_by_page(
    entries, codes, is_not, date, is_falling, size
):
    prefix, asked_day = date
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        actor = a_system()
        write([arrival(procedure(n, entry)) for n, entry in enumerate(entries)], by=actor, at=NOW)
        asked = (
            Asked("code", tuple(f"urn:s|{code}" for code in codes), "not" if is_not else ""),
            Asked("date", (f"{prefix}{day(asked_day)}",)),
        )
        expected = [
            f"x{n}"
            for n, entry in sorted(
                enumerate(entries), key=lambda pair: ((-1 if is_falling else 1) * pair[1][2], pair[0])
            )
            if (entry[0] in codes) != is_not and holds(prefix, entry, asked_day)
        ]
        found, place = [], None
        while True:
            page = search(
                actor,
                Search("Procedure", asked, (("date", is_falling),), count=size, is_counted=True),
                at=NOW,
                place=place,
            )
            assert page.total == len(expected)
            found += [stored.fhir_id for stored in page.resources]
            place = page.following
            if place is None:
                break
        assert found == expected
        raise UndoneError


NAMES = st.lists(st.text("abé\ud7ff", min_size=1, max_size=3), min_size=1, max_size=3)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(NAMES, NAMES), max_size=8),
    sought=st.text("aBé\ud7ff", min_size=1, max_size=2),
    size=st.integers(1, 4),
)
def test_a_search_by_the_beginning_of_a_name_walks_the_names_and_shows_each_person_once(people, sought, size):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        actor = a_system()
        practitioners = [
            {
                "resourceType": "Practitioner",
                "id": f"x{n}",
                "name": [{"family": family} for family in families] + [{"given": given}],
            }
            for n, (families, given) in enumerate(people)
        ]
        write([arrival(content) for content in practitioners], by=actor, at=NOW)
        first = {
            f"x{n}": min(
                (fold(name) for name in families + given if fold(name).startswith(fold(sought))), default=None
            )
            for n, (families, given) in enumerate(people)
        }
        expected = sorted((name, fhir_id) for fhir_id, name in first.items() if name is not None)
        found, place = [], None
        while True:
            asked = Search("Practitioner", (Asked("name", (sought,)),), count=size)
            page = search(actor, asked, at=NOW, place=place)
            found += [stored.fhir_id for stored in page.resources]
            place = page.following
            if place is None:
                break
        assert found == [fhir_id for _, fhir_id in expected]
        raise UndoneError
