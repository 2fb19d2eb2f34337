"""Whose Patient it is when it arrives: linked by a named rule, put before somebody to decide, or new."""

from datetime import UTC, datetime

import pytest
from fhir_samples import OTHER_NUMBER, RIGHT_NUMBER, bundle, entry, number_of, patient

from joinedup.care.access.actor import PERMISSIONS, Actor, Role, Scope
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.joining.reviewing import decide, look_at_identity
from joinedup.care.people import actions as people_actions
from joinedup.care.people.models import Contradiction, Identifier, Merge, Person, Review, SourcePatient
from joinedup.care.people.queries import people_of_patients

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
HOME = [{"line": ["1 Example Lane"], "city": "Madeup", "postalCode": "ZZ99 9ZZ"}]
PHONE = [{"system": "phone", "value": "01632 960001"}]


def who(fhir_id, given="Hazelanne", number=None, **more):
    return patient(fhir_id, number=number, name=[{"family": "Trumpetwright", "given": [given]}], **more)


def arrive(api, *patients):
    """Each in a bundle of its own; return whose they are, in that order."""
    for one in patients:
        assert api.post("", bundle(entry(one))).status_code == 200
    people = people_of_patients([one["id"] for one in patients])
    return [people[one["id"]] for one in patients]


def verified(fhir_id, given="Hazelanne", value=RIGHT_NUMBER, **more):
    return who(fhir_id, given, identifier=[number_of(value)], **more)


def without(content, name):
    return {key: value for key, value in content.items() if key != name}


CHI, HC = "https://fhir.nhs.uk/Id/chi-number", "https://fhir.hscni.net/Id/hcn"
MRN = "https://example.org/Id/mrn"


def other(system, value=RIGHT_NUMBER, **more):
    return [{"system": system, "value": value} | more]


MARRIED = {"name": [{"family": "Otherwise", "given": ["Hazelanne"]}]}
BABY = {"name": [{"family": "Trumpetwright", "given": ["Baby"]}]}
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


def test_a_number_that_can_t_be_right_is_kept_with_a_warning_and_links_nobody(api):
    wrong = who("a", number="9990000027")
    answer = api.post("", bundle(entry(wrong))).json()["entry"][0]["response"]
    said = [issue for issue in answer["outcome"]["issue"] if "check digit" in issue["diagnostics"]]
    assert [issue["severity"] for issue in said] == ["warning"]
    assert "identifier[0].value" in str(said)
    first, second = arrive(api, wrong, who("b", "Other", number="9990000027"))
    assert first != second
    assert not Review.objects.exists()
    assert Identifier.objects.filter(value="9990000027", standing="wrong").count() == 2
    (number,) = look_at_identity(MANAGER, first, at=NOW).who.numbers
    assert number.status == "Not a valid NHS number"


def standings():
    return {(i.value, i.standing) for i in Identifier.objects.all()}


def test_a_number_that_is_given_no_more_counts_as_dropped_and_an_old_one_as_earlier(api):
    arrive(api, verified("a"))
    arrive(api, verified("a", value=OTHER_NUMBER))
    assert standings() == {(RIGHT_NUMBER, "dropped"), (OTHER_NUMBER, "verified")}
    arrive(api, who("a", identifier=[number_of(OTHER_NUMBER), number_of(RIGHT_NUMBER, use="old")]))
    assert standings() == {(RIGHT_NUMBER, "earlier"), (OTHER_NUMBER, "verified")}
    assert not Contradiction.objects.exists()
    numbers = look_at_identity(MANAGER, people_of_patients(["a"])["a"], at=NOW).who.numbers
    assert {n.status for n in numbers} == {"Earlier number", "Verified"}


def test_what_another_patient_of_the_system_still_gives_is_not_dropped(api):
    arrive(api, verified("a"), verified("b"))
    arrive(api, who("a"))
    assert standings() == {(RIGHT_NUMBER, "verified")}


def test_two_numbers_of_one_person_are_a_contradiction_until_they_agree_again(api, api_of):
    other_api = api_of("Eastmarch hospital", Scope.READ, Scope.WRITE)
    (person,) = arrive(api, verified("a", address=HOME))
    assert arrive(other_api, who("b", address=HOME)) == [person]
    arrive(other_api, verified("b", value=OTHER_NUMBER, address=HOME))
    row = Contradiction.objects.get()
    assert (row.person_id, row.kind, row.closed_at) == (person, "numbers", None)
    assert row.said == [["Eastmarch hospital", OTHER_NUMBER], ["Westmarch hospital", RIGHT_NUMBER]]
    # Neither number links any more: it isn't sure whose each is.
    (third,) = arrive(api, verified("c"))
    assert third != person
    arrive(other_api, verified("b", address=HOME))
    assert Contradiction.objects.get().closed_at is not None


