"""The forms about signing in: django-allauth's checks under our own questions."""

import hashlib
from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from joinedup.care.access.models import User
from joinedup.care.access.tries import counted_try
from joinedup.web.signing_in.adapters import WRONG_OWN, AccountAdapter, wrong_code
from joinedup.web.signing_in.trying import second_factor_limits

# The code before, the one now and the one after are accepted, for 30 seconds each.
CODE_LIFETIME_SECONDS = 2 * 60
NEW_ONE_HINT = (
    "At least 12 characters. A few words that belong to nothing are easy to remember and hard to guess."
)
WRONG_PASSKEY = "This passkey did not work. Try again, or use another way."
BAD_ANSWER = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def password_question(label: str, *, missing: str, autocomplete: str = "current-password") -> forms.CharField:
    """Return a question for a password."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=1000,
        error_messages={"required": missing},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-width": "20"}),
    )


def code_question(label: str, hint: str) -> forms.CharField:
    """Return a question for a code."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=20,
        error_messages={"required": "Enter the code"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-width": "10"}
        ),
    )


class SignInForm(LoginForm):
    """Username and password. The answer to a wrong one never says which of the two was wrong."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        username = forms.CharField(
            label="Username",
            max_length=150,
            error_messages={"required": "Enter your username"},
            widget=forms.TextInput(attrs={"autocomplete": "username", "data-width": "20"}),
        )
        self.fields = {
            "login": username,
            "password": password_question("Password", missing="Enter your password"),
        }

    def add_prefix(self, field_name: str) -> str:
        """Call a field in the page what it is; django-allauth calls whatever one signs in with `login`."""
        return str(super().add_prefix("username" if field_name == "login" else field_name))


class _OneTimeCode(forms.Form):
    """Counts tries, and takes each code once."""

    user: User

    def clean_code(self) -> str:
        """Return the code if it is right. `TooManyTriesError` while they must wait."""
        with counted_try(second_factor_limits(context.request, self.user), at=timezone.now()):
            code = str(super().clean_code())  # type: ignore[misc]
            digest = hashlib.sha256("".join(code.split()).encode()).hexdigest()
            if not cache.add(f"code-used:{self.user.pk}:{digest}", True, CODE_LIFETIME_SECONDS):
                raise wrong_code()
            return code


class SecondFactorForm(_OneTimeCode, AuthenticateForm):
    """The second step of signing in."""

    code = code_question("Code", "6 numbers from your authenticator app, or one of your recovery codes")


class ConfirmByCodeForm(_OneTimeCode, ReauthenticateByCodeForm):
    """Who they are, shown again by a code."""

    code = code_question("Code", "6 numbers from your authenticator app, or one of your recovery codes")


class SetUpAppForm(_OneTimeCode, ActivateTOTPForm):
    """The first code of an app, which shows that it has the secret."""

    code = code_question("Code that the app shows", "6 numbers, which change every 30 seconds")


class ConfirmByPasswordForm(ReauthenticateForm):
    """Who they are, shown again by their password."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields = {"password": password_question("Your password", missing="Enter your password")}


class _Passkey(forms.Form):
    """Answers anything that a browser may send."""

    user: User

    def clean_credential(self) -> Any:
        """Return the passkey that answered. `TooManyTriesError` while they must wait."""
        with counted_try(second_factor_limits(context.request, self.user), at=timezone.now()):
            try:
                return super().clean_credential()  # type: ignore[misc]
            except (ValidationError, *BAD_ANSWER) as error:
                raise ValidationError(WRONG_PASSKEY) from error


class PasskeyForm(_Passkey, AuthenticateWebAuthnForm):
    """The second step of signing in, by passkey."""


class ConfirmByPasskeyForm(_Passkey, ReauthenticateWebAuthnForm):
    """Who they are, shown again by a passkey."""


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey, under the name that the user gives it."""

    name = forms.CharField(
        label="What do you call this device?",
        help_text="For example: work telephone",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "20", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.initial["name"] = ""
        self.fields.pop("passwordless", None)

    def clean_name(self) -> str:
        """Return the name, or one that says no more than what it is."""
        return str(self.cleaned_data["name"]).strip() or "Passkey"

    def clean(self) -> Any:
        """Check what the device answered."""
        try:
            return super().clean()
        except (ValidationError, *BAD_ANSWER) as error:
            raise ValidationError(WRONG_PASSKEY) from error


class ChangePasswordForm(forms.Form):
    """The password now, and the one from now on."""

    current = password_question("Your password now", missing="Enter your password now")
    new = password_question("New password", missing="Enter a new password", autocomplete="new-password")

    def __init__(self, user: User, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.user = user
        self.fields["new"].help_text = NEW_ONE_HINT

    def clean_current(self) -> str:
        """Check the password. `TooManyTriesError` while they must wait."""
        current = str(self.cleaned_data["current"])
        if not AccountAdapter(context.request).reauthenticate(self.user, current):
            raise ValidationError(WRONG_OWN)
        return current

    def clean_new(self) -> str:
        """Check that the new one is another, long enough, and not one of those that everybody uses."""
        new = str(self.cleaned_data["new"])
        if new == self.cleaned_data.get("current"):
            raise ValidationError("Choose a password that is not the one you have now")
        validate_password(new, self.user)
        return new
