"""Writes of the access app: accounts, tokens, relationships and audit events."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.utils import timezone

from joinedup.care.access.actor import COMMAND_LINE, Actor, Purpose, Role, Scope
from joinedup.care.access.models import (
    Agreement,
    Assignment,
    AuditEvent,
    Party,
    Relationship,
    System,
    Token,
    User,
)
from joinedup.care.access.refusals import note_refusal
from joinedup.care.copying import copy_rows
from joinedup.care.partnership.models import Organisation
from joinedup.care.prepared import run_prepared

TOKEN_BYTES = 32
OWN_SYSTEM = "joinedup"
AUDIT_COLUMNS = (
    "kind",
    "at",
    "user_id",
    "system_id",
    "actor_name",
    "role",
    "organisation_id",
    "organisation_name",
    "person_id",
    "subject",
)
# One event goes with every read, so its statement is written out once.
AUDIT_SQL = (
    f"INSERT INTO access_auditevent ({', '.join(AUDIT_COLUMNS)}) "  # noqa: S608 - the names stand above
    f"VALUES ({', '.join(['%s'] * len(AUDIT_COLUMNS))})"
)


def digest_of(token: str) -> bytes:
    """Return what is kept of a token. It has 256 random bits, so a plain hash can't be guessed back."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def create_token(
    *, system: str, scopes: Sequence[Scope], at: datetime, organisation: Organisation | None = None
) -> str:
    """Make a token for the system called so (made when new); return the token, which is shown only now.

    Without an organisation a system sees only what it wrote itself: agreements are made between organisations.
    """
    owner = register_system(name=system, organisation=organisation)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Token.objects.create(
        system=owner, digest=digest_of(token), scopes=sorted({scope.value for scope in scopes}), created_at=at
    )
    return token


def revoke_tokens(*, system: str, at: datetime) -> int:
    """Revoke every token of the system; return how many were in use."""
    return Token.objects.filter(system__name=system, revoked_at=None).update(revoked_at=at)


def register_system(*, name: str, organisation: Organisation | None = None) -> System:
    """Return the system called so, made when new; it is the organisation's where one is named."""
    system, made = System.objects.get_or_create(name=name, defaults={"organisation": organisation})
    if organisation is not None and not made and system.organisation_id != organisation.pk:
        system.organisation = organisation
        system.save(update_fields=["organisation"])
    return system


def own_system() -> System:
    """Return the system under which what users do here is written: joinedup itself."""
    return register_system(name=OWN_SYSTEM)


@transaction.atomic
def give_account(  # noqa: PLR0913 - what an account is made of
    *,
    username: str,
    name: str,
    password: str | None,
    assignments: Sequence[tuple[Role, Organisation]],
    on: date,
    by: Actor = COMMAND_LINE,
    must_change_password: bool = False,
) -> User:
    """Make the account, or set its password anew, and give it the roles it lacks.

    Without a password (None) nobody can sign in with one, only through the organisation's provider.
    """
    if password is not None:
        validate_password(password)
    user, is_new = User.objects.update_or_create(
        username=username,
        defaults={
            "name": name,
            "password": make_password(password),
            "is_active": True,
            "must_change_password": must_change_password and password is not None,
        },
    )
    for role, organisation in assignments:
        Assignment.objects.get_or_create(
            user=user, organisation=organisation, role=role.value, defaults={"since": on}
        )
    what = "made" if is_new else "given a role, password set anew"
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=timezone.now(), subject=f"account {user.pk}: {what}")
    return user


@transaction.atomic
def link_account(*, user: User, provider: str, subject: str, by: Actor, at: datetime) -> None:
    """Let the account be signed in to through the provider by whoever has that subject there, and nobody else.

    `ValueError` when the subject is linked to another account already.
    """
    if SocialAccount.objects.filter(provider=provider, uid=subject).exclude(user=user).exists():
        raise ValueError("the subject is linked to another account")
    SocialAccount.objects.filter(user=user, provider=provider).exclude(uid=subject).delete()
    SocialAccount.objects.get_or_create(user=user, provider=provider, uid=subject)
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, subject=f"account {user.pk}: linked to {provider}")


def relate(pairs: Iterable[tuple[UUID, int]], *, kind: str, at: datetime) -> None:
    """Note that each organisation (by id) gives care to the person beside it; known ones stay as they are."""
    rows = [
        Relationship(person_id=person, organisation_id=organisation, kind=kind, since=at)
        for person, organisation in sorted(set(pairs))
    ]
    Relationship.objects.bulk_create(rows, ignore_conflicts=True)


