"""The CapabilityStatement: what this server does, made from what the code does."""

from datetime import datetime

import msgspec

from joinedup import __version__
from joinedup.care.record.logic import stamp
from joinedup.exchange.fhir.negotiation import Form
from joinedup.exchange.fhir.searching import PARAMETERS, PATIENT_PARAMETERS
from joinedup.exchange.fhir.validation import TYPES

INTERACTIONS = ("read", "create", "update", "search-type")


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
            "rest": [
                {
                    "mode": "server",
                    "security": {
                        "description": "A bearer token of a partner's system, with the scopes read and write"
                    },
                    "resource": [_resource(name) for name in sorted(TYPES)],
                    "interaction": [{"code": "transaction"}, {"code": "batch"}],
                }
            ],
        }
    )


def _resource(name: str) -> dict[str, object]:
    """Return what can be done with one type."""
    return {
        "type": name,
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned",
        "updateCreate": True,
        "searchParam": [
            {"name": parameter, "type": kind}
            for parameter, kind in PARAMETERS.items()
            if parameter not in PATIENT_PARAMETERS or name != "Patient"
        ],
    }
