"""Pounds and pence. Money is a `Decimal` of two places, never a float."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

PENNY = Decimal("0.01")


def pounds(amount: Decimal | int | str) -> Decimal:
    """The amount to the penny, halves away from zero. Refuses floats, which cannot hold pence."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int | str):
        raise TypeError(f"money is a Decimal, an int or text, not {type(amount).__name__}")
    try:
        exact = Decimal(amount)
        if not exact.is_finite():
            raise InvalidOperation
        return exact.quantize(PENNY, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError("not an amount of money: give digits, such as 1234.50") from None


def share_out(total: Decimal, weights: Sequence[Decimal | int]) -> tuple[Decimal, ...]:
    """Split a total by weights so that the shares add up to it exactly.

    Every share is rounded towards zero, then the pennies left over go one each to those who lost most,
    the earlier first where they lost the same.
    """
    if not weights or any(weight < 0 for weight in weights) or not sum(weights):
        raise ValueError("weights must be zero or more, and at least one above zero")
    pennies = int(pounds(total) / PENNY)
    whole = sum(Decimal(weight) for weight in weights)
    exact = [abs(pennies) * Decimal(weight) / whole for weight in weights]
    shares = [int(share) for share in exact]
    losers = sorted(range(len(shares)), key=lambda place: shares[place] - exact[place])
    for place in losers[: abs(pennies) - sum(shares)]:
        shares[place] += 1
    sign = -1 if pennies < 0 else 1
    return tuple(sign * share * PENNY for share in shares)


def format_pounds(amount: Decimal) -> str:
    """An amount as a page writes it: £1,234.50, with a minus sign before the pound sign."""
    exact = pounds(amount)
    sign = "-" if exact < 0 else ""
    return f"{sign}£{abs(exact):,.2f}"
