"""What the banner says of allergies, warnings and the coordinator; when in doubt, not less than is known."""

from datetime import UTC, datetime

import pytest

from joinedup.web.presenters.essentials import essentials

AT = datetime(2026, 3, 3, 14, 10, tzinfo=UTC)
ENDED = {"end": "2026-01-01"}


def coded(code):
    return {"coding": [{"code": code}]}


def allergy(name="Penicillin", **more):
    return {"resourceType": "AllergyIntolerance", "code": {"text": name}} | more


def flag(text="Dog at home", **more):
    return {"resourceType": "Flag", "status": "active", "code": {"text": text}} | more


def team(name="Grace Example", role=None, **more):
    member = {"role": [role or {"text": "Coordinator"}], "member": {"display": name}}
    return {"resourceType": "CareTeam", "participant": [member]} | more


def read(*contents):
    return essentials(contents, at=AT)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ([], None),
        ([allergy()], ("Penicillin",)),
        ([allergy(), allergy()], ("Penicillin",)),
        ([allergy(criticality="high")], ("Penicillin (risk of a severe reaction)",)),
        ([allergy(verificationStatus=coded("refuted"))], None),
        ([allergy(verificationStatus=coded("entered-in-error"))], None),
        ([allergy(clinicalStatus=coded("resolved"))], None),
        ([allergy(code=coded("716186003"))], ()),
        ([allergy(code=coded("716186003")), allergy()], ("Penicillin",)),
        ([allergy(code=coded("409137002"))], ("an allergy without a name",)),
    ],
)
def test_allergies(contents, said):
    assert read(*contents).allergies == said


def test_only_warnings_in_force_are_shown():
    past = (
        flag("Old", period=ENDED),
        flag("Off", status="inactive"),
        flag("Later", period={"start": "2026-04-01"}),
    )
    assert read(flag(), *past).warnings == ("Dog at home",)


def test_the_coordinator_is_the_one_of_a_team_of_today():
    assert (
        read(team("Past", period=ENDED), team("Off", status="inactive"), team()).coordinator
        == "Grace Example"
    )
    assert read(team(role={"coding": [{"code": "coordinator"}]})).coordinator == "Grace Example"
    assert read(team(role={"text": "District nurse"})).coordinator is None
    named = team(managingOrganization=[{"display": "Madeup Council"}])
    assert read(named).coordinator == "Grace Example, Madeup Council"
