"""A backup holds everything, and restores to what is equal to the original, or to no change at all."""

import itertools
import json
import os
import stat
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from joinedup.site.archive import DATABASE, MANIFEST, ArchiveError
from joinedup.site.backing_up import back_up
from joinedup.site.folders import DataFolder
from joinedup.site.postgres import start_embedded
from joinedup.site.restoring import RestoreError, restore

AT = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
PATIENCE = 150
NUMBERS = itertools.count()


def environment(**more):
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("JOINEDUP_", "DJANGO_"))}
    return kept | more


def joinedup(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "joinedup.cli", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=environment(**options.pop("env", {})),
        **options,
    )


def open_folder(root):
    """Let the embedded server's own user reach the folder, which pytest makes for one user only."""
    for part in (root, *list(root.parents)[:3]):
        if part.name.startswith("pytest-"):
            part.chmod(0o755)
    root.chmod(0o755)
    return root


def rows(url):
    """Every row of every table as text, in order: the slow and obvious comparison."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return {
            name: [row[0] for row in connection.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')]  # noqa: S608
            for (name,) in names.fetchall()
        }


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in ("secrets", "insight")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A demo of twenty people, the URL of its database, and a backup made by the command."""
    root = open_folder(tmp_path_factory.mktemp("original"))
    made = joinedup("demo", "--nation", "wales", "--people", "20", "--no-serve", "--data", root / "data")
    assert made.returncode == 0, made.stderr
    url = start_embedded(root / "data" / "postgres")
    done = joinedup("backup", root / "backup.zip", "--data", root / "data")
    assert done.returncode == 0, done.stderr
    return root / "data", url, root / "backup.zip"


@pytest.fixture
def target(tmp_path, original):
    """An empty folder and an empty database on the server of the original."""
    _, url, _ = original
    name = f"target_{next(NUMBERS)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    folder = DataFolder(tmp_path / "target")
    folder.make()
    return folder, make_conninfo(url, dbname=name)


def databases(url):
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def rewritten(backup, path, change):
    """Write the backup anew with its parts and manifest changed, and the digests put right."""
    with zipfile.ZipFile(backup) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(parts.pop(MANIFEST))
    change(parts, manifest)
    manifest["parts"] = {
        name: {"size": len(body), "sha256": sha256(body).hexdigest()} for name, body in parts.items()
    }
    with zipfile.ZipFile(path, "w") as file:
        for name, body in parts.items():
            file.writestr(name, body)
        file.writestr(MANIFEST, json.dumps(manifest))
    return path


def assert_untouched(target, kept=()):
    folder, url = target
    assert rows(url) == {}
    assert set(files(folder.root)) == set(kept)
    assert not [name for name in databases(url) if "restoring" in name or "before" in name]


class TestTheCommands:
    def test_what_is_restored_is_equal_to_the_original(self, original, tmp_path):
        data, url, backup = original
        other = open_folder(tmp_path) / "other"
        done = joinedup("restore", backup, "--data", other)
        assert done.returncode == 0, done.stderr
        assert rows(start_embedded(other / "postgres")) == rows(url)
        assert files(other).items() >= files(data).items()
        assert json.loads((other / "setup.json").read_text()) == json.loads((data / "setup.json").read_text())

    def test_entries_and_audit_are_append_only_again(self, original, target):
        folder, url = target
        restore(original[2], folder, url, replace=False, at=AT)
        for table in ("record_entry", "access_auditevent"):
            for words in ("UPDATE {} SET id = id", "DELETE FROM {}"):
                with psycopg.connect(url) as connection, pytest.raises(psycopg.Error, match="append-only"):
                    connection.execute(words.format(table))

    def test_only_its_owner_may_read_a_backup_and_what_it_holds_is_said(self, original, tmp_path):
        data, _, backup = original
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        done = joinedup("backup", tmp_path / "b.zip", "--data", data)
        assert "people's records and the keys" in done.stdout
        assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]

    def test_a_file_that_is_there_is_not_written_over(self, original, tmp_path):
        (tmp_path / "b.zip").write_text("mine")
        refused = joinedup("backup", tmp_path / "b.zip", "--data", original[0])
        assert refused.returncode == 1
        assert "there already" in refused.stderr
        assert (tmp_path / "b.zip").read_text() == "mine"

    def test_no_room_is_said_and_leaves_nothing(self, original, tmp_path):
        data, url, _ = original
        words = f"ulimit -f 40; exec {sys.executable} -m joinedup.cli backup {tmp_path}/b.zip --data {data}"
        refused = subprocess.run(
            ["bash", "-c", words],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=environment(JOINEDUP_DATABASE_URL=url),
        )
        assert refused.returncode == 1
        assert "no room" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_place_that_cannot_be_written_is_said(self, original):
        refused = joinedup("backup", "/proc/b.zip", "--data", original[0])
        assert refused.returncode == 1
        assert "/proc/b.zip can't be written" in refused.stderr
        assert "Traceback" not in refused.stderr

    def test_an_empty_database_is_not_backed_up(self, target, tmp_path):
        folder, url = target
        with pytest.raises(ArchiveError, match="nothing to back up"):
            back_up(folder, url, tmp_path / "b.zip", at=AT)
        assert not (tmp_path / "b.zip").exists()

    def test_insight_can_be_left_out(self, original, tmp_path):
        data, url, _ = original
        manifest = back_up(DataFolder(data), url, tmp_path / "b.zip", with_insight=False, at=AT)
        assert not [name for name in manifest.parts if name.startswith("insight")]
        assert "secrets/pseudonym.key" in manifest.parts


