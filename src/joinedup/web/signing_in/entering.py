"""The pages of signing in and out: password, second step, an organisation's provider."""

from dataclasses import dataclass
from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStageController
from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from requests import RequestException

from joinedup.care.access.accounts import has_second_factor
from joinedup.care.access.actions import record_audit
from joinedup.care.access.models import AuditEvent, User
from joinedup.web.components import Link
from joinedup.web.signing_in.adapters import is_own_address
from joinedup.web.signing_in.forms import PasskeyForm, SecondFactorForm, SignInForm
from joinedup.web.signing_in.passkeys import Ceremony, ceremony, has_named_host
from joinedup.web.signing_in.provider import OrganisationConnection
from joinedup.web.signing_in.sessions import Ended
from joinedup.web.signing_in.trying import as_actor

ENDED_WORDS = {
    Ended.IDLE: "You were signed out because nothing was done for a while.",
    Ended.LONG: "You were signed out because you had been signed in for 8 hours.",
    Ended.LOST: "You were signed out.",
    Ended.AGAIN: "What you want to do needs you to sign in anew.",
}
BACK = (
    "Sign in to go back to where you were. If you were filling in a form, look whether it was sent before you were "
    "signed out."
)


@dataclass(frozen=True)
class EndedWords:
    """Why they are on the sign-in page again, and what to do."""

    why: str
    what: str


class SignIn(LoginView):
    """The page that everyone starts at."""

    form_class = SignInForm
    template_name = "sign_in.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows, and where it leads afterwards."""
        context = super().get_context_data(**given)
        after = self.get_next_url()
        return {
            "form": context["form"],
            "next": after,
            "ended": _ended(self.request.GET.get("ended", "")),
            "providers": _providers(self.request, after),
        }


class SecondStep(AuthenticateView):
    """The second step, for whoever has one; the password was right."""

    form_class = SecondFactorForm
    webauthn_form_class = PasskeyForm
    template_name = "second_step.html"

    def dispatch(self, request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        """Begin anew what was begun before the account's sessions were ended: its second step may be gone."""
        stage = LoginStageController.enter(request, AuthenticateStage.key)
        if stage and _is_over(stage.login):
            clear_login(request)
            return redirect("sign-in")
        response: HttpResponse = super().dispatch(request, *args, **parts)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that it was wrong, and write it down."""
        by = as_actor(self.stage.login.user)
        subject = "sign in: second step"
        record_audit(AuditEvent.Kind.REFUSAL, by=by, at=timezone.now(), subject=subject)
        self.failed = form
        again: HttpResponse = super().form_invalid(form)
        return again

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows."""
        context = super().get_context_data(**given)
        failed = getattr(self, "failed", context["form"])
        return {"form": context["form"], "failed": failed, "passkey": self._passkey(context)}

    def _passkey(self, context: dict[str, Any]) -> Ceremony | None:
        """The passkey's part, for whoever has one that can be used at this address."""
        kept = Authenticator.objects.filter(user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN)
        if not has_named_host(self.request) or not kept.exists():
            return None
        return ceremony("get", context["js_data"]["request_options"])


class SignOut(LogoutView):
    """Ends the session, or a sign-in that is half done; only by POST, so that no link can sign anyone out."""

    http_method_names = ["post", "options"]
    next_page = "sign-in"

    def post(self, request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        """Sign out, and write it down."""
        if isinstance(request.user, User):
            by = as_actor(request.user)
            record_audit(AuditEvent.Kind.SIGN_OUT, by=by, at=timezone.now(), subject="sign out")
        else:
            clear_login(request)
        return super().post(request, *args, **parts)


def sign_in_with(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send them to their organisation's provider; it sends them back to `sign_in_back`."""
    provider = _provider(request, provider_id)
    after = request.GET.get("next", "")
    try:
        # Only ever to sign in: what else django-allauth's address would do for a parameter is left out.
        response: HttpResponse = provider.redirect(
            request, "login", next_url=after if is_own_address(after) else None
        )
    except (RequestException, OAuth2Error, KeyError, ValueError) as error:
        return _not_reached(request, provider, error)
    return response


def sign_in_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take in what the provider says: whom it knows is signed in, if an administrator linked an account to them."""
    provider = _provider(request, provider_id)
    view = OAuth2CallbackView.adapter_view(OrganisationConnection(request, provider_id))
    try:
        response: HttpResponse = view(request)
    except (KeyError, TypeError, ValueError) as error:
        return _not_reached(request, provider, error)
    return response


def _not_reached(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:
    """Explain that the provider gave no answer that can be used."""
    try:
        get_adapter().on_authentication_error(request, provider, exception=error)
    except ImmediateHttpResponse as explained:
        response: HttpResponse = explained.response
        return response
    raise error


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider=provider_id)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error


def _is_over(login: Any) -> bool:
    """Say whether the account's sessions were ended, or its last second step removed, since the password was given."""
    ended = login.user.sessions_ended_at
    return not has_second_factor(login.user.pk) or bool(ended and ended.timestamp() > login.initiated_at)


def _ended(said: str) -> EndedWords | None:
    return EndedWords(ENDED_WORDS[Ended(said)], BACK) if said in set(Ended) else None


def _providers(request: HttpRequest, after: str | None) -> list[Link]:
    """Every provider, with the way to it."""
    query = f"?{urlencode({'next': after})}" if after else ""
    return [
        Link(
            f"Sign in with {provider.name}",
            reverse("organisation_login", kwargs={"provider_id": provider.app.provider_id}) + query,
        )
        for provider in get_adapter().list_providers(request)
    ]
