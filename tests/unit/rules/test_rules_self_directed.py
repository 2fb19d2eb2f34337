"""Self-directed support: what its rule books hold, how a case is declared, and both from the command line."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.explained import Status
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError, rule_book
from joinedup.rules.coverage import coverage
from joinedup.rules.explaining import as_json, value_text
from joinedup.rules.facts import FactError
from joinedup.rules.loading import load_rule_book
from joinedup.rules.self_directed_support.budgets import untraced_rules, what_budget_must_cover
from joinedup.rules.self_directed_support.cases import case_of
from joinedup.rules.self_directed_support.choosing import PaidTo, Standing, options_for
from joinedup.rules.self_directed_support.facts import Budget, Line, Person, Stay
from joinedup.rules.self_directed_support.kinds import (
    Basis,
    Circumstance,
    Group,
    Need,
    Option,
    Payee,
    Representative,
    Restriction,
    Stated,
    Use,
)
from joinedup.rules.self_directed_support.rows import BarredUse, Cover, Statement
from joinedup.rules.self_directed_support.topic import SELF_DIRECTED_SUPPORT

INSTRUCTIONS = Path(__file__).parents[3] / "docs" / "how-to" / "direct-your-own-support.md"
LONG_AFTER = date(2060, 1, 1)
DAY = date(2022, 5, 1)
ADULT = Person(Group.ADULT, 40, has_eligible_needs=True, needs=frozenset({Need.SOCIAL_CARE}))
CASE = """\
person:
  group: adult
  age: 40
  has_eligible_needs: true
  needs: [social_care]
  restrictions: [drug_or_alcohol]
budget:
  total: 300.00
  cost_of_needs: 310.00
  is_direct_payment: true
  lines:
    - {what: Help, amount: 200.00, payee: partner, is_exception: true}
    - {what: Break, amount: 100.00, use: care_home, stays: [{start: 2022-01-01, end: 2022-01-07}]}
"""
BOOK = """\
parameters:
  - id: social_care_budget_covers
    title: Covers
    unit: table
    entries:
      - value:
          - {what: the needs}
          - {what: the outcomes, basis: guidance}
        from: 2000-01-01
        to: null
        source: {document: An Act}
        status: in_force
        confidence: primary
