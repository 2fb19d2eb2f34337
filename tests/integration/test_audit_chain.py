"""The audit is a chain: whatever is changed, removed, swapped or slipped in behind PostgreSQL's back is found."""

import importlib
import json
import threading
import uuid

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.chain import verify
from joinedup.care.access.glass import break_glass
from joinedup.care.access.models import AuditEvent, Glass, LookReview, User
from joinedup.care.partnership.models import Organisation
from joinedup.care.privacy.reviewing import review_opening

ADA = Actor(name="Ada Ünlaut | 7:x", permissions=frozenset(), user_id=1)


def look(subject="page", by=ADA, **more):
    record_audit(AuditEvent.Kind.LOOK, by=by, at=timezone.now(), subject=subject, **more)


def tamper(statement):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE access_auditevent ENABLE TRIGGER USER")


@pytest.fixture
def six(db):
    for number in range(4):
        look(f"page {number}")
    record_audit(
        AuditEvent.Kind.LISTED, by=ADA, at=timezone.now(), people=[None, "0" * 32], subject="two at once"
    )


def test_what_nobody_touched_holds(six):
    verdict = verify()
    assert (verdict.events, verdict.faults) == (6, ())
    assert verify(verdict.heads).faults == ()
    look()
    assert verify(verdict.heads).faults == ()


