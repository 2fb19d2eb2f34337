"""Whose Patient it is when it arrives: linked by a named rule, put before somebody to decide, or new."""

from datetime import UTC, datetime

import pytest
from arriving import BABY, CHI, HC, HOME, MARRIED, MRN, PHONE, arrive, other, verified, who, without
from fhir_samples import OTHER_NUMBER, RIGHT_NUMBER, bundle, entry, number_of

from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.people.models import Merge, Person, Review, SourcePatient
from joinedup.care.people.queries import people_of_patients

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
LINKED = {
    "a verified number and date of birth": (verified("a"), verified("b")),
    "a verified number and date of birth, another family name": (verified("a"), verified("b") | MARRIED),
    "a verified number and date of birth, no first name yet": (verified("a") | BABY, verified("b")),
    "a verified number and a less precise date, but the name": (verified("a"), verified("b", born="1950")),
    "a verified number and no date of birth, but the name": (
        verified("a"),
        without(verified("b"), "birthDate"),
    ),
    "a number that one verified, with name and date of birth": (verified("a"), who("b", number=RIGHT_NUMBER)),
    "a number that nobody verified, with name and date of birth": (
        who("a", number=RIGHT_NUMBER),
        who("b", identifier=[number_of(status="02")]),
    ),
    "an official CHI number and date of birth": (
        who("a", identifier=other(CHI, use="official")),
        who("b", identifier=other("urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53", use="official")) | MARRIED,
    ),
    "an official Health and Care number and date of birth": (
        who("a", identifier=other(HC, use="official")),
        who("b", identifier=other(HC, use="official")) | MARRIED,
    ),
    "name, date of birth and address": (who("a", address=HOME), who("b", "HAZELANNE", address=HOME)),
    "name, date of birth and phone": (
        who("a", telecom=PHONE),
        who("b", telecom=[{"system": "phone", "value": "+44 1632 960 001"}]),
    ),
    "one side without a number": (who("a", number=RIGHT_NUMBER, address=HOME), who("b", address=HOME)),
    "a local number, family name and date of birth": (
        who("a", identifier=other(MRN, "A 123456")) | BABY,
        who("b", identifier=other(MRN, "A123456")),
    ),
    "which of a multiple birth": (
        who("a", address=HOME, multipleBirthInteger=2),
        who("b", address=HOME, multipleBirthInteger=2),
    ),
}
PAIRED = {
    "only name and date of birth": (who("a"), who("b")),
    "the same number, another date of birth": (
        who("a", number=RIGHT_NUMBER),
        who("b", number=RIGHT_NUMBER, born="1951-03-02"),
    ),
    "a verified number, another date of birth": (verified("a"), verified("b", born="1951-03-02")),
    "a verified number and date of birth, another first name": (verified("a"), verified("b", "Other")),
    "a number that one verified, and date of birth": (verified("a"), who("b", number=RIGHT_NUMBER) | MARRIED),
    "a verified number, no date of birth, another name": (
        verified("a"),
        without(verified("b"), "birthDate") | MARRIED,
    ),
    "an unverified number, no date of birth": (
        who("a", number=RIGHT_NUMBER),
        without(who("b", number=RIGHT_NUMBER), "birthDate"),
    ),
    "a CHI number that nobody vouches for": (
        who("a", identifier=other(CHI)),
        who("b", identifier=other(CHI)) | MARRIED,
    ),
    "a Health and Care number that is temporary": (
        who("a", identifier=other(HC, use="official")),
        who("b", identifier=other(HC, use="temp")) | MARRIED,
    ),
    "all the same but the number": (
        who("a", number=RIGHT_NUMBER, address=HOME),
        who("b", number=OTHER_NUMBER, address=HOME),
    ),
    "one number that is another's besides": (
        verified("a"),
        who("b", identifier=[number_of(), number_of(OTHER_NUMBER)]),
    ),
    "an earlier number alone": (verified("a"), who("b", identifier=[number_of(use="old")]) | MARRIED),
    "a number whose time is over": (
        verified("a"),
        who("b", identifier=[number_of(period={"end": "2020-01-01"})]) | MARRIED,
    ),
    "first names alike at one address": (who("a", address=HOME), who("b", "Hazel", address=HOME)),
    "no first name yet at one address": (who("a", address=HOME) | BABY, who("b", address=HOME)),
    "one of several of a multiple birth": (
        who("a", address=HOME, multipleBirthBoolean=True),
        who("b", address=HOME),
    ),
    "a local number and date of birth": (
        who("a", identifier=other(MRN, "A123456")),
        who("b", identifier=other(MRN, "A123456")) | MARRIED,
    ),
}
PAIRED["a local number and date of birth"][1]["name"][0].pop("given")
APART = {
    "twins": (who("a", "Ann", address=HOME), who("b", "Ben", address=HOME)),
    "twins with their order": (
        who("a", address=HOME, multipleBirthInteger=1) | BABY,
        who("b", address=HOME, multipleBirthInteger=2) | BABY,
    ),
    "twins whose order stands for a name": (
        who("a", "Twin 1", address=HOME),
        who("b", "Twin Two", address=HOME),
    ),
    "another sex": (who("a", address=HOME), who("b", address=HOME) | {"gender": "male"}),
    "another date of birth": (who("a", address=HOME), who("b", address=HOME, born="1975-03-02")),
    "only the year of birth": (who("a", address=HOME, born="1950"), who("b", address=HOME, born="1950")),
    "without a date of birth and a number": (
        without(who("a", "Unborn", address=HOME), "birthDate"),
        without(who("b", "Unborn", address=HOME), "birthDate"),
    ),
    "a local number that stands for nobody": (
        who("a", identifier=other(MRN, "0000")) | MARRIED,
        who("b", identifier=other(MRN, "0000")),
    ),
}


