"""Signing in through an organisation's own OpenID Connect provider, against one on this machine."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import link_account
from joinedup.care.access.actor import COMMAND_LINE
from joinedup.care.access.models import User
from joinedup.site.providers import ProvidersError, SignInProvider, allauth_apps, read_providers
from openid_provider import CLIENT, SECRET, new_key, serving_provider
from signing_in import account_for, audited, try_password, with_app

pytestmark = pytest.mark.django_db
WAY = "/sign-in/with/westmarch"


@pytest.fixture
def provider():
    with serving_provider() as served:
        yield served


@pytest.fixture
def known(provider, settings):
    """Make the provider known to the installation, with these choices."""

    def know(**choices):
        one = SignInProvider("westmarch", "Westmarch Council", provider.issuer, CLIENT, SECRET, **choices)
        settings.SOCIALACCOUNT_PROVIDERS = {"organisation": {"APPS": allauth_apps([one])}}

    know()
    return know


def linked(subject="u-1", **given):
    """Make an account without a password that this subject may sign in to."""
    user = account_for(password=None, **given)
    link_account(user=user, provider="westmarch", subject=subject, by=COMMAND_LINE, at=timezone.now())
    return user


def walk(client, after=""):
    """Go to the provider and come back, as a browser does; return the last answer."""
    sent = client.get(WAY + after)
    assert sent.status_code == 302
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    assert parts.path == f"{WAY}/back"
    return client.get(f"{parts.path}?{parts.query}")


def test_the_sign_in_page_leads_to_the_provider_with_state_and_challenge(known, provider):
    page = Client().get("/sign-in?next=/measures").content.decode()
    assert f'href="{WAY}?next=%2Fmeasures"' in page
    assert "Sign in with Westmarch Council" in page
    sent = urlsplit(Client().get(WAY).headers["Location"])
    asked = parse_qs(sent.query)
    assert f"{sent.scheme}://{sent.netloc}" == provider.issuer
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    assert asked["redirect_uri"] == ["http://testserver/sign-in/with/westmarch/back"]


def test_whoever_was_linked_signs_in_and_it_is_written_down(known):
    user = linked()
    client = Client()
    assert walk(client, "?next=/measures").headers["Location"] == "/measures"
    assert client.get("/").status_code == 200
    assert audited(kind="sign_in", user_id=str(user.pk)) == ["sign in through westmarch"]
    assert SocialAccount.objects.get().extra_data == {}


def test_a_stranger_is_refused_written_down_and_no_account_is_made(known, provider):
    linked("somebody else")
    refused = walk(Client())
    assert refused.status_code == 403
    assert "there is no account here that you can sign in to" in refused.content.decode()
    assert audited(kind="refusal") == ["sign in: no account"]
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 1)


def test_a_closed_account_is_refused(known):
    linked()
    User.objects.update(is_active=False)
    client = Client()
    assert walk(client).status_code == 403
    assert client.get("/").status_code == 302
    assert audited(kind="refusal") == ["sign in: account closed"]


FAULTS = {
    "another key": lambda p: setattr(p, "signs_with", new_key()),
    "a secret for a key": lambda p: p.__dict__.update(signs_with="x" * 64, algorithm="HS256"),
    "no signature": lambda p: p.__dict__.update(signs_with="", algorithm="none"),
    "another issuer": lambda p: p.claims.update(iss="https://elsewhere.example"),
    "another client": lambda p: p.claims.update(aud="somebody else"),
    "too old": lambda p: p.claims.update(exp=1),
    "no subject": lambda p: p.claims.update(sub=""),
    "no ID token": lambda p: setattr(p, "token", {"access_token": "x"}),
    "an ID token that is none": lambda p: setattr(p, "token", {"access_token": "x", "id_token": "a.b.c"}),
    "no access token": lambda p: setattr(p, "token", {}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_that_does_not_hold_is_refused(known, provider, fault):
    linked()
    client = Client()
    FAULTS[fault](provider)
    assert walk(client).status_code == 403
    assert client.get("/").status_code == 302
    assert audited(kind="refusal") == ["sign in through westmarch"]


def test_a_provider_that_says_it_is_another_is_refused(known, provider):
    provider.says_it_is = "https://elsewhere.example"
    assert Client().get(WAY).status_code == 403


def test_a_provider_that_is_not_there_is_said(settings):
    one = SignInProvider("westmarch", "Westmarch Council", "http://127.0.0.1:9", CLIENT, SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = {"organisation": {"APPS": allauth_apps([one])}}
    answer = Client().get(WAY)
    assert answer.status_code == 403
    assert "Westmarch Council did not confirm who you are" in answer.content.decode()


def test_an_answer_nobody_asked_for_and_an_unknown_provider_are_refused(known):
    linked()
    assert Client().get(f"{WAY}/back?code=x&state=y").status_code == 403
    assert Client().get(f"{WAY}/back?error=access_denied").status_code == 403
    assert Client().get("/sign-in/with/nowhere").status_code == 404
    assert Client().get("/sign-in/with/nowhere/back").status_code == 404


def test_an_account_is_linked_by_an_administrator_only(known, provider):
    """Whoever is signed in can't link what they hold at the provider to their own account, nor to another's."""
    user = account_for(username="eve")
    client = Client()
    try_password(client, "eve")
    walk(client, "?process=connect")
    ada = linked()
    assert walk(client, "?process=connect").headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert not SocialAccount.objects.filter(user=user).exists()


def test_a_verified_address_links_in_whatever_letters_and_one_that_is_not_verified_does_not(known, provider):
    known(claim="email")
    linked("ada@westmarch.example")
    provider.claims = {"sub": "u-1", "email": "Ada@Westmarch.example", "email_verified": False}
    assert walk(Client()).status_code == 403
    provider.claims["email_verified"] = True
    assert walk(Client()).status_code == 302


class TestSecondStep:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.SECOND_FACTOR_REQUIRED = True

    def test_ours_is_asked_for_unless_the_provider_checks_one(self, known):
        linked()
        client = Client()
        walk(client)
        assert client.get("/").headers["Location"] == "/account"
        known(checks_second_factor=True)
        client = Client()
        walk(client)
        assert client.get("/").status_code == 200

    def test_whoever_has_one_here_is_asked_for_it(self, known):
        with_app(linked())
        assert walk(Client()).headers["Location"] == "/sign-in/second-step"

    def test_without_a_password_setting_one_up_later_needs_signing_in_anew(self, known):
        linked()
        client = Client()
        walk(client)
        assert client.get("/account/app").status_code == 200
        session = client.session
        session["signed_in_at"] -= 600
        session.save()
        assert client.get("/account/app").headers["Location"] == "/sign-in?next=%2Faccount%2Fapp&ended=again"
        assert client.get("/account").status_code == 302

    def test_there_is_no_password_to_change(self, known):
        linked()
        client = Client()
        walk(client)
        assert "Change your password" not in client.get("/account").content.decode()
        assert client.get("/account/password").headers["Location"] == "/account"


FILE = """
providers:
  - id: westmarch
    name: Westmarch Council
    issuer: https://login.westmarch.example
    client_id: joinedup
    client_secret_env: WESTMARCH_SECRET
