"""Sign in, sign out, and switch between the roles that a user holds."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor
from joinedup.care.access.models import AuditEvent
from joinedup.web.actors import ACTING_AS, actors_of, key_of, needs
from joinedup.web.frame import other_roles

WRONG = "The username and password do not match an account. Check both and try again."
NOBODY = Actor(name="not signed in", permissions=frozenset())


class SignInForm(AuthenticationForm):
    """Username and password. The answer to a wrong one never says which of the two was wrong."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}
    username = forms.CharField(
        label="Username",
        max_length=150,
        error_messages={"required": "Enter your username"},
        widget=forms.TextInput(attrs={"autocomplete": "username", "data-width": "20"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-width": "20"}),
    )


class SignIn(LoginView):
    """The page that everyone starts at."""

    template_name = "sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the user in, and write that."""
        response = super().form_valid(form)
        user = form.get_user()
        who = Actor(name=str(user), permissions=frozenset(), user_id=user.pk)
        record_audit(AuditEvent.Kind.SIGN_IN, by=who, at=timezone.now(), subject="sign in")
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say that it was wrong, and write that somebody tried; what was typed is kept nowhere."""
        record_audit(AuditEvent.Kind.REFUSAL, by=NOBODY, at=timezone.now(), subject="sign in")
        return super().form_invalid(form)

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """What the page shows, and where it leads afterwards."""
        context = super().get_context_data(**given)
        return {"form": context["form"], "next": self.get_redirect_url()}


class SignOut(LogoutView):
    """Ends the session; only by POST, so that no link can sign anyone out."""

    http_method_names = ["post", "options"]
    next_page = "sign-in"


@needs(None)
def switch_role(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose another of one's roles; from then on the session acts as that one."""
    actors = actors_of(request)
    chosen = request.POST.get("role")
    if request.method == "POST" and chosen in {key_of(held) for held in actors}:
        request.session[ACTING_AS] = chosen
        return redirect("/")
    context = {"role": other_roles([actor])[0], "others": other_roles(actors[1:])}
    return render(request, "switch_role.html", context)
