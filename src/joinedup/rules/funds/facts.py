"""Facts about money that can't be so are refused by name, before anything is worked out from them."""

from decimal import Decimal

from joinedup.core.money import PENNY, format_pounds


class FundError(ValueError):
    """A fact that can't be so, or contradicts another. `fact` names it as the caller gave it."""

    def __init__(self, fact: str, problem: str) -> None:
        super().__init__(f"{fact}: {problem}")
        self.fact = fact


def refuse_odd_amount(fact: str, amount: Decimal) -> None:
    """Refuse what is no amount of money: below zero, endless, or with parts of a penny."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise FundError(fact, "give an amount as a Decimal, such as 1234.50")
    if amount < 0:
        raise FundError(fact, "it can't be below zero")
    if amount != amount.quantize(PENNY):
        raise FundError(fact, f"give whole pence, such as {format_pounds(amount)}")


def refuse_repeats(fact: str, names: list[str]) -> None:
    """Refuse a name that is given twice, or not at all."""
    for place, name in enumerate(names):
        if not name.strip():
            raise FundError(fact, "give each a name")
        if name in names[:place]:
            raise FundError(fact, f"'{name}' is given twice: keep one")
