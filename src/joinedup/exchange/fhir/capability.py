"""The CapabilityStatement: what this server does, made from what the code does."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from joinedup import __version__
from joinedup.care.record.logic import stamp
from joinedup.care.record.parameters import Kind, parameters_of
from joinedup.exchange.fhir.negotiation import Form
from joinedup.exchange.fhir.patching import CONTENT_TYPE as PATCH
from joinedup.exchange.fhir.validation import TYPES

INTERACTIONS = (
    "read",
    "vread",
    "create",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "search-type",
)
OF_THE_SERVER = ("transaction", "batch", "history-system")
DEFINITIONS = "http://hl7.org/fhir"
SERVER_OPERATIONS = {"export": f"{DEFINITIONS}/uv/bulkdata/OperationDefinition/export"}
PATIENT_OPERATIONS = {
    "everything": f"{DEFINITIONS}/OperationDefinition/Patient-everything",
    "summary": f"{DEFINITIONS}/uv/ips/OperationDefinition/summary",
    "export": f"{DEFINITIONS}/uv/bulkdata/OperationDefinition/patient-export",
}


def capability_statement(base: str, *, at: datetime) -> bytes:
    """Return the CapabilityStatement of the server at this address."""
    return msgspec.json.encode(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": stamp(at),
            "kind": "instance",
            "software": {"name": "joinedup", "version": __version__},
            "implementation": {
                "description": "The shared record of a health and social care partnership",
                "url": base,
            },
            "fhirVersion": "4.0.1",
            "format": [form.value for form in Form],
            "patchFormat": [PATCH],
            "rest": [
                {
                    "mode": "server",
                    "security": {
                        "description": "A bearer token of a partner's system, with the scopes read and write"
                    },
                    "resource": [_resource(name) for name in sorted(TYPES)],
                    "interaction": [{"code": code} for code in OF_THE_SERVER],
                    "operation": _operations(SERVER_OPERATIONS),
                }
            ],
        }
    )


def _operations(known: Mapping[str, str]) -> list[dict[str, str]]:
    """Return operations with their definitions."""
    return [{"name": name, "definition": definition} for name, definition in known.items()]


def _references(name: str) -> list[str]:
    """Return what can be included with a type: what its references say."""
    return [f"{name}:{p.name}" for p in parameters_of(name).values() if p.kind in (Kind.REFERENCE, Kind.WHO)]


def _resource(name: str) -> dict[str, object]:
    """Return what can be done with one type."""
    operations = {"operation": _operations(PATIENT_OPERATIONS)} if name == "Patient" else {}
    return operations | {
        "type": name,
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "searchInclude": _references(name),
        "searchParam": [
            {"name": "_id", "type": "token"},
            {"name": "_lastUpdated", "type": "date"},
            *({"name": p.name, "type": p.kind.fhir} for p in parameters_of(name).values()),
        ],
    }
