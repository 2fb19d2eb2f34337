"""Targets: what the rule books may say of them, how results are declared, and both from the command line."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.nation import Nation
from joinedup.insight.measures.delayed_days import DECLARATION
from joinedup.rules import NotCovered, RuleBookError, rule_book
from joinedup.rules.loading import load_rule_book
from joinedup.rules.targets.checking import Figure, deviation
from joinedup.rules.targets.in_force import history, target
from joinedup.rules.targets.results import record_of
from joinedup.rules.targets.rows import Direction, FigureUnit, MonitoringLevel, Target
from joinedup.rules.targets.topic import QUESTIONS, TARGETS, Framework

BOOKS = [rule_book(nation, TARGETS.name) for nation in Nation]
PARAMETERS = [(book.nation, parameter) for book in BOOKS for parameter in book.parameters.values()]
ENTRIES = [(nation, parameter, entry) for nation, parameter in PARAMETERS for entry in parameter.entries]
ROWS = [
    (nation, entry, row)
    for nation, _, entry in ENTRIES
    if isinstance(entry.value, tuple)
    for row in entry.value
    if isinstance(row, Target)
]
GOOD = """\
parameters:
  - id: heat_targets
    title: Targets
    unit: table
    entries:
      - value:
          - {id: one, title: One, measured: stays, direction: at_most, unit: people, level: 0}
        from: 2000-01-01
        to: null
        source: {document: A plan}
        status: in_force
        confidence: primary
"""
RESULTS = """\
results:
  - {target: delayed_over_limit, value: 3, unit: people, day: 2014-01-30, within: 28 days}
