"""Facts that somebody declares, for the rules that ask: what can't be so is refused by name, before it is used."""

from decimal import Decimal

from joinedup.core.money import PENNY, format_pounds

# Beyond what anybody has, or any fund holds: a slip of the pen, and more than sums to the penny are kept in.
DIGITS = 12
MOST = Decimal(10) ** DIGITS
PLACES = 6
OLDEST = 130


class FactError(ValueError):
    """A fact that can't be so, or contradicts another. `fact` names it as the caller gave it."""

    def __init__(self, fact: str, problem: str) -> None:
        super().__init__(f"{fact}: {problem}")
        self.fact = fact
        self.problem = problem


def refuse_odd_amount(fact: str, amount: Decimal) -> None:
    """Refuse what is no amount of money: below zero, endless, or with parts of a penny."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise FactError(fact, "give an amount as a Decimal, such as 1234.50")
    if amount < 0:
        raise FactError(fact, "it can't be below zero")
    if amount >= MOST:
        raise FactError(fact, f"it can't be {format_pounds(MOST)} or more")
    if amount != amount.quantize(PENNY):
        raise FactError(fact, f"give whole pence, such as {format_pounds(amount)}")


def refuse_odd_number(fact: str, number: Decimal) -> None:
    """Refuse a figure that is endless, beyond what is counted, or finer than anybody measures."""
    exponent = number.as_tuple().exponent
    # By its digits, for a number can be too large to be compared with.
    if not isinstance(exponent, int) or exponent < -PLACES or (number and number.adjusted() >= DIGITS):
        raise FactError(fact, f"give a number below {MOST:,}, with at most {PLACES} decimal places")


def refuse_odd_age(fact: str, age: int) -> None:
    """Refuse an age that nobody has."""
    if not 0 <= age <= OLDEST:
        raise FactError(fact, f"give whole years, 0 to {OLDEST}")


def refuse_repeats(fact: str, names: list[str]) -> None:
    """Refuse a name that is given twice, or not at all."""
    seen = set[str]()
    for name in names:
        if not name.strip():
            raise FactError(fact, "give each a name")
        if name in seen:
            raise FactError(fact, f"'{name}' is given twice: keep one")
        seen.add(name)
