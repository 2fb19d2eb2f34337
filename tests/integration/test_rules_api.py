"""The rules over HTTP: the same answers as the library's, clear refusals, and a description that holds."""

import json
from datetime import date
from decimal import Decimal

import jsonschema_rs
import pytest
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import create_token, revoke_tokens
from joinedup.care.access.actor import Scope
from joinedup.core.nation import Nation
from joinedup.exchange.rules_api.views import MOST_BYTES
from joinedup.rules import catalogue
from joinedup.rules.charging.finances import Capital, CapitalKind, CareHome, Finances, Income, IncomeKind
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.explaining import as_json
from joinedup.rules.openapi import openapi
from joinedup.rules.operations import OPERATIONS

pytestmark = pytest.mark.django_db
CHARGE = {
    "nation": "england",
    "on": "2022-05-01",
    "finances": {
        "age": 82,
        "capital": [{"kind": "savings", "amount": "18100.00"}],
        "income": [{"kind": "state_pension", "weekly": "250.00"}],
    },
    "care": {"price": "900.00"},
}
DESCRIPTION = openapi(server="https://example.org/api/rules", version="1")


@pytest.fixture
def system():
    """A partner's system with a token of no particular scope."""
    token = create_token(system="Madeup hospital", scopes=[Scope.READ], at=timezone.now())
    return Client(headers={"authorization": f"Bearer {token}"})


def ask(system, name, asked):
    return system.post(f"/api/rules/{name}", json.dumps(asked), content_type="application/json")


def changed(**changes):
    """The example charge with changes: a fact by its path, such as care__price."""
    asked = json.loads(json.dumps(CHARGE))
    for path, value in changes.items():
        *way, last = path.split("__")
        place = asked
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value
    return asked


def test_the_answer_is_the_librarys(system):
    expected = residential_charge(
        Nation.ENGLAND,
        date(2022, 5, 1),
        Finances(
            age=82,
            capital=(Capital(CapitalKind.SAVINGS, Decimal("18100.00")),),
            income=(Income(IncomeKind.STATE_PENSION, Decimal("250.00")),),
        ),
        CareHome(Decimal("900.00")),
    )
    answer = ask(system, "residential-charge", CHARGE)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(as_json(expected)))
    assert answer.json()["value"]["charge"] == "240.35"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_each_example_is_answered_as_the_description_says(system, operation):
    if operation.is_reading:
        answer = system.get(f"/api/rules/{operation.name}", operation.example)
    else:
        answer = ask(system, operation.name, operation.example)
    assert answer.status_code == 200
    method = "get" if operation.is_reading else "post"
    said = DESCRIPTION["paths"][f"/{operation.name}"][method]["responses"]["200"]
    schema = said["content"]["application/json"]["schema"] | {"components": DESCRIPTION["components"]}
    jsonschema_rs.validate(schema, answer.json())
    if not operation.is_reading:
        takes = {
            "$ref": f"#/components/schemas/{operation.takes.__name__}",
            "components": DESCRIPTION["components"],
        }
        jsonschema_rs.validate(takes, operation.example)


def test_values_are_told_with_their_sources(system):
    asked = {"nation": "england", "topic": "residential_charge", "parameter": "personal_allowance"}
    (found,) = system.get("/api/rules/parameters", asked | {"on": "2022-05-01"}).json()
    (entry,) = found["entries"]
    assert entry["value"] == "25.65"
    assert entry["source"]["url"].startswith("https://")
    (whole,) = system.get("/api/rules/parameters", asked).json()
    assert len(whole["entries"]) > 1
    everything = system.get("/api/rules/parameters").json()
    assert len(everything) == len(catalogue())


def test_coverage_says_what_is_missing(system):
    (row, *_) = system.get("/api/rules/coverage", {"first": 2022, "last": 2023}).json()
    assert {word for years in row["parameters"].values() for word in years.values()} <= {
        "covered",
        "unverified",
        "missing",
    }
    assert all(set(years) == {"2022", "2023"} for years in row["parameters"].values())


