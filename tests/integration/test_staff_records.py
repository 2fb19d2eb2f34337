"""Records of people who work here: marked and unmarked from the command line, and what that does at once."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.utils import timezone
from fhir_samples import observation, patient

from joinedup.care.access.actions import give_account, relate, sign_agreement
from joinedup.care.access.actor import Role
from joinedup.care.access.models import AuditEvent, Relationship, StaffRecord, User
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.commands import agreement, staff_record

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def run(monkeypatch, db):
    """Run the command on the database of the tests."""
    for module in (staff_record, agreement):
        monkeypatch.setattr(module, "start_reading", lambda _: None)
        monkeypatch.setattr(module, "start_up_to_date", lambda _: None)

    def command(*words, of=staff_record):
        return CliRunner().invoke(of.command, words)

    return command


@pytest.fixture
def places(api):
    """A person whom a practice knows; Ada and Bob work there, Ada also elsewhere."""
    api.put("/Patient/p1", patient("p1"))
    api.put("/Patient/p2", patient("p2", number=None, name=[{"family": "Other"}]))
    api.put("/Observation/o1", observation("o1", value=72.5))
    names = ("practice", "elsewhere")
    practice, elsewhere = (
        Organisation.objects.create(reference=n, name=n.title(), nation="england") for n in names
    )
    sign_agreement(name="All", parties=Organisation.objects.all(), since=LONG_AGO)
    relate([(whose("p1"), practice.pk)], kind="contact", at=LONG_AGO)
    for username, held in (("ada", (practice, elsewhere)), ("bob", (practice,))):
        give_account(
            username=username,
            name=username.title(),
            password="a long enough pass phrase",
            assignments=[(Role.DISTRICT_NURSE, place) for place in held],
            on=timezone.localdate(),
        )


def whose(fhir_id):
    return Person.objects.get(sources__fhir_id=fhir_id).pk


def status(client, username):
    user = User.objects.get(username=username)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/people/{whose('p1')}").status_code


def test_a_marked_record_opens_to_neither_its_own_nor_to_colleagues_without_need(run, places, client):
    assert (status(client, "ada"), status(client, "bob")) == (200, 200)
    done = run("add", "p1", "--username", "ada")
    assert done.exit_code == 0, done.output
    assert "Marked as the record of ada, at Elsewhere; Practice." in done.output
    assert (status(client, "ada"), status(client, "bob")) == (403, 403)
    Relationship.objects.filter(organisation__reference="practice").update(kind="team")
    assert (status(client, "ada"), status(client, "bob")) == (403, 200)
    listed = run("list").output
    assert f"ada  own  {whose('p1')}  Practice" in listed
    assert "Trumpetwright" not in listed
    assert run("end", "p1", "--username", "ada").exit_code == 0
    assert (status(client, "ada"), status(client, "bob")) == (200, 200)
    said = AuditEvent.objects.filter(person_id=whose("p1"), subject__startswith="a staff record").order_by(
        "id"
    )
    assert [event.subject for event in said] == ["a staff record marked", "a staff record ended"]
    assert "No record is marked" in run("list").output


def test_family_is_marked_as_such_at_one_organisation_and_nothing_doubles(run, places):
    ours = str(whose("p1"))
    for _ in range(2):
        done = run("add", ours, "--username", "ada", "--family", "--organisation", "practice")
        assert "Marked as the record of the family of ada, at Practice." in done.output
    assert [(row.is_family, row.organisation.reference) for row in StaffRecord.objects.all()] == [
        (True, "practice")
    ]
    assert f"ada  family  {ours}  Practice" in run("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "nobody", "--username", "ada"), "There is no Patient with this id"),
        (("add", "p1", "--username", "carl"), "Nobody signs in as carl"),
        (("add", "p1", "--username", "bob", "--organisation", "elsewhere"), "for the organisation elsewhere"),
        (("end", "p1", "--username", "bob"), "isn't marked for bob"),
        (("end", "nobody", "--username", "bob"), "There is no Patient with this id"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(run, places, words, said):
    done = run(*words)
    assert done.exit_code == 1
    assert said in done.output
    assert "Nothing was changed." in done.output
    assert not StaffRecord.objects.exists()


def test_nobody_is_two_people(run, places):
    run("add", "p1", "--username", "ada")
    done = run("add", "p2", "--username", "ada")
    assert "marked as another person already" in done.output
    assert run("add", "p2", "--username", "ada", "--family").exit_code == 0


def test_the_file_of_an_agreement_is_refused_with_its_line_and_kept_when_it_is_right(run, places, tmp_path):
    file = tmp_path / "terms.yaml"
    parties = "parties:\n  - organisation: practice\n  - organisation: nowhere\n"
    file.write_text(f"name: Us\nsince: 2026-01-01\nkinds: [Medicine]\n{parties}")
    done = run("load", str(file), of=agreement)
    assert f"{file}:6: party 2: nowhere is not in the record" in done.output
    assert "Nothing was changed." in done.output
    file.write_text(file.read_text().replace("nowhere", "elsewhere").replace("Medicine", "Medicines"))
    assert f"{file}:3: kinds: 'Medicines' is none of: " in run("load", str(file), of=agreement).output
    file.write_text(file.read_text().replace("Medicines", "Medicine"))
    assert "Kept Us, between 2 organisations." in run("load", str(file), of=agreement).output
