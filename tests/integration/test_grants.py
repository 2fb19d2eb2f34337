"""The server's own database role: it does the ordinary work, and PostgreSQL refuses it whatever alters the past."""

import os
import subprocess
import sys
import uuid

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from joinedup.site.grants import GrantError, grant, powers

PASSWORD = "made up for this test"
WORK = """
import json, os, sys
import django; django.setup()
from django.test import Client
from django.utils import timezone
from joinedup.care.access.actions import create_token, give_account, relate
from joinedup.care.access.actor import Role, Scope
from joinedup.care.access.chain import verify
from joinedup.care.access.models import User
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from django.core.management import call_command
call_command("migrate", verbosity=0)
trust = Organisation.objects.create(reference="trust", name="Trust", nation="england")
token = create_token(system="S", scopes=[Scope.READ, Scope.WRITE], at=timezone.now(), organisation=trust)
api = Client(headers={"authorization": f"Bearer {token}"})
entry = lambda type_, **more: {"request": {"method": "PUT", "url": f"{type_}/x1"},
    "resource": {"resourceType": type_, "id": "x1", **more}}
flag = {"status": "active", "code": {"text": "Dog"}, "subject": {"reference": "Patient/x1"}}
bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [
    entry("Patient", birthDate="1950-03-02", name=[{"family": "Quill"}]), entry("Flag", **flag)]}
answer = api.post("/fhir/R4/", json.dumps(bundle), content_type="application/fhir+json")
assert answer.status_code == 200, answer.content
assert api.get("/fhir/R4/Flag/x1").status_code == 200
assert api.delete("/fhir/R4/Flag/x1").status_code == 204
person = Person.objects.get()
relate([(person.pk, trust.pk)], kind="caseload", at=timezone.now())
give_account(username="ada", name="Ada", password="a long enough pass phrase",
    assignments=[(Role.DISTRICT_NURSE, trust)], on=timezone.localdate())
page = Client()
page.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
assert page.get(f"/people/{person.pk}").status_code == 200
assert verify().faults == ()
print("all done")
"""
ALTERING = [
    *(
        statement.format(table)
        for table in ("record_entry", "access_auditevent", "access_glass", "access_lookreview")
        for statement in (
            "UPDATE {0} SET id = id",
            "DELETE FROM {0}",
            "TRUNCATE {0} CASCADE",
            "DROP TABLE {0} CASCADE",
            "ALTER TABLE {0} DISABLE TRIGGER USER",
            "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION joinedup_append_only()",
        )
    ),
    "DROP TRIGGER chained ON access_auditevent",
    "CREATE OR REPLACE FUNCTION joinedup_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (id int)",
    "UPDATE django_migrations SET name = name",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
]


@pytest.fixture(scope="module")
def database(own_folder):
    """A database of its own with all tables, its owner's URL, and the URL of a role limited by grants."""
    server = os.environ["JOINEDUP_TESTS_SERVER"]
    name, role = f"grants_{uuid.uuid4().hex[:8]}", f"app_{uuid.uuid4().hex[:8]}"
    owner = make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
    run(
        owner,
        own_folder,
        "import django; django.setup(); from django.core.management import call_command; "
        "call_command('migrate', verbosity=0)",
    )
    grant(owner, role)
    yield owner, make_conninfo(owner, user=role, password=PASSWORD), role
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.execute(f"DROP ROLE {role}")


def run(url, folder, program):
    environment = os.environ | {
        "JOINEDUP_DATABASE_URL": url,
        "JOINEDUP_DATA": str(folder / "grants"),
        "DJANGO_SETTINGS_MODULE": "joinedup.site.settings",
        "JOINEDUP_HOSTS": "testserver",
    }
    done = subprocess.run(  # noqa: PLW1510 - looked at below
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_ordinary_work_is_done_as_the_limited_role(database, own_folder):
    _, limited, _ = database
    assert "all done" in run(limited, own_folder, WORK)


@pytest.mark.parametrize("statement", ALTERING)
def test_whatever_alters_the_past_is_refused(database, statement):
    _, limited, _ = database
    with psycopg.connect(limited) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_it_is_said_who_could_alter_what_is_written_once(database):
    owner, limited, role = database
    assert powers(owner).could_alter
    held = powers(limited)
    assert (held.role, held.could_alter, held.alterable) == (role, False, ())
    assert {"record_entry", "access_auditevent", "access_glass", "access_lookreview"} <= set(held.append_only)
    for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "UPDATE (subject)"):
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f"GRANT {right} ON access_auditevent TO {role}")
        assert powers(limited).alterable == ("access_auditevent",)
        grant(owner, role)
        assert not powers(limited).could_alter


def test_a_role_that_grants_do_not_limit_is_refused(database):
    owner, *_ = database
    with pytest.raises(GrantError, match="no database role"):
        grant(owner, "nobody_at_all")
    with psycopg.connect(owner) as connection:
        mighty = connection.execute("SELECT current_user").fetchone()[0]
    with pytest.raises(GrantError, match="don't limit it"):
        grant(owner, mighty)
