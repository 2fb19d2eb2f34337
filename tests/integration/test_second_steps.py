"""Second steps: set up, used, removed, required; recovery codes; who one is, shown again."""

import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from joinedup.care.access.accounts import forget_second_factor, hand_out_password
from joinedup.care.access.actor import Role
from joinedup.care.access.models import User
from joinedup.care.access.queries import actors_of_user
from joinedup.care.access.tries import ACCOUNT
from joinedup.web.signing_in.sessions import SIGNED_IN_AT
from one_time_codes import code_of
from signing_in import PASSWORD, SECRET, account_for, audited, signed_in_client, try_password, with_app

pytestmark = pytest.mark.django_db
KEY = re.compile(r'ju-secret__key">([A-Z2-7 ]+)<')
CODE = re.compile(r'ju-codes__code">(\d{4}) (\d{4})<')


def words_of(response):
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def half_signed_in(user):
    """Return a client whose password was right and whose second step is asked for."""
    client = Client()
    answer = try_password(client, user.username)
    assert answer.headers["Location"] == "/sign-in/second-step"
    return client


def set_up_app(client):
    """Set an app up through the page; return its secret and the codes that were shown."""
    secret = KEY.search(client.get("/account/app").content.decode())[1]
    answer = client.post("/account/app", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/account/recovery-codes"
    return secret, [
        "".join(pair) for pair in CODE.findall(client.get("/account/recovery-codes").content.decode())
    ]


def as_actor_of(user):
    return actors_of_user(user.pk, user.name, on=timezone.localdate())[0]


def long_after_signing_in(client):
    session = client.session
    session[SIGNED_IN_AT] = timezone.now().timestamp() - 600
    session["account_authentication_methods"] = [
        record | {"at": record["at"] - 600} for record in session.get("account_authentication_methods", [])
    ]
    session.save()


class TestSettingUp:
    def test_an_app_is_set_up_with_a_picture_and_the_same_key_in_text(self):
        client = signed_in_client(account_for())
        page = client.get("/account/app").content.decode()
        assert 'src="data:image/svg+xml;base64,' in page
        assert len(KEY.search(page)[1].replace(" ", "")) == 32
        assert "<script" not in page.partition("<main")[2].partition("</main>")[0]

    def test_an_app_and_codes_are_written_down_and_the_codes_shown_once(self):
        user = account_for()
        client = signed_in_client(user)
        _, codes = set_up_app(client)
        assert len(codes) == 10
        assert audited(kind="change")[-1] == f"account {user.pk}: authenticator app added"
        again = client.get("/account/recovery-codes")
        assert not CODE.findall(again.content.decode())
        assert "You have 10 codes left" in words_of(again)
        assert "10 codes left" in words_of(client.get("/account"))

    def test_secrets_are_not_readable_in_the_database(self):
        user = account_for()
        secret, codes = set_up_app(signed_in_client(user))
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret.replace(" ", "") not in kept
        assert not any(code in kept for code in codes)
        assert "gAAAA" in kept

    def test_a_wrong_first_code_is_explained_and_nothing_is_set_up(self):
        client = signed_in_client(account_for())
        client.get("/account/app")
        answer = client.post("/account/app", {"code": "000000"})
        assert "This code is not right" in words_of(answer)
        assert not Authenticator.objects.exists()

    def test_new_recovery_codes_make_the_old_ones_useless(self):
        user = account_for()
        client = signed_in_client(user)
        _, old = set_up_app(client)
        assert client.post("/account/recovery-codes/new").status_code == 302
        new = CODE.findall(client.get("/account/recovery-codes").content.decode())
        assert len(new) == 10
        assert audited(kind="change")[-1] == f"account {user.pk}: recovery codes made anew"
        assert half_signed_in(user).post("/sign-in/second-step", {"code": old[0]}).status_code == 200

    def test_without_a_second_step_there_are_no_recovery_codes(self):
        client = signed_in_client(account_for())
        assert client.get("/account/recovery-codes").status_code == 404
        assert "Set up a second step" in words_of(client.post("/account/recovery-codes/new"))


class TestSigningIn:
    def test_a_password_alone_opens_nothing_when_there_is_a_second_step(self):
        client = half_signed_in(with_app(account_for()))
        assert client.get("/").headers["Location"].startswith("/sign-in")
        assert not audited(kind="sign_in")

    def test_a_code_lets_in_and_leads_to_where_they_wanted(self):
        user = with_app(account_for())
        client = Client()
        try_password(client, next="/measures")
        answer = client.post("/sign-in/second-step", {"code": code_of(SECRET)})
        assert answer.headers["Location"] == "/measures"
        assert client.get("/").status_code == 200
        assert audited(kind="sign_in", user_id=str(user.pk)) == ["sign in"]

    def test_a_code_is_taken_once_also_the_one_before(self):
        user = with_app(account_for())
        code = code_of(SECRET, steps=-1)
        assert half_signed_in(user).post("/sign-in/second-step", {"code": code}).status_code == 302
        # That django-allauth remembers it for half a minute only must not matter.
        assert cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
        assert "was used already" in words_of(
            half_signed_in(user).post("/sign-in/second-step", {"code": code})
        )

    def test_a_code_of_two_minutes_ago_is_refused_and_written_down(self):
        user = with_app(account_for())
        answer = half_signed_in(user).post("/sign-in/second-step", {"code": code_of(SECRET, steps=-4)})
        assert "This code is not right" in words_of(answer)
        assert audited(kind="refusal", user_id=str(user.pk)) == ["sign in: second step"]

    def test_a_recovery_code_lets_in_once(self):
        user = account_for()
        _, codes = set_up_app(signed_in_client(user))
        assert half_signed_in(user).post("/sign-in/second-step", {"code": codes[3]}).status_code == 302
        assert half_signed_in(user).post("/sign-in/second-step", {"code": codes[3]}).status_code == 200

    def test_too_many_wrong_codes_must_wait_also_with_the_password_anew(self):
        user = with_app(account_for())
        client = half_signed_in(user)
        for _ in range(ACCOUNT.free):
            assert client.post("/sign-in/second-step", {"code": "000000"}).status_code == 200
        refused = half_signed_in(user).post("/sign-in/second-step", {"code": code_of(SECRET)})
        assert refused.status_code == 429
        assert "Wait 1 minute" in words_of(refused)

    def test_whoever_waits_at_the_second_step_begins_anew_when_it_is_reset(self):
        user = with_app(account_for(username="bob"))
        client = half_signed_in(user)
        admin = as_actor_of(account_for(Role.ADMINISTRATOR, username="admin"))
        forget_second_factor(account=user.pk, by=admin, at=timezone.now())
        assert client.get("/sign-in/second-step").headers["Location"] == "/sign-in"
        assert client.get("/sign-in").status_code == 200
        assert try_password(client, "bob").headers["Location"] == "/"

    def test_a_code_is_no_use_after_the_old_password_once_there_is_a_new_one(self):
        user = with_app(account_for(username="bob"))
        client = half_signed_in(user)
        admin = as_actor_of(account_for(Role.ADMINISTRATOR, username="admin"))
        hand_out_password(account=user.pk, by=admin, at=timezone.now())
        assert (
            client.post("/sign-in/second-step", {"code": code_of(SECRET)}).headers["Location"] == "/sign-in"
        )
        assert client.get("/").status_code == 302

    def test_one_can_start_again_as_somebody_else(self):
        user = with_app(account_for())
        client = half_signed_in(user)
        assert client.get("/sign-in").headers["Location"] == "/sign-in/second-step"
        client.post("/sign-out")
        assert client.get("/sign-in").status_code == 200
        assert not audited(kind="sign_out")

    @pytest.mark.parametrize(
        "sent", ["", "x", "null", "[]", "{}", '{"id": 1}', '{"response": {"clientDataJSON": 5}}']
    )
    @pytest.mark.parametrize(
        "address", ["/sign-in/second-step", "/account/confirm/passkey", "/account/passkeys/add"]
    )
    def test_whatever_a_browser_sends_as_a_passkey_is_answered(self, sent, address):
        user = with_app(account_for())
        client = half_signed_in(user)
        client.get("/sign-in/second-step")
        if address.startswith("/account"):
            client.post("/sign-in/second-step", {"code": code_of(SECRET)})
            client.get(address)
        assert client.post(address, {"credential": sent}).status_code in (200, 302)


class TestRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.SECOND_FACTOR_REQUIRED = True

    @pytest.mark.parametrize("address", ["/", "/measures", "/role", "/gallery"])
    def test_nothing_is_open_before_there_is_one(self, address):
        client = signed_in_client(account_for())
        assert client.get(address).headers["Location"] == "/account"
        assert client.post(address).headers["Location"] == "/account"
        assert "Everyone here also signs in with something that they have" in words_of(client.get("/account"))

    def test_setting_one_up_leads_on_to_where_they_were(self):
        client = signed_in_client(account_for())
        client.get("/measures?x=1")
        secret = KEY.search(client.get("/account/app").content.decode())[1]
        client.post("/account/app", {"code": code_of(secret)})
        assert 'href="/measures?x=1"' in client.get("/account/recovery-codes").content.decode()
        assert client.get("/measures").status_code == 200

    def test_the_last_one_cannot_be_removed(self):
        user = with_app(account_for())
        client = half_signed_in(user)
        client.post("/sign-in/second-step", {"code": code_of(SECRET)})
        assert "Everyone here needs a second step" in words_of(client.get("/account/app/remove"))
        assert "Everyone here needs a second step" in words_of(client.post("/account/app/remove"))
        assert Authenticator.objects.filter(type="totp").exists()

    def test_recovery_codes_alone_are_no_second_step(self):
        user = with_app(account_for())
        Authenticator.objects.filter(type="totp").delete()
        assert signed_in_client(user).get("/").headers["Location"] == "/account"


class TestRemovingAndConfirming:
    def test_removing_is_written_down_and_takes_the_codes_with_it(self):
        user = account_for()
        client = signed_in_client(user)
        set_up_app(client)
        assert client.get("/account/app/remove").status_code == 200
        assert client.post("/account/app/remove").headers["Location"] == "/account"
        assert not Authenticator.objects.exists()
        assert audited(kind="change")[-1] == f"account {user.pk}: authenticator app removed"

    @pytest.mark.parametrize(
        "address",
        ["/account/app", "/account/passkeys/add", "/account/recovery-codes/new", "/account/app/remove"],
    )
    def test_a_while_after_signing_in_one_must_show_again_who_one_is(self, address):
        user = account_for()
        client = signed_in_client(user)
        if "app/remove" in address:
            set_up_app(client)
        long_after_signing_in(client)
        asked = client.get(address)
        assert unquote(asked.headers["Location"]) == f"/account/confirm?next={address}"
        assert "Confirm that it is you" in words_of(client.get(asked.headers["Location"]))
        wrong = client.post("/account/confirm", {"password": "wrong", "next": address})
        assert "not your password" in words_of(wrong)
        assert "confirm who they are" in audited(kind="refusal", user_id=str(user.pk))
        right = client.post("/account/confirm", {"password": PASSWORD, "next": address})
        assert right.headers["Location"] == address
        assert client.get(address).status_code == 200

    def test_a_code_confirms_too(self):
        user = with_app(account_for())
        client = half_signed_in(user)
        client.post("/sign-in/second-step", {"code": code_of(SECRET, steps=-1)})
        long_after_signing_in(client)
        assert "Use your password" in words_of(client.get("/account/confirm/code?next=/account/app/remove"))
        sent = {"code": code_of(SECRET), "next": "/account/app/remove"}
        assert client.post("/account/confirm/code", sent).headers["Location"] == "/account/app/remove"

    def test_nobody_removes_what_is_somebody_elses(self):
        other = Authenticator.objects.create(
            user=account_for(username="bob"), type="webauthn", data={"name": "Bob's key", "credential": {}}
        )
        client = signed_in_client(account_for())
        assert client.post(f"/account/passkeys/{other.pk}/remove").status_code == 404
        assert Authenticator.objects.filter(pk=other.pk).exists()

    def test_at_an_address_of_numbers_passkeys_are_not_offered(self):
        account_for()
        client = Client(headers={"host": "127.0.0.1"})
        try_password(client)
        assert "need an address with a name" in words_of(client.get("/account"))
        assert "data-passkey" not in words_of(client.get("/account/passkeys/add"))


def test_every_page_of_allauth_that_has_an_address_is_ours(client):
    """What has no address can't be reached; a template of allauth's own would be missing in our environment."""
    for address in (
        "/signup/",
        "/accounts/login/",
        "/accounts/signup/",
        "/password/reset/",
        "/2fa/",
        "/email/",
    ):
        assert client.get(address).status_code == 404
    assert User.objects.count() == 0
