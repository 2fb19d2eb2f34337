"""Reachable if and only if visible: every way to a person or an entry is open exactly when the rules say so.

Generated over roles and systems, relationships, agreements, choices, labels, staff and broken glass, and over earlier
versions by others and with other labels. The rules are said once more in `who_may_see`, without SQL; a way is one line
in one of the functions that begin with `ways_`.
"""

import json
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, example, given, settings

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import PERMISSIONS, Permission, Role, Scope
from joinedup.care.access.labels import Label
from joinedup.care.access.looks import looks_at
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, limit_to_visible, may_see
from joinedup.care.access.reasons import reasons_against
from joinedup.care.discharge.models import Stay
from joinedup.care.discharge.queries import count_people_ready, look_at_stay, people_ready, stays_of_person
from joinedup.care.outbound.exports import Asked as Exported
from joinedup.care.outbound.exports import ask_for_export, export_step
from joinedup.care.outbound.models import Notice, Subscription
from joinedup.care.outbound.notices import queue_notices
from joinedup.care.people.logic import read_search
from joinedup.care.people.models import Person
from joinedup.care.people.queries import find_people, look_at_person, views_of_people
from joinedup.care.record.criteria import Asked, where_of
from joinedup.care.record.emergency import emergency_summary
from joinedup.care.record.everything import Wanted, everything
from joinedup.care.record.histories import Span, versions
from joinedup.care.record.models import NewChange
from joinedup.care.record.queries import contents_of_kind, entries_visible_to, read
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import search
from joinedup.care.record.timeline import Wanted as Lines
from joinedup.care.record.timeline import timeline, versions_of_entry
from joinedup.core.moments import uk_date
from sharing_world import (
    NOW,
    OWN_SYSTEM,
    THEN,
    TYPES,
    World,
    page_asks,
    rules,
    several,
    system_asks,
    user_asks,
    written,
)
from who_may_see import Asks, Lasting, Opened, Rules, Tie, Written

# The kinds that the emergency summary has a section for, and those that stand on the timeline.
IN_AN_EMERGENCY = ("Warning", "Observation")
WHO = "Who they are"


class UndoneError(Exception):
    """Takes every change of one example back."""


def passes(way):
    try:
        return bool(way())
    except RefusedError:
        return False


def ways_to_person(actor, person):
    """Return, for every way there is to a person, whether it leads there."""
    ways = {
        "list": lambda: limit_to_visible(
            Person.objects.filter(pk=person.pk), actor, at=NOW, person="id"
        ).exists(),
        "question": lambda: may_see(actor, person.pk, at=NOW),
        "page": lambda: look_at_person(actor, person.pk, at=NOW, subject="record"),
        "row": lambda: views_of_people(actor, [person.pk], at=NOW),
        "find": lambda: finds(actor, person),
        "find among many": lambda: among_many(lambda: finds(actor, person)),
        "timeline": lambda: timeline(actor, person.pk, at=NOW),
        "who has looked": lambda: looks_at(actor, person.pk, at=NOW) or True,
        "no reason against it": lambda: not reasons_against(actor, person.pk, at=NOW),
    }
    return {name: passes(way) for name, way in ways.items()}


def finds(actor, person):
    return any(view.id == person.pk for view in find_people(actor, read_search("quill"), at=NOW))


