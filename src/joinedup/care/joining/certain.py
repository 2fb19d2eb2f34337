"""Joining without being asked: two people here whom a rule that links makes surely one, by what is known now.

On arrival, when what came later (a number, a name, a date of birth) shows that two are one; and after a comparison in
bulk, where that is asked for. Both are merges as others are: kept with the reason, audited, undone on the same page.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from joinedup.care.access.actions import OWN_SYSTEM, register_system
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.joining.actions import begin, merge
from joinedup.care.people.comparing import pair_between
from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.care.people.models import Person, Review
from joinedup.care.people.reviews import found_different, key_of, note_decision, review_of

WHY = "Joined without being asked, by"


def join_certain(pairs: Sequence[ProposedPair], *, at: datetime) -> int:
    """Join those of the pairs that are surely one person still; return how many. What isn't joined stays queued."""
    return sum(_joined(pair, at) for pair in pairs)


@transaction.atomic
def _joined(pair: ProposedPair, at: datetime) -> bool:
    """Join a pair where it is sure with all that is known now, nobody writing meanwhile."""
    by = _joinedup()
    begin(by, WHY)
    key = key_of(pair.left, pair.right)
    whole = Person.objects.filter(pk__in=key, replaced_by=None).count() == len(set(key))
    now = pair_between(*key) if whole and key not in found_different() else None
    if now is None or not now.is_sure:
        return False
    row = review_of(now, at=at)
    if row.earlier is not None:
        # Somebody said once that they are different: whoever decides now, it is a person.
        return False
    beside = "" if pair.method == now.method else f" and {pair.method}"
    reason = f"{WHY} {now.method}{beside}"
    merge(kept=key[0], merged=key[1], reason=reason, by=by, at=at)
    note_decision(row, Review.State.SAME, reason=reason, by=by, at=at)
    return True


def _joinedup() -> Actor:
    """Return joinedup itself, which may join and nothing else."""
    system = register_system(name=OWN_SYSTEM)
    return Actor(name=OWN_SYSTEM, permissions=frozenset({Permission.JOIN_RECORDS}), system_id=system.pk)
