"""The pages about one's own account: second steps, recovery codes, password, and how long the session lasts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from joinedup.care.access.accounts import change_own_password
from joinedup.care.access.actions import record_audit
from joinedup.care.access.models import AuditEvent, User
from joinedup.web.components import Link
from joinedup.web.notices import said, say
from joinedup.web.signing_in import sessions
from joinedup.web.signing_in.adapters import KEEP_ONE, is_own_address
from joinedup.web.signing_in.forms import AddPasskeyForm, ChangePasswordForm, SetUpAppForm
from joinedup.web.signing_in.passkeys import ceremony, has_named_host
from joinedup.web.signing_in.trying import as_actor

ACCOUNT = Link("Your account", "/account")
GROUP = 4


@dataclass(frozen=True)
class KeptFactor:
    """One second step of the user's."""

    name: str
    since: datetime
    used: datetime | None
    remove_href: str


def account(request: HttpRequest) -> HttpResponse:
    """Second steps, recovery codes and password of the user's own account."""
    kept = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at"))
    by_type = {one.type: one for one in kept}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "notice": said(request),
        "factors": [_kept(one) for one in kept if one is not codes],
        "has_app": Authenticator.Type.TOTP in by_type,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "must_set_up": sessions.needs_second_factor(request),
        "has_password": isinstance(request.user, User) and request.user.has_usable_password(),
        "has_named_host": has_named_host(request),
    }
    return render(request, "account.html", context)


class SetUpApp(ActivateTOTPView):
    """Set up an authenticator app: scan or type the secret, then enter the first code."""

    form_class = SetUpAppForm
    template_name = "set_up_app.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """The picture, and the same secret in text beside it."""
        context = super().get_context_data(**given)
        secret = context["form"].secret
        return {
            "form": context["form"],
            "picture": context["totp_svg_data_uri"],
            "secret": " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP)),
            "username": self.request.user.get_username(),
            "crumbs": (ACCOUNT,),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and write it down."""
        return _written(
            self.request, "authenticator app added", lambda: super(SetUpApp, self).form_valid(form)
        )


class RemoveApp(DeactivateTOTPView):
    """Remove the authenticator app."""

    template_name = "remove_factor.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows; why it can't be done, if so."""
        form = super().get_context_data(**given)["form"]
        why_not = "" if form.is_valid() else KEEP_ONE
        return {"name": "Authenticator app", "why_not": why_not, "crumbs": (ACCOUNT,)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, and write it down."""
        what = "authenticator app removed"
        return _written(self.request, what, lambda: super(RemoveApp, self).form_valid(form))


class AddPasskey(AddWebAuthnView):
    """Set up a passkey."""

    form_class = AddPasskeyForm
    template_name = "add_passkey.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows, and the browser's part."""
        context = super().get_context_data(**given)
        return {
            # django-allauth leaves the form that was sent out of the context.
            "form": given.get("form") or self.get_form(),
            "passkey": ceremony("create", context["js_data"]["creation_options"])
            if has_named_host(self.request)
            else None,
            "crumbs": (ACCOUNT,),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and write it down."""
        return _written(self.request, "passkey added", lambda: super(AddPasskey, self).form_valid(form))


class RemovePasskey(RemoveWebAuthnView):
    """Remove a passkey."""

    template_name = "remove_factor.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows; why it can't be done, if so."""
        super().get_context_data(**given)
        why_not = "" if get_adapter().can_delete_authenticator(self.object) else KEEP_ONE
        return {"name": self.object.wrap().name, "why_not": why_not, "crumbs": (ACCOUNT,)}

    def get_success_url(self) -> str:
        """Back to the account."""
        return reverse("account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, unless it is the last that is needed, and write it down."""
        if not get_adapter().can_delete_authenticator(self.object):
            refused: HttpResponse = self.render_to_response(self.get_context_data())
            return refused
        return _written(self.request, "passkey removed", lambda: super(RemovePasskey, self).form_valid(form))


class RecoveryCodes(ViewRecoveryCodesView):
    """The recovery codes, shown once, to print or write down."""

    template_name = "recovery_codes.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """The codes when they are shown for the first time; afterwards only how many are left."""
        context = super().get_context_data(**given)
        back = str(self.request.session.get(sessions.LED_FROM, ""))
        return {
            "codes": context["unused_codes"] if context["can_view_codes"] else [],
            "left": len(context["unused_codes"]),
            "crumbs": (ACCOUNT,),
            "go_on": back if is_own_address(back) else reverse("my-day"),
        }


class NewRecoveryCodes(GenerateRecoveryCodesView):
    """Make new recovery codes in place of the old ones."""

    template_name = "new_recovery_codes.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """How many of the old ones are left."""
        context = super().get_context_data(**given)
        return {"form": context["form"], "left": context["unused_code_count"], "crumbs": (ACCOUNT,)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them, and write it down."""
        what = "recovery codes made anew"
        return _written(self.request, what, lambda: super(NewRecoveryCodes, self).form_valid(form))


def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of the account ends by it."""
    user = request.user
    if not isinstance(user, User) or not user.has_usable_password():
        return redirect("account")
    form = ChangePasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        new = form.cleaned_data["new"]
        change_own_password(user=user, password=new, by=as_actor(user), at=timezone.now())
        update_session_auth_hash(request, user)
        say(request, "Your password is changed.")
        return redirect("account")
    context = {"form": form, "must_change": user.must_change_password, "crumbs": (ACCOUNT,)}
    return render(request, "change_password.html", context)


@require_GET
def session_left(request: HttpRequest) -> HttpResponse:
    """How many seconds the session still lasts; asking does not make it last longer."""
    return JsonResponse({"seconds": sessions.seconds_left(request, at=timezone.now())})


@require_POST
def session_stay(request: HttpRequest) -> HttpResponse:
    """Stay signed in: the session was noted as in use on the way here."""
    request.session[sessions.LAST_SEEN_AT] = timezone.now().timestamp()
    return JsonResponse({"seconds": sessions.seconds_left(request, at=timezone.now())})


def _written(request: HttpRequest, what: str, act: Any) -> HttpResponse:
    """Do it and write it down, both or neither."""
    with transaction.atomic():
        response: HttpResponse = act()
        by = as_actor(request.user)  # type: ignore[arg-type]
        subject = f"account {request.user.pk}: {what}"
        record_audit(AuditEvent.Kind.CHANGE, by=by, at=timezone.now(), subject=subject)
    say(request, f"{what[0].upper()}{what[1:]}.")
    return response


def _kept(one: Authenticator) -> KeptFactor:
    is_app = one.type == Authenticator.Type.TOTP
    href = reverse("mfa_deactivate_totp") if is_app else reverse("mfa_remove_webauthn", kwargs={"pk": one.pk})
    return KeptFactor(
        name="Authenticator app" if is_app else f"Passkey: {one.wrap().name}",
        since=one.created_at,
        used=one.last_used_at,
        remove_href=href,
    )