FIRST = "(SELECT min(number) + 1 FROM access_auditevent)"
TAMPERINGS = {
    "a name changed": f"UPDATE access_auditevent SET actor_name = 'Bob' WHERE number = {FIRST}",
    "a person removed": "UPDATE access_auditevent SET person_id = NULL WHERE person_id IS NOT NULL",
    "a time moved": f"UPDATE access_auditevent SET at = at - interval '1 microsecond' WHERE number = {FIRST}",
    "letters moved from one field to the next": (
        "UPDATE access_auditevent SET actor_name = left(actor_name, -1), role = right(actor_name, 1)"
        f" WHERE number = {FIRST}"
    ),
    "one deleted in the middle": f"DELETE FROM access_auditevent WHERE number = {FIRST}",
    "one deleted and the rest moved up": (
        f"DELETE FROM access_auditevent WHERE number = {FIRST};"
        f"UPDATE access_auditevent SET number = -number WHERE number > {FIRST};"
        "UPDATE access_auditevent SET number = -number - 1 WHERE number < 0"
    ),
    "two swapped": (
        "UPDATE access_auditevent SET number = -number WHERE number IN (2, 3);"
        "UPDATE access_auditevent SET number = CASE number WHEN -2 THEN 3 ELSE 2 END WHERE number < 0"
    ),
    "one slipped in at the end": (
        "INSERT INTO access_auditevent (kind, at, actor_name, role, organisation_name, subject, chain, number, digest)"
        " SELECT 'look', at, actor_name, '', '', '', chain, number + 1, digest FROM access_auditevent"
        " ORDER BY number DESC LIMIT 1"
    ),
    "one slipped in outside": (
        "INSERT INTO access_auditevent (kind, at, actor_name, role, organisation_name, subject)"
        " VALUES ('look', now(), '', '', '', '')"
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(six, name):
    assert verify().faults == ()
    tamper(TAMPERINGS[name])
    assert len(verify().faults) == 1


def test_an_end_that_was_cut_off_is_found_by_the_heads_of_an_earlier_proof(six):
    heads = verify().heads
    tamper("DELETE FROM access_auditevent WHERE number > 4")
    assert verify().faults == ()
    assert [fault.what for fault in verify(heads).faults] == ["the last 2 events are gone"]
    tamper("DELETE FROM access_auditevent")
    assert [fault.what for fault in verify(heads).faults] == ["the whole chain is gone"]


@pytest.mark.parametrize("table", ["access_auditevent", "record_entry"])
@pytest.mark.parametrize("statement", ["TRUNCATE {} CASCADE"])
def test_the_tables_can_not_be_emptied(db, table, statement):
    with (
        pytest.raises(ProgrammingError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_chains_that_hold():
    def write(number):
        for turn in range(25):
            with transaction.atomic():
                look(f"{number} {turn}")
                look(f"{number} {turn} again")
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    verdict = verify()
    assert (verdict.events, verdict.faults) == (400, ())
    assert len(verdict.heads) > 1


def test_the_command_proves_keeps_heads_and_fails_when_it_must(six, tmp_path, monkeypatch):
    from joinedup.commands import audit  # noqa: PLC0415

    monkeypatch.setattr(audit, "start_reading", lambda data: None)
    heads = tmp_path / "heads.json"
    kept = CliRunner().invoke(audit.command, ["verify", "--heads", str(heads)])
    assert "The audit holds: 6 events" in kept.output
    assert json.loads(heads.read_text())
    tamper("DELETE FROM access_auditevent WHERE number = 6")
    assert CliRunner().invoke(audit.command, ["verify"]).exit_code == 0
    cut = CliRunner().invoke(audit.command, ["verify", "--against", str(heads)])
    assert cut.exit_code == 1
    assert "the last 1 events are gone" in cut.output
    heads.write_text("[]")
    assert (
        "does not hold the heads"
        in CliRunner().invoke(audit.command, ["verify", "--against", str(heads)]).output
    )


@pytest.fixture
def opened(db):
    """An emergency opening and its review."""
    user = User.objects.create(username="ada", name="Ada")
    trust = Organisation.objects.create(reference="trust", name="Trust", nation="england")
    care = PERMISSIONS[Role.DISTRICT_NURSE]
    nurse = Actor(name="Ada", permissions=care, user_id=user.pk, organisation_id=trust.pk)
    at = timezone.now()
    break_glass(person_id=uuid.uuid4(), reason="life", account="found in the street", by=nurse, at=at)
    officer = User.objects.create(username="olu", name="Olu")
    watching = PERMISSIONS[Role.PRIVACY_OFFICER]
    olu = Actor(name="Olu", permissions=watching, user_id=officer.pk, organisation_id=trust.pk)
    review_opening(
        opening=Glass.objects.get().pk, outcome=LookReview.Outcome.ASKED, note="who was it?", by=olu, at=at
    )


SEALED = {
    "a reason": "UPDATE access_glass SET reason = 'They ask me to look. All is well here'",
    "who opened it": "UPDATE access_glass SET user_id = (SELECT max(id) FROM access_user)",
    "whose record": "UPDATE access_glass SET person_id = gen_random_uuid()",
    "how long": "UPDATE access_glass SET until = until - interval '2 hours'",
    "an outcome": "UPDATE access_lookreview SET outcome = 'accounted'",
    "a note": "UPDATE access_lookreview SET note = 'nothing'",
    "a review is gone": "DELETE FROM access_lookreview",
    "one slipped in": (
        "INSERT INTO access_lookreview (glass_id, finding, outcome, note, user_id, by_name, at)"
        " SELECT glass_id, '', 'accounted', note, user_id, by_name, now() FROM access_lookreview"
    ),
}


@pytest.mark.parametrize("name", SEALED)
def test_what_is_sealed_can_not_be_altered_unseen(opened, name):
    assert verify().faults == ()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("access_glass", "access_lookreview"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(SEALED[name])
    assert len(verify().faults) in (1, 2)


def test_taking_a_seal_away_breaks_the_chain(opened):
    tamper("UPDATE access_auditevent SET seal = NULL")
    assert any(fault.chain >= 0 for fault in verify().faults)


def test_openings_of_before_there_were_seals_are_sealed_by_the_migration(opened):
    migration = importlib.import_module("joinedup.care.access.migrations.0009_privacy_officer")
    old = Glass.objects.get()
    old.pk, old.reason = None, "before there were seals"
    old.save()
    assert len(verify().faults) == 1
    tables = {Glass._meta.db_table, LookReview._meta.db_table}
    assert tables == set(migration.TABLES)
    migration.seal_the_old(apps, None)
    assert [fault.what for fault in verify().faults] == []
