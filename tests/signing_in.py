"""Accounts and sessions for the tests of signing in."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import give_account
from joinedup.care.access.actor import Role
from joinedup.care.access.models import AuditEvent, User
from joinedup.care.partnership.models import Organisation
from joinedup.core.nation import Nation

PASSWORD = "a long password for tests"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def organisation_called(reference: str) -> Organisation:
    """Return the organisation, made when new."""
    return Organisation.objects.get_or_create(
        reference=reference, defaults={"name": f"Madeup {reference}", "nation": Nation.ENGLAND}
    )[0]


def account_for(
    role: Role = Role.ANALYST,
    *,
    username: str = "ada",
    reference: str = "trust",
    password: str | None = PASSWORD,
) -> User:
    """Give someone an account with this role."""
    return give_account(
        username=username,
        name="Ada Example",
        password=password,
        assignments=[(role, organisation_called(reference))],
        on=timezone.localdate(),
    )


def with_app(user: User) -> User:
    """Give the user an authenticator app with `SECRET`, and recovery codes."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def try_password(client: Client, username: str = "ada", password: str = PASSWORD, **given: str):
    """Send the sign-in form."""
    return client.post("/sign-in", {"username": username, "password": password, **given})


def signed_in_client(user: User, password: str = PASSWORD) -> Client:
    """Return a client that signed in through the page, with a password alone."""
    client = Client()
    assert try_password(client, user.username, password).status_code == 302
    return client


def audited(**which: str) -> list[str]:
    """Return the subjects of the audit events, oldest first."""
    return list(AuditEvent.objects.filter(**which).order_by("id").values_list("subject", flat=True))
