"""The import contracts cover the whole house, and the drawing of it says what they say. `just check` enforces them."""

import pytest

import draw_architecture
from draw_architecture import contracts, layers_of
from joinedup.core.nation import Nation

SOURCE = draw_architecture.REPOSITORY / "src" / "joinedup"


def rooms_in(folder):
    """Return the modules and packages right below a folder."""
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return packages | {path.stem for path in folder.glob("*.py")} - {"__init__"}


def layered(name):
    return {room for layer in layers_of(contracts()[name]) for room in layer}


def test_every_room_has_its_place():
    assert rooms_in(SOURCE) == layered("rooms")
    assert rooms_in(SOURCE / "care") == layered("care")


def test_every_nation_is_kept_from_the_others():
    assert set(contracts()["nations"]["modules"]) == {f"joinedup.rules.{nation}" for nation in Nation}


@pytest.mark.parametrize("room", ["core", "rules", "insight", "exchange.linkage"])
def test_what_is_computed_needs_no_django(room):
    assert f"joinedup.{room}" in contracts()["no-django"]["source_modules"]


@pytest.mark.parametrize("room", ["care", "web", "exchange.fhir"])
def test_what_serves_people_needs_no_engine(room):
    contract = contracts()["no-engine"]
    assert f"joinedup.{room}" in contract["source_modules"]
    assert {"ibis", "duckdb", "splink", "pyarrow", "pandas", "pyspark"} <= set(contract["forbidden_modules"])


def test_one_module_imports_the_validator():
    importing = [path.name for path in SOURCE.rglob("*.py") if "import fhirkit" in path.read_text()]
    assert importing == ["validation.py"]


def test_the_contracts_name_only_what_is_there():
    named = [
        module
        for contract in contracts().values()
        for module in (*contract.get("source_modules", ()), *contract.get("forbidden_modules", ()))
        if module.startswith("joinedup")
    ]
    for module in named:
        path = SOURCE.parent.joinpath(*module.removesuffix(".*").split("."))
        assert path.is_dir() or path.with_suffix(".py").is_file(), module


def test_the_drawing_is_up_to_date():
    text = draw_architecture.DOCUMENT.read_text()
    assert draw_architecture.redrawn(text) == text, "run just docs"


def test_the_drawing_follows_the_contracts():
    known = contracts()
    moved = known | {"rooms": known["rooms"] | {"layers": ["care", "core"]}}
    assert "care --> core" in draw_architecture.drawing(moved)
    assert "care --> core" not in draw_architecture.drawing(known)