def test_deaths_that_contradict_are_kept_and_shown_and_the_newest_word_counts(api, api_of):
    other_api = api_of("Eastmarch hospital", Scope.READ, Scope.WRITE)
    arrive(api, verified("a", deceasedDateTime="2026-01-03"))
    arrive(other_api, verified("b"))
    # Silence contradicts nothing.
    assert not Contradiction.objects.exists()
    assert Person.objects.get().died == "2026-01-03"
    arrive(other_api, verified("b", deceasedBoolean=False))
    assert Contradiction.objects.get().said == [
        ["Eastmarch hospital", "no"],
        ["Westmarch hospital", "2026-01-03"],
    ]
    assert Person.objects.get().died == "2026-01-03"
    arrive(other_api, verified("b", deceasedDateTime="2026-01-04"))
    assert Contradiction.objects.get().said[0] == ["Eastmarch hospital", "2026-01-04"]
    assert Person.objects.get().died == "2026-01-04"
    arrive(other_api, verified("b", deceasedDateTime="2026-01-03"))
    assert Contradiction.objects.get().closed_at is not None
    # Taking it back is denying it.
    arrive(other_api, verified("b"))
    assert Contradiction.objects.get().closed_at is None
    arrive(api, verified("a", deceasedBoolean=False))
    assert Contradiction.objects.get().closed_at is not None
    assert Person.objects.get().died == ""


def test_dates_of_birth_that_contradict_are_kept(api, api_of):
    other_api = api_of("Eastmarch hospital", Scope.READ, Scope.WRITE)
    arrive(api, verified("a"))
    arrive(other_api, verified("b"))
    arrive(other_api, verified("b", born="1951-03-02"))
    assert Contradiction.objects.get().kind == "born"


def test_a_number_that_comes_later_joins_who_is_surely_one(api, django_capture_on_commit_callbacks):
    first, second = arrive(api, verified("a"), without(who("b"), "birthDate"))
    assert first != second
    with django_capture_on_commit_callbacks(execute=True):
        arrive(api, verified("b"))
    assert len(set(people_of_patients(["a", "b"]).values())) == 1
    made = Merge.objects.get()
    assert (made.by_name, made.by_user) == ("joinedup", None)
    assert "the same verified number and date of birth" in made.reason
    assert Review.objects.get().state == "same"
    unmerge(merge_id=made.pk, reason="x", by=MANAGER, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        arrive(api, verified("b", telecom=PHONE))
    assert people_of_patients(["a", "b"]) == {"a": first, "b": second}


def test_a_number_that_comes_later_and_is_not_sure_is_asked_about(api, django_capture_on_commit_callbacks):
    arrive(api, verified("a"), without(who("b") | MARRIED, "birthDate"))
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        arrive(api, verified("b", "Other"))
    assert not callbacks
    assert Review.objects.get().state == "waiting"
    assert not Merge.objects.exists()


def test_what_is_corrected_later_is_compared_again(api, django_capture_on_commit_callbacks):
    first, second = arrive(api, who("a", address=HOME), who("b", address=HOME, born="1950-02-03"))
    assert first != second
    with django_capture_on_commit_callbacks(execute=True):
        arrive(api, who("b", address=HOME))
    assert len(set(people_of_patients(["a", "b"]).values())) == 1


def test_a_patient_that_comes_again_unchanged_is_not_compared(api, monkeypatch):
    arrive(api, verified("a"), verified("b", "Other"))
    asked = []
    monkeypatch.setattr(people_actions, "pairs_of", lambda people: asked.append(people) or [])
    arrive(api, verified("a"))
    assert asked == [set()]


def test_a_third_with_the_number_makes_it_unsure(api, django_capture_on_commit_callbacks):
    arrive(api, verified("a"), verified("b", "Other"), without(who("c"), "birthDate"))
    with django_capture_on_commit_callbacks(execute=True):
        arrive(api, verified("c"))
    assert not Merge.objects.exists()
    assert Review.objects.filter(state="waiting").count() == 3


def test_a_baby_that_gets_a_name_and_a_number_later(api, django_capture_on_commit_callbacks):
    born = {"born": "2026-01-02", "address": HOME}
    mrn = other(MRN, "B4711")
    (baby,) = arrive(api, who("baby", "Baby", identifier=mrn, multipleBirthInteger=1, **born))
    (twin,) = arrive(api, who("twin", "Baby", identifier=other(MRN, "B4712"), multipleBirthInteger=2, **born))
    arrive(api, who("baby", "Olive", identifier=[*mrn, number_of()], multipleBirthInteger=1, **born))
    # Another system, by the verified number, without the local one.
    assert arrive(api, verified("gp", "Olive", **born)) == [baby]
    # And by the local number, before there is another.
    assert arrive(
        api, who("clinic", "Otto", identifier=other(MRN, "B4712"), multipleBirthInteger=2, **born)
    ) == [twin]
    assert Person.objects.count() == 2


def test_whom_somebody_found_different_is_asked_about_and_never_joined_unasked(
    api, django_capture_on_commit_callbacks
):
    arrive(api, who("a", identifier=[number_of()]), who("b"))
    row = Review.objects.get()
    decide(review_id=row.pk, decision=Review.State.DIFFERENT, reason="Cousins", by=MANAGER, at=NOW)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        arrive(api, verified("b"))
    assert callbacks
    assert not Merge.objects.exists()
    row.refresh_from_db()
    assert (row.state, row.earlier["reason"]) == ("waiting", "Cousins")
    assert row.earlier["new"] == ["verified", "number"]
