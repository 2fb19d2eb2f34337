"""A clock that jumps: versions are counted, pages go on, and what was acknowledged stays in its order."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.care.access.queries import actor_of_token
from joinedup.care.record.models import Entry, Resource
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import item_of, parse
from joinedup.exchange.fhir.intake import take_in

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
# Back an hour, as by a clock put right; forward a year, as by one put wrong; and right again.
JUMPS = [timedelta(), timedelta(hours=-1), timedelta(days=365), timedelta(minutes=1), timedelta(hours=-1)]


@pytest.fixture
def token(db):
    return create_token(system="Westmarch hospital", scopes=[Scope.READ, Scope.WRITE], at=NOON)


@pytest.fixture
def by(token):
    return actor_of_token(token)


@pytest.fixture
def get(token):
    """Ask for a path below the API's address as the system that wrote."""
    client = Client(headers={"authorization": f"Bearer {token}"})
    return lambda path: client.get(f"/fhir/R4{path}")


def write(by, at, *resources):
    entries = [
        {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
        for r in resources
    ]
    data = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    items = [item_of(entry, index) for index, entry in enumerate(parse(data).entry)]
    return take_in(items, by=by, nation=Nation.ENGLAND, at=at)


def basic(fhir_id, text):
    return {"resourceType": "Basic", "id": fhir_id, "code": {"text": text}}


def test_versions_keep_their_order_whatever_the_clock_says(by):
    for number, jump in enumerate(JUMPS, 1):
        (answer,) = write(by, NOON + jump, basic("b", f"text {number}"))
        assert answer.written.version == number
    entries = Entry.objects.order_by("version")
    assert [json.loads(entry.body)["code"]["text"] for entry in entries] == [
        f"text {number}" for number in range(1, len(JUMPS) + 1)
    ]
    assert Resource.objects.get().version == len(JUMPS)
    # The time of recording is the clock's, told as it was: it orders nothing.
    assert [entry.recorded_at for entry in entries] == [NOON + jump for jump in JUMPS]


def test_the_newest_version_is_the_one_written_last_not_the_one_with_the_latest_time(by, get):
    for number, jump in enumerate(JUMPS, 1):
        write(by, NOON + jump, basic("b", f"text {number}"))
    answer = get("/Basic/b")
    assert answer.json()["code"]["text"] == f"text {len(JUMPS)}"
    assert answer["ETag"] == f'W/"{len(JUMPS)}"'


def test_the_same_again_under_another_time_is_no_version(by):
    for jump in JUMPS:
        (answer,) = write(by, NOON + jump, basic("b", "same"))
        assert answer.written.version == 1
    assert Entry.objects.count() == 1


def test_pages_give_everything_once_while_the_clock_jumps_between_them(by, get):
    for number, jump in enumerate(JUMPS):
        write(by, NOON + jump, basic(f"b{number}", "x"))
    seen, path = [], "/Basic?_count=2"
    while path:
        page = get(path).json()
        seen += [entry["resource"]["id"] for entry in page.get("entry", [])]
        links = {link["relation"]: link["url"] for link in page["link"]}
        path = links["next"].partition("/fhir/R4")[2] if "next" in links else None
        write(by, NOON - timedelta(days=400 + len(seen)), basic(f"later{len(seen)}", "x"))
    first = [fhir_id for fhir_id in seen if fhir_id.startswith("b")]
    assert sorted(first) == [f"b{number}" for number in range(len(JUMPS))]
    assert len(seen) == len(set(seen))
