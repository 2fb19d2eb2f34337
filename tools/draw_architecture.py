"""Draw the diagram of docs/architecture.md from the import contracts in pyproject.toml, between two marker lines.

The contracts are what is enforced, so the drawing can't say anything else. `just docs` writes it; a test fails when
it is out of date.
"""

import tomllib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = REPOSITORY / "docs" / "architecture.md"
BEGIN = "<!-- drawn by tools/draw_architecture.py -->\n"
END = "<!-- end of drawing -->\n"
# What each room is for, in a few words; a room without words here is an error.
WORDS = {
    "cli": "command line",
    "commands": "one module a command",
    "site": "settings, server, database, data folder",
    "web": "pages for people",
    "exchange": "FHIR API, files in, tables out",
    "synthetic": "a made-up partnership",
    "care": "the operational system",
    "insight": "measures on typed tables",
    "rules": "rule books of four nations",
    "core": "nation, time, money, numbers",
}


def main() -> None:
    """Write the drawing into the document."""
    DOCUMENT.write_text(redrawn(DOCUMENT.read_text()))


def redrawn(text: str) -> str:
    """Return the document with the drawing that the contracts give now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{drawing(contracts())}{END}{after}"


def contracts() -> dict[str, dict[str, Any]]:
    """Return the import contracts by id."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def layers_of(contract: dict[str, Any]) -> list[list[str]]:
    """Return the layers of a contract from the top, each a list of neighbours."""
    return [[name.strip() for name in layer.split("|")] for layer in contract["layers"]]


def drawing(known: dict[str, dict[str, Any]]) -> str:
    """Return the diagram in Mermaid and the contracts in words."""
    lines = ["```mermaid", "flowchart TD"]
    rooms = layers_of(known["rooms"])
    lines += [f'    {name}["{name}<br/>{WORDS[name]}"]' for layer in rooms for name in layer]
    lines += [f"    {upper} --> {lower}" for pair in pairwise(rooms) for upper, lower in arrows(*pair)]
    inner = " > ".join(" | ".join(layer) for layer in layers_of(known["care"]))
    lines += [
        "```",
        "",
        f"Within `care`: `{inner}`.",
        "",
        "What is held, each by a contract of the same name:",
        "",
    ]
    lines += [f"- {contract['name']} (`{name}`)" for name, contract in known.items()]
    return "\n".join(lines) + "\n"


def arrows(upper: Iterable[str], lower: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Return the arrows between two layers next to each other; those that jump a layer are left undrawn."""
    below = list(lower)
    return [(name, other) for name in upper for other in below]


if __name__ == "__main__":
    main()
