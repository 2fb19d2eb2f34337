"""Finding people by how words of their names begin, against a reading by hand."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from joinedup.care.people.finding import begin_with
from joinedup.care.people.logic import Sought, fold, read_search
from joinedup.care.people.models import Person

LETTERS = "abé'\\_-7ß\ud7ff"
NAMES = st.lists(st.text(LETTERS, max_size=4), max_size=3).map(" ".join).map(fold)


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6),
    typed=st.lists(st.text(LETTERS, min_size=1, max_size=3), min_size=1, max_size=2).map(" ".join),
)
@example(people=[("oneill", "ann mary", "smith")], typed="O'N mar smi")
@example(people=[("b", "", "")], typed="a" * 3000)
def test_everybody_is_found_whose_names_have_words_that_begin_as_typed(people, typed):
    Person.objects.all().delete()
    for family, given_, former in people:
        Person.objects.create(sought_family=family, sought_given=given_, sought_former=former)
    sought = read_search(typed)
    if not sought.words:
        assert sought in (Sought(), Sought(number=sought.number), Sought(born=sought.born))
        return
    found = Person.objects.filter(begin_with(sought.words))
    expected = [
        names
        for names in people
        if all(any(word.startswith(w) for word in " ".join(names).split()) for w in sought.words)
    ]
    shown = [(p.sought_family, p.sought_given, p.sought_former) for p in found]
    assert sorted(shown) == sorted(expected)