@dataclass(frozen=True)
class Related:
    """A relationship: a person, an organisation (by id), in what way, from when until when, and what says so."""

    person_id: UUID
    organisation_id: int
    kind: str
    since: datetime
    until: datetime | None
    resource_id: int | None


RELATED_COLUMNS = tuple(each.name for each in fields(Related))
# Those that would change nothing are left alone: a conflict would lock their row against every other writer. OFFSET
# makes PostgreSQL look each up on its own, whatever it guesses of the size of the table.
CONTACT_SQL = """
    INSERT INTO access_relationship AS tie (person_id, organisation_id, kind, since, until)
    SELECT new.person, new.organisation, new.kind, new.since, new.until
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
        AS new (person, organisation, kind, since, until)
    WHERE NOT EXISTS (SELECT 1 FROM access_relationship AS old WHERE old.person_id = new.person
        AND old.organisation_id = new.organisation AND old.kind = new.kind AND old.resource_id IS NULL
        AND old.since <= new.since AND old.until >= new.until OFFSET 0)
    ON CONFLICT (person_id, organisation_id, kind, resource_id)
    DO UPDATE SET since = LEAST(tie.since, excluded.since), until = GREATEST(tie.until, excluded.until)
"""


def replace_relationships(rows: Collection[Related], *, known: Collection[int]) -> None:
    """Put what the record says now in place of what these `known` resources said before."""
    if known:
        Relationship.objects.filter(resource_id__in=known).delete()
    if rows:
        copy_rows(Relationship, RELATED_COLUMNS, map(attrgetter(*RELATED_COLUMNS), rows))


def relate_by_contact(rows: Sequence[Related]) -> None:
    """Note that organisations wrote about people, widening what is known of the same kind; rows in a fixed order."""
    if rows:
        names = ("person_id", "organisation_id", "kind", "since", "until")
        with connection.cursor() as cursor:
            cursor.execute(CONTACT_SQL, [[getattr(row, name) for row in rows] for name in names])


@transaction.atomic
def sign_agreement(
    *,
    name: str,
    parties: Iterable[Organisation],
    since: datetime,
    purposes: Sequence[Purpose] = (Purpose.DIRECT_CARE,),
    kinds: Sequence[str] = (),
) -> Agreement:
    """Make a sharing agreement under which each party gives and receives entries of these kinds (none: every kind).

    An agreement that is there under that name stays as it is, and gets the parties that it lacks.
    """
    agreement, _ = Agreement.objects.get_or_create(
        name=name, defaults={"purposes": list(purposes), "kinds": list(kinds), "since": since}
    )
    Party.objects.bulk_create(
        [Party(agreement=agreement, organisation=party, since=since) for party in parties],
        ignore_conflicts=True,
    )
    return agreement


def record_audit(
    kind: AuditEvent.Kind,
    *,
    by: Actor,
    at: datetime,
    people: Sequence[UUID | None] = (None,),
    subject: str = "",
) -> None:
    """Write one audit event per person (one without a person by default)."""
    record_audits(kind, dict.fromkeys(people, subject), by=by, at=at)


def record_audits(
    kind: AuditEvent.Kind, subjects: Mapping[UUID | None, str], *, by: Actor, at: datetime
) -> None:
    """Write one audit event per person with what was looked at or done, and who asked as they are called now."""
    if kind is AuditEvent.Kind.REFUSAL:
        note_refusal(subjects, by=by, at=at)
    who = who_asks(by)
    if len(subjects) == 1:
        person, subject = next(iter(subjects.items()))
        run_prepared(AUDIT_SQL, [kind.value, at, *who, person, subject])
        return
    copy_rows(
        AuditEvent, AUDIT_COLUMNS, ((kind.value, at, *who, person, what) for person, what in subjects.items())
    )


def record_sealed_audit(
    kind: AuditEvent.Kind, *, by: Actor, at: datetime, person: UUID | None, subject: str, seal: bytes
) -> None:
    """Write one audit event that seals what was written beside it (`joinedup.care.access.sealing`)."""
    copy_rows(AuditEvent, (*AUDIT_COLUMNS, "seal"), [(kind.value, at, *who_asks(by), person, subject, seal)])


def who_asks(by: Actor) -> tuple[object, ...]:
    """Return who asks, as the audit keeps it."""
    role = by.role.value if by.role else ""
    return (by.user_id, by.system_id, by.name, role, by.organisation_id, by.organisation_name)
