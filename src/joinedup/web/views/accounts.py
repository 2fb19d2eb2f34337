"""Accounts of the administrator's own organisation: who can sign in, a new account, and what can be done with one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access import accounts
from joinedup.care.access.actor import Actor, Permission, Role
from joinedup.core.moments import uk_date
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.notices import said, say

USERNAME = r"^[a-z0-9][a-z0-9.@_-]*$"


class AccountForm(forms.Form):
    """Who is to have an account, and in which role."""

    name = forms.CharField(
        label="Full name",
        help_text="As it is to be said in the account of who looked at a record",
        max_length=120,
        error_messages={"required": "Enter their full name"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    username = forms.RegexField(
        USERNAME,
        label="Username",
        help_text="What they sign in with: small letters, digits, and . @ _ -",
        max_length=60,
        error_messages={
            "required": "Enter a username",
            "invalid": "A username may have small letters, digits, and . @ _ -",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "20"}),
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.title) for role in Role if role not in accounts.NOT_GIVEN],
        widget=forms.RadioSelect(),
        error_messages={"required": "Choose a role", "invalid_choice": "Choose a role from the list"},
    )


@dataclass(frozen=True)
class AccountStep:
    """One thing that can be done with an account. `act` returns a new password to be shown, or nothing."""

    title: str
    button: str
    explained: str
    act: Callable[..., Any]
    done: str


STEPS = {
    "close": AccountStep(
        "Close this account",
        "Close account",
        "They can no longer sign in, and are signed out now. What they did stays on record. You can open it again.",
        accounts.close_account,
        "is closed.",
    ),
    "open": AccountStep(
        "Open this account again",
        "Open account",
        "They can sign in again, with the password and second step that they had.",
        accounts.reopen_account,
        "is open again.",
    ),
    "second-step": AccountStep(
        "Reset the second step",
        "Reset second step",
        "Their app, passkeys and recovery codes stop working, and they are signed out now. "
        "Make sure that it is they who ask: speak to them, not only to whoever wrote.",
        accounts.forget_second_factor,
        "has no second step any more.",
    ),
    "password": AccountStep(
        "Give a new password",
        "Make new password",
        "You are shown a new password, once, to hand to them. They are signed out now and choose their own when "
        "they sign in. Make sure that it is they who ask: speak to them, not only to whoever wrote.",
        accounts.hand_out_password,
        "has a new password.",
    ),
}


@needs(Permission.MANAGE_ACCOUNTS)
def account_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every account with a role at the organisation."""
    context = {"rows": accounts.accounts_seen_by(actor), "actor": actor, "notice": said(request)}
    return render(request, "accounts.html", context)


@needs(Permission.MANAGE_ACCOUNTS)
def new_account(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make an account; its password is shown once, in the answer."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    password = _opened(form, actor) if form.is_valid() else None
    if password:
        return _handed_out(request, form.cleaned_data["name"], form.cleaned_data["username"], password)
    return render(request, "new_account.html", {"form": form, "actor": actor, "crumbs": _crumbs()})


@needs(Permission.MANAGE_ACCOUNTS)
def account_step(request: HttpRequest, actor: Actor, user_id: int, step: str) -> HttpResponse:
    """Ask whether to do it, then do it."""
    at = timezone.now()
    chosen = STEPS[step]
    account = accounts.account_managed_by(actor, user_id, at=at)
    if request.method != "POST":
        context = {"account": account, "step": chosen, "crumbs": _crumbs()}
        return render(request, "account_step.html", context)
    password = chosen.act(account=user_id, by=actor, at=at)
    if password:
        return _handed_out(request, account.name, account.username, password)
    say(request, f"The account of {account.name} {chosen.done}")
    return redirect("accounts")


def _opened(form: AccountForm, by: Actor) -> str | None:
    """Make the account; return its password, or None with the reason beside its question."""
    answers = form.cleaned_data
    try:
        return accounts.open_account(
            username=answers["username"],
            name=answers["name"],
            role=Role(answers["role"]),
            by=by,
            on=uk_date(timezone.now()),
        )
    except accounts.AccountError as error:
        form.add_error(error.field, error.message)
        return None


def _handed_out(request: HttpRequest, name: str, username: str, password: str) -> HttpResponse:
    context = {"name": name, "username": username, "password": password, "crumbs": _crumbs()}
    return render(request, "new_password.html", context)


def _crumbs() -> tuple[Link, ...]:
    return (Link("Accounts", reverse("accounts")),)
