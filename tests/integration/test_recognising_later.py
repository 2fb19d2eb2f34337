"""What comes later of somebody who is here: wrong, superseded, contradicting numbers, deaths, corrections, babies."""

from datetime import UTC, datetime

import pytest
from arriving import HOME, MARRIED, MRN, PHONE, arrive, other, verified, who, without
from fhir_samples import OTHER_NUMBER, RIGHT_NUMBER, bundle, entry, number_of

from joinedup.care.access.actor import PERMISSIONS, Actor, Role, Scope
from joinedup.care.joining.actions import unmerge
from joinedup.care.joining.certain import join_certain
from joinedup.care.joining.reviewing import decide, look_at_identity
from joinedup.care.people import actions as people_actions
from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.care.people.models import Contradiction, Identifier, Merge, Person, Review
from joinedup.care.people.queries import people_of_patients

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)


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


def test_what_was_sure_and_is_so_no_more_is_not_joined(api):
    first, second = arrive(api, who("a"), who("b"))
    pair = ProposedPair(first, second, 0.99, (), "a comparison", is_sure=True)
    assert join_certain([pair], at=NOW) == 0
    assert not Merge.objects.exists()