class TestATargetThatIsNotEmpty:
    def test_is_refused(self, original, target):
        folder, url = target
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE mine (id int)")
        with pytest.raises(RestoreError, match="--replace"):
            restore(original[2], folder, url, replace=False, at=AT)
        assert rows(url) == {"mine": []}
        assert files(folder.root) == {}

    def test_is_kept_under_another_name_when_that_is_asked_for(self, original, target):
        folder, url = target
        folder.secret("pseudonym")
        before = files(folder.root)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE mine AS SELECT 1 AS id")
        restored = restore(original[2], folder, url, replace=True, at=AT)
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        assert restored.kept == (
            f"the database {name}_before_20260312090000",
            "the folder secrets-before-20260312090000",
        )
        assert rows(url) == rows(original[1])
        assert rows(make_conninfo(url, dbname=f"{name}_before_20260312090000")) == {"mine": ["(1)"]}
        aside = folder.root / "secrets-before-20260312090000"
        assert (aside / "pseudonym.key").read_bytes() == before["secrets/pseudonym.key"]
        with psycopg.connect(original[1], autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}_before_20260312090000")

    def test_a_database_in_use_is_refused(self, original, target):
        folder, url = target
        with psycopg.connect(url), pytest.raises(RestoreError, match="Stop joinedup"):
            restore(original[2], folder, url, replace=False, at=AT)
        assert_untouched(target)


class TestAFileThatIsNotAWholeBackup:
    @pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
    def test_cut_short(self, original, target, tmp_path, share):
        whole = original[2].read_bytes()
        (tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ArchiveError, match="cut short"):
            restore(tmp_path / "cut.zip", *target, replace=False, at=AT)
        assert_untouched(target)

    @pytest.mark.parametrize("share", [0.05, 0.4, 0.6, 0.9])
    def test_with_one_byte_changed(self, original, target, tmp_path, share):
        body = bytearray(original[2].read_bytes())
        body[int(len(body) * share)] ^= 1
        (tmp_path / "b.zip").write_bytes(body)
        with pytest.raises(ArchiveError, match="damaged"):
            restore(tmp_path / "b.zip", *target, replace=False, at=AT)
        assert_untouched(target)

    def test_another_kind_of_file(self, target, tmp_path):
        (tmp_path / "text").write_text("not a backup")
        with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
            other.writestr("readme", "not a backup")
        with zipfile.ZipFile(tmp_path / "like.zip", "w") as other:
            other.writestr(MANIFEST, '{"format": "something else"}')
        for name in ("text", "other.zip", "like.zip"):
            with pytest.raises(ArchiveError, match="not a backup"):
                restore(tmp_path / name, *target, replace=False, at=AT)
        assert_untouched(target)

    def test_a_part_that_would_land_elsewhere(self, original, target, tmp_path):
        path = rewritten(
            original[2], tmp_path / "b.zip", lambda parts, _: parts.update({"secrets/../x": b"x"})
        )
        with pytest.raises(ArchiveError, match="damaged"):
            restore(path, *target, replace=False, at=AT)
        assert_untouched(target)


class TestABackupThatDoesNotFit:
    def test_of_a_newer_form(self, original, target, tmp_path):
        path = rewritten(
            original[2], tmp_path / "b.zip", lambda _, m: m.update(format_version=2, joinedup="9.9")
        )
        with pytest.raises(ArchiveError, match=r"joinedup 9\.9"):
            restore(path, *target, replace=False, at=AT)
        assert_untouched(target)

    def test_with_tables_of_a_newer_version(self, original, target, tmp_path):
        path = rewritten(
            original[2], tmp_path / "b.zip", lambda _, m: m["migrations"].append("record.9999_later")
        )
        with pytest.raises(RestoreError, match="9999_later"):
            restore(path, *target, replace=False, at=AT)
        assert_untouched(target)

    def test_with_a_dump_that_breaks_off(self, original, target, tmp_path):
        def cut(parts, _):
            parts[DATABASE] = parts[DATABASE][: len(parts[DATABASE]) * 9 // 10]

        with pytest.raises(RestoreError, match="can't be restored"):
            restore(rewritten(original[2], tmp_path / "b.zip", cut), *target, replace=False, at=AT)
        assert_untouched(target)

    @pytest.mark.parametrize("fact", ["rows", "digest"])
    def test_whose_rows_are_not_those_it_was_made_of(self, original, target, tmp_path, fact):
        def change(_, manifest):
            manifest["tables"]["record_entry"][fact] = 7 if fact == "rows" else "7"

        with pytest.raises(RestoreError, match="record_entry differ"):
            restore(rewritten(original[2], tmp_path / "b.zip", change), *target, replace=False, at=AT)
        assert_untouched(target)

    def test_without_a_trigger_that_was_there(self, original, target, tmp_path):
        path = rewritten(
            original[2], tmp_path / "b.zip", lambda _, m: m["triggers"].append("record_entry.more")
        )
        with pytest.raises(RestoreError, match=r"record_entry\.more differ"):
            restore(path, *target, replace=False, at=AT)
        assert_untouched(target)


def test_what_a_killed_restore_left_is_dropped_by_the_next(original, target):
    folder, url = target
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_restoring_1")
    restore(original[2], folder, url, replace=False, at=AT)
    assert not [other for other in databases(url) if "restoring" in other]
    assert rows(url) == rows(original[1])
