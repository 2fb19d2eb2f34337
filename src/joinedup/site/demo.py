"""The demo: a made-up partnership, put in through the same door as a partner's system, and accounts to see it with.

Every step can be repeated: what is there already is recognised, so an interrupted run is finished by the next one.
Passwords are made anew each time, since they are kept only as hashes.
"""

import multiprocessing
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection
from django.utils import timezone

from joinedup.care.access.actions import give_account, register_system, sign_agreement
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Role, Scope
from joinedup.care.partnership.actions import form_partnership, register_area
from joinedup.care.partnership.models import Organisation
from joinedup.care.partnership.queries import organisations_by_reference
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import item_of, parse
from joinedup.exchange.fhir.intake import take_in
from joinedup.site.workers import prepare_worker
from joinedup.synthetic import MadeUpPartnership, Service, bundles, partnership

SYSTEM = "Made-up partners' systems"
WORKERS = 2
WAITING_BUNDLES = 8
PASSWORD_WORDS = 4
ROLES: tuple[tuple[str, Role, Service], ...] = (
    ("nurse", Role.DISTRICT_NURSE, Service.DISTRICT_NURSING),
    ("social-worker", Role.SOCIAL_WORKER, Service.SOCIAL_CARE),
    ("gp", Role.GENERAL_PRACTITIONER, Service.GENERAL_PRACTICE),
    ("discharge", Role.DISCHARGE_COORDINATOR, Service.HOSPITAL),
    ("fund-manager", Role.FUND_MANAGER, Service.SOCIAL_CARE),
    ("analyst", Role.ANALYST, Service.SOCIAL_CARE),
    ("administrator", Role.ADMINISTRATOR, Service.HOSPITAL),
    ("records", Role.RECORDS_MANAGER, Service.HOSPITAL),
    ("privacy", Role.PRIVACY_OFFICER, Service.HOSPITAL),
)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is to be made."""

    nation: Nation
    people: int
    seed: int
    until: date


@dataclass(frozen=True)
class Account:
    """Who can sign in. `password` is known only to whoever reads it now."""

    username: str
    password: str
    role: str
    organisation: str


def load_people(plan: Plan, say: Say) -> int:
    """Put the made-up people's records in, on all cores; return how many resources there were."""
    register_system(name=SYSTEM)
    stream = bundles(plan.nation, people=plan.people, seed=plan.seed, until=plan.until)
    count = take_bundle(next(stream), plan.nation)
    say("Putting their records in")
    shown = 0
    for done in _in_parallel(stream, plan.nation):
        count += done
        if count - shown >= 10_000:
            shown = count
            say(f"  {count:,} entries")
    say(f"  {count:,} entries in all")
    _analyse()
    return count


def _in_parallel(stream: Iterator[bytes], nation: Nation) -> Iterator[int]:
    """Take the bundles in with one process a core, a few at a time, so that memory stays small."""
    connection.close()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context, initializer=prepare_worker) as pool:
        waiting: set[Future[int]] = set()
        for bundle in stream:
            waiting.add(pool.submit(take_bundle, bundle, nation))
            if len(waiting) >= WAITING_BUNDLES:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        yield from (future.result() for future in waiting)


def take_bundle(bundle: bytes, nation: Nation) -> int:
    """Take in one bundle as the partners' system; return how many resources it held."""
    items = [item_of(entry, index) for index, entry in enumerate(parse(bundle).entry)]
    take_in(items, by=_partner(), nation=nation, at=timezone.now())
    return len(items)


def _partner() -> Actor:
    """Return the made-up partners' system, which may write."""
    return Actor(
        name=SYSTEM, permissions=SCOPE_PERMISSIONS[Scope.WRITE], system_id=register_system(name=SYSTEM).pk
    )


def _analyse() -> None:
    """Let the database look at what it holds now, so that its first plans are good ones."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def form_boards(plan: Plan) -> MadeUpPartnership:
    """Make the areas and the boards with their members."""
    place = partnership(plan.nation, people=plan.people, seed=plan.seed, until=plan.until)
    for area in place.areas:
        register_area(
            code=area.code, name=area.name, kind=area.kind, nation=plan.nation, part_of=area.part_of
        )
    known = organisations_by_reference(o.id for o in place.organisations)
    for board in place.boards:
        form_partnership(
            name=board.name,
            kind=board.kind,
            nation=plan.nation,
            since=date(plan.until.year - 3, 4, 1),
            members=[known[member] for member in board.members],
        )
    sign_agreement(
        name="Shared record of the partnership",
        parties=known.values(),
        since=datetime(plan.until.year - 3, 4, 1, tzinfo=UTC),
    )
    return place


def give_accounts(place: MadeUpPartnership) -> list[Account]:
    """Give one account a role, with new passwords. They hold from the first day of the made-up two years."""
    known = organisations_by_reference(o.id for o in place.organisations)
    since = date(place.until.year - 2, 1, 1)
    return [
        _account(name, role, known[place.organisations_for(service)[0]], since)
        for name, role, service in ROLES
    ]


def _account(username: str, role: Role, organisation: Organisation, since: date) -> Account:
    """Give one account."""
    password = "-".join(secrets.token_hex(2) for _ in range(PASSWORD_WORDS))
    name = f"Demo {role.title.lower()}"
    give_account(
        username=username,
        name=name,
        password=password,
        assignments=[(role, organisation)],
        on=since,
    )
    return Account(username, password, role.title, organisation.name)