"""


def run(*words):
    return CliRunner().invoke(main, ["rules", *words])


@pytest.fixture
def ask(tmp_path):
    """Asks the command about a case written down."""

    def asking(text, nation, on, *more):
        (tmp_path / "case.yaml").write_text(text)
        return run(
            "self-directed", "--nation", nation, "--on", on, "--case", str(tmp_path / "case.yaml"), *more
        )

    return asking


def there(nation):
    """Each option of a nation with the days of each entry that says that it was there, or was not."""
    book = rule_book(nation, SELF_DIRECTED_SUPPORT.name).parameters
    for option in Option:
        for entry in book[f"{option}_exists"].entries if f"{option}_exists" in book else ():
            if entry.is_in_force:
                yield option, entry.value, (entry.period.start, entry.period.end or LONG_AFTER)


@pytest.mark.parametrize("nation", Nation)
def test_an_option_has_a_name_on_each_day_on_which_it_was_there_or_not(nation):
    book = rule_book(nation, SELF_DIRECTED_SUPPORT.name)
    for option, _, days in there(nation):
        assert all(book.on(day).cite(f"{option}_name").value for day in days)


@pytest.mark.parametrize("nation", Nation)
def test_of_an_option_that_was_there_the_book_says_whose_it_is_and_what_the_duty_is(nation):
    book = rule_book(nation, SELF_DIRECTED_SUPPORT.name)
    for option, was_there, days in there(nation):
        for question in ("duty", "groups", "needs") if was_there else ():
            assert all(book.on(day).cite(f"{option}_{question}").value for day in days)


def test_every_nation_speaks_of_direct_payments_and_of_health_budgets():
    for nation in Nation:
        known = {option for option, _, _ in there(nation)}
        assert known >= {Option.DIRECT_PAYMENT, Option.PERSONAL_HEALTH_BUDGET, Option.HEALTH_DIRECT_PAYMENT}


def test_an_act_that_was_not_in_force_is_shown_and_not_applied():
    known = rule_book(Nation.WALES, SELF_DIRECTED_SUPPORT.name).parameters["health_direct_payment_exists"]
    waiting = [entry for entry in known.entries if entry.status is Status.ENACTED_NOT_COMMENCED]
    assert [entry.period.start for entry in waiting] == [date(2025, 3, 24)]
    assert known.on(date(2025, 6, 1)).value is False
    assert known.on(date(2026, 4, 1)).value is True


def test_rows_are_read_and_told_as_text():
    book = load_rule_book(
        BOOK.encode(), file="trial.yaml", nation=Nation.WALES, topic=SELF_DIRECTED_SUPPORT
    ).parameters
    covers = book["social_care_budget_covers"].entries[0].value
    assert value_text(covers) == "the needs, the outcomes (guidance)"
    assert isinstance(covers[0], Cover)
    assert str(Statement(Stated.PERSON_PAYS, "What the person pays")) == "What the person pays (person_pays)"
    assert str(BarredUse(Use.DEBT, "paying back debts")) == "paying back debts (debt)"
    assert str(BarredUse(Use.DEBT, "debts", Basis.GUIDANCE)) == "debts (debt) by guidance"


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("basis: guidance", "basis: custom", 8, "'custom' is not one of law, guidance"),
        ("what: the outcomes", "what: the needs", 8, "'the needs' is listed twice"),
        ("social_care_budget_covers", "direct_payment_hopes", 2, "no parameter of this topic"),
        ("social_care_budget_covers", "health_budget_covers", 1, "'social_care_budget_covers' is missing"),
    ],
)
def test_a_rule_book_is_refused_at_its_line(old, new, line, problem):
    with pytest.raises(RuleBookError) as caught:
        load_rule_book(
            BOOK.replace(old, new, 1).encode(),
            file="trial.yaml",
            nation=Nation.WALES,
            topic=SELF_DIRECTED_SUPPORT,
        )
    assert (caught.value.line, problem in str(caught.value)) == (line, True)


def test_a_declared_case_is_read_whole():
    person, budget = case_of(CASE.encode(), file="case.yaml")
    assert person == Person(
        Group.ADULT,
        40,
        has_eligible_needs=True,
        needs=frozenset({Need.SOCIAL_CARE}),
        restrictions=frozenset({Restriction.DRUG_OR_ALCOHOL}),
    )
    stay = Stay(date(2022, 1, 1), date(2022, 1, 7))
    assert budget == Budget(
        Decimal("300.00"),
        (
            Line("Help", Decimal("200.00"), payee=Payee.PARTNER, is_exception=True),
            Line("Break", Decimal("100.00"), Use.CARE_HOME, stays=(stay,)),
        ),
        Decimal("310.00"),
        is_direct_payment=True,
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("group: adult", "group: elder", 2, "'elder' is not one of adult, child, carer"),
        ("age: 40", "age: forty", 3, "a whole number is wanted"),
        ("age: 40", "age: 4", 2, "age: an adult is 18 or over"),
        ("[social_care]", "[housing]", 5, "'housing' is not one of"),
        ("has_eligible_needs: true", "has_eligible_needs: yes", 4, "write true or false"),
        ("total: 300.00", "sum: 300.00", 8, "'sum' is not known here"),
        ("total: 300.00", "total: -1.00", 8, "total: it can't be below zero"),
        ("payee: partner", "payee: cousin", 12, "'cousin' is not one of"),
        ("end: 2022-01-07", "end: 2021-01-07", 13, "stays: a stay can't end before it starts"),
        ("person:", "persons:", 1, "'persons' is not known here"),
    ],
)
def test_a_declared_case_is_refused_at_its_line(old, new, line, problem):
    assert old in CASE
    with pytest.raises(RuleBookError) as caught:
        case_of(CASE.replace(old, new, 1).encode(), file="case.yaml")
    assert (caught.value.line, problem in str(caught.value)) == (line, True)


def test_a_case_about_nothing_is_refused():
    with pytest.raises(RuleBookError, match=r"case\.yaml:1: 'person' or 'budget' is missing: add one"):
        case_of(b"{}", file="case.yaml")


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5])
def test_a_fact_that_is_no_amount_names_itself(amount):
    with pytest.raises(FactError, match="give an amount as a Decimal") as caught:
        Line("Help", amount)
    assert caught.value.fact == "amount"


def test_an_answer_carries_each_step_with_what_it_rests_on_as_json():
    answer = options_for(Nation.ENGLAND, DAY, ADULT)
    told = as_json(answer)
    direct = next(each for each in told["value"] if each["option"] == "direct_payment")
    assert (direct["standing"], direct["duty"], direct["paid_to"]) == ("yes", "on_request", "person")
    assert "it is an appropriate way to meet the needs" in direct["conditions"]
    step = next(each for each in told["steps"] if each["what"] == "Direct payment")
    assert "direct_payment_duty" in {citation["parameter"] for citation in step["citations"]}
    assert told["rests_on_unverified"] is True


def test_a_mixture_says_that_a_payment_is_no_part_of_it():
    barred = Person(
        Group.ADULT,
        40,
        has_eligible_needs=True,
        needs=frozenset({Need.SOCIAL_CARE}),
        restrictions=frozenset({Restriction.DRUG_OR_ALCOHOL}),
    )

    def conditions(person, day):
        answers = options_for(Nation.SCOTLAND, day, person).value
        return next(each.conditions for each in answers if each.option is Option.MIXTURE)

    assert conditions(ADULT, DAY) == ()
    assert conditions(barred, DAY) == ("a direct payment can't be part of it",)
    unmanaged = Person(Group.ADULT, 40, has_eligible_needs=True, needs=ADULT.needs, can_manage=False)
    assert conditions(unmanaged, DAY) == ("whether a direct payment can be part of it is not known",)


def test_whom_a_restriction_bars_must_be_told_why():
    barred = Person(
        Group.ADULT,
        40,
        has_eligible_needs=True,
        needs=frozenset({Need.SOCIAL_CARE}),
        restrictions=frozenset({Restriction.DRUG_OR_ALCOHOL}),
    )
    first = options_for(Nation.SCOTLAND, DAY, barred).value[0]
    assert first.to_explain == (
        "the reason, in writing",
        "when the council has to look at it again",
        "that the person may choose another option",
    )
    in_home = Person(Group.ADULT, 90, True, ADULT.needs, lives_in_care_home=True)
    assert options_for(Nation.SCOTLAND, DAY, in_home).value[0].to_explain == ()


def test_whoever_manages_it_under_an_order_is_paid_even_where_the_person_lacks_capacity():
    person = Person(
        Group.ADULT,
        40,
        has_eligible_needs=True,
        needs=frozenset({Need.SOCIAL_CARE}),
        lacks_capacity=True,
        representative=Representative.SUITABLE_PERSON,
        other_would_manage=True,
        restrictions=frozenset({Restriction.DRUG_OR_ALCOHOL}),
    )
    first = options_for(Nation.WALES, DAY, person).value[0]
    assert (first.option, first.standing, first.paid_to) == (
        Option.DIRECT_PAYMENT,
        Standing.YES,
        PaidTo.OTHER,
    )


def test_what_is_not_known_says_what_the_book_lacks():
    in_home = Person(Group.ADULT, 90, True, ADULT.needs, lives_in_care_home=True)
    step = options_for(Nation.WALES, DAY, in_home).steps[0]
    assert step.because.startswith("Wales has no direct_payment_in_care_home for Sunday 1 May 2022")


def test_what_frees_from_the_duty_to_offer_is_told():
    fled = Person(
        Group.ADULT,
        40,
        has_eligible_needs=True,
        needs=frozenset({Need.SOCIAL_CARE}),
        circumstances=frozenset(Circumstance),
    )
    step = options_for(Nation.SCOTLAND, DAY, fled).steps[0]
    assert step.because == (
        "may be given; nothing says that it must where support is needed because of addiction to drugs or alcohol "
        "and abuse at home and homelessness; paid to the person, or somebody they choose where the law lets them"
    )
    assert "direct_payment_need_not_offer" in {each.parameter for each in step.citations}


def test_all_that_a_budget_must_cover_is_told():
    answer = what_budget_must_cover(Nation.ENGLAND, DAY, is_health=False)
    assert answer.value == (
        "Covers: the cost to the authority of meeting the needs",
        "States: Cost of meeting the needs",
        "States: What the person pays",
        "States: What the authority pays",
        "Direct payment: what it may not be spent on: needs that the plan does not name, "
        "health care that the health service has to provide, gambling, services of the council itself",
        "Direct payment: whom it may not pay: partner, relative in household",
        "Direct payment: when it may pay them after all: the authority considers it necessary",
        "Direct payment: longest time in a care home in 12 months: 4 weeks",
        "Direct payment: gap from which stays in a care home do not add up: 4 weeks",
    )
    assert [each.parameter for each in untraced_rules(Nation.ENGLAND, DAY, is_health=False)] == [
        "direct_payment_care_home_weeks",
        "direct_payment_care_home_gap_weeks",
    ]
    health = what_budget_must_cover(Nation.ENGLAND, DAY, is_health=True)
    assert health.steps[0].because == "by guidance"
    with pytest.raises(NotCovered, match="health_budget_covers"):
        what_budget_must_cover(Nation.SCOTLAND, DAY, is_health=True)


def test_the_command_tells_options_and_findings_with_what_they_rest_on(ask):
    done = ask(CASE, "england", "2022-05-01")
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert "Personal budget: yes: must be given, without being asked for" in lines
    assert "Direct payment: no: the person is under an order or licence about drugs or alcohol" in lines
    assert (
        "must: Total: £300.00: it has to cover the cost to the authority of meeting the needs: £310.00"
        in lines
    )
    assert "  explain: what the person has to pay towards it" in lines
    assert "  (Care Act 2014, section 26(1), in force by SI 2015/993, article 2(g))" in lines
    assert sum(line.startswith("Rests on values that have not been traced") for line in lines) == 2


def test_the_command_tells_one_part_where_the_case_has_one(ask):
    person, budget = CASE.split("budget:")
    done = ask(person, "scotland", "2014-04-01")
    assert "Option 2: the person directs" in done.output
    assert "Nothing amiss" not in done.output
    done = ask("budget:" + budget.replace("310.00", "300.00"), "northern_ireland", "2022-05-01")
    assert done.output.startswith("Nothing amiss with the budget by what the rule book holds.\n")


def test_the_command_tells_both_as_json(ask):
    told = json.loads(ask(CASE, "england", "2022-05-01", "--json").output)
    assert told["options"]["steps"][0]["what"] == "Personal budget"
    assert told["budget"]["rules"]["value"][0] == "Covers: the cost to the authority of meeting the needs"
    whats = [finding["what"] for finding in told["budget"]["findings"]]
    assert whats == [
        "What the person pays: not stated",
        "What the authority pays: not stated",
        "Total: £300.00",
    ]


@pytest.mark.parametrize(
    ("nation", "on", "said"),
    [
        ("wales", "2004-10-31", "Wales has no direct_payment_exists"),
        ("wales", "2022-05-01", "Wales has no direct_payment_care_home_weeks"),
    ],
)
def test_the_command_refuses_in_one_line(ask, nation, on, said):
    done = ask(CASE, nation, on)
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert said in done.output


def test_the_command_says_where_a_case_can_not_be_so(ask):
    done = ask(CASE.replace("age: 40", "age: 4"), "england", "2022-05-01")
    assert done.exit_code == 1
    assert done.output == "Error: case.yaml:2: age: an adult is 18 or over\n"


def test_the_case_of_the_instructions_comes_out_as_they_say(ask):
    text = INSTRUCTIONS.read_text(encoding="utf-8")
    case, said = (
        re.search(r"```yaml\n(.+?)```", text, re.DOTALL),
        re.search(r"```\n(must: .+?)```", text, re.DOTALL),
    )
    command = re.search(r"joinedup rules self-directed --nation (\w+) --on (\S+)", text)
    done = ask(case[1], command[1], command[2])
    assert "Direct payment: yes: must be given when asked for" in done.output
    assert [line for line in done.output.splitlines() if line.startswith("must")] == said[1].splitlines()


def test_the_instructions_name_every_word_that_a_case_may_hold():
    text = INSTRUCTIONS.read_text(encoding="utf-8")
    kinds = (Group, Need, Representative, Restriction, Use, Payee)
    words = {word.value for kind in kinds for word in kind} - {Payee.ANYBODY.value}
    assert not {word for word in words if f"`{word}`" not in text}


def test_show_and_coverage_know_the_topic():
    done = run("show", "personal_health_budget_needs", "--nation", "england", "--on", "2019-12-02")
    assert "continuing_healthcare, section_117, wheelchair, primary" in done.output
    covered = {row.nation for row in coverage([2019]) if row.topic == SELF_DIRECTED_SUPPORT.name}
    assert covered == set(Nation)
