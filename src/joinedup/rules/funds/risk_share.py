"""Who covers an overspend of a pooled fund, in what order, to the penny. The order is the agreement's own.

Where terms give none, the order seen in practice is taken from the rule book: underspends elsewhere in the pool, the
risk pool, schemes not yet committed, and then money from outside, by the partners' shares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.money import pounds, share_out
from joinedup.core.nation import Nation
from joinedup.rules.facts import FactError, refuse_odd_amount, refuse_odd_number, refuse_repeats
from joinedup.rules.funds.consulted import rules_on
from joinedup.rules.funds.kinds import Cover
from joinedup.rules.values import words_of

__all__ = [
    "Cover",
    "Outturn",
    "Pool",
    "RiskShare",
    "RiskTerms",
    "Scheme",
    "SchemeOutturn",
    "Share",
    "risk_share",
]
NOTHING = Decimal("0.00")
Part = tuple[str, Decimal]
WHY = {
    Cover.UNDERSPENDS: "schemes that spent less than their budget",
    Cover.RISK_POOL: "put by for this",
    Cover.UNCOMMITTED_SCHEMES: "what schemes have not committed is cut",
    Cover.OUTSIDE_MONEY: "the partners pay the rest, by their shares",
}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A line of a fund's spending plan, and its budget for the year."""

    name: str
    budget: Decimal

    def __post_init__(self) -> None:
        refuse_odd_amount(f"budget ({self.name})", self.budget)


@dataclass(frozen=True, slots=True)
class Pool:
    """What a pooled fund is to be spent on, and what was put by for risk."""

    schemes: tuple[Scheme, ...]
    risk_pool: Decimal = NOTHING

    def __post_init__(self) -> None:
        refuse_repeats("schemes", [scheme.name for scheme in self.schemes])
        refuse_odd_amount("risk_pool", self.risk_pool)


@dataclass(frozen=True, slots=True)
class SchemeOutturn:
    """What a scheme costs in the year, of which `uncommitted` could still be left undone."""

    name: str
    spent: Decimal
    uncommitted: Decimal = NOTHING

    def __post_init__(self) -> None:
        refuse_odd_amount(f"spent ({self.name})", self.spent)
        refuse_odd_amount(f"uncommitted ({self.name})", self.uncommitted)
        if self.uncommitted > self.spent:
            raise FactError(f"uncommitted ({self.name})", "it is a part of what is spent, and above it")


@dataclass(frozen=True, slots=True)
class Outturn:
    """What the schemes of a pool cost in the year."""

    schemes: tuple[SchemeOutturn, ...]

    def __post_init__(self) -> None:
        refuse_repeats("outturn", [scheme.name for scheme in self.schemes])


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's part of what must come from outside, as a weight: a per cent, or what it pays in."""

    party: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class RiskTerms:
    """How an agreement shares risk. Without an `order`, that seen in practice."""

    shares: tuple[Share, ...]
    order: tuple[Cover, ...] = ()

    def __post_init__(self) -> None:
        refuse_repeats("shares", [share.party for share in self.shares])
        for share in self.shares:
            refuse_odd_number("shares", share.weight)
            if share.weight < 0:
                raise FactError("shares", "a share can't be below zero")
        if not sum(share.weight for share in self.shares):
            raise FactError("shares", "somebody must have a share above zero")
        refuse_repeats("order", [cover.value for cover in self.order])


@dataclass(frozen=True, slots=True)
class RiskShare:
    """Out of what an overspend is covered, by scheme or partner; what no term covers is left `uncovered`."""

    overspend: Decimal
    from_underspends: tuple[Part, ...]
    from_risk_pool: Decimal
    from_cuts: tuple[Part, ...]
    from_outside: tuple[Part, ...]
    uncovered: Decimal
    underspend_left: Decimal
    risk_pool_left: Decimal


