"""The review queue: what gets on it, what sticks, who may decide, and what a decision does."""

from datetime import UTC, datetime

import pytest

from joinedup.care.access.actions import register_system
from joinedup.care.access.actor import PERMISSIONS, SCOPE_PERMISSIONS, Actor, Role, Scope
from joinedup.care.access.models import AuditEvent, StaffRecord, User
from joinedup.care.access.queries import RefusedError
from joinedup.care.joining.actions import unmerge
from joinedup.care.joining.errors import NotPossibleError
from joinedup.care.joining.reviewing import decide, look_at_identity
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.logic_pairs import Agreement, ProposedPair
from joinedup.care.people.models import Identifier, Merge, Person, Review
from joinedup.care.people.queries import person_now
from joinedup.care.people.reviews import look_at_pair, pairs_to_review, queue_pairs

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
FINDER = Actor("finder", SCOPE_PERMISSIONS[Scope.WRITE], system_id=1)
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
WHY = (Agreement("born", "agrees", 8.5), Agreement("postcode", "differs", -2.0))
State = Review.State


@pytest.fixture
def people():
    return sorted(Person.objects.create(family=f"Ames{i}", born="1950-03-02").pk for i in range(4))


def pair(left, right, score=0.8):
    return ProposedPair(left, right, score, WHY, "a comparison")


def queue(*pairs):
    return queue_pairs(pairs, by=FINDER, at=NOW)


def deciding(row, decision, reason="I rang her"):
    return decide(review_id=row.pk, decision=decision, reason=reason, by=MANAGER, at=NOW)


def test_the_same_pair_twice_is_one_with_the_newer_score(people):
    a, b, *_ = people
    assert queue(pair(a, b, 0.7)) == 1
    assert queue(pair(b, a, 0.9), pair(a, b, 0.9)) == 0
    assert Review.objects.get().score == 0.9


def test_the_most_certain_comes_first_and_what_was_left_comes_last(people):
    a, b, c, d = people
    queue(pair(a, b, 0.7), pair(c, d, 0.8), pair(a, c, 0.99))
    deciding(Review.objects.get(score=0.99), State.LATER, reason="")
    shown, count = pairs_to_review(MANAGER, at=NOW)
    assert [view.score for view in shown] == [0.8, 0.7, 0.99]
    assert [view.is_left_for_later for view in shown] == [False, False, True]
    assert count == 3
    assert set(AuditEvent.objects.filter(kind="listed").values_list("person_id", flat=True)) == {a, b, c, d}


def test_the_same_person_is_joined(people):
    a, b, *_ = people
    queue(pair(a, b))
    deciding(Review.objects.get(), State.SAME)
    assert person_now(b) == a
    assert (Merge.objects.get().reason, Review.objects.get().by_name) == ("I rang her", "Rita Example")
    assert pairs_to_review(MANAGER, at=NOW) == ([], 0)
    with pytest.raises(NotPossibleError):
        deciding(Review.objects.get(), State.DIFFERENT)


def test_different_people_stay_so_whatever_is_found_again(people):
    a, b, c, _ = people
    queue(pair(a, b))
    deciding(Review.objects.get(), State.DIFFERENT)
    assert queue(pair(a, b, 0.99)) == 0
    assert pairs_to_review(MANAGER, at=NOW)[1] == 0
    # Also as part of another's record.
    queue(pair(b, c))
    deciding(Review.objects.get(state="waiting"), State.SAME)
    assert queue(pair(a, person_now(b)), pair(a, b)) == 0


def test_whoever_was_parted_is_not_asked_about_again(people):
    a, b, *_ = people
    queue(pair(a, b))
    deciding(Review.objects.get(), State.SAME)
    unmerge(merge_id=Merge.objects.get().pk, reason="twins", by=MANAGER, at=NOW)
    assert queue(pair(a, b, 0.99)) == 0
    assert Review.objects.get().state == "different"


def test_a_decision_needs_a_reason_except_to_leave_it(people):
    a, b, *_ = people
    queue(pair(a, b))
    for decision in (State.SAME, State.DIFFERENT):
        with pytest.raises(NotPossibleError, match="Say why"):
            deciding(Review.objects.get(), decision, reason="  ")
    deciding(Review.objects.get(), State.LATER, reason="")
    assert Review.objects.get().state == "later"


