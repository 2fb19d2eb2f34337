"""A backup made while others write is of one moment: every bundle is in it whole or not at all."""

import itertools
import json
import threading
from datetime import UTC, datetime

import psycopg
import pytest

from faults.test_killed_while_loading import keys, sent_bundles, stored
from joinedup.site.backing_up import back_up
from joinedup.site.contents import contents_of
from joinedup.site.folders import DataFolder
from joinedup.site.restoring import restore
from supervised import open_folder, supervised

AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
# More than can be loaded before the last backup is made; what is left then is not sent.
RESOURCES = 12_000
BUNDLES_BETWEEN = 8
BACKUPS = 3


def bundle_of(part):
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": part}).encode()


@pytest.fixture
def served(tmp_path):
    with supervised(open_folder(tmp_path)) as server:
        yield server


def test_a_backup_under_load_is_of_one_moment_and_restores_equal_to_it(served, tmp_path):
    parts = list(sent_bundles(RESOURCES))
    sent, enough = [], threading.Event()

    def load():
        for part in itertools.takewhile(lambda _: not enough.is_set(), parts):
            served.send(bundle_of(part))
            sent.append(part)

    loading = threading.Thread(target=load)
    loading.start()
    made = []
    for number in range(BACKUPS):
        while loading.is_alive() and len(sent) < (number + 1) * BUNDLES_BETWEEN:
            loading.join(0.01)
        before = len(sent)
        file = tmp_path / f"{number}.zip"
        made.append((before, back_up(DataFolder(served.data), served.url, file, at=AT), file))
    was_loading = loading.is_alive()
    enough.set()
    loading.join()
    assert was_loading, "the last backup was made when the load was done"
    for number, (before, manifest, file) in enumerate(made):
        check(served, tmp_path / f"restored-{number}", parts, before, manifest, file)


def check(served, root, parts, before, manifest, file):
    url = new_database(served.url, root.name.replace("-", "_"))
    folder = DataFolder(root)
    folder.make()
    restore(file, folder, url, replace=False, at=AT)
    with psycopg.connect(url) as connection:
        assert contents_of(connection).tables == manifest.tables
    entries, resources, _ = stored(url)
    assert len(entries) == resources == manifest.tables["record_resource"].rows
    present = {key[:2] for key in entries}
    for number, part in enumerate(parts):
        here = len(present & set(keys(part)))
        assert here in (0, len(part)), "a bundle is there in part"
        assert here or number >= before, "what was acknowledged before the backup is not in it"


def new_database(url, name):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return psycopg.conninfo.make_conninfo(url, dbname=name)