@pytest.mark.parametrize(
    ("changes", "status", "detail"),
    [
        ({"care__price": "-1"}, 400, "price: it can't be below zero - at `$.care`"),
        ({"care__price": "NaN"}, 400, "price: give an amount"),
        ({"care__price": "1e30"}, 400, "price: it can't be £1,000,000,000,000.00 or more"),
        ({"care__cost": "1"}, 400, "'cost' is not known here: use one of price"),
        (
            {"finances__capital__0__kind": "gold"},
            400,
            "Invalid enum value 'gold' - at `$.finances.capital[0].kind`",
        ),
        ({"finances__capital__0__colour": "red"}, 400, "'colour' is not known here"),
        ({"finances__age": "old"}, 400, "$.finances.age"),
        ({"finances__is_couple": True}, 400, "partner_age: a couple has two members"),
        ({"nation": "france"}, 400, "Invalid enum value 'france'"),
        ({"on": "2022-02-30"}, 400, "$.on"),
        ({"on": "1990-01-01"}, 422, "England has no"),
        ({"care__since": "2022-05-02"}, 422, "since: the person moves in after the day"),
    ],
)
def test_what_can_not_be_answered_is_refused_and_says_where(system, changes, status, detail):
    answer = ask(system, "residential-charge", changed(**changes))
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert detail in answer.json()["detail"]
    jsonschema_rs.validate(DESCRIPTION["components"]["schemas"]["Problem"], answer.json())


def example_of(name):
    return json.loads(json.dumps(next(each.example for each in OPERATIONS if each.name == name)))


@pytest.mark.parametrize("number", ["NaN", "1E+50000000", "1E-5000000", "1E+999999999999", "1E+12"])
@pytest.mark.parametrize("fact", ["value", "agreed_level", "before"])
def test_a_figure_that_nobody_measures_is_refused(system, fact, number):
    asked = example_of("target-met")
    asked["figure"][fact] = number
    assert ask(system, "target-met", asked).status_code == 400


def test_weights_and_people_beyond_measure_are_refused(system):
    asked = example_of("risk-share")
    asked["terms"]["shares"][0]["weight"] = "1E+999999"
    assert ask(system, "risk-share", asked).status_code == 400
    asked = example_of("boundaries")
    asked["comparison"]["overlaps"][0]["people"] = 10**12
    assert ask(system, "boundaries", asked).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"nation": "wales"'])
def test_a_body_that_is_no_question_is_refused(system, body):
    answer = system.post("/api/rules/residential-charge", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_body_too_large_is_refused_before_it_is_read(system):
    answer = system.post(
        "/api/rules/residential-charge", b" " * (MOST_BYTES + 1), content_type="application/json"
    )
    assert answer.status_code == 413


def test_an_address_that_says_a_thing_twice_or_unknown_is_refused(system):
    assert "given twice" in system.get("/api/rules/parameters?nation=wales&nation=england").json()["detail"]
    assert "'nations' is not known here" in system.get("/api/rules/parameters?nations=wales").json()["detail"]
    assert system.get("/api/rules/coverage?first=2022&last=2020").status_code == 400
    assert system.get("/api/rules/coverage?first=1&last=9999").status_code == 400
    assert system.get("/api/rules/coverage").status_code == 400


def test_a_councils_own_policy_is_taken_and_one_that_harms_is_refused(system):
    policy = """\
parameters:
  - id: weekly_maximum
    title: The most that we charge
    unit: pounds a week
    entries:
      - value: {most}
        from: 2021-01-01
        to: null
        source: {{document: An invented council's policy}}
        status: in_force
        confidence: primary
"""
    (example,) = [each.example for each in OPERATIONS if each.name == "home-care-charge"]
    usual = ask(system, "home-care-charge", example).json()["value"]["charge"]
    better = ask(system, "home-care-charge", dict(example) | {"local_policy": policy.format(most=60)})
    assert (usual, better.json()["value"]["charge"]) == ("100.00", "60.00")
    worse = ask(system, "home-care-charge", dict(example) | {"local_policy": policy.format(most=160)})
    assert worse.status_code == 422
    assert "local_policy:" in worse.json()["detail"]


def test_without_a_token_nothing_is_answered():
    answer = ask(Client(), "residential-charge", CHARGE)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = Client(headers={"authorization": "Bearer x"})
    assert wrong.get("/api/rules/parameters").status_code == 401


def test_a_token_that_was_taken_back_is_none(system):
    revoke_tokens(system="Madeup hospital", at=timezone.now())
    assert ask(system, "residential-charge", CHARGE).status_code == 401


def test_another_method_is_refused(system):
    assert system.get("/api/rules/residential-charge").headers["Allow"] == "POST"
    assert system.post("/api/rules/parameters").status_code == 405
    assert system.head("/api/rules/parameters").status_code == 200


def test_the_description_is_open_and_names_its_own_server():
    answer = Client().get("/api/rules/openapi.json")
    assert answer.json()["servers"] == [{"url": "http://testserver/api/rules"}]
    assert set(answer.json()["paths"]) == {f"/{operation.name}" for operation in OPERATIONS}
