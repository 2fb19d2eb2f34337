"""Showing again who one is, before changing how one signs in: by password, code or passkey."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from joinedup.care.access.actions import record_audit
from joinedup.care.access.models import AuditEvent
from joinedup.web.components import Link
from joinedup.web.signing_in.forms import ConfirmByCodeForm, ConfirmByPasskeyForm, ConfirmByPasswordForm
from joinedup.web.signing_in.own import ACCOUNT
from joinedup.web.signing_in.passkeys import ceremony, has_named_host
from joinedup.web.signing_in.trying import as_actor

OTHER_WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code from your app, or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class _Confirm:
    """What the three ways to show again who one is have in common."""

    request: HttpRequest
    template_name = "confirm.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that it was wrong, and write it down."""
        by = as_actor(self.request.user)  # type: ignore[arg-type]
        subject = "confirm who they are"
        record_audit(AuditEvent.Kind.REFUSAL, by=by, at=timezone.now(), subject=subject)
        return render(self.request, self.template_name, self.get_context_data(form=form))

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows."""
        context = super().get_context_data(**given)  # type: ignore[misc]
        options = context.get("js_data", {}).get("request_options")
        return {
            "form": given.get("form") or context.get("form") or self.get_form(),  # type: ignore[attr-defined]
            "next": self.get_next_url(),  # type: ignore[attr-defined]
            "passkey": ceremony("get", options) if options else None,
            "others": self._others(),
            "crumbs": (ACCOUNT,),
        }

    def _others(self) -> list[Link]:
        ways = self.get_reauthentication_alternatives()  # type: ignore[attr-defined]
        usable = [way for way in ways if has_named_host(self.request) or not way["id"].endswith("webauthn")]
        return [Link(OTHER_WAYS[way["id"]], way["url"]) for way in usable]


class ConfirmByPassword(_Confirm, ReauthenticateView):
    """Show again who one is, by password."""

    form_class = ConfirmByPasswordForm


class ConfirmByCode(_Confirm, ReauthenticateByCodeView):
    """Show again who one is, by a code."""

    form_class = ConfirmByCodeForm


class ConfirmByPasskey(_Confirm, ReauthenticateWebAuthnView):
    """Show again who one is, by a passkey."""

    form_class = ConfirmByPasskeyForm
