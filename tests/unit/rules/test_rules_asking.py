"""The rule books asked from the command line, as JSON, and for what they cover."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

import write_rules
from joinedup.cli import main
from joinedup.core.nation import Nation
from joinedup.rules import catalogue
from joinedup.rules.books import TOPICS, rule_book
from joinedup.rules.charging.finances import HomeCare
from joinedup.rules.charging.residential_charge import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    residential_charge,
)
from joinedup.rules.coverage import Coverage, coverage
from joinedup.rules.explaining import as_json, value_text

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "work-out-a-charge.md"
CASE = """
finances:
  age: 80
  capital: {savings: 18100.00}
  income: {state_pension: 250.00}
care: {price: 900.00}
"""

AT_HOME = """finances:
  {age: 80, capital: {savings: 30000.00}}
home_care: {price: 180.00}
"""
POLICY = """parameters:
  - id: weekly_maximum
    title: Our maximum
    unit: pounds a week
    entries:
      - {value: 70.00, from: 2021-04-01, to: 2022-03-31, source: {document: Our policy}, status: in_force,
         confidence: primary}
"""


def run(*words, case=CASE, folder=None):
    if folder:
        (folder / "case.yaml").write_text(case)
        words = (*words, "--case", str(folder / "case.yaml"))
    return CliRunner().invoke(main, ["rules", *words])


def test_a_charge_is_worked_out_line_by_line_with_its_sources(tmp_path):
    done = run("charge", "--nation", "england", "--on", "2022-05-01", folder=tmp_path)
    assert done.exit_code == 0
    assert done.output.rstrip().splitlines()[-1].startswith(("To pay each week: £240.35", "Rests on"))
    assert "To pay each week: £240.35" in done.output
    assert "SI 2014/2672" in done.output
    assert "£1.00 for each £250.00, or part of it, above £14,250.00" in done.output


def test_a_case_at_home_is_told_by_its_key(tmp_path):
    done = run("charge", "--nation", "wales", "--on", "2021-06-01", case=AT_HOME, folder=tmp_path)
    assert done.exit_code == 0
    assert done.output.rstrip().splitlines()[-1] == "To pay each week: £100.00"
    assert "WSI 2020/131" in done.output


def test_a_council_s_policy_is_given_beside_the_case(tmp_path):
    ours = tmp_path / "ours.yaml"
    words = ("charge", "--nation", "wales", "--on", "2021-06-01", "--local", str(ours))
    ours.write_text(POLICY)
    assert "To pay each week: £70.00" in run(*words, case=AT_HOME, folder=tmp_path).output
    refused = run(*words, case=CASE, folder=tmp_path)
    assert refused.exit_code == 1
    assert "--local is for care at home" in refused.output
    ours.write_text(POLICY.replace("70.00", "100.01"))
    worse = run(*words, case=AT_HOME, folder=tmp_path)
    assert worse.exit_code == 1
    assert "ours.yaml:2: 'weekly_maximum' would make people worse off" in worse.output


def test_what_the_how_to_shows_is_what_comes_out(tmp_path):
    text = HOW_TO.read_text()
    case, policy = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "policy.yaml").write_text(policy)
    on_a_day = ("charge", "--nation", "wales", "--on", "2021-06-01")
    alone, local = re.findall(r"`(To pay each week: [^`]+)`", text)
    assert alone in run(*on_a_day, case=case, folder=tmp_path).output
    words = (*on_a_day, "--local", str(tmp_path / "policy.yaml"))
    assert local in run(*words, case=case, folder=tmp_path).output
    for fact in HomeCare.__dataclass_fields__:
        assert f"`{fact}`" in text, fact


def test_as_json_it_is_the_same_with_every_step_and_no_penny_lost(tmp_path):
    done = run("charge", "--nation", "england", "--on", "2022-05-01", "--json", folder=tmp_path)
    told = json.loads(done.output)
    assert told["value"]["charge"] == "240.35"
    assert told["steps"][-1]["what"] == "Charge"
    means = Finances(80, (Capital(CapitalKind.SAVINGS, Decimal("18100.00")),))
    answer = residential_charge(Nation.ENGLAND, date(2022, 5, 1), means, CareHome(Decimal(900)))
    limit = next(step for step in as_json(answer)["steps"] if step["what"] == "Capital and the limit")
    assert limit["citations"][0]["parameter"] == "upper_capital_limit"
    assert limit["citations"][0]["source"]["document"]


def test_what_rests_on_something_untraced_says_so(tmp_path):
    done = run("charge", "--nation", "england", "--on", "2026-06-01", folder=tmp_path)
    assert done.exit_code == 0
    assert (
        "Rests on values that have not been traced to a document: Personal expenses allowance" in done.output
    )


@pytest.mark.parametrize(
    ("nation", "on", "case", "said"),
    [
        ("scotland", "1990-01-01", CASE, "Scotland has no"),
        ("england", "2022-05-01", CASE.replace("18100.00", "-1.00"), "case.yaml:4: capital (savings)"),
        ("england", "2022-05-01", CASE.replace("savings", "gold"), "case.yaml:4: 'gold' is not one of"),
        ("england", "2022-05-01", CASE.replace("age: 80", "age: eighty"), "case.yaml:3: a whole number"),
        ("england", "2022-05-01", "finances: {}\n", "is missing"),
        ("england", "2022-05-01", "", "empty"),
        (
            "england",
            "2022-05-01",
            "finances: {age: 80}\n",
            "'care', for a care home, or 'home_care' is missing",
        ),
        ("wales", "2021-06-01", CASE + "home_care: {price: 180.00}\n", "are two cases: keep one"),
        ("wales", "2021-06-01", AT_HOME.replace("180.00", "0.00"), "case.yaml:3: price"),
        ("scotland", "2021-06-01", AT_HOME, "by a policy of its own, which must be given"),
    ],
)
def test_what_can_not_be_answered_is_said_with_its_place(tmp_path, nation, on, case, said):
    done = run("charge", "--nation", nation, "--on", on, case=case, folder=tmp_path)
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_parameter_is_shown_through_time_with_what_never_came_into_force():
    shown = run("show", "upper_capital_limit", "--nation", "england").output
    assert "£23,250.00" in shown
    assert "£100,000.00, enacted not commenced" in shown
    on_a_day = run("show", "upper_capital_limit", "--on", "2022-05-01").output
    assert "Scotland" in on_a_day
    assert "£29,750.00" in on_a_day
    assert "has no personal_allowance for" in run("show", "personal_allowance", "--on", "1990-01-01").output
    unknown = run("show", "unheard_of")
    assert unknown.exit_code == 1
    assert "tariff_step" in unknown.output


def test_coverage_says_what_is_missing():
    rows = {(row.nation, row.topic): row.parameters for row in coverage(range(2010, 2026))}
    assert len(rows) == len(TOPICS) * len(Nation)
    assert rows[Nation.ENGLAND, "residential_charge"]["upper_capital_limit"][2014] is Coverage.MISSING
    assert rows[Nation.ENGLAND, "residential_charge"]["upper_capital_limit"][2020] is Coverage.COVERED
    assert run("coverage", "--from", "2020", "--to", "2021").output.count("2020 ") == len(catalogue())
    assert run("coverage", "--from", "2020", "--to", "2019").exit_code == 1


def test_coverage_of_a_year_is_that_of_its_days():
    """Told again day by day, for one year of each parameter."""
    for nation in Nation:
        row = next(r for r in coverage([2022]) if (r.nation, r.topic) == (nation, "residential_charge"))
        for name, by_year in row.parameters.items():
            parameter = rule_book(nation, "residential_charge").parameters[name]
            first = date(2022, 1, 1).toordinal()
            found = [parameter.entry_on(date.fromordinal(first + day)) for day in range(365)]
            assert (by_year[2022] is Coverage.MISSING) == (None in found), (nation, name)


@pytest.mark.parametrize("name", write_rules.pages())
def test_the_pages_of_the_rule_books_are_what_the_books_say(name):
    assert (write_rules.FOLDER / name).read_text() == write_rules.pages()[name], "run just docs"


def test_no_page_is_left_of_a_topic_that_is_gone():
    assert {path.name for path in write_rules.FOLDER.iterdir()} == set(write_rules.pages())


def test_values_read_as_text():
    assert value_text(Decimal("1234.5")) == "£1,234.50"
    assert value_text(True) == "yes"
    assert value_text(("partner", "child")) == "partner, child"