"""
INSTRUCTIONS = Path(__file__).parents[3] / "docs" / "how-to" / "check-a-target.md"


def run(*arguments):
    return CliRunner().invoke(main, ["rules", "targets", *arguments])


def framework_of(parameter):
    return next(each for each in Framework if parameter.id.removeprefix(f"{each}_") in QUESTIONS)


def test_every_framework_says_that_it_was_there_on_each_day_of_which_it_says_more():
    for nation, parameter, entry in ENTRIES:
        exists = rule_book(nation, TARGETS.name).parameters[f"{framework_of(parameter)}_exists"]
        for day in filter(None, (entry.period.start, entry.period.end)):
            assert parameter is exists or exists.on(day).value is True, (nation, parameter.id, day)


def test_what_a_target_points_at_has_a_value_on_every_day_on_which_the_target_holds():
    pointed = [(nation, entry.period, pointer) for nation, entry, row in ROWS for pointer in row.pointers]
    assert pointed
    for nation, period, pointer in pointed:
        topic, _, name = pointer.partition(".")
        parameter = rule_book(nation, topic).parameters[name]
        assert parameter.entry_on(period.start), pointer
        assert parameter.entry_on(period.end or date(2099, 1, 1)), pointer
        assert not any(gap.period.overlaps(period) for gap in parameter.gaps), pointer


def test_a_level_that_another_book_holds_is_not_written_down_again():
    for nation, _, row in ROWS:
        if row.pointers:
            assert row.level in (None, 0, 100), (nation, row.id)


def test_a_measure_that_a_target_points_to_is_one_that_is_computed():
    assert {row.measure for _, _, row in ROWS if row.measure} == {DECLARATION.id}


def test_a_target_is_due_on_a_day_on_which_it_holds():
    for nation, entry, row in ROWS:
        assert row.due is None or row.due >= entry.period.start, (nation, row.id)
        assert row.due is None or row.due <= history(nation, row.id)[-1].period.end, (nation, row.id)


def test_the_same_target_goes_the_same_way_through_time():
    for nation, id_ in {(nation, row.id) for nation, _, row in ROWS}:
        stages = history(nation, id_)
        assert len({(stage.target.direction.is_up, stage.target.unit) for stage in stages}) == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("level: 0", "level: 0, level_in: a.b", "not both"),
        (", level: 0", "", "have a level or a level_in"),
        ("at_most", "lower", "higher and lower have none"),
        ("level: 0", "level_in: alone", "a topic and a parameter"),
        ("at_most", "about", "'about' is not one of"),
        ("unit: people", "unit: patients", "'patients' is not one of"),
        ("heat_targets", "heat_aims", "no parameter of this topic"),
    ],
)
def test_a_target_that_says_too_little_or_too_much_is_refused(old, new, problem):
    with pytest.raises(RuleBookError, match=problem):
        load_rule_book(GOOD.replace(old, new).encode(), file="t.yaml", nation=Nation.WALES, topic=TARGETS)


def test_a_good_book_is_read_and_its_row_told_as_text():
    book = load_rule_book(GOOD.encode(), file="t.yaml", nation=Nation.WALES, topic=TARGETS)
    (row,) = book.parameters["heat_targets"].entries[0].value
    assert row == Target("one", "One", "stays", Direction.AT_MOST, FigureUnit.PEOPLE, Decimal(0))
    assert str(row) == "One (one: stays, at most 0 people)"


def test_levels_are_numbered_from_one():
    with pytest.raises(ValueError, match="from 1 on"):
        MonitoringLevel(0, "None", "nothing")


def test_a_target_that_did_not_hold_is_not_covered():
    with pytest.raises(NotCovered, match="no such target on this day"):
        target(Nation.SCOTLAND, date(2020, 1, 1), "emergency_bed_days_75")


def test_a_target_that_there_never_was_has_no_history():
    assert history(Nation.WALES, "nothing") == ()


def test_how_far_off_is_told_only_of_what_can_be_compared():
    aimed = target(Nation.WALES, date(2014, 6, 30), "smokers_quit")
    short = Figure(Decimal("33.84"), FigureUnit.PER_CENT, date(2014, 6, 30))
    assert deviation(aimed, short) == Decimal("6.16")
    assert deviation(aimed, Figure(Decimal(41), FigureUnit.PER_CENT, date(2014, 6, 30))) == 0
    with pytest.raises(ValueError, match="the figure is in people"):
        deviation(aimed, Figure(Decimal(3), FigureUnit.PEOPLE, date(2014, 6, 30)))


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("results:", "figures:", 1, "'figures' is not known here"),
        ("value: 3, ", "", 2, "'value' is missing"),
        ("value: 3", "value: -3", 2, "below zero"),
        ("unit: people", "unit: patients", 2, "not one of"),
        ("28 days", "28", 2, "a number and hours or days or weeks|text is wanted"),
        ("28 days", "28 fortnights", 2, "'28 fortnights' is not a time"),
        ("2014-01-30", "2014-02-30", 2, "not a day of the calendar"),
    ],
)
def test_results_that_cannot_be_so_are_refused_at_their_line(old, new, line, problem):
    with pytest.raises(RuleBookError, match=problem) as caught:
        record_of(RESULTS.replace(old, new).encode(), file="results.yaml")
    assert caught.value.line == line


def test_a_day_is_told_with_sources_from_the_command_line():
    done = run("--nation", "scotland", "--on", "2013-04-01")
    assert done.exit_code == 0, done.output
    assert "Nobody waits too long to leave hospital: at most 0 people" in done.output
    assert "NHSScotland 2020 Local Delivery Plan Guidance" in done.output


def test_a_day_is_told_as_json_with_what_is_not_covered():
    done = run("--nation", "northern_ireland", "--on", "2024-06-01", "--json")
    told = json.loads(done.output)
    assert told["frameworks"]["value"] == ["delayed_discharge"]
    assert told["targets"]["value"] == [
        "complex_discharged_in_time",
        "complex_over_limit",
        "simple_discharged_in_time",
    ]
    share = told["targets"]["steps"][0]["citations"]
    assert [each["parameter"] for each in share] == [
        "delayed_discharge_targets",
        "complex_target_share",
        "complex_target_hours",
    ]
    assert share[0]["value"]["id"] == "complex_discharged_in_time"
    assert "no outcomes for Saturday 1 June 2024" in told["outcomes"]["not_covered"]


def test_values_that_were_not_traced_are_named():
    assert "have not been traced" in run("--nation", "northern_ireland", "--on", "2016-06-01").output
    assert "have not been traced" not in run("--nation", "northern_ireland", "--on", "2024-06-01").output


def test_a_day_of_which_nothing_is_known_is_refused():
    done = run("--nation", "wales", "--on", "2001-01-01")
    assert done.exit_code == 1
    assert "the rule book knows of no targets on this day" in done.output


def test_the_guide_s_results_come_out_as_it_says(tmp_path):
    guide = INSTRUCTIONS.read_text()
    written, told = (guide.split(mark)[1].split("```")[0] for mark in ("```yaml\n", "among them:\n\n```\n"))
    file = tmp_path / "results.yaml"
    file.write_text(written)
    done = run("--nation", "wales", "--on", "2014-09-30", "--results", str(file))
    assert done.exit_code == 0, done.output
    assert told.splitlines()
    assert set(told.splitlines()) <= set(done.output.splitlines())
    assert "£" not in done.output


def test_results_of_a_target_that_did_not_hold_are_refused(tmp_path):
    file = tmp_path / "results.yaml"
    file.write_text(RESULTS.replace("2014-01-30", "2007-01-30"))
    done = run("--nation", "scotland", "--on", "2014-01-30", "--results", str(file))
    assert done.exit_code == 1
    assert "no delayed_over_limit for Tuesday 30 January 2007" in done.output


def test_monitoring_that_is_not_known_is_said_beside_the_results(tmp_path):
    file = tmp_path / "results.yaml"
    file.write_text(RESULTS)
    done = run("--nation", "scotland", "--on", "2014-01-30", "--results", str(file), "--json")
    told = json.loads(done.output)
    assert told["result for delayed_over_limit of 2014-01-30"]["value"] == "not met"
    assert "does not say how results are watched" in told["monitoring"]["not_covered"]


def test_the_command_tells_how_a_target_changed():
    done = CliRunner().invoke(main, ["rules", "target-history", "--nation", "scotland", "delayed_over_limit"])
    assert [line.partition(":")[0].strip() for line in done.output.splitlines() if "people" in line] == [
        "1 January 2008 to 31 March 2013",
        "1 April 2013 to 31 March 2015",
        "1 April 2015 to 31 March 2016",
        "1 April 2016 on",
    ]
    told = CliRunner().invoke(
        main, ["rules", "target-history", "--nation", "scotland", "delayed_over_limit", "--json"]
    )
    assert json.loads(told.output)["value"] == ["2008-01-01", "2013-04-01", "2015-04-01", "2016-04-01"]


def test_a_target_that_there_is_not_has_no_history():
    done = CliRunner().invoke(main, ["rules", "target-history", "--nation", "wales", "nothing"])
    assert done.exit_code == 1
    assert "Wales has none called 'nothing'" in done.output
