"""What django-allauth asks of us: who may sign in, where it leads, how secrets are kept, and what is written down."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from joinedup.care.access.accounts import SECOND_FACTORS
from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import NOBODY
from joinedup.care.access.models import AuditEvent, User
from joinedup.care.access.tries import counted_try
from joinedup.web.errors import ErrorPage
from joinedup.web.signing_in.sessions import HAS_SECOND_FACTOR, begin, was_signed_in_just_now
from joinedup.web.signing_in.trying import address_of, as_actor, password_limits, who_tries

WRONG = "The username and password do not match an account. Check both and try again."
WRONG_OWN = "This is not your password. Check it and try again."
WRONG_CODE = "This code is not right, or was used already. Wait for the next one and enter that."
KEEP_ONE = "Everyone here needs a second step. Set up another one first, then remove this one."


class _WrongPasswordError(Exception):
    """The password is not the account's."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts with a password. Nobody makes their own."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": WRONG_OWN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Accounts are made by administrators only."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer every request with a page."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Lead back to addresses of ours only, said without a host."""
        return is_own_address(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that tries are counted by."""
        return address_of(request)

    def is_reauthentication_required(self, *, app: str, **given: Any) -> bool:
        """Ask again who they are, unless they signed in a few minutes ago."""
        return not was_signed_in_just_now(self.request) and bool(
            super().is_reauthentication_required(app=app, **given)
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password it is. Wrong and closed look alike; `TooManyTriesError` while they must wait."""
        username = str(credentials.get("username", ""))
        try:
            with counted_try(password_limits(request, username), at=timezone.now()):
                user = authenticate(request, username=username, password=credentials.get("password"))
                if not isinstance(user, User):
                    raise _WrongPasswordError
                return user
        except _WrongPasswordError:
            record_audit(AuditEvent.Kind.REFUSAL, by=who_tries(request), at=timezone.now(), subject="sign in")
            return None

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session."""
        super().login(request, user)
        begin(request, at=timezone.now())

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse:
        """Write down who signed in and by what; a provider that checked a second factor is believed."""
        through = (given.get("signal_kwargs") or {}).get("sociallogin")
        subject = f"sign in through {through.account.provider}" if through else "sign in"
        if through and through.provider.app.settings.get("checks_second_factor"):
            request.session[HAS_SECOND_FACTOR] = True
        record_audit(AuditEvent.Kind.SIGN_IN, by=as_actor(user), at=timezone.now(), subject=subject)
        response: HttpResponse = super().post_login(request, user, **given)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Refuse a closed account, which only a provider's sign-in gets as far as."""
        return cannot_sign_in(request, by=as_actor(user), subject="sign in: account closed")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted, and the last one stays while everyone needs one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": KEEP_ONE,
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret from the database."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Say whether this one may go: not the last, while everyone needs one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS).exclude(
            pk=authenticator.pk
        )
        return not settings.SECOND_FACTOR_REQUIRED or others.exists()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Signing in through an organisation's provider: only to accounts that an administrator linked to it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Nobody makes their own account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse whoever has no account; what the provider said of them is kept nowhere."""
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(cannot_sign_in(request, by=NOBODY, subject="sign in: no account"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_given: Any) -> None:
        """Explain, in a page of ours, that it did not work."""
        subject = f"sign in through {provider.app.provider_id}"
        record_audit(AuditEvent.Kind.REFUSAL, by=NOBODY, at=timezone.now(), subject=subject)
        sentences = (
            f"{provider.app.name} did not confirm who you are. Nothing was changed.",
            "Go back to the sign-in page and try again. If it keeps happening, tell whoever runs joinedup for you.",
        )
        raise ImmediateHttpResponse(_refusal(request, sentences))


def is_own_address(url: str) -> bool:
    """Say whether it is an address on this site, said without a host: nothing that leads elsewhere."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def cannot_sign_in(request: HttpRequest, *, by: Any, subject: str) -> HttpResponse:
    """Refuse somebody whom a provider knows, and write it down."""
    record_audit(AuditEvent.Kind.REFUSAL, by=by, at=timezone.now(), subject=subject)
    sentences = (
        "Your organisation knows you, but there is no account here that you can sign in to.",
        "Ask your administrator for one.",
    )
    return _refusal(request, sentences)


def wrong_code() -> ValidationError:
    """Return what is said to a wrong code."""
    return ValidationError(WRONG_CODE, code="incorrect_code")


def _refusal(request: HttpRequest, sentences: tuple[str, ...]) -> HttpResponse:
    return render(
        request, "error.html", {"error": ErrorPage("You could not be signed in", sentences)}, status=403
    )


def _cipher() -> Fernet:
    digest = hashlib.sha256(settings.SECOND_FACTOR_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