def among_many(way):
    """Try a way as it goes where more people could be open to the actor than are counted."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("joinedup.care.people.queries.FEW", -1)
        patched.setattr("joinedup.care.record.reaching.FEW", -1)
        return way()


def names(actor, fhir_id):
    asked = Search("Patient", (Asked("family", ("qui",)),))
    return fhir_id in ids_of(search(actor, asked, at=NOW))


def ways_to_entry(actor, resource):
    """Return, for every way there is to an entry, whether it leads there."""
    type_, fhir_id, whose = resource.type, resource.fhir_id, resource.person_id
    ways = {
        "list": lambda: entries_visible_to(actor, at=NOW).filter(pk=resource.pk).exists(),
        "read": lambda: read(actor, type_, fhir_id, at=NOW),
        "search": lambda: search(actor, Search(type_, (Asked("_id", (fhir_id,)),)), at=NOW).total,
        "history": lambda: versions(actor, Span(type_, fhir_id), at=NOW).versions,
        "everything": lambda: fhir_id in ids_of(everything(actor, whose, Wanted(), at=NOW)),
    }
    if resource.kind in IN_AN_EMERGENCY:
        ways["emergency"] = lambda: fhir_id in ids_in(emergency_summary(actor, whose, at=NOW))
    if resource.kind == WHO:
        ways["name"] = lambda: names(actor, fhir_id)
        ways["name among many"] = lambda: among_many(lambda: names(actor, fhir_id))
    return {name: passes(way) for name, way in ways.items()}


def ways_to_former(actor, resource):
    """Return, for every way there is to what an entry said before, whether it leads there."""
    type_, fhir_id, whose = resource.type, resource.fhir_id, resource.person_id
    one = (Asked("_id", (fhir_id,)),)
    ways = {
        "history": lambda: versions(actor, Span(type_, fhir_id, known_at=THEN), at=NOW).versions,
        "search": lambda: search(actor, Search(type_, one, known_at=THEN), at=NOW).resources,
        "everything": lambda: fhir_id in ids_of(everything(actor, whose, Wanted(known_at=THEN), at=NOW)),
    }
    if resource.version > 1:
        ways["version"] = lambda: versions(actor, Span(type_, fhir_id, 1), at=NOW).versions
    if resource.kind in IN_AN_EMERGENCY:
        # Without an earlier version there is nothing of it, and so of nothing that it says.
        ways["emergency"] = lambda: fhir_id in ids_in(emergency_summary(actor, whose, at=NOW, known_at=THEN))
    return {name: passes(way) for name, way in ways.items()}


def ids_in(sections):
    return {content["id"] for section in sections for content in section.contents}


def ids_of(page):
    return {stored.fhir_id for stored in page.resources} if page else set()


def ways_to_stay(actor, stay):
    """Return, for every way there is to a stay in hospital, whether it leads there."""
    ways = {
        "board": lambda: any(view.id == stay.pk for view in people_ready(actor, at=NOW)),
        "banner": lambda: any(v.id == stay.pk for v in stays_of_person(actor, stay.person_id, at=NOW)),
        "page": lambda: look_at_stay(actor, stay.pk, at=NOW, subject="clock"),
    }
    return {name: passes(way) for name, way in ways.items()}


def all_alike(ways, expected):
    assert ways == dict.fromkeys(ways, expected)


def check_people(world, rules, asks, actor):
    for number, person in enumerate(world.people):
        all_alike(ways_to_person(actor, person), rules.opens(asks, number))


def check_entries(world, rules, asks, actor, entries):
    for entry, resource in zip(entries, world.resources, strict=True):
        all_alike(ways_to_entry(actor, resource), rules.shows(asks, entry))
        all_alike(ways_to_former(actor, resource), rules.showed(asks, entry))


def check_stays(world, rules, asks, actor, entries):
    shown = 0
    for stay in Stay.objects.order_by("encounter_id"):
        entry = entries[int(stay.encounter_id[1:])]
        expected = rules.shows(asks, entry) and actor.may(Permission.SEE_LEAVING_HOSPITAL)
        all_alike(ways_to_stay(actor, stay), expected)
        shown += expected
    if actor.may(Permission.SEE_LEAVING_HOSPITAL):
        assert count_people_ready(actor, at=NOW) == shown


def check_counts(world, rules, asks, actor, entries):
    for type_ in TYPES.values():
        shown = [e for e in entries if TYPES[e.kind] == type_ and rules.shows(asks, e)]
        if actor.may(Permission.READ_RECORD):
            assert search(actor, Search(type_), at=NOW).total == len(shown)
    for number, person in enumerate(world.people):
        shown = [e for e in entries if e.person == number and rules.shows(asks, e)]
        contents = contents_of_kind(actor, person.pk, list(TYPES.values()), at=NOW)
        assert len(contents) == len(shown)
        if rules.opens(asks, number):
            check_timeline(timeline(actor, person.pk, at=NOW), [e for e in shown if e.kind != WHO])
            check_former_lines(world, rules, asks, actor, number, entries)


def check_timeline(found, shown):
    named = [entry for entry in shown if entry.organisation is not None]
    assert (found.total, len(found.entries)) == (len(shown), len(shown))
    assert sum(kind.count for kind in found.kinds) == len(shown)
    assert sum(organisation.count for organisation in found.organisations) == len(named)
    assert sum(organisation.count for organisation in found.involved) == len(named)


def check_former_lines(world, rules, asks, actor, number, entries):
    """The timeline leads to earlier versions, and shows the past, exactly where they may be seen."""
    person = world.people[number].pk
    now = {line.resource_id: line.has_earlier for line in timeline(actor, person, at=NOW).entries}
    then = {line.resource_id for line in timeline(actor, person, Lines(known_at=THEN), at=NOW).entries}
    for entry, resource in zip(entries, world.resources, strict=True):
        if entry.person != number or entry.kind == WHO:
            continue
        found = versions_of_entry(actor, person, resource.pk, at=NOW)
        expected = rules.showed(asks, entry)
        assert (resource.pk in now) == bool(found) == rules.shows(asks, entry)
        assert (resource.pk in then) == now.get(resource.pk, False) == expected
        if entry.before:
            assert (1 in {version.version for version in found}) == expected


class Api:
    """A client of the system that asks."""

    def __init__(self, system):
        token = create_token(system=system, scopes=[Scope.READ], at=NOW)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path):
        return self.client.get(f"/fhir/R4/{path}")

    def ids(self, path):
        """Return the ids in the Bundle that is answered; none where none is."""
        answer = self.get(path)
        entries = answer.json().get("entry", []) if answer.status_code == 200 else []
        return {e["resource"]["id"] for e in entries if "id" in e.get("resource", {})}


def ways_over_http(api, resource):
    """Return, for every way over HTTP to an entry as it is, whether it leads there."""
    type_, fhir_id = resource.type, resource.fhir_id
    return {
        "read": api.get(f"{type_}/{fhir_id}").status_code == 200,
        "history": api.ids(f"{type_}/{fhir_id}/_history") != set(),
        "whole history": fhir_id in api.ids("_history"),
        "version": api.get(f"{type_}/{fhir_id}/_history/{resource.version}").status_code == 200,
        "search": api.get(f"{type_}?_id={fhir_id}").json()["total"] == 1,
        "everything": fhir_id in api.ids(f"Patient/{resource.person_id}/$everything"),
    }


def ways_to_former_over_http(api, resource):
    """Return, for every way over HTTP to what an entry said before, whether it leads there."""
    type_, fhir_id = resource.type, resource.fhir_id
    then = f"as-of={THEN.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    ways = {
        "read": api.get(f"{type_}/{fhir_id}?{then}").status_code == 200,
        "search": fhir_id in api.ids(f"{type_}?{then}"),
        "history": fhir_id in api.ids(f"_history?{then}"),
        "everything": fhir_id in api.ids(f"Patient/{resource.person_id}/$everything?{then}"),
    }
    if resource.version > 1:
        ways["version"] = api.get(f"{type_}/{fhir_id}/_history/1").status_code == 200
    return ways


def check_over_http(world, rules, asks, entries):
    api = Api(world.systems[asks.system].name)
    for entry, resource in zip(entries, world.resources, strict=True):
        expected = rules.shows(asks, entry)
        all_alike(ways_over_http(api, resource), expected)
        all_alike(ways_to_former_over_http(api, resource), rules.showed(asks, entry))
        if not expected:
            check_nothing_is_told(api, resource)
    check_included(api, world, rules, asks, entries)
    check_summaries(api, world, rules, asks, entries)


def check_nothing_is_told(api, resource):
    """Whoever may not see an entry is answered as if there were none."""
    for more in ("", "/_history", "/_history/1", "?as-of=2026-01-01"):
        hidden = api.get(f"{resource.type}/{resource.fhir_id}{more}")
        never = api.get(f"{resource.type}/never{more}")
        assert (hidden.status_code, hidden.content) == (never.status_code, never.content), more


def check_included(api, world, rules, asks, entries):
    """What goes with a page is there exactly where both ends may be seen."""
    stay = rules.shows(asks, entries[0]) and entries[0].kind == "Hospital stay"
    back = api.ids("Encounter?_id=e0&_revinclude=Observation:encounter")
    for entry, resource in zip(entries, world.resources, strict=True):
        if entry.kind != "Observation" or resource.fhir_id == "e0":
            continue
        both = stay and rules.shows(asks, entry)
        page = api.ids(f"Observation?_id={resource.fhir_id}&_include=Observation:encounter")
        assert ("e0" in page) == (resource.fhir_id in back) == both


def check_summaries(api, world, rules, asks, entries):
    """A summary is for whoever may see a Patient, and holds what they may see."""
    for number, person in enumerate(world.people):
        own = [(n, e) for n, e in enumerate(entries) if e.person == number]
        is_open = any(e.kind == WHO and rules.shows(asks, e) for _, e in own)
        found = api.ids(f"Patient/{person.pk}/$summary")
        for n, entry in own:
            if entry.kind in IN_AN_EMERGENCY:
                assert (f"e{n}" in found) == (is_open and rules.shows(asks, entry))


def check_what_leaves(world, rules, asks, actor, entries):
    """Notices and exports hold exactly what their system may see; nobody is told of what they wrote themself."""
    conditions = {}
    for number, type_ in enumerate(TYPES.values()):
        row = Subscription.objects.create(
            resource_id=number,
            system=world.systems[asks.system],
            state="active",
            criteria=type_,
            endpoint="x",
        )
        conditions[row.pk] = where_of(type_, [], found=None, asker=None)
    NewChange.objects.bulk_create(NewChange(resource_id=r.pk, version=r.version) for r in world.resources)
    queue_notices(conditions, at=NOW)
    told = set(Notice.objects.values_list("fhir_id", flat=True))
    exported = exported_ids(actor, world.systems[asks.system].name)
    for n, entry in enumerate(entries):
        expected = rules.shows(asks, entry)
        assert (f"e{n}" in exported) == expected
        assert (f"e{n}" in told) == (expected and entry.system != asks.system)


def exported_ids(actor, system):
    """Export everything, and return the ids in the files as they are fetched."""
    with tempfile.TemporaryDirectory() as folder, override_settings(EXPORT_FOLDER=Path(folder)):
        export = ask_for_export(Exported("everything"), by=actor, at=NOW)
        while export_step(at=NOW):
            pass
        api = Api(system)
        files = api.get(f"$export-status/{export.pk}").json()["output"]
        lines = [
            line
            for file in files
            for line in b"".join(
                api.get(file["url"].partition("/fhir/R4/")[2]).streaming_content
            ).splitlines()
        ]
    return {json.loads(line)["id"] for line in lines}


LONG = Lasting(-3, None)
# What an emergency alone opens is found by name as well.
OPENED_ALONE = Rules(glasses=(Opened(0, 0, 0, LONG),), own_system=OWN_SYSTEM)
# What an emergency opens stays open in the history; what a role sees anyway is not sealed by another label.
EMERGENCY = Rules(ties=(Tie(0, 0, "stay", LONG),), glasses=(Opened(0, 0, 0, LONG),), own_system=OWN_SYSTEM)


@pytest.mark.django_db
@example(OPENED_ALONE, (Written(0, 0, 0, WHO),), Asks(0, Role.DISTRICT_NURSE, 0))
@example(EMERGENCY, (Written(0, 0, 0, "Warning", (Label.SEXUAL_HEALTH,)),), Asks(0, Role.DISTRICT_NURSE, 0))
@example(
    EMERGENCY,
    (Written(0, 0, 0, "Warning", (Label.ADOPTION, Label.SEXUAL_HEALTH)),),
    Asks(0, Role.SOCIAL_WORKER, 0),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=rules, entries=several(written, 6, min_size=1), asks=user_asks)
def test_every_way_to_a_person_is_open_exactly_when_the_rule_says_so(rules, entries, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(rules, entries)
        actor = world.actor(asks)
        check_people(world, rules, asks, actor)
        check_entries(world, rules, asks, actor, entries)
        check_stays(world, rules, asks, actor, entries)
        check_counts(world, rules, asks, actor, entries)
        raise UndoneError


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=rules, entries=several(written, 6, min_size=1), asks=system_asks)
def test_every_way_of_a_system_is_open_exactly_when_the_rule_says_so(rules, entries, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(rules, entries)
        actor = world.actor(asks)
        check_people(world, rules, asks, actor)
        check_entries(world, rules, asks, actor, entries)
        check_counts(world, rules, asks, actor, entries)
        raise UndoneError


def is_open_over_http(rules, entries, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(rules, entries)
        actor = world.actor(asks)
        check_what_leaves(world, rules, asks, actor, entries)
        check_over_http(world, rules, asks, entries)
        raise UndoneError


def is_open_on_pages(rules, entries, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(rules, entries)
        client = Client()
        client.force_login(world.assign(asks))
        for number, person in enumerate(world.people):
            visit = Visit(client, number, f"/people/{person.pk}")
            check_pages(visit, world, rules, asks, entries)
        raise UndoneError


@dataclass(frozen=True)
class Visit:
    """Somebody signed in who opens the pages of one person (by their number) at an address."""

    client: Client
    person: int
    address: str

    def open(self, more):
        return self.client.get(self.address + more)


def main_of(page):
    return page.content.decode().partition("<main")[2]


def check_pages(visit, world, rules, asks, entries):
    """What a page about the person says is exactly what may be seen, now and of then; the rest is refused."""
    is_open = rules.opens(asks, visit.person) and Permission.READ_RECORD in PERMISSIONS[asks.role]
    then = f"?as-of={uk_date(THEN).isoformat()}"
    pages = {more: visit.open(more) for more in ("", then, "/emergency", f"/emergency{then}", "/looked")}
    assert {page.status_code for page in pages.values()} == {200 if is_open else 403}
    for n, (entry, resource) in enumerate(zip(entries, world.resources, strict=True)):
        said = {more: f"Said in e{n}." in main_of(page) for more, page in pages.items()}
        is_here = is_open and entry.person == visit.person
        shows, showed = is_here and rules.shows(asks, entry), is_here and rules.showed(asks, entry)
        is_line, is_grave = entry.kind != WHO, entry.kind in IN_AN_EMERGENCY
        assert said == {
            "": shows and is_line,
            then: showed and is_line,
            "/emergency": shows and is_grave,
            f"/emergency{then}": showed and is_grave,
            "/looked": False,
        }
        assert (visit.open(f"/entries/{resource.pk}").status_code == 200) == (shows and is_line)


MANY = {"deadline": None, "suppress_health_check": list(HealthCheck)}


# A visible entry refers to a stay that is not, and a hidden one to a stay that is.
REFERRING = (
    (Written(0, 0, 1, "Hospital stay", (Label.SEXUAL_HEALTH,)), Written(0, 0, 0, "Observation")),
    (Written(0, 0, 0, "Hospital stay"), Written(0, 0, 1, "Observation", (Label.SEXUAL_HEALTH,))),
)


@pytest.mark.django_db
@example(EMERGENCY, REFERRING[0], Asks(0, system=0))
@example(EMERGENCY, REFERRING[1], Asks(0, system=0))
@settings(max_examples=15, **MANY)
@given(rules=rules, entries=several(written, 5, min_size=1), asks=system_asks)
def test_every_way_over_http_and_out_is_open_exactly_when_the_rule_says_so(rules, entries, asks):
    is_open_over_http(rules, entries, asks)


@pytest.mark.torture
@pytest.mark.django_db
@settings(max_examples=600, **MANY)
@given(rules=rules, entries=several(written, 6, min_size=1), asks=system_asks)
def test_many_ways_over_http_and_out(rules, entries, asks):
    is_open_over_http(rules, entries, asks)


@pytest.mark.django_db
@settings(max_examples=12, **MANY)
@given(rules=rules, entries=several(written, 5, min_size=1), asks=page_asks)
def test_every_page_says_exactly_what_may_be_seen(rules, entries, asks):
    is_open_on_pages(rules, entries, asks)


@pytest.mark.torture
@pytest.mark.django_db
@settings(max_examples=400, **MANY)
@given(rules=rules, entries=several(written, 6, min_size=1), asks=page_asks)
def test_many_pages(rules, entries, asks):
    is_open_on_pages(rules, entries, asks)


@pytest.mark.django_db
def test_a_refused_look_is_written_and_the_refusal_does_not_tell_whether_there_is_such_a_person():
    world = World(Rules(), ())
    actor = world.actor(Asks(0, Role.DISTRICT_NURSE, 0))
    messages = []
    for person_id in (world.people[0].pk, uuid.UUID(int=7)):
        with pytest.raises(RefusedError) as refused:
            look_at_person(actor, person_id, at=NOW, subject="record")
        messages.append(refused.value.reasons)
        assert AuditEvent.objects.filter(kind="refusal", person_id=person_id).count() == 1
        with pytest.raises(RefusedError):
            looks_at(actor, person_id, at=NOW)
    assert messages[0] == messages[1]
