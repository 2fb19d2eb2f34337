"""The house rules that no linter checks, over every module and document of the repository."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src" / "joinedup"
MODULES = sorted(SOURCE.rglob("*.py"))
DECISIONS = sorted((REPOSITORY / "docs" / "adr").glob("*.md"))
MOST_LINES = 400
# One long declaration each, no code: a table is not easier to read in two pieces.
TABLES = ("exchange/files/sources.py",)
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
HEADINGS = ["## Context", "## Decision", "## Consequences", "## Enforced by"]
# Registries and homes in pieces, so that this file does not hold what it looks for.
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "registry.yarnpkg" + ".com",
)
HOMES = re.compile(r"(?<![\w.:/-])/" + r"(?:work|root|home|Users|mnt|workspace)/\w")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


def tree_of(text):
    return ast.parse(text)


def undocumented(tree):
    """Return the public functions and classes without a docstring, and the module if it has none."""
    found = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    public = (node for node in tree.body if isinstance(node, DEFINITIONS) and not node.name.startswith("_"))
    return found + [node.name for node in public if not ast.get_docstring(node)]


def nation_branches(tree):
    """Return the lines that compare something with one named nation."""
    compared = [
        (node.lineno, [node.left, *node.comparators])
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
    ]
    matched = [(node.pattern.lineno, [node.pattern.value]) for node in ast.walk(tree) if is_value_case(node)]
    return [
        line for line, operands in compared + matched if any(is_named_nation(operand) for operand in operands)
    ]


def is_value_case(node):
    return isinstance(node, ast.match_case) and isinstance(node.pattern, ast.MatchValue)


def is_named_nation(node):
    """Say whether it is `Nation.WALES` or the like, alone or in a list of them."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(is_named_nation(item) for item in node.elts)
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Nation"


def forbidden_addresses(text):
    """Return the package registries and the paths of somebody's machine in a text."""
    return [name for name in REGISTRIES if name in text] + HOMES.findall(text)


def headings_of(text):
    return [line for line in text.splitlines() if line.startswith("## ")]


def kept_files():
    """Return every file that is, or is about to be, in the repository's history."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    paths = (REPOSITORY / name for name in done.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_keeps_the_house_rules(path):
    text = path.read_text()
    tree = tree_of(text)
    lines = len(text.splitlines())
    assert lines <= MOST_LINES or name_of(path) in TABLES, f"{lines} lines; at most {MOST_LINES}"
    assert path.stem not in VAGUE_NAMES, "name it after what is in it"
    assert not undocumented(tree) or "migrations" in path.parts
    if name_of(path).partition("/")[0] not in ("rules", "core"):
        assert not nation_branches(tree), "what differs between nations belongs in a rule book"


def test_only_declarations_are_excused_from_the_limit():
    for name in TABLES:
        long_functions = [
            node.name
            for node in ast.walk(tree_of((SOURCE / name).read_text()))
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > 15
        ]
        assert not long_functions, name


def test_decisions_are_numbered_without_gaps():
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    assert DECISIONS


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_a_page_with_its_four_parts(path):
    text = path.read_text()
    assert headings_of(text) == HEADINGS
    assert len(text.split()) <= 500, "one page"


def test_no_registry_and_no_machine_is_named():
    named = {}
    for path in kept_files():
        try:
            found = forbidden_addresses(path.read_text())
        except UnicodeDecodeError:
            continue
        if found:
            named[path.relative_to(REPOSITORY).as_posix()] = found
    assert not named


class TestTheChecksThemselves:
    def test_a_missing_docstring_is_found(self):
        tree = tree_of('"""M."""\nclass Open:\n    """O."""\ndef said(): pass\ndef _own(): pass\n')
        assert undocumented(tree) == ["said"]
        assert undocumented(tree_of("x = 1")) == ["the module"]

    @pytest.mark.parametrize(
        "code",
        [
            "if nation == Nation.WALES: pass",
            "x = 1 if place.nation is Nation.WALES else 2",
            "if nation in (Nation.WALES, Nation.SCOTLAND): pass",
            "match nation:\n    case Nation.WALES: pass",
        ],
    )
    def test_a_branch_on_a_nation_is_found(self, code):
        assert nation_branches(tree_of(code))

    def test_other_comparisons_are_left_alone(self):
        assert not nation_branches(tree_of("if first.nation == second.nation: pass"))

    @pytest.mark.parametrize(
        "text", ["https://" + REGISTRIES[0] + "/simple", "see /" + "home/somebody/notes", "/" + "root/x"]
    )
    def test_an_address_is_found(self, text):
        assert forbidden_addresses(text)

    @pytest.mark.parametrize(
        "text", ["/work", "docs/home/page.md", "https://other.example/home/x", "/healthcare/x"]
    )
    def test_harmless_text_is_left_alone(self, text):
        assert not forbidden_addresses(text)
