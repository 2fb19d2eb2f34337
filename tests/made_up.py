"""A made-up partnership in the test database, put in through the real door."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from joinedup.care.access.actor import Role
from joinedup.core.nation import Nation
from joinedup.site.demo import Account, Plan, form_boards, give_accounts, take_bundle
from joinedup.synthetic import MadeUpPartnership, bundles


@dataclass(frozen=True)
class MadeUp:
    """A made-up partnership that is in the database, and who can sign in to it."""

    place: MadeUpPartnership
    accounts: dict[Role, Account]


def load_made_up(nation: Nation, people: int = 120, seed: int = 1, until: date | None = None) -> MadeUp:
    """Put a small partnership in as the demo does: bundles, boards, accounts. Needs the database."""
    plan = Plan(nation, people, seed, until or timezone.localdate())
    for bundle in bundles(plan.nation, people=plan.people, seed=plan.seed, until=plan.until):
        take_bundle(bundle, plan.nation)
    place = form_boards(plan)
    accounts = give_accounts(place)
    return MadeUp(
        place, {role: account for role in Role for account in accounts if account.role == role.title}
    )