def test_one_pair_is_a_look_at_both(people):
    a, b, *_ = people
    queue(pair(a, b))
    view = look_at_pair(MANAGER, Review.objects.get().pk, at=NOW)
    assert (view.left.id, view.right.id, view.agreements) == (a, b, WHY)
    assert set(AuditEvent.objects.filter(kind="look").values_list("person_id", flat=True)) == {a, b}


def test_nobody_decides_about_themselves(people):
    a, b, *_ = people
    user = User.objects.create(username="u", name="U")
    place = Organisation.objects.create(reference="south", name="South", nation="england")
    StaffRecord.objects.create(person_id=a, user=user, organisation=place)
    own = Actor("U", PERMISSIONS[Role.RECORDS_MANAGER], user_id=user.pk, role=Role.RECORDS_MANAGER)
    queue(pair(a, b))
    assert pairs_to_review(own, at=NOW) == ([], 0)
    with pytest.raises(RefusedError):
        look_at_pair(own, Review.objects.get().pk, at=NOW)
    with pytest.raises(RefusedError):
        decide(review_id=Review.objects.get().pk, decision=State.SAME, reason="x", by=own, at=NOW)
    with pytest.raises(RefusedError):
        look_at_identity(own, a, at=NOW)
    assert look_at_identity(own, b, at=NOW).who.id == b


def test_two_right_numbers_of_a_kind_contradict_each_other(people):
    a, *_ = people
    system = register_system(name="s")
    for kind, value in (("nhs-number", "9990000026"), ("nhs-number", "9990000034"), ("mrn", "1")):
        Identifier.objects.create(
            person_id=a,
            origin_id=a,
            system=f"https://fhir.nhs.uk/Id/{kind}",
            value=value,
            asserted_by=system,
            since=NOW,
        )
    numbers = look_at_identity(MANAGER, a, at=NOW).who.numbers
    assert [n.status for n in numbers] == ["Contradicts another number"] * 2 + ["As given"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RECORDS_MANAGER])
def test_nobody_else_sees_the_queue(people, role):
    other = Actor("N", PERMISSIONS[role], user_id=1, role=role)
    with pytest.raises(RefusedError):
        pairs_to_review(other, at=NOW)
    with pytest.raises(RefusedError):
        look_at_identity(other, people[0], at=NOW)


def number(person, value="9990000026", standing="verified"):
    system = register_system(name="s")
    Identifier.objects.update_or_create(
        person_id=person,
        origin_id=person,
        system="https://fhir.nhs.uk/Id/nhs-number",
        value=value,
        asserted_by=system,
        defaults={"since": NOW, "standing": standing},
    )


def test_different_people_are_asked_about_again_once_more_agrees(people):
    a, b, *_ = people
    queue(pair(a, b))
    deciding(Review.objects.get(), State.DIFFERENT, reason="Two ladies.")
    number(a)
    assert queue(pair(a, b)) == 0
    number(b, standing="stated")
    assert queue(pair(a, b)) == 1
    view = look_at_pair(MANAGER, Review.objects.get().pk, at=NOW)
    assert (view.earlier.by, view.earlier.reason, view.earlier.new) == (
        "Rita Example",
        "Two ladies.",
        ("number",),
    )
    deciding(Review.objects.get(), State.DIFFERENT)
    assert queue(pair(a, b)) == 0
    number(b)
    assert queue(pair(a, b)) == 1
    assert look_at_pair(MANAGER, Review.objects.get().pk, at=NOW).earlier.new == ("verified",)


def test_whoever_was_parted_is_asked_about_again_once_more_agrees(people):
    a, b, c, _ = people
    queue(pair(a, b), pair(b, c))
    deciding(Review.objects.get(left=a, right=b), State.DIFFERENT)
    deciding(Review.objects.get(left=b, right=c), State.SAME)
    number(a)
    number(person_now(b))
    assert queue(pair(a, person_now(b))) == 1
    assert queue(pair(a, person_now(b))) == 0
