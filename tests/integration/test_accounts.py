"""What an administrator does with accounts, and what an administrator can't: read anything about anybody."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from test_every_address import ADDRESSES, EXAMPLES, example_of

from joinedup.care.access.actor import PERMISSIONS, Permission, Role
from joinedup.care.access.models import AuditEvent, User
from joinedup.care.people.models import Person
from joinedup.core.nation import Nation
from made_up import load_made_up
from one_time_codes import code_of
from signing_in import SECRET, account_for, audited, signed_in_client, try_password, with_app

pytestmark = pytest.mark.django_db
PASSWORD = re.compile(r"ju-codes__code--alone\">\s*(\S+?)\s*<")
CARE = {
    Permission.FIND_PEOPLE,
    Permission.READ_RECORD,
    Permission.WRITE_RECORD,
    Permission.SEE_LEAVING_HOSPITAL,
}


def words_of(response):
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def administrator():
    return account_for(Role.ADMINISTRATOR, username="admin")


@pytest.fixture
def client(administrator):
    return signed_in_client(administrator)


class TestMaking:
    sent = {"name": "Bea Example", "username": "bea", "role": "district_nurse"}

    def test_an_account_is_made_its_password_shown_once_and_changed_at_first(self, client, administrator):
        answer = client.post("/accounts/new", self.sent)
        password = PASSWORD.search(answer.content.decode())[1]
        made = User.objects.get(username="bea")
        event = AuditEvent.objects.get(subject=f"account {made.pk}: made")
        assert (event.kind, event.user_id, event.role) == ("change", administrator.pk, "administrator")
        theirs = Client()
        assert try_password(theirs, "bea", password).status_code == 302
        assert theirs.get("/").headers["Location"] == "/account/password"

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"username": "admin"}, "This username is taken"),
            ({"username": "Bea Example"}, "small letters, digits"),
            ({"name": ""}, "Enter their full name"),
            ({"role": "wizard"}, "Choose a role from the list"),
        ],
    )
    def test_wrong_answers_are_explained_and_nothing_is_made(self, client, change, message):
        assert message in words_of(client.post("/accounts/new", self.sent | change))
        assert User.objects.count() == 1

    def test_an_existing_account_is_not_taken_over_by_making_it_again(self, client):
        bob = account_for(username="bob", reference="elsewhere")
        client.post("/accounts/new", self.sent | {"username": "bob"})
        assert User.objects.get(pk=bob.pk).password == bob.password


class TestChanging:
    def test_the_list_says_who_has_a_second_step_and_who_is_closed(self, client):
        with_app(account_for(username="bob"))
        account_for(username="cy")
        account_for(username="far", reference="elsewhere")
        User.objects.filter(username="cy").update(is_active=False)
        page = words_of(client.get("/accounts"))
        assert "cy, closed" in page
        assert page.count("Set up") == 1
        assert "far" not in page
        assert "Your own account" in page

    def test_closing_ends_the_session_at_once_and_opening_lets_in_again(self, client):
        bob = account_for(username="bob")
        theirs = signed_in_client(bob)
        address = f"/accounts/{bob.pk}/close"
        assert "They can no longer sign in" in words_of(client.get(address))
        assert client.post(address).headers["Location"] == "/accounts"
        assert theirs.get("/").status_code == 302
        assert try_password(Client(), "bob").status_code == 200
        client.post(f"/accounts/{bob.pk}/open")
        assert try_password(Client(), "bob").status_code == 302
        said = audited(subject__startswith=f"account {bob.pk}: ")
        assert said == [f"account {bob.pk}: {what}" for what in ("made", "closed", "opened again")]

    def test_resetting_the_second_step_ends_sessions_and_lets_in_with_the_password(self, client):
        bob = with_app(account_for(username="bob"))
        theirs = Client()
        try_password(theirs, "bob")
        theirs.post("/sign-in/second-step", {"code": code_of(SECRET)})
        assert theirs.get("/").status_code == 200
        client.post(f"/accounts/{bob.pk}/second-step")
        assert theirs.get("/").status_code == 302
        assert try_password(Client(), "bob").headers["Location"] == "/"
        assert audited(kind="change")[-1] == f"account {bob.pk}: second factor reset"

    def test_a_new_password_is_shown_once_ends_sessions_and_must_be_changed(self, client):
        bob = account_for(username="bob")
        theirs = signed_in_client(bob)
        password = PASSWORD.search(client.post(f"/accounts/{bob.pk}/password").content.decode())[1]
        assert theirs.get("/").status_code == 302
        assert try_password(Client(), "bob").status_code == 200
        theirs = Client()
        try_password(theirs, "bob", password)
        assert theirs.get("/").headers["Location"] == "/account/password"

    def test_an_account_of_a_provider_gets_no_password_here(self, client):
        bob = account_for(username="bob", password=None)
        assert "New password" not in words_of(client.get("/accounts"))
        assert client.post(f"/accounts/{bob.pk}/password").status_code == 403
        assert not User.objects.get(pk=bob.pk).has_usable_password()

    @pytest.mark.parametrize("step", ["close", "open", "second-step", "password"])
    @pytest.mark.parametrize("whose", ["own", "elsewhere", "both", "nobody"])
    def test_own_others_and_shared_accounts_are_refused_alike_and_written_down(
        self, client, administrator, step, whose
    ):
        if whose == "both":
            account_for(username="both", reference="elsewhere")
        made = account_for(username=whose, reference="trust" if whose == "both" else "elsewhere")
        user_id = {"own": administrator.pk, "nobody": 10**9}.get(whose, made.pk)
        before = User.objects.get(pk=made.pk)
        for answer in (client.get(f"/accounts/{user_id}/{step}"), client.post(f"/accounts/{user_id}/{step}")):
            assert answer.status_code == 403
            assert "accounts of your own organisation only" in words_of(answer)
        after = User.objects.get(pk=made.pk)
        assert (before.password, before.is_active) == (after.password, after.is_active)
        assert audited(kind="refusal") == ["an account", "an account"]

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
    def test_nobody_else_manages_accounts(self, role):
        client = signed_in_client(account_for(role))
        assert client.get("/accounts").status_code == 403
        assert client.post("/accounts/new", TestMaking.sent).status_code == 403
        assert User.objects.count() == 1


class TestAdministratorsReadNothing:
    def test_the_role_has_no_permission_about_people(self):
        assert not PERMISSIONS[Role.ADMINISTRATOR] & CARE

    def test_no_page_and_no_answer_of_the_api_says_anything_about_anybody(self):
        made_up = load_made_up(Nation.ENGLAND, people=30)
        account = made_up.accounts[Role.ADMINISTRATOR]
        client = Client()
        assert try_password(client, account.username, account.password).status_code == 302
        person = Person.objects.first()
        told = Person.objects.values_list("family", "postcode", "phone")
        names = {text for row in told for text in row if text}
        assert len(names) > 20
        opened = 0
        for address, pattern in ADDRESSES:
            path = example_of(address, pattern).replace(EXAMPLES["uuid"], str(person.pk))
            for answer in (client.get(path), client.post(path, {"q": next(iter(names))})):
                needed = getattr(pattern.callback, "permission", None)
                if address.startswith("fhir/"):
                    allowed = {200, 405} if pattern.name == "fhir-metadata" else {401, 405}
                    assert answer.status_code in allowed, path
                elif needed in CARE:
                    assert answer.status_code == 403, path
                text = answer.content.decode()
                assert not [name for name in names if name in text], path
                opened += answer.status_code == 200
            if pattern.name == "sign-out":
                try_password(client, account.username, account.password)
        assert opened > 5


def test_addresses_of_steps_are_those_that_are_tested():
    for step in ("close", "open", "second-step", "password"):
        assert reverse(f"account-{step}", kwargs={"user_id": 1}) == f"/accounts/1/{step}"
