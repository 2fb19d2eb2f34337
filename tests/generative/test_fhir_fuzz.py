"""Odd requests of every sort: the API answers each with a FHIR answer of its own, and tells of nobody who is hidden.

What is asked is made in `odd_requests` and `odd_bodies`, who is hidden in `hidden_people`; what every answer must be
stands in `safe_answers`. The long run (`just torture`) asks 20,000 times.
"""

import time
from collections import Counter

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, note, settings

from hidden_people import HiddenPeople, markers_in
from odd_bodies import requests
from odd_requests import ALTERATIONS, altered
from safe_answers import check_answer

# What may be written about, so that nobody is tied to whom others would then show.
WRITABLE = ("p1", "o1", "e1", "f1", "x1", "a-labelled", "never")
MANY = {"deadline": None, "suppress_health_check": list(HealthCheck)}
PARTS, A_PART = 20, 1000
LONGEST_PART = 10 * 60


class UndoneError(Exception):
    """Takes every change of one example back."""


@pytest.fixture
def hidden(db, tmp_path):
    with override_settings(EXPORT_FOLDER=tmp_path):
        yield HiddenPeople()


def with_words(asked, hidden, how):
    """Return the query with a moment and the words of further pages in place of their names, as given or altered."""
    query = asked.query.replace("{then}", hidden.then)
    for name, word in hidden.pages.items():
        query = query.replace("{" + name + "}", altered(word, how))
    return query


def ask(door, asked, query):
    """Ask one odd request."""
    return door.generic(
        asked.method,
        f"/fhir/R4{asked.path}" + (f"?{query}" if query else ""),
        asked.body,
        content_type=asked.kind,
        headers=asked.headers,
    )


def is_answered(hidden, asked, how):
    """Ask, check the answer, and take back whatever it changed; return the status."""
    query = with_words(asked, hidden, how)
    note(f"{asked}")
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        answer = ask(hidden.asking.door, asked, query)
        check_answer(asked, answer)
        told = markers_in(answer.text) - markers_in(asked.text())
        assert not told, f"{told} in {answer.text[:2000]}"
        raise UndoneError
    return answer.status


def ask_often(hidden, times):
    """Ask odd requests so many times, or until the time for one part is over; return how often which status came."""
    counted = Counter()
    over = time.monotonic() + LONGEST_PART

    @settings(max_examples=times, **MANY)
    @given(asked=requests(WRITABLE, hidden.readable), how=ALTERATIONS)
    def one(asked, how):
        if time.monotonic() < over:
            counted[is_answered(hidden, asked, how)] += 1

    one()
    return counted


def test_no_odd_request_is_a_fault_of_ours(hidden):
    counted = ask_often(hidden, 300)
    assert counted[200] > 20, "most of what was asked was refused at the door"


@pytest.mark.torture
@pytest.mark.parametrize("part", range(PARTS))
def test_twenty_thousand_odd_requests(hidden, part):
    counted = ask_often(hidden, A_PART)
    print(f"part {part}: {counted.total():,} requests, {dict(sorted(counted.items()))}")  # noqa: T201
    if counted.total() < A_PART:
        pytest.skip(f"only {counted.total():,} of {A_PART:,} requests: the time was over")