@pytest.mark.parametrize("name", LINKED)
def test_enough_that_agrees_links(api, name):
    first, second = arrive(api, *LINKED[name])
    assert first == second
    assert not Review.objects.exists()


@pytest.mark.parametrize("name", LINKED)
def test_in_one_bundle_as_in_two(api, name):
    assert api.post("", bundle(*(entry(one) for one in LINKED[name]))).status_code == 200
    assert Person.objects.count() == 1


@pytest.mark.parametrize("name", PAIRED)
def test_likely_is_a_new_person_and_a_pair_to_decide(api, name):
    first, second = arrive(api, *PAIRED[name])
    pair = Review.objects.get()
    assert {pair.left_id, pair.right_id} == {first, second}
    assert pair.state == "waiting"
    assert pair.agreements
    assert first != second


@pytest.mark.parametrize("name", APART)
def test_a_contradiction_keeps_them_apart(api, name):
    first, second = arrive(api, *APART[name])
    assert first != second
    assert not Review.objects.exists()


def test_two_who_are_equally_likely_are_both_put_before_somebody(api):
    first, second = arrive(
        api,
        who("a", number=RIGHT_NUMBER, address=HOME),
        who("b", number=OTHER_NUMBER, address=HOME),
    )
    (third,) = arrive(api, who("c", address=HOME))
    assert len({first, second, third}) == 3
    assert {frozenset((r.left_id, r.right_id)) for r in Review.objects.all()} == {
        frozenset((first, second)),
        frozenset((first, third)),
        frozenset((second, third)),
    }


def test_a_new_patient_with_the_number_of_who_was_joined_goes_back_with_them(api):
    first, second = arrive(api, verified("a"), verified("b", "Ann", OTHER_NUMBER))
    merge(kept=first, merged=second, reason="x", by=MANAGER, at=NOW)
    assert arrive(api, verified("c", "Ann", OTHER_NUMBER)) == [first]
    assert SourcePatient.objects.get(fhir_id="c").origin_id == second
    unmerge(merge_id=Merge.objects.get().pk, reason="x", by=MANAGER, at=NOW)
    assert people_of_patients(["c"])["c"] == second


def test_a_fixed_number_of_statements(api, django_assert_max_num_queries):
    arrive(api, who("a", number=RIGHT_NUMBER))
    few = [entry(who(f"f{i}", f"Name{i}")) for i in range(2)]
    many = [entry(who(f"m{i}", f"Other{i}")) for i in range(40)]
    with django_assert_max_num_queries(100) as first:
        api.post("", bundle(*few))
    with django_assert_max_num_queries(100) as second:
        api.post("", bundle(*many))
    assert len(second) == len(first)


def test_twins_without_names_or_numbers_are_not_taken_for_one(api):
    home = [{"line": ["1 Made Up Row"], "city": "Westmarch", "postalCode": "ZZ99 1AA"}]
    for order in (1, 2):
        baby = {
            "resourceType": "Patient",
            "id": f"twin-{order}",
            "name": [{"family": "Quill", "given": ["Baby"]}],
            "gender": "female",
            "birthDate": "2026-01-02",
            "address": home,
            "multipleBirthInteger": order,
        }
        assert api.put(f"/Patient/twin-{order}", baby).status_code == 201
    assert Person.objects.count() == 2
