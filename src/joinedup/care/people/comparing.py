"""Comparing people who are here already: with everybody else when something new is known of them, or two by hand."""

from collections.abc import Collection
from uuid import UUID

from joinedup.care.people.candidates import Found, accounts_of, candidates_for, surely
from joinedup.care.people.logic_matching import agreements_of, compared
from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.care.people.logic_rules import Verdict, rule_for

# Of a pair that somebody is to decide about: none is sure.
MOST_TO_DECIDE = 0.9
CHOSEN_BY_HAND = "somebody who chose the two"


def pair_of(person: UUID, found: Found, *, is_sure: bool = False) -> ProposedPair:
    """Return the pair of a person and whom they may be. Where a rule that links holds for several, none is sure."""
    score = found.rule.score if is_sure else min(found.rule.score, MOST_TO_DECIDE)
    method = f"the rule “{found.rule.name}”"
    return ProposedPair(
        person, found.whose.person, score, agreements_of(found.verdicts), method, is_sure=is_sure
    )


def pairs_of(people: Collection[UUID]) -> list[ProposedPair]:
    """Compare these people with everybody here, as if they came now; return whom they may be.

    A pair is sure only from either side from which it was looked at.
    """
    accounts = accounts_of(people) if people else {}
    candidates = candidates_for(accounts.values()) if accounts else None
    pairs: dict[frozenset[UUID], ProposedPair] = {}
    for person, account in accounts.items():
        others = set(candidates.accounts) - {person} if candidates else set()
        found = candidates.found(account, among=others) if candidates else []
        for one in found:
            key = frozenset((person, one.whose.person))
            is_sure = surely(found) is not None and (key not in pairs or pairs[key].is_sure)
            pairs[key] = pair_of(person, one, is_sure=is_sure)
    return list(pairs.values())


def verdicts_between(pairs: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], dict[str, Verdict]]:
    """Return field by field how these people compare now."""
    accounts = accounts_of({person for pair in pairs for person in pair}) if pairs else {}
    return {
        (one, other): compared(accounts[one], accounts[other])
        for one, other in pairs
        if one in accounts and other in accounts
    }


def pair_between(one: UUID, other: UUID) -> ProposedPair | None:
    """Return the pair of these two where a rule makes them surely one by what is known now, or likely; else nothing."""
    return next((pair for pair in pairs_of([one, other]) if {one, other} == {pair.left, pair.right}), None)


def pair_by_hand(one: UUID, other: UUID) -> ProposedPair:
    """Return the pair of two whom somebody chose, with how they compare."""
    ((_, verdicts),) = verdicts_between([(one, other)]).items()
    rule = rule_for(verdicts)
    score = min(rule.score, MOST_TO_DECIDE) if rule else 0.5
    return ProposedPair(one, other, score, agreements_of(verdicts), CHOSEN_BY_HAND)
