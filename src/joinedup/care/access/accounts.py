"""What an administrator does with accounts: see, make, close and open them, give a new password, reset second factors.

An administrator manages the accounts whose roles are all at their own organisation: with a role elsewhere an account
is somebody else's too, and whoever could reset it would act there. Nobody manages their own, nor that of whoever looks
after privacy, who watches administrators too: whoever runs the installation gives that role. Ends at accounts: what a
role may do is in `actor`, and a care role is never had by managing one's own account.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from joinedup.care.access.actions import give_account, record_audit
from joinedup.care.access.actor import Actor, Permission, Role
from joinedup.care.access.models import Assignment, AuditEvent, User
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.partnership.models import Organisation

PASSWORD_BYTES = 12
# The roles that an administrator neither gives nor manages.
NOT_GIVEN = frozenset({Role.PRIVACY_OFFICER})
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountError(Exception):
    """The account can't be made so. `field` is the question to answer otherwise."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class AccountView:
    """One account as an administrator sees it. `is_theirs`: this administrator may change it.

    `is_apart`: no administrator may.
    """

    id: int
    username: str
    name: str
    roles: tuple[str, ...]
    is_active: bool
    has_password: bool
    has_second_factor: bool
    last_sign_in: datetime | None
    is_theirs: bool
    is_apart: bool


def has_second_factor(user_id: int) -> bool:
    """Say whether the user has an app or a passkey; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=SECOND_FACTORS).exists())


def accounts_seen_by(actor: Actor) -> list[AccountView]:
    """Return the accounts with a role at the actor's organisation, by name."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    users = User.objects.filter(assignments__organisation=_organisation(actor)).distinct()
    factors = set(
        Authenticator.objects.filter(type__in=SECOND_FACTORS, user__in=users).values_list(
            "user_id", flat=True
        )
    )
    rows = users.prefetch_related("assignments__organisation").order_by("name", "username")
    return [_view(user, actor, has_factor=user.pk in factors) for user in rows]


def account_managed_by(actor: Actor, user_id: int, *, at: datetime) -> AccountView:
    """Return the account if the actor may change it. `RefusedError`, written down, for any other and for none."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    user = _users().filter(pk=user_id).first()
    seen = _view(user, actor, has_factor=has_second_factor(user_id)) if user else None
    if seen is None or not seen.is_theirs:
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, subject="an account")
        raise RefusedError("You may change accounts of your own organisation only, and not your own.")
    return seen


@transaction.atomic
def open_account(*, username: str, name: str, role: Role, by: Actor, on: date) -> str:
    """Make an account at the actor's own organisation; return its password, which is shown only now.

    `AccountError` when the username is taken, or the role is none that an administrator gives.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    if role in NOT_GIVEN:
        raise AccountError("role", "Whoever runs joinedup for you gives this role. Choose another")
    if User.objects.filter(username=username).exists():
        raise AccountError("username", "This username is taken. Choose another")
    password = new_password()
    give_account(
        username=username,
        name=name,
        password=password,
        assignments=[(role, _organisation(by))],
        on=on,
        by=by,
        must_change_password=True,
    )
    return password


@transaction.atomic
def close_account(*, account: int, by: Actor, at: datetime) -> None:
    """Let nobody sign in with the account any more, and end its sessions. Doing it again changes nothing."""
    _change(account, by, at, "closed", is_active=False, sessions_ended_at=at)


@transaction.atomic
def reopen_account(*, account: int, by: Actor, at: datetime) -> None:
    """Let the account be signed in to again."""
    _change(account, by, at, "opened again", is_active=True)


@transaction.atomic
def forget_second_factor(*, account: int, by: Actor, at: datetime) -> None:
    """Remove every second factor and recovery code of the account, and end its sessions."""
    _change(account, by, at, "second factor reset", sessions_ended_at=at)
    Authenticator.objects.filter(user_id=account).delete()


@transaction.atomic
def hand_out_password(*, account: int, by: Actor, at: datetime) -> str:
    """Give the account a new password, which its holder must change, and end its sessions; return the password.

    `RefusedError` for an account that is signed in to through a provider: its organisation decides who that is.
    """
    if not account_managed_by(by, account, at=at).has_password:
        raise RefusedError(
            "This account has no password: it is signed in to through the organisation's provider."
        )
    _change(account, by, at, "password set anew", sessions_ended_at=at, must_change_password=True)
    password = new_password()
    user = User.objects.get(pk=account)
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


@transaction.atomic
def change_own_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Set the user's own password. Whether it is good enough was asked before; other sessions end by it."""
    user.set_password(password)
    user.must_change_password = False
    user.sessions_ended_at = at
    user.save(update_fields=["password", "must_change_password", "sessions_ended_at"])
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, subject=f"account {user.pk}: password changed")


def new_password() -> str:
    """Return a password at random (96 bits)."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _change(account: int, by: Actor, at: datetime, what: str, **values: object) -> None:
    """Change an account that the actor manages, and write it down."""
    account_managed_by(by, account, at=at)
    User.objects.filter(pk=account).update(**values)
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, subject=f"account {account}: {what}")


def _organisation(actor: Actor) -> Organisation:
    """Return the organisation that the actor acts for. `RefusedError` for whoever acts for none."""
    if actor.organisation_id is None:
        raise RefusedError("Accounts are managed for an organisation, and you act for none.")
    return Organisation.objects.get(pk=actor.organisation_id)


def _users() -> QuerySet[User]:
    return User.objects.prefetch_related("assignments__organisation")


def _view(user: User, actor: Actor, *, has_factor: bool) -> AccountView:
    held: list[Assignment] = list(user.assignments.all())
    is_only_here = bool(held) and all(one.organisation_id == actor.organisation_id for one in held)
    is_apart = any(Role(one.role) in NOT_GIVEN for one in held)
    return AccountView(
        id=user.pk,
        username=user.username,
        name=user.name,
        roles=tuple(_role(one, actor) for one in held),
        is_active=user.is_active,
        has_password=user.has_usable_password(),
        has_second_factor=has_factor,
        last_sign_in=user.last_login,
        is_theirs=is_only_here and user.pk != actor.user_id and not is_apart,
        is_apart=is_apart,
    )


def _role(held: Assignment, actor: Actor) -> str:
    title = Role(held.role).title
    return title if held.organisation_id == actor.organisation_id else f"{title}, {held.organisation.name}"