"""


class TestFile:
    def test_providers_are_read_and_secrets_come_from_the_environment(self, tmp_path, monkeypatch):
        monkeypatch.setenv("WESTMARCH_SECRET", "s")
        (tmp_path / "providers.yaml").write_text(FILE + "    claim: email\n    checks_second_factor: true\n")
        issuer = "https://login.westmarch.example"
        expected = SignInProvider("westmarch", "Westmarch Council", issuer, "joinedup", "s", "email", True)
        assert read_providers(tmp_path) == [expected]

    def test_no_file_is_no_provider(self, tmp_path):
        assert read_providers(tmp_path) == []

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("https:", "http:", "must start with https"),
            ("id: westmarch", "id: West March", "small letters"),
            ("    name: Westmarch Council\n", "", "lacks name"),
            ("client_id: joinedup", "client_id: joinedup\n    secret: x", "secret, which is not known"),
            ("WESTMARCH_SECRET", "NOT_SET", "NOT_SET is empty"),
            ("providers:", "provider:", "a list under 'providers'"),
            ("providers:", "providers: [", "can't be read"),
            ("  - id: westmarch", "  - westmarch\n  - id: westmarch", "must be a mapping"),
            ("client_id: joinedup", "client_id: joinedup\n    claim: 5", "claim must be text"),
            ("client_id: joinedup", "client_id: joinedup\n    checks_second_factor: maybe", "true or false"),
        ],
    )
    def test_a_wrong_file_is_said_with_its_place(self, tmp_path, monkeypatch, old, new, message):
        monkeypatch.setenv("WESTMARCH_SECRET", "s")
        (tmp_path / "providers.yaml").write_text(FILE.replace(old, new))
        with pytest.raises(ProvidersError, match=message):
            read_providers(tmp_path)

    def test_two_with_one_id_are_refused(self, tmp_path, monkeypatch):
        monkeypatch.setenv("WESTMARCH_SECRET", "s")
        (tmp_path / "providers.yaml").write_text(FILE + FILE.replace("\nproviders:\n", ""))
        with pytest.raises(ProvidersError, match="same id"):
            read_providers(tmp_path)
