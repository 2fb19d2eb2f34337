"""The FHIR R4 data types that the made-up entries are built of."""

from typing import Any

BASE = "https://joinedup.example/fhir"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

Json = dict[str, Any]
Resource = dict[str, Any]
# Resources that belong together and are sent in one transaction.
Group = list[Resource]


def reference(kind: str, resource_id: str, display: str | None = None) -> Json:
    """A literal reference."""
    made: Json = {"reference": f"{kind}/{resource_id}"}
    if display:
        made["display"] = display
    return made


def coding(system: str, code: str, display: str) -> Json:
    """A code of a system, with its words."""
    return {"system": system, "code": code, "display": display}


def concept(system: str, code: str, display: str) -> Json:
    """A concept with one code, its text the code's display."""
    return {"coding": [coding(system, code, display)], "text": display}


def snomed(code: str, display: str) -> Json:
    """A concept of SNOMED CT."""
    return concept(SNOMED, code, display)


def status(system: str, code: str) -> Json:
    """A concept of one of HL7's own code systems, by code alone."""
    return {"coding": [{"system": f"{TERMINOLOGY}/{system}", "code": code}]}


def quantity(value: object, unit: str, code: str) -> Json:
    """A quantity in a UCUM unit. The value is an int or a Decimal, whose digits are kept."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code}