def risk_share(
    nation: Nation, on: date, pool: Pool, outturn: Outturn, terms: RiskTerms
) -> Explained[RiskShare]:
    """Work out who covers the overspend of a pool at a year's end, to the penny; every penny goes somewhere once.

    `FactError` where pool and outturn do not match, `NotCovered` where no order is given and the book knows none.
    """
    if [scheme.name for scheme in pool.schemes] != [scheme.name for scheme in outturn.schemes]:
        raise FactError("outturn", "give each scheme of the pool once, in the order of the pool")
    order, citations = _order(nation, on, terms)
    return _Sharing(pool, outturn, terms).result(order, citations)


def _order(nation: Nation, on: date, terms: RiskTerms) -> tuple[tuple[Cover, ...], tuple[Citation, ...]]:
    """Return the agreement's own order, or that of the rule book with what says so."""
    if terms.order:
        return terms.order, ()
    citation = rules_on(nation, on).cite("risk_share_order")
    return tuple(Cover(word) for word in words_of(citation)), (citation,)


class _Sharing:
    """One overspend being covered."""

    def __init__(self, pool: Pool, outturn: Outturn, terms: RiskTerms) -> None:
        pairs = list(zip(pool.schemes, outturn.schemes, strict=True))
        self.over = _sum(max(pounds(out.spent - plan.budget), NOTHING) for plan, out in pairs)
        self.under = [(plan.name, max(pounds(plan.budget - out.spent), NOTHING)) for plan, out in pairs]
        self.may_be_cut = [(out.name, pounds(out.uncommitted)) for out in outturn.schemes]
        self.risk_pool, self.terms = pounds(pool.risk_pool), terms

    def result(self, order: tuple[Cover, ...], citations: tuple[Citation, ...]) -> Explained[RiskShare]:
        """Cover the overspend out of each thing in turn, as far as it reaches."""
        steps = [Step("Overspend", self.over, "of the schemes that cost more than their budget")]
        left, covered = self.over, dict[Cover, tuple[Part, ...]]()
        for cover in order:
            covered[cover] = self._parts(cover, left)
            amount = _sum(part for _, part in covered[cover])
            left -= amount
            steps.append(Step(_title(cover), amount, WHY[cover], citations))
            steps += [
                Step(f"{_title(cover)}: {who}", part, "its part") for who, part in covered[cover] if who
            ]
        steps.append(
            Step("Not covered", left, "no term says who pays it" if left else "nothing is left over")
        )
        return Explained(self._share(covered, left), tuple(steps))

    def _parts(self, cover: Cover, left: Decimal) -> tuple[Part, ...]:
        """Return who or what covers how much of what is left."""
        if cover is Cover.RISK_POOL:
            return (("", min(self.risk_pool, left)),)
        if cover is Cover.OUTSIDE_MONEY:
            return _shared([(share.party, share.weight) for share in self.terms.shares], left)
        room = self.under if cover is Cover.UNDERSPENDS else self.may_be_cut
        return _shared(room, min(_sum(part for _, part in room), left))

    def _share(self, covered: dict[Cover, tuple[Part, ...]], left: Decimal) -> RiskShare:
        from_pool = _sum(part for _, part in covered.get(Cover.RISK_POOL, ()))
        from_underspends = covered.get(Cover.UNDERSPENDS, ())
        return RiskShare(
            overspend=self.over,
            from_underspends=from_underspends,
            from_risk_pool=from_pool,
            from_cuts=covered.get(Cover.UNCOMMITTED_SCHEMES, ()),
            from_outside=covered.get(Cover.OUTSIDE_MONEY, ()),
            uncovered=left,
            underspend_left=_sum(part for _, part in self.under) - _sum(part for _, part in from_underspends),
            risk_pool_left=self.risk_pool - from_pool,
        )


def _shared(by: Sequence[Part], amount: Decimal) -> tuple[Part, ...]:
    """Share an amount out by weight; whoever gets nothing of it is left out."""
    if not amount:
        return ()
    parts = share_out(amount, [weight for _, weight in by])
    return tuple((who, part) for (who, _), part in zip(by, parts, strict=True) if part)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def _title(cover: Cover) -> str:
    return cover.value.replace("_", " ").capitalize()
