"""Partners' extracts through the door: what goes in, what is refused, and that nothing is ever doubled."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import create_token, register_system
from joinedup.care.access.actor import Scope
from joinedup.care.access.queries import writer_of_system
from joinedup.care.discharge.models import Stay
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person, Review
from joinedup.care.record.models import Entry, Resource
from joinedup.core.nation import Nation
from joinedup.exchange.extracts import load_extract
from joinedup.exchange.receiving import actions, writing
from joinedup.exchange.receiving.actions import FileChangedError, receive
from joinedup.exchange.receiving.models import Receipt, Refusal
from joinedup.synthetic.extracts import SAMPLES, write_extract

UNTIL = date(2026, 3, 12)
CONTACTS = "england-community-contacts"
SYSTEM = "Westmarch community"


def sample(name, people=60):
    text = io.StringIO()
    write_extract(text, name, people=people, seed=1, until=UNTIL)
    return text.getvalue()


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def text_of(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(actions, "BATCH_ROWS", 100)


@pytest.fixture
def system(db):
    register_system(name=SYSTEM)
    return writer_of_system(SYSTEM)


@pytest.fixture
def take(system, tmp_path):
    """Receive a text as an extract and return the report."""

    def work(text, name=CONTACTS, file="extract.csv"):
        path = tmp_path / file
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return receive(path, load_extract(name), by=system, nation=SAMPLES[name].nation)

    return work


CONTACT = {
    "LOCAL_PATIENT_ID": "A1",
    "NHS_NUMBER": "9990000026",
    "PERSON_BIRTH_DATE": "1950-01-31",
    "PERSON_STATED_GENDER_CODE": "2",
    "POSTCODE": "zz991aa",
    "ORG_ID_PROVIDER": "RXX",
    "SERVICE_REQUEST_ID": "R1",
    "REFERRAL_REQUEST_RECEIVED_DATE": "2025-07-01",
    "TEAM_TYPE": "12",
    "CARE_CONTACT_ID": "C1",
    "CARE_CONTACT_DATE": "2025-07-03",
    "CARE_CONTACT_TIME": "09:30:00",
    "CLINICAL_CONTACT_DURATION": "20",
    "ATTENDANCE_STATUS": "5",
    "CONSULTATION_MECHANISM": "01",
    "ACTIVITY_LOCATION_TYPE": "A01",
    "CARE_ACTIVITY_ID": "C1-1",
    "ACTIVITY_DESCRIPTION": "Wound dressing",
}


def contact(**said):
    return CONTACT | said


def current(type_):
    return [
        Entry.objects.get(resource=r, version=r.version).body for r in Resource.objects.filter(type=type_)
    ]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_each_sample_goes_in_whole_and_the_same_again_changes_nothing(take, name):
    text = sample(name, people=400)
    first = take(text, name)
    assert first.counts.rows > 0
    assert first.counts.refused == 0, [str(p) for p in first.problems[:5]]
    entries = Entry.objects.count()
    assert entries == first.counts.created + first.counts.updated
    again = take(text, name)
    assert "received before" in again.outcome
    assert Entry.objects.count() == entries
    # In another order of columns it is another file, and says nothing new.
    shuffled = text_of([dict(reversed(row.items())) for row in rows_of(text)])
    other = take(shuffled, name)
    assert (other.counts.created, other.counts.updated) == (0, 0)
    assert Entry.objects.count() == entries
    assert not Resource.objects.filter(person=None).exclude(type="Organization").exists()


def test_a_contact_is_on_the_timeline_through_the_api(take, system):
    Organisation.objects.create(reference="org-x", code="RXX", name="Westmarch Community", nation="england")
    take(text_of([contact()]))
    token = create_token(system=SYSTEM, scopes=[Scope.READ], at=timezone.now())
    client = Client(headers={"authorization": f"Bearer {token}"})
    patient = Resource.objects.get(type="Patient").fhir_id
    found = client.get(f"/fhir/R4/Encounter?patient={patient}").json()
    encounter = found["entry"][0]["resource"]
    assert encounter["period"]["start"] == "2025-07-03T09:30:00+01:00"
    assert encounter["class"]["code"] == "HH"
    assert encounter["type"][0]["text"] == "District nursing"
    assert encounter["length"] == {
        "value": 20,
        "unit": "minutes",
        "system": "http://unitsofmeasure.org",
        "code": "min",
    }
    assert encounter["serviceProvider"]["reference"] == "Organization/org-x"
    assert Resource.objects.get(type="Encounter").organisation.reference == "org-x"
    assert {r.type for r in Resource.objects.all()} == {"Patient", "ServiceRequest", "Encounter", "Procedure"}


def test_a_stay_reaches_the_board_of_leaving_hospital(take):
    rows = [row for row in rows_of(sample("wales-pedw", 400)) if not row["DISCH_DT"]][:1]
    take(text_of(rows), "wales-pedw")
    assert Stay.objects.get().left_at is None


VERIFIED = {"NHS_NUMBER_STATUS_INDICATOR_CODE": "01"}


def test_people_come_together_by_a_verified_number_across_extracts(take):
    take(text_of([contact(**VERIFIED)]))
    (stay, *_) = rows_of(sample("england-admitted-patient-care"))
    stay |= {"NHS_NUMBER": "9990000026", "PERSON_BIRTH_DATE": "1950-01-31"} | VERIFIED
    report = take(text_of([stay]), "england-admitted-patient-care", "stays.csv")
    assert report.counts.accepted == 1
    assert Person.objects.count() == 1


def test_a_number_of_which_nobody_says_that_it_is_verified_is_asked_about(take):
    take(text_of([contact(**VERIFIED)]))
    row = {
        "LA_Code": "503",
        "Reporting_Period_End_Date": "31/03/2026",
        "NHS_Number": "999 000 0026",
        "LA_Person_Unique_Identifier": "77",
        "Date_of_Birth": "31/01/1950",
        "Event_Type": "service",
        "Event_Start_Date": "01/07/2025",
        "Service_Type": "Long term support: Community",
    }
    report = take(text_of([row]), "england-client-level-data", "cld.csv")
    assert report.counts.accepted == 1
    assert Person.objects.count() == 2
    assert Review.objects.get().state == "waiting"


def test_bad_rows_are_named_and_the_others_go_in(take):
    rows = [
        contact(CARE_CONTACT_ID=str(n), CARE_ACTIVITY_ID=f"{n}-1", LOCAL_PATIENT_ID=f"P{n}", NHS_NUMBER="")
        for n in range(250)
    ]
    rows[7]["CARE_CONTACT_DATE"] = "03/07/2025"
    rows[8]["ATTENDANCE_STATUS"] = "9"
    rows[9]["LOCAL_PATIENT_ID"] = ""
    rows[10]["NHS_NUMBER"] = "9990000027"
    rows[11]["PERSON_BIRTH_DATE"] = "2190-01-01"
    rows[12]["CODED_PROCEDURE"] = ""
    report = take(text_of([row | {"CODED_PROCEDURE": ""} for row in rows]))
    assert report.counts.rows == 250
    assert report.counts.accepted == 246
    problems = {problem.line: problem for problem in report.problems}
    assert {line: problem.column for line, problem in problems.items()} == {
        9: "CARE_CONTACT_DATE",
        10: "ATTENDANCE_STATUS",
        11: "LOCAL_PATIENT_ID",
        13: "PERSON_BIRTH_DATE",
    }
    assert all("9990000027" not in str(problem) and "2190" not in str(problem) for problem in report.problems)
    assert Resource.objects.filter(type="Encounter").count() == 246


def test_one_bad_row_costs_the_others_of_its_batch_nothing(take, monkeypatch):
    rows = [
        contact(CARE_CONTACT_ID=str(n), CARE_ACTIVITY_ID="", LOCAL_PATIENT_ID=f"P{n}", NHS_NUMBER="")
        for n in range(100)
    ]
    rows[40]["PERSON_BIRTH_DATE"] = "2190-01-01"
    honest, sent = writing.take_in, []

    def counting(items, **kwargs):
        sent.append(len(items))
        return honest(items, **kwargs)

    monkeypatch.setattr(writing, "take_in", counting)
    report = take(text_of(rows))
    assert report.counts.refused == 1
    assert len(sent) == 3, "all, the one, the others"


def test_a_newer_extract_makes_new_versions_only_of_what_it_changed(take):
    rows = [
        contact(CARE_CONTACT_ID=str(n), CARE_ACTIVITY_ID="", CLINICAL_CONTACT_DURATION="20")
        for n in range(30)
    ]
    take(text_of(rows))
    before = Entry.objects.count()
    rows[3]["CLINICAL_CONTACT_DURATION"] = "45"
    report = take(text_of([*rows, contact(CARE_CONTACT_ID="30", CARE_ACTIVITY_ID="")]))
    assert (report.counts.created, report.counts.updated) == (1, 1)
    assert Entry.objects.count() == before + 2


def test_years_sent_again_quarter_by_quarter_never_take_back_what_is_newer(take):
    name = "scotland-source-home-care"
    row = {
        "sending_location": "S1",
        "social_care_id": "9",
        "period": "2024Q1",
        "hc_service_start_date": "2024-04-02",
        "hc_service_end_date": "",
        "hc_service": "2",
        "hc_hours_derived": "13.50",
        "submitted_postcode": "ZZ99 1AA",
    }
    last = row | {"period": "2024Q2", "hc_service_end_date": "2024-09-01", "submitted_postcode": "ZZ99 2BB"}
    take(text_of([row, last]), name, "both.csv")
    entries = Entry.objects.count()
    assert '"status":"completed"' in current("ServiceRequest")[0]
    older = take(text_of([row]), name, "first-quarter.csv")
    assert older.counts.older == 2
    assert older.counts.unchanged == 1
    assert Entry.objects.count() == entries
    assert '"status":"completed"' in current("ServiceRequest")[0]
    assert "ZZ99 2BB" in current("Patient")[0]
    assert '"value":13.50' in "".join(current("Observation"))


def test_what_another_system_made_is_refused_row_by_row(take, tmp_path):
    take(text_of([contact()]))
    Resource.objects.filter(type="Patient").update(system=register_system(name="Somebody else"))
    report = take(
        text_of([contact(POSTCODE="ZZ99 9ZZ"), contact(LOCAL_PATIENT_ID="A2", CARE_CONTACT_ID="C2")])
    )
    assert report.counts.refused == 1
    assert "another system" in report.problems[0].reason


def test_a_stopped_run_goes_on_where_it_stopped(take, monkeypatch):
    rows = [contact(CARE_CONTACT_ID=str(n), CARE_ACTIVITY_ID="") for n in range(350)]
    rows[20]["CARE_CONTACT_DATE"] = "?"
    text = text_of(rows)
    honest = actions.write_rows
    calls = []

    def stops(*args, **kwargs):
        calls.append(1)
        honest(*args, **kwargs)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(actions, "write_rows", stops)
    with pytest.raises(KeyboardInterrupt):
        take(text)
    assert Receipt.objects.get().rows == 200
    assert Resource.objects.filter(type="Encounter").count() == 199
    monkeypatch.setattr(actions, "write_rows", honest)
    report = take(text)
    assert "Went on at line 202" in report.outcome
    assert (report.counts.rows, report.counts.refused) == (350, 1)
    assert [problem.line for problem in report.problems] == [22]
    assert Resource.objects.filter(type="Encounter").count() == 349
    assert Entry.objects.filter(resource__type="Encounter").count() == 349


def test_a_file_that_changes_meanwhile_is_not_read_on(take, tmp_path, monkeypatch):
    rows = [contact(CARE_CONTACT_ID=str(n), CARE_ACTIVITY_ID="") for n in range(150)]
    honest = actions.write_rows

    def changes(*args, **kwargs):
        honest(*args, **kwargs)
        (tmp_path / "extract.csv").write_text(text_of([*rows, contact(CARE_CONTACT_ID="x")]))

    monkeypatch.setattr(actions, "write_rows", changes)
    with pytest.raises(FileChangedError, match="changed while"):
        take(text_of(rows))
    monkeypatch.setattr(actions, "write_rows", honest)
    report = take(text_of([*rows, contact(CARE_CONTACT_ID="x", CARE_ACTIVITY_ID="")]))
    assert any("stopped at line" in note for note in report.notes)
    assert Entry.objects.filter(resource__type="Encounter").count() == 151


def test_two_runs_of_one_file_do_not_mix(take, monkeypatch):
    rows = [contact(CARE_CONTACT_ID=str(n), CARE_ACTIVITY_ID="") for n in range(250)]
    honest = actions.write_rows
    calls = []

    def meanwhile(*args, **kwargs):
        honest(*args, **kwargs)
        calls.append(1)
        if len(calls) == 1:
            Receipt.objects.update(byte=99)

    monkeypatch.setattr(actions, "write_rows", meanwhile)
    monkeypatch.setattr(actions._Run, "_count", lambda *args: None)
    with pytest.raises(FileChangedError, match="Another run"):
        take(text_of(rows))


def test_no_refusal_holds_what_a_field_said(take):
    secret = "Winterbottom"
    rows = [contact(**{name: secret}) for name in CONTACT if name not in ("NHS_NUMBER",)]
    report = take(text_of([row | {"CARE_CONTACT_ID": f"C{n}"} for n, row in enumerate(rows)]))
    assert report.counts.refused > 5
    for refusal in Refusal.objects.all():
        assert secret not in f"{refusal.column} {refusal.reason} {refusal.advice}"


def test_a_system_must_be_known_and_may_write(db):
    assert writer_of_system("Nobody") is None
    assert Nation.WALES.value == "wales"
