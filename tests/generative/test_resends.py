"""Any order of resends of what a source once said ends with the newest of it, and no version is written twice."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import register_system
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.people.models import Person
from joinedup.care.record.models import Entry
from joinedup.care.record.sources import Age, Source, age_of
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import item_of, parse
from joinedup.exchange.fhir.intake import take_in

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = st.sampled_from(["Patient", "Flag"])
# What a source says of its versions: their numbers, their times, both; or words without order, and times.
STYLES = st.sampled_from(["numbers", "times", "both", "words"])
SAID = st.lists(st.sampled_from(["male", "female", "other"]), min_size=1, max_size=5)
ORDER = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=1, max_size=6)


class UndoneError(Exception):
    """Takes every change of one example back."""


def meta_of(style, number):
    at = (FIRST + timedelta(days=number)).isoformat()
    return {
        "numbers": {"versionId": str(number + 8)},
        "times": {"lastUpdated": at},
        "both": {"versionId": str(number + 8), "lastUpdated": at},
        "words": {"versionId": f"v-{number * 7 % 5}", "lastUpdated": at},
    }[style]


def resource(type_, said, style, number):
    content = {"resourceType": type_, "id": "x1", "meta": meta_of(style, number)}
    if type_ == "Patient":
        return content | {"gender": said}
    return content | {
        "status": "active",
        "code": {"text": said},
        "subject": {"reference": "Patient/nobody-here"},
    }


def send(by, content):
    request = {"method": "PUT", "url": f"{content['resourceType']}/x1"}
    sent = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": content, "request": request}],
    }
    entry = parse(json.dumps(sent).encode()).entry[0]
    take_in([item_of(entry, 0)], by=by, nation=Nation.ENGLAND, at=NOW)


@pytest.mark.django_db
@given(type_=TYPES, style=STYLES, said=SAID, tries=ORDER)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_any_order_of_resends_ends_with_the_newest(type_, style, said, tries):
    history = [resource(type_, word, style, number) for number, word in enumerate(said)]
    sent = [number % len(history) for batch in tries for number in batch]
    try:
        with transaction.atomic():
            system = register_system(name="a source")
            by = Actor(system.name, SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
            for number in sent:
                send(by, history[number])
            kept = [
                json.loads(body) for body in Entry.objects.order_by("version").values_list("body", flat=True)
            ]
            assert told(kept[-1]) == told(history[max(sent)])
            assert max(Counter(json.dumps(body["meta"]) for body in kept).values()) == 1
            assert [history.index(body) for body in kept] == sorted(history.index(body) for body in kept)
            if type_ == "Patient":
                assert Person.objects.get().gender == said[max(sent)]
            raise UndoneError
    except UndoneError:
        pass


def told(content):
    return {name: value for name, value in content.items() if name != "meta"}


VERSIONS = st.sampled_from(["", "1", "2", "10", "a", "b"])
MOMENTS = st.none() | st.integers(0, 2).map(lambda days: FIRST + timedelta(days=days))
SOURCES = st.builds(Source, VERSIONS, MOMENTS)
OPPOSITE = {Age.LATER: Age.EARLIER, Age.EARLIER: Age.LATER}


@given(SOURCES, SOURCES)
def test_of_two_versions_each_says_the_opposite_of_the_other(one, other):
    age = age_of(one, other)
    assert age_of(other, one) is OPPOSITE.get(age, age)
    assert (age is Age.SAME) <= (one.version == other.version != "")
