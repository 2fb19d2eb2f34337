"""What a Consent says about sharing: read strictly, and never in favour of more sharing."""

import pytest

from joinedup.care.record.consents import Refused, organisations_named, read_consent

KNOWN = {"org-a", "org-b"}
TYPES = "http://hl7.org/fhir/resource-types"


def consent(provision=None, *, status="active", scope="patient-privacy", policy=None, **more):
    content = {"resourceType": "Consent", "status": status, "scope": {"coding": [{"code": scope}]}} | more
    if policy:
        content["policyRule"] = {"coding": [{"code": policy}]}
    return content | ({"provision": provision} if provision else {})


def actor(organisation, role="IRCP"):
    return {"role": {"coding": [{"code": role}]}, "reference": {"reference": f"Organization/{organisation}"}}


def deny(**more):
    return {"type": "deny"} | more


def permit(**more):
    return {"type": "permit"} | more


def of_type(*codes):
    return [{"system": TYPES, "code": code} for code in codes]


def read(content):
    return read_consent(content, KNOWN)


UNDERSTOOD = {
    "everything": (consent(deny()), [Refused()]),
    "one organisation": (consent(deny(actor=[actor("org-a")])), [Refused(organisations=("org-a",))]),
    "all but one": (
        consent(deny(provision=[permit(actor=[actor("org-a", "PRCP")])])),
        [Refused(except_organisations=("org-a",))],
    ),
    "a kind": (consent(deny(**{"class": of_type("Observation")})), [Refused(kinds=("Observation",))]),
    "all but a kind": (
        consent(deny(provision=[permit(**{"class": of_type("Condition")})])),
        [Refused(except_kinds=("Condition",))],
    ),
    "one organisation within what is permitted": (
        consent(permit(provision=[deny(actor=[actor("org-b")])])),
        [Refused(organisations=("org-b",))],
    ),
    "the same without saying deny": (
        consent(permit(provision=[{"actor": [actor("org-b")]}])),
        [Refused(organisations=("org-b",))],
    ),
    "opted out": (consent(policy="OPTOUT"), [Refused()]),
    "opted out but for one": (
        consent(permit(actor=[actor("org-a")]), policy="OPTOUTE"),
        [Refused(except_organisations=("org-a",))],
    ),
    "opted in": (consent(policy="OPTIN"), []),
    "opted in but for one": (
        consent(deny(actor=[actor("org-a")]), policy="OPTIN"),
        [Refused(organisations=("org-a",))],
    ),
    "permitted": (consent(permit()), []),
    "taken back": (consent(deny(), status="inactive"), []),
    "a mistake": (consent(deny(), status="entered-in-error"), []),
    "a refusal rejected": (consent(deny(), status="rejected"), []),
    "opting out rejected": (consent(policy="OPTOUT", status="rejected"), []),
    "of care, said so": (
        consent(deny(purpose=[{"code": "TREAT"}], action=[{"coding": [{"code": "access"}]}])),
        [Refused()],
    ),
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_is_understood_is_taken_as_it_is_said(name):
    content, refused = UNDERSTOOD[name]
    reading = read(content)
    assert reading.refused == tuple(refused)
    assert reading.notes == ()


WIDER = {
    "a worker": deny(
        actor=[{"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": "Practitioner/x"}}]
    ),
    "an organisation nobody knows": deny(actor=[actor("org-a"), actor("org-z")]),
    "a giver": deny(actor=[actor("org-a", "CST")]),
    "another system of classes": deny(**{"class": [{"system": "urn:x", "code": "y"}]}),
    "a label": deny(securityLabel=[{"code": "HIV"}]),
    "a code": deny(code=[{"text": "anything"}]),
    "a time of the data": deny(dataPeriod={"start": "2020"}),
    "a purpose nobody knows": deny(purpose=[{"code": "GOSSIP"}]),
    "research and another purpose": deny(purpose=[{"code": "HRESCH"}, {"code": "GOSSIP"}]),
    "a turn of meaning": deny(modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
}


@pytest.mark.parametrize("name", WIDER)
def test_a_refusal_that_is_not_understood_refuses_more_and_says_so(name):
    reading = read(consent(WIDER[name]))
    assert reading.refused == (Refused(),)
    assert reading.notes
    assert all(note.path.startswith("Consent.provision.") for note in reading.notes)
    assert all("refused whatever it says" in note.message for note in reading.notes)


OPEN_NOTHING = {
    "everything": permit(),
    "an organisation nobody knows": permit(actor=[actor("org-z")]),
    "one that is known and one that is not": permit(actor=[actor("org-a"), actor("org-z")]),
    "an organisation and a kind": permit(actor=[actor("org-a")], **{"class": of_type("Condition")}),
    "less than a kind": permit(**{"class": of_type("Goal")}),
    "what has no kind": permit(**{"class": of_type("Specimen")}),
    "for a while": permit(actor=[actor("org-a")], period={"end": "2027"}),
    "for a purpose": permit(actor=[actor("org-a")], purpose=[{"code": "TREAT"}]),
    "to write": permit(actor=[actor("org-a")], action=[{"coding": [{"code": "collect"}]}]),
    "with exceptions": permit(actor=[actor("org-a")], provision=[deny()]),
}


@pytest.mark.parametrize("name", OPEN_NOTHING)
def test_an_exception_that_is_not_understood_opens_nothing_and_says_so(name):
    reading = read(consent(deny(provision=[OPEN_NOTHING[name]])))
    assert reading.refused == (Refused(),)
    assert any("exception not applied" in note.message for note in reading.notes)


NOT_COUNTED = {
    "research": consent(deny(), scope="research"),
    "no scope": consent(deny()) | {"scope": {"text": "privacy"}},
    "a draft": consent(deny(), status="draft"),
    "proposed": consent(deny(), status="proposed"),
    "nothing said": consent(),
    "neither": consent({"actor": [actor("org-a")]}),
    "turned round": consent(deny(), modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
}


@pytest.mark.parametrize("name", NOT_COUNTED)
def test_what_does_not_count_leaves_what_was_held_and_says_so(name):
    reading = read(NOT_COUNTED[name])
    assert reading.refused is None
    assert ["not applied" in note.message for note in reading.notes] == [True]


def test_research_alone_is_no_matter_of_care():
    reading = read(consent(deny(purpose=[{"code": "HRESCH"}])))
    assert reading.refused == ()
    assert "about something else" in reading.notes[0].message
    turned_down = read(consent(permit(purpose=[{"code": "HRESCH"}]), status="rejected"))
    assert turned_down.refused == ()


def test_a_permit_that_was_turned_down_is_a_refusal():
    reading = read(consent(permit(actor=[actor("org-a")]), status="rejected"))
    assert reading.refused == (Refused(organisations=("org-a",)),)
    assert "taken as their refusal" in reading.notes[0].message


def test_a_period_is_to_its_very_end_and_holds_for_what_is_within():
    (refused,) = read(consent(deny(period={"start": "2026-03-03", "end": "2026-03"}))).refused
    assert refused.since.isoformat() == "2026-03-03T00:00:00+00:00"
    assert refused.until.isoformat() == "2026-03-31T23:00:00+00:00"
    within = permit(period={"start": "2026-03-03"}, provision=[deny(actor=[actor("org-a")])])
    (refused,) = read(consent(within)).refused
    assert refused.since.isoformat() == "2026-03-03T00:00:00+00:00"


def test_a_type_that_is_less_than_its_kind_refuses_the_kind():
    (refused,) = read(consent(deny(**{"class": of_type("Goal")}))).refused
    assert refused.kinds == ("Plan",)
    (refused,) = read(consent(deny(**{"class": of_type("Encounter")}))).refused
    assert set(refused.kinds) == {"Contact", "Emergency", "Home visit", "Hospital stay"}


def test_a_contradiction_refuses_everything_and_says_so():
    reading = read(consent(permit(), policy="OPTOUT"))
    assert reading.refused == (Refused(),)
    assert "one of the two is a mistake" in reading.notes[0].message


def test_who_is_named_is_found_at_both_depths():
    content = consent(deny(actor=[actor("org-a")], provision=[permit(actor=[actor("org-z")])]))
    assert organisations_named(content) == {"org-a", "org-z"}
    assert organisations_named(consent()) == set()
