"""Procedures for the oracles of searches: made from small values, and compared as the standard says."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from joinedup.care.access.actions import register_system
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.discharge.fhir import encoded
from joinedup.care.record.arrivals import Arrival
from joinedup.care.record.logic import decode

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
CODES = st.sampled_from("abc")
DAYS = st.integers(0, 6)
# Code, status, first day, how many days more (None: it goes on).
PROCEDURES = st.tuples(CODES, st.sampled_from(["completed", "stopped"]), DAYS, st.none() | DAYS)
PREFIXES = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le", "sa", "eb"])


def day(number):
    return (FIRST + timedelta(days=number)).date().isoformat()


def procedure(number, said):
    code, status, start, length = said
    period = {"start": day(start)} | ({"end": day(start + length)} if length is not None else {})
    return {
        "resourceType": "Procedure",
        "id": f"x{number}",
        "status": status,
        "code": {"coding": [{"system": "urn:s", "code": code}]},
        "performedPeriod": period,
        "subject": {"reference": "Patient/nobody-here"},
    }


def holds(prefix, said, asked_day):
    """Compare as the standard says, in whole days: the fact lasts from `low` until before `high`."""
    _, _, low, length = said
    high = 10_000 if length is None else low + length + 1
    a, b = asked_day, asked_day + 1
    within = low >= a and high <= b
    return {
        "eq": within,
        "ne": not within,
        "gt": high > b or low >= b,
        "ge": high > b or low >= a,
        "lt": low < a,
        "le": low < a or high <= b,
        "sa": low >= b,
        "eb": high <= a,
    }[prefix]


def arrival(content):
    body = encoded(content)
    return Arrival(content["resourceType"], content["id"], body, decode(body))


def a_system():
    system = register_system(name="Oracle")
    permissions = SCOPE_PERMISSIONS[Scope.READ] | SCOPE_PERMISSIONS[Scope.WRITE]
    return Actor("Oracle", permissions, system_id=system.pk)
