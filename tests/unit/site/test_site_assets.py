"""Building the front-end assets: once, whole or not at all, and with words that help when it fails.

A stand-in for Node.js keeps these tests off the network; the browser tests use the real one.
"""

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from joinedup.site import assets, node
from joinedup.site.assets import PICTURES, AssetsError, build_assets, find_assets

PACKAGES = {
    "nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js": "frontend",
    "htmx.org/dist/htmx.min.js": "htmx",
    "sass/sass.js": "sass",
    **dict.fromkeys(PICTURES, "<svg/>"),
}


@dataclass
class StandIn:
    """Writes what npm and sass would, and counts how often it was asked."""

    found_in: str = "from the test"
    asked: list = field(default_factory=list)
    fault: Exception | None = None

    def npm(self, *arguments, cwd):
        self.asked.append("npm")
        for name, text in PACKAGES.items():
            path = cwd / "node_modules" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if self.fault:
            raise self.fault

    def run(self, script, *arguments, cwd):
        self.asked.append("sass")
        (cwd / "joinedup.css").write_text("body{}")


@pytest.fixture
def stand_in(monkeypatch):
    stand_in = StandIn()
    monkeypatch.setattr(assets, "find_node", lambda: stand_in)
    return stand_in


def test_a_second_build_does_nothing(stand_in, tmp_path):
    assert find_assets(tmp_path) is None
    said = []
    first = build_assets(tmp_path, progress=said.append)
    second = build_assets(tmp_path, progress=said.append)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.folder == second.folder == find_assets(tmp_path)
    assert stand_in.asked == ["npm", "sass"]
    assert said == ["Installing front-end packages with npm (from the test)", "Compiling styles"]


def test_everything_that_a_page_asks_for_is_there_and_compressed(stand_in, tmp_path):
    built = next(build_assets(tmp_path).folder.iterdir())
    names = {path.name for path in built.iterdir()}
    for name in ("joinedup.css", "joinedup.js", "joinedup-mark.svg", "htmx.min.js", "nhsuk-frontend.min.js"):
        assert {name, f"{name}.gz"} <= names


def test_a_build_that_fails_leaves_nothing_half_made(stand_in, tmp_path):
    stand_in.fault = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(AssetsError, match="disk is full"):
        build_assets(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    stand_in.fault = None
    assert build_assets(tmp_path).is_new


def test_two_builds_at_once_do_no_harm(stand_in, tmp_path):
    final = tmp_path / "packages" / "x"

    def other_finishes_first(draft):
        (draft / "mine").touch()
        final.mkdir(parents=True)
        (final / "theirs").touch()

    assets._in_draft(tmp_path, final, other_finishes_first)
    assert [path.name for path in final.iterdir()] == ["theirs"]


def test_drafts_of_killed_builds_are_cleared_away_but_not_those_of_running_ones(stand_in, tmp_path):
    old, new = tmp_path / ".draft-old", tmp_path / ".draft-new"
    old.mkdir()
    new.mkdir()
    os.utime(old, (0, 0))
    build_assets(tmp_path)
    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_written_is_named(stand_in, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(AssetsError, match="JOINEDUP_ASSETS"):
        build_assets(blocked)


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("npm error code ENOTFOUND", "registry can't be reached"),
        ("npm error nospc ENOSPC: no space left on device", "disk is full"),
        ("Error: Undefined variable.", "Undefined variable"),
    ],
)
def test_a_failed_program_says_what_to_do(tmp_path, output, advice):
    program = tmp_path / "npm"
    program.write_text(f"#!/bin/sh\necho '{output}' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(AssetsError, match=advice):
        node.Node(program, (str(program),), "here").npm("ci", cwd=tmp_path)


def test_without_node_on_path_the_one_in_the_wheel_is_used(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert node.find_node().found_in == "from its Python package"


def test_a_node_too_old_on_path_is_passed_over(monkeypatch, tmp_path):
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho v12.22.0\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node.find_node().found_in == "from its Python package"


def test_no_node_at_all_says_what_to_install(monkeypatch):
    monkeypatch.setattr(node, "_on_path", lambda: None)
    monkeypatch.setattr(node, "_in_wheel", lambda: None)
    with pytest.raises(AssetsError, match="install Node"):
        node.find_node()


def test_the_lock_file_names_no_registry():
    lock = (assets.SOURCES / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    assert "http" not in "".join(
        line for line in lock.splitlines() if "funding" not in line and '"url"' not in line
    )


def test_no_asset_source_speaks_to_another_site():
    for path in Path(assets.SOURCES).rglob("*"):
        if path.suffix in (".scss", ".js"):
            assert "http" not in path.read_text(), path
