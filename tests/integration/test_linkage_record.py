"""The search for duplicates on the record itself: everybody is compared, the pairs go to the queue, nobody is shown."""

import importlib
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from fhir_samples import NHS, OTHER_NUMBER, RIGHT_NUMBER, number_of, patient

from joinedup.care.access.models import AuditEvent, System
from joinedup.care.people.models import Identifier, Merge, Person, Review, SourcePatient
from joinedup.commands import linkage as commands
from joinedup.exchange.linkage import LinkageError, as_markdown
from joinedup.site.linking import link_record, people_of_record, review_queue

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOME = [{"line": ["12 Treacle Lane"], "city": "Aberthimble", "postalCode": "ZZ99 1AB"}]
PHONE = [{"system": "phone", "value": "01632 960123"}]


class Queue:
    """Takes pairs as the review queue does, and remembers them."""

    def __init__(self):
        self.taken = []

    def __call__(self, pairs, *, by, at):
        self.taken.append((tuple(pairs), by, at))
        return len(pairs)


@pytest.fixture
def two_records_of_one(api, api_of):
    """The hospital and the council know one person, the council without the number and under a former name."""
    api.put("/Patient/h1", patient("h1", address=HOME, telecom=PHONE))
    council = patient("c1", address=HOME, telecom=PHONE)
    del council["identifier"]
    council["name"][0]["family"] = f"{council['name'][0]['family']}x"
    council["name"].append({"use": "old", "family": "Muffinmarch"})
    api.put("/Patient/c1", council)
    api.put(
        "/Patient/o1", patient("o1", identifier=[], birthDate="1990-11-21", name=[{"family": "Ribbonwold"}])
    )


@pytest.mark.django_db
def test_pairs_of_the_record_go_to_the_queue_as_joinedup_itself(two_records_of_one):
    queue = Queue()
    found, new = link_record(queue, at=AT)
    assert found.people == 3
    ((pairs, by, at),) = queue.taken
    assert new == len(pairs) == 1
    assert (by.name, by.is_system, at) == ("joinedup", True, AT)
    people = {str(id_) for id_ in Person.objects.exclude(family="Ribbonwold").values_list("id", flat=True)}
    assert {str(pairs[0].left), str(pairs[0].right)} == people
    assert found.within_one_system == 1


@pytest.mark.django_db
def test_every_field_of_a_person_is_compared(two_records_of_one):
    by_number = {bool(person.numbers): person for person in people_of_record() if person.postcode}
    with_number, without = by_number[True], by_number[False]
    assert [value for _, value in with_number.numbers] == [RIGHT_NUMBER]
    assert with_number.line == "12 Treacle Lane, Aberthimble"
    assert with_number.phone == "01632 960123"
    assert with_number.systems == ("Westmarch hospital",)
    assert without.former == ("Muffinmarch",)


@pytest.mark.django_db
def test_without_a_queue_nothing_is_kept(two_records_of_one):
    found, new = link_record(None, at=AT)
    assert len(found.pairs) == 1
    assert new is None


@pytest.fixture
def surely_one(api):
    """Two Patients that came apart, since one of them had no number then; nothing compared them again."""
    ann = [{"family": "Ribbonwold", "given": ["Ann"]}]
    first = {
        "identifier": [number_of(OTHER_NUMBER)],
        "name": ann,
        "birthDate": "1961-06-07",
        "address": [{"line": ["7 Sprocket Row"], "city": "Madeup", "postalCode": "ZZ99 4QX"}],
        "telecom": [{"system": "phone", "value": "01632 960777"}],
    }
    api.put("/Patient/s1", patient("s1", **first))
    api.put("/Patient/s2", patient("s2", **first | {"identifier": [], "birthDate": "1988-08-08"}))
    later = Person.objects.get(born="1988-08-08")
    here = SourcePatient.objects.get(fhir_id="s1").person
    Person.objects.filter(pk=later.pk).update(born=here.born)
    Identifier.objects.create(
        person=later,
        origin=later,
        system=NHS,
        value=OTHER_NUMBER,
        standing="verified",
        asserted_by=System.objects.get(name="Westmarch hospital"),
        since=AT,
    )


@pytest.mark.django_db
def test_only_what_a_rule_makes_sure_too_is_joined_and_only_where_asked_for(two_records_of_one, surely_one):
    found, new = link_record(review_queue(), at=AT)
    assert (len(found.to_link), new, found.joined) == (2, 2, None)
    assert not Merge.objects.exists()
    found, _ = link_record(review_queue(), at=AT, join=True)
    assert found.joined == 1
    made = Merge.objects.get()
    assert (made.by_name, {made.kept.family, made.merged.family}) == ("joinedup", {"Ribbonwold"})
    assert "date of birth” and bulk comparison" in made.reason
    # What no rule makes sure waits for somebody.
    assert Review.objects.get(state="waiting").score >= 0.99
    assert "| of these, joined without being asked | 1 |" in as_markdown(found)
    assert AuditEvent.objects.filter(kind="change", subject="joined two records").exists()


@pytest.mark.django_db
def test_nobody_is_looked_at(two_records_of_one):
    before = AuditEvent.objects.count()
    link_record(Queue(), at=AT)
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
def test_an_empty_record_is_said_to_be_empty():
    with pytest.raises(LinkageError, match="There are 0 people to compare"):
        link_record(Queue(), at=AT)


def test_trying_prints_the_table_and_writes_the_report(tmp_path):
    report = tmp_path / "report.md"
    done = CliRunner().invoke(commands.command, ["try", "--people", "200", "--report", str(report)])
    assert done.exit_code == 0, done.output
    assert "| score from | pairs | wrong | precision | recall |" in done.output
    assert report.read_text() in done.output + "\n"


def test_a_report_that_can_t_be_written_is_said(tmp_path):
    where = tmp_path / "nowhere" / "report.md"
    done = CliRunner().invoke(commands.command, ["try", "--people", "50", "--report", str(where)])
    assert done.exit_code == 1
    assert "can't be written: No such file" in done.output


@pytest.mark.parametrize("people", ["1", "900001"])
def test_too_few_or_too_many_are_refused(people):
    done = CliRunner().invoke(commands.command, ["try", "--people", people])
    assert done.exit_code == 2
    assert "is not in the range" in done.output


def test_without_the_library_the_command_says_what_to_install(monkeypatch):
    def missing(name, *rest):
        raise ModuleNotFoundError("No module named 'splink'", name="splink")

    monkeypatch.setattr(importlib, "import_module", missing)
    done = CliRunner().invoke(commands.command, ["try", "--people", "50"])
    assert done.exit_code == 1
    assert "pip install 'joinedup[linkage]'" in done.output
