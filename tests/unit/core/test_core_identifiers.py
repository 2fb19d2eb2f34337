"""National numbers: form, check digit, range, and no number in any message."""

import pytest

from joinedup.core.identifiers import (
    IdentifierKind,
    format_number,
    is_test_number,
    kind_of_nation,
    kind_of_system,
    problem_with,
    sex_of_chi,
    tidy,
)
from joinedup.core.nation import Nation

NHS, CHI, HC = IdentifierKind


def with_check_digit(stem: str) -> str:
    """The slow, obvious modulus 11 of the NHS Data Dictionary."""
    total = sum(int(digit) * weight for digit, weight in zip(stem, range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    assert check < 10, f"no number has the stem {stem}"
    return stem + str(check)


@pytest.mark.parametrize(
    ("kind", "stem", "is_right"),
    [
        (NHS, "399999999", False),
        (NHS, "400000000", True),
        (NHS, "499999999", True),
        (NHS, "500000001", False),
        (NHS, "599999999", False),
        (NHS, "600000000", True),
        (NHS, "799999998", True),
        (NHS, "800000002", False),
        (NHS, "912003888", True),
        (CHI, "010190123", True),
        (CHI, "290200123", True),
        (CHI, "290201123", False),
        (CHI, "320190123", False),
        (CHI, "011390123", False),
        (CHI, "400000000", False),
        (HC, "319999999", False),
        (HC, "320000000", True),
        (HC, "399999999", True),
        (HC, "400000000", False),
    ],
)
def test_each_kind_has_its_own_range(kind, stem, is_right):
    assert (problem_with(kind, with_check_digit(stem)) is None) is is_right


@pytest.mark.parametrize("kind", list(IdentifierKind))
def test_the_test_range_is_right_for_every_kind(kind):
    number = with_check_digit("999000001")
    assert problem_with(kind, number) is None
    assert is_test_number(number)
    assert not is_test_number(with_check_digit("400000000"))


@pytest.mark.parametrize("kind", list(IdentifierKind))
def test_every_other_last_digit_is_refused(kind):
    right = with_check_digit("999000001")
    wrong = [right[:-1] + str(digit) for digit in range(10) if str(digit) != right[-1]]
    assert all("check digit" in (problem_with(kind, number) or "") for number in wrong)


def test_a_stem_whose_check_digit_would_be_ten_has_no_number():
    stem = next(
        f"99900{place:04}"
        for place in range(10_000)
        if sum(int(d) * w for d, w in zip(f"99900{place:04}", range(10, 1, -1), strict=True)) % 11 == 1
    )
    assert all(problem_with(NHS, f"{stem}{digit}") for digit in range(10))


@pytest.mark.parametrize("value", ["", "999", "99900000101", "999000000X", "٩٩٩٠٠٠٠٠١٨", "999.000.001"])
def test_what_is_not_ten_digits_is_refused_without_being_repeated(value):
    problem = problem_with(NHS, value)
    assert problem == "the NHS number must be ten digits"


def test_no_message_holds_the_number():
    for kind in IdentifierKind:
        for number in ("1234567890", with_check_digit("500000001"), with_check_digit("800000002")):
            problem = problem_with(kind, number)
            assert problem
            assert number not in problem


def test_numbers_are_tidied_and_shown_in_three_groups():
    assert tidy(" 999-000\u00a00018 ") == "9990000018"
    assert tidy("999\u2013000\u20140018") == "9990000018"
    assert format_number("999-000-0018") == "999 000 0018"
    assert format_number("12") == "12"


@pytest.mark.parametrize(
    ("stem", "sex"),
    [("010190122", "female"), ("010190123", "male"), ("999000001", None), ("320190123", None)],
)
def test_the_ninth_digit_of_a_chi_number_tells_the_sex(stem, sex):
    assert sex_of_chi(with_check_digit(stem)) == sex


def test_systems_and_aliases_lead_to_one_kind_each():
    for kind in IdentifierKind:
        assert [kind_of_system(system) for system in (kind.system, *kind.aliases)] == [kind] * (
            1 + len(kind.aliases)
        )
    assert kind_of_system("https://example.org/other") is None
    assert [kind_of_nation(nation) for nation in Nation] == [NHS, CHI, NHS, HC]
    assert [kind.title for kind in IdentifierKind] == ["NHS number", "CHI number", "Health and Care number"]
