"""Web process, worker and database killed at random moments during a load: what was acknowledged is there, once."""

import itertools
import json
import random
import threading
import time
from datetime import date

import psycopg
import pytest

from joinedup.core.nation import Nation
from joinedup.synthetic import bundles
from supervised import open_folder, supervised

VICTIMS = ("web", "worker", "database")
IN_A_BUNDLE = 40
GIVEN_UP = 0.1


def sent_bundles(resources):
    """Made-up bundles, cut small so that there are many moments to be killed at: (their entries, as sent)."""
    stream = bundles(Nation.SCOTLAND, people=resources, seed=4, until=date(2026, 3, 12))
    entries = (entry for bundle in stream for entry in json.loads(bundle)["entry"])
    entries = itertools.islice(entries, resources)
    while part := list(itertools.islice(entries, IN_A_BUNDLE)):
        yield part


def keys(entries):
    return [(entry["resource"]["resourceType"], entry["resource"]["id"]) for entry in entries]


class Load:
    """A client that loads bundles and, sometimes, gives one up after a failure; and somebody who kills meanwhile."""

    def __init__(self, served, parts, kills, seed):
        self.served = served
        self.parts = parts
        self.kills = kills
        self.chance = random.Random(seed)
        self.progress = 0
        self.killed = dict.fromkeys(VICTIMS, 0)
        self.acknowledged, self.given_up = [], []

    def run(self):
        killer = threading.Thread(target=self._kill, daemon=True)
        killer.start()
        for part in self.parts:
            bundle = {"resourceType": "Bundle", "type": "transaction", "entry": part}
            tries = 1 if self.chance.random() < GIVEN_UP else None
            is_kept = self.served.send(json.dumps(bundle).encode(), tries)
            (self.acknowledged if is_kept else self.given_up).append(part)
            self.progress += 1
        killer.join()
        return self

    def _kill(self):
        """Kill one after another, each a random part of the load and of a second after the one before."""
        step = len(self.parts) / (self.kills + 1)
        for number in range(1, self.kills + 1):
            while self.progress < min(step * number, len(self.parts) - 1):
                time.sleep(0.01)
            time.sleep(self.chance.uniform(0, 0.3))
            victim = VICTIMS[number % 3]
            while not self.served.kill(victim):
                time.sleep(0.05)
            self.killed[victim] += 1


def stored(url):
    """What is in the record: every version's content by type, id and version; and how many people there are."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT type, fhir_id, record_entry.version, body FROM record_entry "
            "JOIN record_resource ON record_resource.id = resource_id"
        )
        entries = {(type_, fhir_id, version): body for type_, fhir_id, version, body in rows}
        resources = connection.execute("SELECT count(*) FROM record_resource").fetchone()[0]
        people = connection.execute("SELECT count(*) FROM people_person").fetchone()[0]
    return entries, resources, people


def check(load, url):
    entries, resources, people = stored(url)
    present = {(type_, fhir_id) for type_, fhir_id, _ in entries}
    for part in load.acknowledged:
        for entry in part:
            body = entries.get((entry["resource"]["resourceType"], entry["resource"]["id"], 1))
            assert body is not None, "an acknowledged resource is lost"
            assert json.loads(body) == entry["resource"]
    for part in load.given_up:
        assert len(present & set(keys(part))) in (0, len(part)), "a bundle is there in part"
    own = present & {key for part in load.parts for key in keys(part)}
    assert len([key for key in entries if key[:2] in own]) == len(own), "something is there twice"
    patients = {key for key in own if key[0] == "Patient"}
    assert people == len(patients)
    return resources


@pytest.mark.parametrize(
    ("resources", "kills"), [(2_000, 6), pytest.param(100_000, 200, marks=pytest.mark.torture)]
)
def test_nothing_acknowledged_is_lost_no_bundle_is_in_part_and_none_is_doubled(tmp_path, resources, kills):
    parts = list(sent_bundles(resources))
    assert sum(map(len, parts)) == resources
    with supervised(open_folder(tmp_path)) as served:
        load = Load(served, parts, kills, seed=kills).run()
        served.wait()
        assert sum(load.killed.values()) == kills
        assert "Internal Server Error" not in served.log
        check(load, served.url)
        print(f"{load.killed}, {served.starts} starts, {len(load.given_up)} bundles given up")  # noqa: T201
