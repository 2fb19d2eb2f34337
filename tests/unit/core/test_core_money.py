"""Money: to the penny, never a float, shares that add up."""

from decimal import Decimal

import pytest

from joinedup.core.money import format_pounds, pounds, share_out


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1.004", "1.00"),
        ("1.005", "1.01"),
        ("-1.005", "-1.01"),
        (3, "3.00"),
        (Decimal("2.675"), "2.68"),
    ],
)
def test_halves_of_a_penny_go_away_from_zero(given, expected):
    assert str(pounds(given)) == expected


@pytest.mark.parametrize("given", [1.0, True, None, b"1"])
def test_what_cannot_hold_pence_is_refused(given):
    with pytest.raises(TypeError, match="money is a Decimal"):
        pounds(given)


@pytest.mark.parametrize("given", ["", "one", "NaN", "Infinity", Decimal("NaN"), "1,000"])
def test_what_is_no_amount_is_refused(given):
    with pytest.raises(ValueError, match="not an amount of money"):
        pounds(given)


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        ("10.00", [1, 1, 1], ["3.34", "3.33", "3.33"]),
        ("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]),
        ("-10.00", [1, 1, 1], ["-3.34", "-3.33", "-3.33"]),
        ("100.00", [Decimal("70"), Decimal("30"), 0], ["70.00", "30.00", "0.00"]),
        ("0.05", [1, 2], ["0.02", "0.03"]),
    ],
)
def test_shares_add_up_and_left_over_pennies_go_to_those_who_lost_most(total, weights, expected):
    assert [str(share) for share in share_out(Decimal(total), weights)] == expected


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 1]])
def test_weights_that_share_nothing_out_are_refused(weights):
    with pytest.raises(ValueError, match="weights must be zero or more"):
        share_out(Decimal("1.00"), weights)


@pytest.mark.parametrize(
    ("amount", "written"),
    [("1234.5", "£1,234.50"), ("-0.5", "-£0.50"), ("-0.001", "£0.00"), ("1000000", "£1,000,000.00")],
)
def test_pounds_are_written_as_on_a_page(amount, written):
    assert format_pounds(Decimal(amount)) == written
