"""The documents speak of what is there: files, tests, commands, links; and every dependency is pinned."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from joinedup.cli import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
SETTINGS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)")
NAMED_FILE = re.compile(r"`((?:src|tests|tools|benchmarks|docs)/[\w./<>-]+?\.\w+)(?:::(\w+))?`")
NAMED_ROOM = re.compile(r"`((?:core|rules|care|insight|exchange|web|site)\.[a-z_.]+)`")


def name_of(path):
    return path.relative_to(REPOSITORY).as_posix()


def functions_in(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def is_there(dotted):
    """Say whether a dotted name is a module of the package, or something defined in one."""
    path = REPOSITORY.joinpath("src", "joinedup", *dotted.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module = path.parent.with_suffix(".py")
    return module.is_file() and path.name in functions_in(module)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    for target in LINK.findall(path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_and_tests_that_are_named_exist(path):
    for name, function in NAMED_FILE.findall(path.read_text()):
        file = REPOSITORY / name
        assert file.is_file(), name
        assert not function or function in functions_in(file), f"{name}::{function}"


def test_rooms_that_the_architecture_names_exist():
    named = NAMED_ROOM.findall((REPOSITORY / "docs" / "architecture.md").read_text())
    assert named
    assert [name for name in named if not is_there(name)] == []


def test_the_readme_names_every_command_and_only_those():
    text = (REPOSITORY / "README.md").read_text()
    table = text[text.index("## Commands") : text.index("## Where things are")]
    assert set(re.findall(r"`joinedup ([\w-]+)", table)) == set(COMMANDS)


def test_every_property_of_security_has_code_and_a_test():
    text = (REPOSITORY / "docs" / "security.md").read_text()
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")][2:]
    assert rows
    for _what, code, test in rows:
        assert NAMED_FILE.search(code) or "pyproject.toml" in code
        assert any(function for _, function in NAMED_FILE.findall(test))


def test_every_dependency_is_pinned():
    """Names as in PEP 503; a constraint per package, exact, for what is installed, tested and checked with."""
    pinned = SETTINGS["tool"]["uv"]["constraint-dependencies"]
    groups = SETTINGS["dependency-groups"]
    wanted = [*SETTINGS["project"]["dependencies"], *groups["test"], *groups["lint"]]
    wanted += [
        name for extra in SETTINGS["project"].get("optional-dependencies", {}).values() for name in extra
    ]
    assert all(re.match(r"[\w.-]+==[\w.+!]+( ;|$)", line) for line in pinned)
    names = {re.match(r"[\w.-]+", line)[0].lower() for line in pinned}
    assert {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in wanted} <= names


def test_every_dependency_says_why():
    text = (REPOSITORY / "pyproject.toml").read_text()
    block = text[text.index("\ndependencies = [") : text.index("[project.scripts]")]
    lines = [line for line in block.splitlines() if line.strip().startswith('"')]
    assert [line for line in lines if "#" not in line] == []
