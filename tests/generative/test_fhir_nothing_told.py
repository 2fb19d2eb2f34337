"""Whoever is hidden is answered about as whoever never was; odd requests tell only what generated rules show.

The first: the same question twice, about something hidden and about something that never was. The answers must be the
same to the letter, but for the words asked for and what is new each time (ids made, words of further pages, times).
The second: rules, entries and askers of `sharing_world`, asked oddly; what an answer says must be visible by
`who_may_see`.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from hidden_people import FOREIGN, NHS, UNRELATED, HiddenPeople, number_of
from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from odd_bodies import FORM, JSON, PATCH, RIGHT, requests
from odd_requests import Odd
from safe_answers import Door, check_answer
from sharing_world import NOW, World, rules, several, system_asks, written

MANY = {"deadline": None, "suppress_health_check": list(HealthCheck)}
NEVER_NUMBER = "9990000069"
HIDDEN_IDS = (
    "u1",
    "y1",
    "a2-hidden",
    "a-labelled",
    "x-stay",
    "x-hidden",
    "x-gone",
    "x-told",
    "u-hidden",
    "u-stay",
    "y-hidden",
)
# Hidden, and of the same shape something that never was. Not among them: the Patients of somebody who may be seen, by
# any of whose ids that person's entries are found.
IDS = tuple((hidden, ("q9" * len(hidden))[: len(hidden)]) for hidden in HIDDEN_IDS)
TEXTS = (("Zqstranger1", "Nqstranger1"), ("Zqunrelated1", "Nqunrelated1"), ("Zqrefused2", "Nqrefused2"))
NUMBERS = ((UNRELATED, NEVER_NUMBER), (FOREIGN, NEVER_NUMBER))
# New with each answer: words of further pages, ids made, times.
FRESH = re.compile(
    r"gAAAA[\w\-]+(?:%3D|=)*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z|'Content-Length': '\d+'"
)


class UndoneError(Exception):
    """Takes every change of one example back."""


@dataclass(frozen=True)
class Question:
    """A request with a gap, and the two things that are put into it."""

    asked: Odd
    things: tuple[str, str]

    def about(self, thing):
        """Return the request about one of them."""
        said = self.asked
        body = said.body.replace(b"[gap]", thing.encode())
        headers = {name: value.replace("[gap]", thing) for name, value in said.headers.items()}
        path, query = (text.replace("[gap]", quote(thing)) for text in (said.path, said.query))
        return Odd(said.method, path, query, body, said.kind, headers)


types = st.sampled_from(("Patient", "Observation", "Encounter", "Subscription"))
more = st.sampled_from(
    (
        "",
        "_total=accurate",
        "_summary=count",
        "as-of=2026-06-01",
        "_revinclude=Observation:encounter",
        "_count=1",
    )
)
BY_ID = (
    "_id={}",
    "patient={}",
    "subject=Patient/{}",
    "encounter=Encounter/{}",
    "patient:Patient._id={}",
    "_id:not={}",
)
BY_TEXT = (
    "name={}",
    "family={}",
    "address={}",
    "identifier=urn:local|{}",
    "code={}",
    "patient.name={}",
    "phone={}",
)
BY_NUMBER = (
    f"identifier={NHS}|{{}}",
    "identifier={}",
    "patient.identifier={}",
    "subject:Patient.identifier={}",
)


def addresses(things, criteria):
    """Addresses of searches by these criteria, and of the things themselves where they have ids."""
    searches = st.tuples(types, st.sampled_from(criteria), more).map(
        lambda p: (f"/{p[0]}", "&".join(part for part in (p[1].format("[gap]"), p[2]) if part))
    )
    if things is not IDS:
        return searches
    ends = ("", "/_history", "/_history/1", "/$everything", "/$summary")
    direct = st.tuples(types, st.sampled_from(ends), more).map(lambda p: (f"/{p[0]}/[gap]{p[1]}", p[2]))
    return searches | direct


def as_entry(method, url, resource=None):
    """Return a Bundle with one request."""
    entry = {"request": {"method": method, "url": url}} | ({"resource": resource} if resource else {})
    return json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [entry]}).encode()


def described(number, text):
    """Return what asks who this is."""
    patient = {
        "resourceType": "Patient",
        "identifier": [number_of(number)],
        "name": [{"family": text, "given": [text]}],
        "birthDate": "1950-03-02",
        "gender": "female",
    }
    parts = [{"name": "resource", "resource": patient}]
    return json.dumps({"resourceType": "Parameters", "parameter": parts}).encode()


def asking(address):
    """Return the ways in which an address asks: itself, as a form, in a Bundle, as a condition."""
    path, query = address
    url = f"{path.lstrip('/')}?{query}".rstrip("?")
    type_ = path.split("/")[1]
    ways = [
        Odd("GET", path, query),
        Odd("GET", path, query, headers={"accept": "application/fhir+xml"}),
        Odd("HEAD", path, query),
        Odd("POST", "", "", as_entry("GET", url), JSON),
        Odd("PATCH", path, query, b'[{"op": "test", "path": "/id", "value": "x"}]', PATCH),
    ]
    if path.count("/") == 1:
        # By a condition only: under an id that another system has used, one is told of the conflict.
        ways += [Odd("DELETE", path, query), Odd("POST", "", "", as_entry("DELETE", url), JSON)]
        ways.append(Odd("POST", f"{path}/_search", "", query.encode(), FORM))
        resource = RIGHT[type_] | {"id": None}
        body = json.dumps({name: value for name, value in resource.items() if value}).encode()
        ways.append(Odd("POST", path, "", body, JSON, {"if-none-exist": query}))
    return st.sampled_from(ways)


def about(things, criteria):
    """Questions about these things."""
    return st.tuples(addresses(things, criteria).flatmap(asking), st.sampled_from(things)).map(
        lambda parts: Question(*parts)
    )


matches = st.one_of(
    st.sampled_from(NUMBERS).map(
        lambda t: Question(Odd("POST", "/Patient/$match", "", described("[gap]", "Quill"), JSON), t)
    ),
    st.sampled_from(TEXTS).map(
        lambda t: Question(Odd("POST", "/Patient/$match", "", described(NEVER_NUMBER, "[gap]"), JSON), t)
    ),
)
questions = st.one_of(
    about(IDS, BY_ID), about(IDS, BY_ID), about(TEXTS, BY_TEXT), about(NUMBERS, BY_NUMBER), matches
)


@pytest.fixture
def hidden(db, tmp_path):
    with override_settings(EXPORT_FOLDER=tmp_path):
        yield HiddenPeople()


def ask(door, asked):
    """Ask; return the answer, and take back whatever it changed."""
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        answer = door.generic(
            asked.method,
            f"/fhir/R4{asked.path}" + (f"?{asked.query}" if asked.query else ""),
            asked.body,
            content_type=asked.kind,
            headers=asked.headers,
        )
        check_answer(asked, answer)
        raise UndoneError
    return answer


def is_told_apart(door, question):
    """Ask about both; return the two answers where they differ, without the words asked for and what is new."""
    said = []
    for thing in question.things:
        answer = ask(door, question.about(thing))
        text = FRESH.sub("new", answer.text).replace(quote(thing), "[gap]").replace(thing, "[gap]")
        said.append((answer.status, text))
    return said if said[0] != said[1] else None


def asks_twice(hidden, times):
    @settings(max_examples=times, **MANY)
    @given(question=questions)
    def one(question):
        note(f"{question}")
        assert not is_told_apart(hidden.asking.door, question)

    one()


def test_whoever_is_hidden_is_answered_about_as_whoever_never_was(hidden):
    asks_twice(hidden, 80)


@pytest.mark.torture
def test_whoever_is_hidden_is_often_asked_about(hidden):
    asks_twice(hidden, 2_000)


def test_what_may_be_seen_is_told_apart(hidden):
    """The comparison itself tells: about something open the two answers differ."""
    for asked in (Odd("GET", "/Observation/[gap]"), Odd("GET", "/Observation", "_id=[gap]&_summary=count")):
        assert is_told_apart(hidden.asking.door, Question(asked, ("a-open", "n-open")))


# Over generated rules: who reads only, asks oddly.

SAID = re.compile(r"Said in (e\d)\.")
ENTRY_IDS = tuple(f"e{number}" for number in range(6))


def tells_only_what_is_visible(given_rules, entries, asks, asked):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(given_rules, entries)
        world.actor(asks)
        token = create_token(system=world.systems[asks.system].name, scopes=[Scope.READ], at=NOW)
        door = Door(headers={"authorization": f"Bearer {token}"})
        visible = {f"e{n}" for n, entry in enumerate(entries) if given_rules.shows(asks, entry)}
        for one in asked:
            note(f"{one}")
            told = set(SAID.findall(ask(door, at_people(one, world)).text))
            assert told <= visible, told - visible
        raise UndoneError


def at_people(asked, world):
    """Put the ids of the people of this world in place of the Patients that stand for them."""
    path = asked.path
    for name, person in zip(("u1", "p1"), world.people, strict=True):
        path = path.replace(f"/{name}/", f"/{person.pk}/")
    return Odd(asked.method, path, asked.query, asked.body, asked.kind, asked.headers)


some_requests = st.lists(requests(("p1", "u1", *ENTRY_IDS)), min_size=4, max_size=8)


@pytest.mark.django_db
@settings(max_examples=12, **MANY)
@given(given_rules=rules, entries=several(written, 5, min_size=1), asks=system_asks, asked=some_requests)
def test_odd_requests_tell_only_what_the_rules_show(given_rules, entries, asks, asked):
    tells_only_what_is_visible(given_rules, entries, asks, asked)


@pytest.mark.torture
@pytest.mark.django_db
@settings(max_examples=500, **MANY)
@given(given_rules=rules, entries=several(written, 6, min_size=1), asks=system_asks, asked=some_requests)
def test_many_odd_requests_over_many_rules(given_rules, entries, asks, asked):
    tells_only_what_is_visible(given_rules, entries, asks, asked)
