"""Each extract that is shipped: it loads, its samples have its columns, and they come back as they were made."""

import csv
import io
import json
from datetime import date

import pytest

from joinedup.exchange.extracts import (
    Counts,
    Problem,
    Report,
    UnknownExtractError,
    extract_names,
    load_extract,
    report_lines,
    write_report,
)
from joinedup.exchange.extracts.making import Maker
from joinedup.exchange.extracts.rows import RowReader
from joinedup.synthetic.extracts import SAMPLES, write_extract
from made_up_bundles import sent, stays_of

UNTIL = date(2026, 3, 12)
HOSPITALS = ("england-admitted-patient-care", "northern-ireland-inpatients", "scotland-smr01", "wales-pedw")


def made_of(name, people=150):
    """Every row of a sample with what it becomes."""
    text = io.StringIO()
    write_extract(text, name, people=people, seed=1, until=UNTIL)
    extract = load_extract(name)
    reader = RowReader(extract.dictionary, extract.mapped)
    maker = Maker(
        extract.mapped, extract.dictionary, system="S", find_organisation=lambda code: f"org-{code}"
    )
    for row in csv.DictReader(io.StringIO(text.getvalue())):
        read = reader.read(row, 2)
        assert not read.problems
        yield row, [made.content for made in maker.make(read.values)]


def test_every_extract_can_be_made_up():
    assert set(extract_names()) == set(SAMPLES)


@pytest.mark.parametrize("name", extract_names())
def test_samples_have_the_columns_of_the_dictionary(name):
    dictionary = load_extract(name).dictionary
    row, _ = next(made_of(name, 800))
    assert set(row) <= set(dictionary.fields)
    assert {field.name for field in dictionary.fields.values() if field.is_required} <= set(row)


@pytest.mark.parametrize("name", extract_names())
def test_every_field_and_list_says_what_it_is_and_whence(name):
    dictionary = load_extract(name).dictionary
    for field in dictionary.fields.values():
        assert field.meaning
        assert field.source
    for codes in dictionary.code_lists.values():
        assert codes.source
        assert "not found" not in " ".join(codes.meanings.values())
        if codes.source.startswith("Not found"):
            assert codes.confidence.value == "unverified"


@pytest.mark.parametrize("name", HOSPITALS)
def test_a_stay_comes_back_as_it_was_made(name):
    stays = {stay["id"]: stay for stay in stays_of(sent(SAMPLES[name].nation, 150, until=UNTIL))}
    found = 0
    for _, made in made_of(name):
        encounter = next(one for one in made if one["resourceType"] == "Encounter")
        stay = stays[encounter["identifier"][0]["value"]]
        found += 1
        assert encounter["status"] == stay["status"]
        assert encounter["class"]["code"] == "IMP"
        assert encounter["type"][0]["coding"][0]["code"] == stay["type"][0]["coding"][0]["code"]
        precision = len(encounter["period"]["start"])
        assert encounter["period"]["start"] == stay["period"]["start"][:precision]
        assert encounter["period"].get("end", "") == stay["period"].get("end", "")[:precision]
        patient = made[0]
        assert patient["birthDate"]
        assert patient["gender"] in ("male", "female")
        assert {one["resourceType"] for one in made} <= {"Patient", "Encounter", "Condition", "Procedure"}
    assert found == len(stays)


def test_a_package_of_scotland_is_one_however_many_quarters():
    packages, hours = {}, set()
    for row, made in made_of("scotland-source-home-care", 400):
        package = next(one for one in made if one["resourceType"] == "ServiceRequest")
        packages.setdefault((row["social_care_id"], row["hc_service_start_date"]), set()).add(package["id"])
        hours.add(next(one["id"] for one in made if one["resourceType"] == "Observation"))
    assert packages
    assert all(len(ids) == 1 for ids in packages.values())
    assert len(hours) > len(packages)


def test_client_level_data_gives_each_event_its_own_kind():
    kinds = {}
    for row, made in made_of("england-client-level-data", 800):
        (event,) = made[1:]
        kinds.setdefault(row["Event_Type"], set()).add((event["resourceType"], event.get("intent")))
    assert kinds == {
        "Request": {("ServiceRequest", "proposal")},
        "Assessment": {("Procedure", None)},
        "Service": {("ServiceRequest", "order")},
        "Review": {("Procedure", None)},
    }


def test_an_unknown_extract_is_answered_with_those_that_there_are(tmp_path):
    with pytest.raises(UnknownExtractError, match="wales-pedw"):
        load_extract("nothing")


def test_a_partners_own_folder_is_an_extract(tmp_path):
    own = tmp_path / "ours"
    own.mkdir()
    (own / "dictionary.yaml").write_text(
        "{extract: ours, title: T, publisher: P, about: A, source: S, confidence: primary, "
        "file: {delimiter: tab, encoding: windows-1252}, code_lists: [], "
        "fields: [{name: ID, meaning: id, type: text, required: true}]}"
    )
    (own / "mapping.yaml").write_text(
        "{extract: ours, resources: [{name: t, type: Patient, id: [ID], elements: {active: {constant: true}}}]}"
    )
    assert load_extract(str(own)).name == "ours"


class TestReport:
    report = Report(
        "f.csv", "e", "Title", "S", "Done", Counts(30, 5, 25, 1, 2, 3, 4),
        [Problem(n, "COL", "because", "Do this") for n in range(25)], {"odd": 3}, ["codes of X"],
    )  # fmt: skip

    def test_in_words(self):
        said = report_lines(self.report)
        assert "30 rows read, 5 accepted, 25 refused" in said
        assert "Refused: line 0, column COL: because. Do this" in said
        assert "  ... and 5 more reasons; --report FILE writes all of them" in said
        assert "Note: odd (3 times)" in said
        assert "Not verified: codes of X. Check it with the partner." in said

    def test_in_files(self, tmp_path):
        for suffix in ("csv", "json", "txt"):
            write_report(self.report, tmp_path / f"r.{suffix}")
        rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text())))
        assert rows[0] == ["line", "column", "reason", "what to do"]
        assert len(rows) == 26
        assert json.loads((tmp_path / "r.json").read_text())["counts"]["refused"] == 25
        assert (tmp_path / "r.txt").read_text().count("Refused:") == 25
        with pytest.raises(ValueError, match=r"not '.xls'"):
            write_report(self.report, tmp_path / "r.xls")
