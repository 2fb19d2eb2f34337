"""Searches against a slow, obvious reading of the same resources in plain Python."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import register_system
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.discharge.fhir import encoded
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Arrival
from joinedup.care.record.criteria import Asked
from joinedup.care.record.indexing import fold
from joinedup.care.record.logic import decode
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import search

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
CODES = st.sampled_from("abc")
DAYS = st.integers(0, 6)
ENTRY = st.tuples(CODES, st.sampled_from(["final", "amended"]), DAYS, st.none() | DAYS)
PREFIXES = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le", "sa", "eb"])


class UndoneError(Exception):
    """Takes every change of one example back."""


def day(number):
    return (FIRST + timedelta(days=number)).date().isoformat()


def procedure(number, entry):
    code, status, start, length = entry
    period = {"start": day(start)} | ({"end": day(start + length)} if length is not None else {})
    return {
        "resourceType": "Procedure",
        "id": f"x{number}",
        "status": status,
        "code": {"coding": [{"system": "urn:s", "code": code}]},
        "performedPeriod": period,
        "subject": {"reference": "Patient/nobody-here"},
    }


def holds(prefix, entry, asked_day):
    """Compare as the standard says, in whole days: the fact lasts from `low` until before `high`."""
    _, _, low, length = entry
    high = 10_000 if length is None else low + length + 1
    a, b = asked_day, asked_day + 1
    within = low >= a and high <= b
    return {
        "eq": within,
        "ne": not within,
        "gt": high > b or low >= b,
        "ge": high > b or low >= a,
        "lt": low < a,
        "le": low < a or high <= b,
        "sa": low >= b,
        "eb": high <= a,
    }[prefix]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(ENTRY, max_size=8),
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
        system = register_system(name="Oracle")
        permissions = SCOPE_PERMISSIONS[Scope.READ] | SCOPE_PERMISSIONS[Scope.WRITE]
        actor = Actor("Oracle", permissions, system_id=system.pk)
        bodies = [encoded(procedure(n, entry)) for n, entry in enumerate(entries)]
        write(
            [Arrival("Procedure", f"x{n}", body, decode(body)) for n, body in enumerate(bodies)],
            by=actor,
            at=NOW,
        )
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
        system = register_system(name="Oracle")
        permissions = SCOPE_PERMISSIONS[Scope.READ] | SCOPE_PERMISSIONS[Scope.WRITE]
        actor = Actor("Oracle", permissions, system_id=system.pk)
        bodies = [
            encoded(
                {
                    "resourceType": "Practitioner",
                    "id": f"x{n}",
                    "name": [{"family": family} for family in families] + [{"given": given}],
                }
            )
            for n, (families, given) in enumerate(people)
        ]
        write(
            [Arrival("Practitioner", f"x{n}", body, decode(body)) for n, body in enumerate(bodies)],
            by=actor,
            at=NOW,
        )
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
