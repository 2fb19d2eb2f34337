"""Who gives a person care, as an entry says it: a table of contents and the ties that they make."""

from datetime import UTC, datetime, timedelta

import pytest

from joinedup.care.record.ties import DAYS_AFTER_CONTACT, DAYS_AFTER_STAY, contact_of, ties_of

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
BEGAN, ENDED = datetime(2026, 1, 1, 10, tzinfo=UTC), datetime(2026, 2, 1, 10, tzinfo=UTC)
OPEN, CLOSED = (
    {"start": "2026-01-01T10:00:00Z"},
    {"start": "2026-01-01T10:00:00Z", "end": "2026-02-01T10:00:00Z"},
)
A_WHILE = timedelta(days=DAYS_AFTER_STAY)


def org(name):
    return {"reference": f"Organization/{name}"}


def stay(status, period, code="IMP"):
    return {
        "resourceType": "Encounter",
        "status": status,
        "class": {"code": code},
        "period": period,
        "serviceProvider": org("trust"),
    }


def referral(status):
    return {
        "resourceType": "ServiceRequest",
        "status": status,
        "authoredOn": "2026-01-01T10:00:00Z",
        "requester": org("practice"),
        "performer": [org("trust"), {"reference": "Practitioner/x"}, org("trust")],
    }


def team(status):
    member = {"member": {"reference": "Practitioner/x"}, "onBehalfOf": org("trust")}
    return {
        "resourceType": "CareTeam",
        "status": status,
        "period": OPEN,
        "participant": [{"member": org("charity")}, member],
        "managingOrganization": [org("council")],
    }


def episode(status, period=OPEN):
    return {
        "resourceType": "EpisodeOfCare",
        "status": status,
        "period": period,
        "managingOrganization": org("trust"),
    }


TABLE = {
    "in a bed": (stay("in-progress", OPEN), {("trust", "stay", BEGAN, None)}),
    "left": (stay("finished", CLOSED), {("trust", "stay", BEGAN, ENDED + A_WHILE)}),
    "left, nobody says when": (stay("finished", OPEN), {("trust", "stay", BEGAN, NOW + A_WHILE)}),
    "still in bed with an end": (stay("in-progress", CLOSED), {("trust", "stay", BEGAN, ENDED + A_WHILE)}),
    "a mistake": (stay("entered-in-error", OPEN), set()),
    "a stay to come": (stay("planned", OPEN), set()),
    "a visit": (stay("in-progress", OPEN, code="HH"), set()),
    "asked": (
        referral("active"),
        {("trust", "referral", BEGAN, None), ("practice", "referral", BEGAN, None)},
    ),
    "done": (
        referral("completed"),
        {("trust", "referral", BEGAN, NOW), ("practice", "referral", BEGAN, NOW)},
    ),
    "not sent": (referral("draft"), set()),
    "team": (team("active"), {(name, "team", BEGAN, None) for name in ("charity", "trust", "council")}),
    "team of before": (team("inactive"), {(n, "team", BEGAN, NOW) for n in ("charity", "trust", "council")}),
    "caseload": (episode("active"), {("trust", "caseload", BEGAN, None)}),
    "discharged": (episode("finished", CLOSED), {("trust", "caseload", BEGAN, ENDED)}),
    "registered": (
        {
            "resourceType": "Patient",
            "generalPractitioner": [org("practice")],
            "managingOrganization": org("x"),
        },
        {("practice", "registered", NOW, None)},
    ),
    "nothing of the kind": ({"resourceType": "Observation", "performer": [org("trust")]}, set()),
    "nonsense where an organisation is expected": (
        {"resourceType": "EpisodeOfCare", "status": "active", "managingOrganization": "x"},
        set(),
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_an_entry_says_about_who_gives_care(name):
    content, expected = TABLE[name]
    assert {(t.organisation, t.kind, t.since, t.until) for t in ties_of(content, at=NOW)} == expected


@pytest.mark.parametrize(
    ("happened", "ended", "since", "last"),
    [
        (BEGAN, None, BEGAN, BEGAN),
        (BEGAN, ENDED, BEGAN, ENDED),
        (None, None, NOW, NOW),
        (NOW + timedelta(days=9), None, NOW, NOW),
    ],
)
def test_whoever_wrote_is_related_from_recording_and_for_a_while_after_the_fact(happened, ended, since, last):
    assert contact_of(happened, ended, at=NOW) == (since, last + timedelta(days=DAYS_AFTER_CONTACT))
