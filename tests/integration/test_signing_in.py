"""Passwords, tries that must wait, sessions that end, and where signing in leads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from joinedup.care.access import tries
from joinedup.care.access.models import AuditEvent, Tries, User
from joinedup.care.access.tries import ACCOUNT, ADDRESS, TooManyTriesError, counted_try, wait_after
from joinedup.web.signing_in.sessions import LAST_SEEN_AT, SIGNED_IN_AT
from signing_in import PASSWORD, account_for, audited, signed_in_client, try_password

pytestmark = pytest.mark.django_db
ELSEWHERE = (
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "javascript:x",
    "measures",
)


def words_of(response):
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def hours_back(client, name, seconds):
    """Move a time that the session keeps into the past."""
    session = client.session
    session[name] = timezone.now().timestamp() - seconds
    session.save()


def let_time_pass(by=timedelta(minutes=16)):
    for row in Tries.objects.exclude(blocked_until=None):
        row.blocked_until -= by
        row.save()


class TestPassword:
    def test_the_right_password_signs_in_and_is_written_down(self):
        user = account_for()
        client = signed_in_client(user)
        assert client.get("/").status_code == 200
        event = AuditEvent.objects.get(kind="sign_in")
        assert (event.user_id, event.actor_name, event.subject) == (user.pk, "Ada Example", "sign in")

    @pytest.mark.parametrize(("username", "password"), [("ada", "wrong password"), ("nobody", PASSWORD)])
    def test_a_wrong_one_and_no_such_account_look_alike_and_nothing_typed_is_kept(self, username, password):
        account_for()
        response = try_password(Client(), username, password)
        assert "do not match an account" in words_of(response)
        event = AuditEvent.objects.get(kind="refusal")
        assert (event.user_id, event.actor_name, event.subject) == (None, "not signed in", "sign in")
        assert username not in words_of(response).replace(f'value="{username}"', "")
        assert not any(username in row.key for row in Tries.objects.all())

    def test_a_closed_account_looks_like_a_wrong_password(self):
        account_for()
        User.objects.update(is_active=False)
        assert "do not match an account" in words_of(try_password(Client()))

    def test_passwords_are_kept_as_argon2_hashes(self):
        assert account_for().password.startswith("argon2$")

    @pytest.mark.parametrize("where", ELSEWHERE)
    def test_signing_in_leads_to_addresses_of_ours_only(self, where):
        account_for()
        assert try_password(Client(), next=where).headers["Location"] == "/"

    def test_signing_in_leads_back(self):
        account_for()
        assert try_password(Client(), next="/measures?x=1").headers["Location"] == "/measures?x=1"

    def test_signing_out_is_written_down_and_only_by_post(self):
        client = signed_in_client(account_for())
        assert client.get("/sign-out").status_code == 405
        assert client.post("/sign-out").status_code == 302
        assert audited(kind="sign_out") == ["sign out"]
        assert client.get("/").status_code == 302


class TestTries:
    def test_the_wait_begins_at_a_minute_doubles_and_ends_at_a_quarter_of_an_hour(self):
        waits = [wait_after(count, ACCOUNT) // timedelta(minutes=1) for count in range(1, 12)]
        assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]
        assert wait_after(29, ADDRESS) == timedelta()
        assert wait_after(10_000, ADDRESS) == timedelta(minutes=15)

    @pytest.mark.parametrize("username", ["ada", "nobody"])
    def test_too_many_wrong_passwords_are_answered_with_how_long_to_wait(self, username):
        account_for()
        client = Client()
        for _ in range(ACCOUNT.free):
            assert try_password(client, username, "wrong").status_code == 200
        refused = try_password(client, username, PASSWORD)
        assert refused.status_code == 429
        assert "Wait 1 minute, then try once more" in words_of(refused)
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert audited(kind="refusal")[-1] == "sign in: too many tries"

    def test_the_right_password_after_the_wait_is_let_in_and_clears_the_account(self):
        user = account_for()
        client = Client()
        for _ in range(ACCOUNT.free):
            try_password(client, password="wrong")
        let_time_pass()
        assert try_password(client).status_code == 302
        key = tries.key_of("password", user.username)
        assert not Tries.objects.filter(key=key).exists()

    def test_one_address_that_tries_many_accounts_must_wait(self):
        client = Client()
        for number in range(ADDRESS.free):
            try_password(client, f"user{number}", "wrong")
        assert try_password(client, "another", "wrong").status_code == 429
        assert try_password(Client(REMOTE_ADDR="10.0.0.9"), "another", "wrong").status_code == 200

    def test_an_own_account_does_not_clear_the_way_for_an_address(self):
        account_for()
        client = Client()
        for number in range(ADDRESS.free - 1):
            try_password(client, f"user{number}", "wrong")
        try_password(Client())
        try_password(client, "one more", "wrong")
        assert try_password(client, "another", "wrong").status_code == 429

    def test_behind_a_proxy_the_address_is_what_the_proxy_noted_last(self, settings):
        settings.HTTPS = True
        settings.ALLOWED_HOSTS = ["testserver"]
        for number in range(ADDRESS.free):
            forged = f"192.0.2.{number}, 10.1.1.1"
            try_password(Client(headers={"x-forwarded-for": forged}), f"user{number}", "wrong")
        refused = try_password(Client(headers={"x-forwarded-for": "192.0.2.99, 10.1.1.1"}), "a", "wrong")
        assert refused.status_code == 429
        other = Client(headers={"x-forwarded-for": "10.1.1.1, 10.2.2.2"})
        assert try_password(other, "a", "wrong").status_code == 200

    def test_refused_tries_do_not_make_the_wait_longer(self):
        at = timezone.now()
        limits = {"k": ACCOUNT}
        for _ in range(ACCOUNT.free):
            with pytest.raises(ValueError, match="wrong"), counted_try(limits, at=at):
                raise ValueError("wrong")
        for _ in range(3):
            with pytest.raises(TooManyTriesError) as refused, counted_try(limits, at=at):
                pass
            assert refused.value.wait == timedelta(minutes=1)

    def test_tries_are_forgotten_after_an_hour(self):
        at = timezone.now()
        Tries.objects.create(key="k", count=9, last_at=at - timedelta(hours=2))
        with pytest.raises(ValueError, match="wrong"), counted_try({"k": ACCOUNT}, at=at):
            raise ValueError("wrong")
        assert Tries.objects.get(key="k").count == 1

    def test_what_was_forgotten_a_day_ago_is_deleted(self):
        at = timezone.now()
        Tries.objects.create(key="old", count=9, last_at=at - timedelta(days=2))
        with counted_try({"k": ACCOUNT}, at=at):
            pass
        assert not Tries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_do_not_slip_through():
    """Each in a connection of its own, as in several web processes."""

    def wrong(_):
        try:
            with counted_try({"k": ACCOUNT}, at=timezone.now()):
                raise ValueError
        except TooManyTriesError:
            return "refused"
        except ValueError:
            return "tried"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(wrong, range(24)))
    assert answers.count("tried") == ACCOUNT.free


class TestSessions:
    def test_a_pause_ends_the_session_says_so_and_leads_back(self, settings):
        client = signed_in_client(account_for())
        hours_back(client, LAST_SEEN_AT, settings.SESSION_IDLE_SECONDS + 1)
        answer = client.get("/measures?x=1")
        assert answer.headers["Location"] == "/sign-in?next=%2Fmeasures%3Fx%3D1&ended=idle"
        page = words_of(client.get(answer.headers["Location"]))
        assert "signed out because nothing was done for a while" in page
        assert 'name="next" value="/measures?x=1"' in page
        assert audited(kind="sign_out") == ["session ended: idle"]
        assert client.get("/").headers["Location"].startswith("/sign-in")

    def test_using_it_keeps_it_but_not_beyond_eight_hours(self, settings):
        client = signed_in_client(account_for())
        hours_back(client, LAST_SEEN_AT, settings.SESSION_IDLE_SECONDS - 60)
        assert client.get("/").status_code == 200
        assert client.session[LAST_SEEN_AT] > timezone.now().timestamp() - 60
        hours_back(client, SIGNED_IN_AT, settings.SESSION_LONGEST_SECONDS + 1)
        answer = client.get("/")
        assert answer.headers["Location"].endswith("ended=long")
        assert "8 hours" in words_of(client.get(answer.headers["Location"]))

    def test_asking_how_long_is_left_does_not_keep_it_and_staying_does(self, settings):
        client = signed_in_client(account_for())
        hours_back(client, LAST_SEEN_AT, settings.SESSION_IDLE_SECONDS - 60)
        assert client.get("/session/left").json()["seconds"] <= 60
        assert client.get("/session/left").json()["seconds"] <= 60
        assert client.post("/session/stay").json()["seconds"] > settings.SESSION_IDLE_SECONDS - 60
        assert client.get("/session/stay").status_code == 405

    def test_a_session_that_is_no_longer_there_is_said_to_be(self):
        client = signed_in_client(account_for())
        client.session.delete()
        assert client.get("/").headers["Location"].endswith("ended=lost")

    def test_a_form_that_was_sent_too_late_leads_back_to_its_page(self, settings):
        client = signed_in_client(account_for())
        hours_back(client, LAST_SEEN_AT, settings.SESSION_IDLE_SECONDS + 1)
        answer = client.post("/role?x=1", {"role": "x"})
        assert answer.headers["Location"] == "/sign-in?next=%2Frole&ended=idle"

    def test_words_in_the_address_that_are_not_ours_are_not_shown(self):
        assert "nhsuk-inset-text" not in words_of(Client().get("/sign-in?ended=<b>idle</b>"))


class TestChangingThePassword:
    new = {"current": PASSWORD, "new": "four words nobody uses"}

    def test_it_is_changed_written_down_and_other_sessions_end(self):
        user = account_for()
        here, elsewhere = signed_in_client(user), signed_in_client(user)
        assert here.post("/account/password", self.new).headers["Location"] == "/account"
        assert here.get("/account").status_code == 200
        assert elsewhere.get("/account").status_code == 302
        assert audited(kind="change")[-1] == f"account {user.pk}: password changed"
        assert try_password(Client()).status_code == 200
        assert try_password(Client(), password=self.new["new"]).status_code == 302

    @pytest.mark.parametrize(
        ("new", "message"),
        [("short", "too short"), ("password1234", "too common"), (PASSWORD, "not the one you have now")],
    )
    def test_a_short_common_or_same_one_is_refused(self, new, message):
        client = signed_in_client(account_for())
        assert message in words_of(client.post("/account/password", self.new | {"new": new}))

    def test_a_wrong_current_password_is_refused_written_down_and_counted(self):
        user = account_for()
        client = signed_in_client(user)
        for _ in range(ACCOUNT.free):
            assert "not your password" in words_of(
                client.post("/account/password", self.new | {"current": "wrong"})
            )
        assert client.post("/account/password", self.new).status_code == 429
        assert AuditEvent.objects.filter(kind="refusal", user_id=user.pk).count() == ACCOUNT.free + 1

    def test_a_password_that_somebody_else_gave_is_changed_before_anything_else(self):
        user = account_for()
        User.objects.update(must_change_password=True)
        client = signed_in_client(user)
        for address in ("/", "/measures", "/role"):
            assert client.get(address).headers["Location"] == "/account/password"
        assert "Choose your own password" in words_of(client.get("/account/password"))
        client.post("/account/password", self.new)
        assert client.get("/").status_code == 200
