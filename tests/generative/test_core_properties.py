"""What must hold of money, dates and numbers whatever they are given."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.dates import FinancialYear, Month, Period, Weekday, add_months, last_weekday_of_month
from joinedup.core.identifiers import IdentifierKind, format_number, problem_with, tidy
from joinedup.core.money import share_out

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
PENNIES = st.integers(-(10**12), 10**12).map(lambda pennies: Decimal(pennies) / 100)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(PENNIES, WEIGHTS)
def test_shares_add_up_and_are_within_a_penny_of_exact(total, weights):
    shares = share_out(total, weights)
    assert sum(shares) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(share - just) < Decimal("0.01") for share, just in zip(shares, exact, strict=True))
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)


@given(DAYS)
def test_every_day_belongs_to_one_financial_year(day):
    year = FinancialYear.of(day)
    assert [other.contains(day) for other in (year.plus(-1), year, year.plus(1))] == [False, True, False]


@given(DAYS, st.integers(-600, 600))
def test_adding_months_moves_by_months_and_keeps_the_day_where_it_can(day, months):
    moved = add_months(day, months)
    assert Month.of(moved) == Month.of(day).plus(months)
    assert moved.day == min(day.day, Month.of(moved).days)


@given(DAYS, st.sampled_from(Weekday))
def test_the_last_weekday_is_found_by_walking_back(day, weekday):
    month = Month.of(day)
    walked = month.end
    while walked.weekday() != weekday:
        walked -= timedelta(days=1)
    assert last_weekday_of_month(month, weekday) == walked


@given(DAYS, st.integers(0, 40), DAYS, st.integers(0, 40))
def test_overlap_is_a_day_in_common(first, length, second, other_length):
    one = Period(first, first + timedelta(days=length))
    other = Period(second, second + timedelta(days=other_length))
    common = any(other.contains(first + timedelta(days=step)) for step in range(length + 1))
    assert one.overlaps(other) is common


@given(st.sampled_from(IdentifierKind), st.text(max_size=14))
def test_no_text_breaks_the_check_of_a_number(kind, text):
    problem_with(kind, text)


@given(st.integers(0, 10**9 - 1), st.integers(0, 9))
def test_one_mistyped_digit_is_always_found(stem, place):
    digits = f"{stem:09}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    if check == 10:
        return
    right = digits + str(check)
    wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
    assert "check digit" in (problem_with(IdentifierKind.NHS_NUMBER, wrong) or "")
    assert "check digit" not in (problem_with(IdentifierKind.NHS_NUMBER, right) or "")


@given(st.integers(0, 10**10 - 1))
def test_formatting_is_undone_by_tidying(number):
    assert tidy(format_number(f"{number:010}")) == f"{number:010}"
