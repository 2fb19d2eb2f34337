"""What people are compared by: names folded, numbers told apart by their check digit, bad input refused."""

from uuid import UUID

import pytest

from joinedup.exchange.linkage import LinkageError, find_duplicates
from joinedup.exchange.linkage.people import columns_of
from people_to_link import ALDERINE, CHI, MISTYPED, NHS, RIGHT, other


def row_of(**changes):
    columns = columns_of([ALDERINE, other(**changes)])
    return {name: values[1] for name, values in columns.items()}


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"given": "Élodie-Ann Mary"}, "given", "elodie"),
        ({"given": "Robbie"}, "stem", "robb"),
        ({"given": "Baby"}, "given", None),
        ({"given": "Twin 2"}, "given", None),
        ({"given": ""}, "names", None),
        ({"family": "O'Teacup"}, "family", "oteacup"),
        ({"family": "Teacup-Saucer"}, "families", ["saucer", "teacup", "teacup saucer"]),
        ({"former": ("Muffin",)}, "families", ["muffin", "teacupbury"]),
        ({"born": "1950-03-04"}, "turned", "1950-04-03"),
        ({"born": "1950"}, "turned", None),
        ({"born": "1950"}, "born_day", None),
        ({"gender": "other"}, "gender", None),
        ({"postcode": "zz99 1ab"}, "postcode", "zz991ab"),
        ({"phone": "+44 1632 960123"}, "phone", "1632960123"),
        ({"phone": ""}, "phone", None),
        ({"numbers": ()}, "number", None),
        ({"numbers": ((NHS, f"{RIGHT[:3]} {RIGHT[3:]}"),)}, "numbers", [f"nhs_number:{RIGHT}"]),
        ({"numbers": ((NHS, MISTYPED),)}, "numbers", []),
        ({"numbers": ((NHS, MISTYPED),)}, "number", f"nhs_number:{MISTYPED}"),
        ({"numbers": ((NHS, MISTYPED),)}, "is_right", False),
        ({"numbers": ((CHI, RIGHT),)}, "chi_number", f"chi_number:{RIGHT}"),
        ({"numbers": (("https://hospital.example/number", "1"),)}, "number", None),
    ],
)
def test_a_field_is_read(changes, column, value):
    assert row_of(**changes)[column] == value


def test_names_are_put_right_where_each_is_mostly_the_other_kind():
    people = [other(given="Teacupbury", family="Alderine")]
    people += [other() for _ in range(3)]
    people = [ALDERINE, *(person_with_id(person, 10 + index) for index, person in enumerate(people))]
    columns = columns_of(people)
    assert set(columns["given"]) == {"alderine"}
    assert columns["is_exchanged"] == [False, True, False, False, False]


def person_with_id(person, number):
    return type(person)(
        **{name: getattr(person, name) for name in person.__slots__} | {"id": UUID(int=number)}
    )


@pytest.mark.parametrize("people", [[], [ALDERINE]])
def test_fewer_than_two_people_are_refused(people):
    with pytest.raises(LinkageError, match=f"There are {len(people)} people"):
        find_duplicates(people)


def test_an_id_that_stands_for_two_is_refused_without_naming_anybody():
    with pytest.raises(
        LinkageError, match=r"1 ids stand for more than one person.*Give each person once"
    ) as error:
        find_duplicates([ALDERINE, ALDERINE])
    assert ALDERINE.family not in str(error.value)
