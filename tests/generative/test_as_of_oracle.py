"""What was known at any moment, against a plain replay of what was written and withdrawn by then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Condition
from joinedup.care.record.criteria import Asked
from joinedup.care.record.histories import Span, versions
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import count, search
from joinedup.care.record.withdrawing import withdraw
from procedures import CODES, DAYS, PREFIXES, PROCEDURES, a_system, arrival, day, holds, procedure

START = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
RESOURCES = range(4)
# One step a minute: a resource is written (again), or withdrawn.
STEPS = st.lists(
    st.tuples(st.sampled_from(RESOURCES), st.none() | PROCEDURES, st.sampled_from("pqr")), max_size=14
)
MOMENTS = st.integers(-1, 15)
ASKING = st.fixed_dictionaries(
    {
        "codes": st.lists(CODES, min_size=1, max_size=2),
        "not": st.booleans(),
        "date": st.none() | st.tuples(PREFIXES, DAYS),
        "updated": st.none() | MOMENTS,
        "falling": st.booleans(),
        "size": st.integers(1, 3),
    }
)


class UndoneError(Exception):
    """Takes every change of one example back."""


def minute(number):
    return START + timedelta(minutes=number)


def place(number, name):
    names = {"p": "Priory ward", "q": "Quayside", "r": "Riverside"}
    return {"resourceType": "Location", "id": f"l{number}", "name": names[name], "status": "active"}


class Replay:
    """The oracle: what was said of each resource at which minute, in lists; None is a withdrawal."""

    def __init__(self):
        self.said = {}

    def note(self, key, minute_, what):
        known = self.said.get(key, [])
        # What was never there can't be withdrawn, and did not arrive then.
        if (known[-1][1] if known else None) != what:
            self.said[key] = [*known, (minute_, what)]

    def at(self, moment):
        """Return (number of the version, minute, what was said) of each resource that was there then, by key."""
        there = {}
        for key, known in self.said.items():
            past = [(n + 1, *one) for n, one in enumerate(known) if one[0] <= moment]
            if past and past[-1][2] is not None:
                there[key] = past[-1]
        return there


def play(steps, actor):
    """Write and withdraw in the record and in the oracle."""
    replay = Replay()
    for number, (which, said, name) in enumerate(steps):
        at = minute(number)
        if said is None:
            withdraw(
                {("Procedure", f"x{which}"): Condition(), ("Location", f"l{which}"): Condition()},
                by=actor,
                at=at,
            )
        else:
            write([arrival(procedure(which, said)), arrival(place(which, name))], by=actor, at=at)
        replay.note(f"x{which}", number, said)
        replay.note(f"l{which}", number, None if said is None else name)
    return replay


def pages(actor, asked, at):
    """Return everything that a search finds, page by page, with what each page says is the total."""
    found, totals, following = [], set(), None
    while True:
        page = search(actor, asked, at=at, place=following)
        found += [(stored.fhir_id, stored.version) for stored in page.resources]
        totals.add(page.total)
        following = page.following
        if following is None:
            return found, totals


def asked_for(asking):
    """Return what is asked, for the record."""
    codes = tuple(f"urn:s|{code}" for code in asking["codes"])
    asked = [Asked("code", codes, "not" if asking["not"] else "")]
    if asking["date"]:
        prefix, number = asking["date"]
        asked.append(Asked("date", (f"{prefix}{day(number)}",)))
    if asking["updated"] is not None:
        asked.append(Asked("_lastUpdated", (f"ge{minute(asking['updated']).isoformat()}",)))
    return tuple(asked)


def fits(then, asking):
    """Say whether what was said fits what is asked."""
    _, since, said = then
    return (
        (said[0] in asking["codes"]) != asking["not"]
        and (asking["date"] is None or holds(asking["date"][0], said, asking["date"][1]))
        and (asking["updated"] is None or since >= asking["updated"])
    )


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, moment=MOMENTS, asking=ASKING)
def test_a_search_of_the_past_finds_what_was_there_then(steps, moment, asking):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        actor = a_system()
        replay = play(steps, actor)
        fitting = {
            key: then for key, then in replay.at(moment).items() if key.startswith("x") and fits(then, asking)
        }
        arrived, sign = list(replay.said), -1 if asking["falling"] else 1
        expected = sorted(fitting, key=lambda key: (sign * fitting[key][2][2], arrived.index(key)))
        query = Search(
            "Procedure",
            asked_for(asking),
            (("date", asking["falling"]),),
            count=asking["size"],
            known_at=minute(moment),
            is_counted=True,
        )
        found, totals = pages(actor, query, minute(99))
        assert found == [(key, fitting[key][0]) for key in expected]
        assert totals == {len(expected)} == {count(actor, query, at=minute(99))}
        raise UndoneError


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, moment=MOMENTS, sought=st.sampled_from(["p", "priory", "quay", "riverside", "x"]))
def test_names_and_histories_of_the_past_are_those_of_then(steps, moment, sought):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        actor = a_system()
        replay = play(steps, actor)
        named = {"p": ("p",), "priory": ("p",), "quay": ("q",), "riverside": ("r",)}.get(sought, ())
        there = {key: then for key, then in replay.at(moment).items() if key.startswith("l")}
        query = Search("Location", (Asked("name", (sought,)),), (("name", False),), known_at=minute(moment))
        found, _ = pages(actor, query, minute(99))
        assert sorted(found) == sorted((key, then[0]) for key, then in there.items() if then[2] in named)
        for key, said in replay.said.items():
            type_ = "Procedure" if key.startswith("x") else "Location"
            past = versions(actor, Span(type_, key, known_at=minute(moment)), at=minute(99)).versions
            known = [n + 1 for n, (since, _) in enumerate(said) if since <= moment]
            assert [version.version for version in past] == known[::-1]
        raise UndoneError
