"""Who pays: the command line, how a case is read, and what the rule books hold of it."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.nation import Nation
from joinedup.rules import RuleBookError, rule_book
from joinedup.rules.books import TOPICS
from joinedup.rules.charging.residential_charge_topic import RESIDENTIAL_CHARGE
from joinedup.rules.facts import FactError
from joinedup.rules.values import is_set, rows_of, words_of
from joinedup.rules.who_pays.cases import case_of
from joinedup.rules.who_pays.facts import Facts, Setting, Share
from joinedup.rules.who_pays.needs import Checklist, Column, Level, Mark, Need, Needs
from joinedup.rules.who_pays.packages import Package, who_pays
from joinedup.rules.who_pays.rows import ChecklistDomain, FreePart, Indication, Payer, Threshold, ToolDomain
from joinedup.rules.who_pays.timetable import Events, timetable

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "say-who-pays.md"
DAY = date(2022, 10, 1)
CASE = "facts: {setting: home, price: 300.00}\n"


def run(folder, case, *options, nation="england"):
    path = folder / "case.yaml"
    path.write_text(case, encoding="utf-8")
    given = ["--nation", nation, "--on", "2022-10-01", "--case", str(path)]
    return CliRunner().invoke(main, ["rules", "who-pays", *given, *options])


def test_the_case_of_the_instructions_comes_out_as_they_say(tmp_path):
    text = HOW_TO.read_text(encoding="utf-8")
    case = re.search(r"```yaml\n(.+?)```", text, re.DOTALL)[1]
    done = run(tmp_path, case)
    assert done.exit_code == 0, done.output
    assert "rules who-pays --nation england --on 2022-10-01 --case case.yaml" in text
    assert "What the levels lead to: a clear recommendation that the person is eligible" in done.output
    for line in (
        "NHS-funded nursing care: £209.19",
        "Joint package: the integrated care board: £297.24",
        "Left to be paid: £693.57",
        "within 28 days of the checklist of Thursday 1 September 2022: done on Friday 30 September 2022, late",
    ):
        assert line in done.output
    for amount in ("£209.19", "£297.24", "£693.57"):
        assert amount in text


def test_each_question_has_its_answer_and_each_ends_with_whose_decision_it_is(tmp_path):
    case = re.search(r"```yaml\n(.+?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)[1]
    answers = json.loads(run(tmp_path, case, "--json").output)
    assert list(answers) == ["levels", "facts", "timetable"]
    assert answers["levels"]["value"]["strength"] == "clear"
    assert answers["levels"]["rests_on_unverified"] is True
    assert [part["amount"] for part in answers["facts"]["value"]["parts"]] == ["209.19", "297.24", "693.57"]
    for answer in answers.values():
        last = answer["steps"][-1]
        assert (last["what"], last["value"]) == ("The decision", "the integrated care board")
        assert last["citations"][0]["parameter"] == "decided_by"


def test_what_was_not_traced_is_named_beneath_the_answer_that_rests_on_it(tmp_path):
    levels = ", ".join(f"{row.domain}: {row.levels[0].value}" for row in tool_domains())
    done = run(tmp_path, f"levels: {{{levels}}}\n", nation="wales")
    assert "Rests on values that have not been traced to a document: Domains of the decision" in done.output
    assert "have not been traced" not in run(tmp_path, CASE).output


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("{}\n", "case.yaml:1: the case poses no question: give one of checklist, facts, levels, timetable"),
        ("fact: {}\n", "case.yaml:1: 'fact' is not known here"),
        ("facts:\n  setting: home\n", "case.yaml:2: 'price' is missing"),
        ("facts:\n  setting: tent\n  price: 1.00\n", "case.yaml:2: 'tent' is not one of home, care_home"),
        ("facts:\n  setting: home\n  price: '1'\n", "case.yaml:3: a number is wanted here"),
        (
            "facts:\n  setting: home\n  price: 1.00\n  shares:\n    - {payer: health, per_cent: 101}\n",
            "case.yaml:5: shares.health: a share is 0 to 100 per cent",
        ),
        ("checklist:\n  skin: D\n", "case.yaml:2: 'D' is not one of A, B, C"),
        ("checklist:\n  skin: A\n  skin: B\n", "case.yaml:3: 'skin' is given twice"),
        ("levels:\n  skin: worst\n", "case.yaml:2: 'worst' is not one of no_needs"),
        ("timetable: {decided_on: 2022-13-01, is_eligible: true}\n", "case.yaml:1: this is not a day of the calendar"),
        ("facts: {setting: hospital, price: 1.00}\n", "setting: a stay in hospital is no package of care"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(tmp_path, case, said):
    done = run(tmp_path, case)
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {said}")
    assert "Traceback" not in done.output


def test_a_day_that_the_book_does_not_know_is_refused(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    given = ["rules", "who-pays", "--nation", "wales", "--on", "2014-06-30", "--case", str(path)]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 1
    assert "Wales has no" in done.output


def test_a_case_may_pose_every_question_at_once():
    tools = b"checklist: {skin: A}\nlevels: {skin: high}\n"
    rest = b"facts: {setting: home, price: 1}\ntimetable: {checklist_on: 2022-01-01}\n"
    case = case_of(tools + rest, file="case.yaml")
    assert case.checklist == Checklist((Mark("skin", Column.A),))
    assert case.levels == Needs((Need("skin", Level.HIGH),))
    assert case.facts == Facts(Setting.HOME, Decimal(1))
    assert case.timetable.checklist_on == date(2022, 1, 1)


def test_a_fact_is_refused_with_its_name():
    with pytest.raises(FactError, match=r"^shares\.health: ") as caught:
        Share(Payer.HEALTH, 101)
    assert caught.value.fact == "shares.health"
    for kind, item in ((Checklist, Mark("skin", Column.A)), (Needs, Need("skin", Level.LOW))):
        with pytest.raises(FactError, match="skin: it is given twice"):
            kind((item, item))
    with pytest.raises(FactError, match="price: give an amount as a Decimal"):
        Facts(Setting.HOME, 1.0)


def test_the_amounts_are_those_of_the_rule_books_on_charges():
    for nation in Nation:
        parts = rule_book(nation, "who_pays").on(DAY).cite("paid_whatever_means")
        for row in rows_of(parts, FreePart):
            named = {row.parameter, row.higher_parameter, row.age_parameter} - {""}
            assert named <= rule_book(nation, RESIDENTIAL_CHARGE.name).parameters.keys()
    facts = Facts(Setting.NURSING_HOME, Decimal("900.00"), needs_nursing=True)
    cited = {citation.parameter for citation in who_pays(Nation.ENGLAND, DAY, facts).citations}
    assert {"funded_nursing_care", "paid_whatever_means"} <= cited


def test_what_a_nation_has_its_book_can_answer_and_what_it_has_not_it_says():
    for nation in Nation:
        rules = rule_book(nation, "who_pays").on(DAY)
        for exists, needed in (
            ("checklist_exists", ("checklist_domains", "checklist_thresholds", "priority_domains")),
            ("tool_exists", ("tool_domains", "clear_recommendation", "may_indicate", "characteristics")),
            ("fast_track_exists", ("fast_track_for",)),
            ("hospital_question_exists", ("hospital_question",)),
            ("aftercare_exists", ("aftercare_sections",)),
        ):
            is_there = is_set(rules.cite(exists))
            assert all((rules.find(name) is not None) == is_there for name in needed), (nation, exists)


def test_the_checklist_looks_at_the_domains_of_the_tool_but_the_last():
    checklist = rule_book(Nation.ENGLAND, "who_pays").on(DAY).cite("checklist_domains")
    domains = {row.domain for row in tool_domains() if not row.may_be_left_out}
    assert {row.domain for row in rows_of(checklist, ChecklistDomain)} == domains
    assert len(domains) == 11


def test_the_domains_with_a_priority_level_are_those_that_the_tool_gives_one():
    for nation in (Nation.ENGLAND, Nation.WALES):
        rules = rule_book(nation, "who_pays").on(DAY)
        rows = rows_of(rules.cite("tool_domains"), ToolDomain)
        with_priority = {row.domain for row in rows if Level.PRIORITY in row.levels}
        assert set(words_of(rules.cite("priority_domains"))) == with_priority


def tool_domains():
    return rows_of(rule_book(Nation.ENGLAND, "who_pays").on(DAY).cite("tool_domains"), ToolDomain)


def test_rows_that_would_always_hold_are_refused():
    with pytest.raises(ValueError, match="a threshold of nothing"):
        Threshold("none", "none")
    with pytest.raises(ValueError, match="at least one domain with a need"):
        Indication("none", "none", Level.LOW, 0)
    with pytest.raises(ValueError, match="at least one domain with a need"):
        Indication("none", "none", Level.NO_NEEDS, 1)


def test_the_topic_is_told_of_with_the_others():
    assert "who_pays" in {topic.name for topic in TOPICS}
    with pytest.raises(RuleBookError, match="is not YAML"):
        case_of(b"facts: {", file="case.yaml")


def test_a_fast_track_after_a_decision_against_the_person_is_reviewed():
    events = Events(
        decided_on=date(2023, 1, 1),
        is_eligible=False,
        fast_track_on=date(2024, 1, 1),
        care_started_on=date(2024, 1, 2),
        reviewed_on=(date(2024, 3, 20),),
    )
    told = timetable(Nation.ENGLAND, date(2024, 12, 1), events).value
    assert date(2024, 3, 20) in [due.done_on for due in told]


@pytest.mark.parametrize(("nation", "section"), [(Nation.ENGLAND, "2"), (Nation.NORTHERN_IRELAND, "3")])
def test_a_section_after_which_no_aftercare_is_owed_stands_in_the_way_of_no_charge(nation, section):
    facts = Facts(Setting.NURSING_HOME, Decimal(1200), age=84, aftercare_section=section, charge=Decimal(300))
    told = who_pays(nation, date(2024, 12, 1), facts)
    assert Package.AFTERCARE not in told.value.packages


def test_aftercare_that_is_owed_goes_with_no_charge():
    facts = Facts(Setting.NURSING_HOME, Decimal(1200), age=84, aftercare_section="3", charge=Decimal(300))
    with pytest.raises(FactError, match="aftercare is free"):
        who_pays(Nation.ENGLAND, date(2024, 5, 1), facts)
