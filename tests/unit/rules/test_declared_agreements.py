"""Agreements on money: how one is declared, what rule books may say of them, and both from the command line."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.dates import FinancialYear
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError, rule_book
from joinedup.rules.explaining import value_text
from joinedup.rules.facts import FactError
from joinedup.rules.funds.agreements import Agreement, BetterCarePlan, Contribution, Party, Report, Vat
from joinedup.rules.funds.checking import check_agreement, untraced_rules
from joinedup.rules.funds.declared_agreement import agreement_of
from joinedup.rules.funds.kinds import Body, Form, Money, Term, VatRoute
from joinedup.rules.funds.performance import Admissions, performance_payment
from joinedup.rules.funds.risk_share import Outturn, Pool, RiskTerms, Scheme, SchemeOutturn, Share, risk_share
from joinedup.rules.funds.rows import Condition, Content, ReportRule, RequiredPool, Side, YearEnd
from joinedup.rules.funds.topic import FUNDS
from joinedup.rules.funds.years import funds_of_year
from joinedup.rules.loading import load_rule_book

INSTRUCTIONS = Path(__file__).parents[3] / "docs" / "how-to" / "check-an-agreement.md"
DAY = date(2018, 5, 1)
ONE = Decimal("1.00")
GOOD = """\
form: pooled_fund
name: Elsewhere
starts: 2018-04-01
ends: 2019-03-31
pool: 3.00
set_aside: 2.00
covers_large_hospitals: true
parties:
  - {name: Council, body: council, may_overspend: false}
  - {name: Board, body: health_board}
contributions:
  - {party: Council, amount: 1.00, money: council_grant}
  - {party: Board, amount: 2}
terms: [aims, functions]
reports: [{report: yearly_return, months: 12}]
purposes: [family_support]
vat: {delivered_by: council, route: section_33}
better_care_fund:
  minimums: {council_grant: 1.00, disabled_facilities_grant: 0.50}
  conditions: [data_sharing]
  is_two_tier: true
  lower_tier_agrees: true
"""
BOOK = """\
parameters:
  - id: pooled_fund_possible
    title: Pooled funds
    unit: yes or no
    entries:
      - {value: true, from: 2000-01-01, to: null, source: {document: An Act}, status: in_force, confidence: primary}
  - id: structural_integration_possible
    title: One body
    unit: yes or no
    entries:
      - {value: true, from: 2000-01-01, to: null, source: {document: An Act}, status: in_force, confidence: primary}
  - id: better_care_fund_exists
    title: Better Care Fund
    unit: yes or no
    entries:
      - {value: false, from: 2000-01-01, to: null, source: {document: An Act}, status: in_force, confidence: primary}
  - id: pooled_fund_reports
    title: Reports
    unit: table
    entries:
      - value: [{report: yearly, title: Yearly report, months: 12}]
        from: 2000-01-01
        to: null
        source: {document: An Act}
        status: in_force
        confidence: primary
  - id: year_end
    title: Year's end
    unit: table
    entries:
      - value: [{body: council, may_overspend: false}]
        from: 2000-01-01
        to: null
        source: {document: An Act}
        status: in_force
        confidence: primary
"""


def run(*words):
    return CliRunner().invoke(main, ["rules", *words])


def declared(text):
    return agreement_of(text.encode(), file="agreement.yaml", nation=Nation.SCOTLAND)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "agreement.yaml"
    path.write_text(GOOD)
    return path


def test_a_declared_agreement_is_read_whole():
    assert declared(GOOD) == Agreement(
        nation=Nation.SCOTLAND,
        form=Form.POOLED_FUND,
        name="Elsewhere",
        starts=date(2018, 4, 1),
        ends=date(2019, 3, 31),
        pool=Decimal("3.00"),
        parties=(Party("Council", Body.COUNCIL, may_overspend=False), Party("Board", Body.HEALTH_BOARD)),
        contributions=(
            Contribution("Council", Decimal("1.00"), Money.COUNCIL_GRANT),
            Contribution("Board", Decimal(2)),
        ),
        terms=frozenset({Term.AIMS, Term.FUNCTIONS}),
        reports=(Report("yearly_return", 12),),
        purposes=frozenset({"family_support"}),
        set_aside=Decimal("2.00"),
        covers_large_hospitals=True,
        vat=Vat(Body.COUNCIL, VatRoute.SECTION_33),
        better_care_fund=BetterCarePlan(
            minimums=(
                (Money.COUNCIL_GRANT, Decimal("1.00")),
                (Money.DISABLED_FACILITIES_GRANT, Decimal("0.50")),
            ),
            conditions=frozenset({"data_sharing"}),
            is_two_tier=True,
            lower_tier_agrees=True,
        ),
    )


def test_an_empty_list_of_conditions_says_that_none_is_met():
    plan = declared(GOOD.replace("[data_sharing]", "[]")).better_care_fund
    assert plan.conditions == frozenset()
    assert declared(GOOD.replace("  conditions: [data_sharing]\n", "")).better_care_fund.conditions is None


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("form: pooled_fund", "form: kitty", 1, "'kitty' is not one of delegated_commissioning"),
        ("name: Elsewhere\n", "", 1, "'name' is missing"),
        ("name: Elsewhere", "nickname: Elsewhere", 2, "'nickname' is not known here"),
        ("ends: 2019-03-31", "ends: 2018-03-31", 1, "ends: the agreement ends before it starts"),
        ("pool: 3.00", "pool: -3.00", 1, "pool: it can't be below zero"),
        ("set_aside: 2.00", "set_aside: 2.001", 1, "set_aside: give whole pence"),
        ("covers_large_hospitals: true\n", "", 1, "set_aside: money is set aside for hospitals"),
        ("name: Board", "name: Council", 10, "'Council' is listed twice"),
        ("body: council", "body: parish", 9, "'parish' is not one of council"),
        ("party: Council", "party: Nobody", 1, "'Nobody' pays in, but is no party"),
        ("amount: 1.00", "amount: -1.00", 12, "contributions (Council): it can't be below zero"),
        ("party: Board, amount: 2", "party: Council, amount: 2, money: council_grant", 13, "listed twice"),
        ("[aims, functions]", "[aims, hopes]", 14, "'hopes' is not one of parties"),
        ("months: 12", "months: 0", 15, "months must be one or more"),
        ("delivered_by: council", "delivered_by: nhs_trust", 1, "whoever delivers is no party"),
        ("route: section_33", "route: post", 17, "'post' is not one of section_33"),
        ("{council_grant: 1.00", "{own: 1.00", 19, "nobody is told to pool money of their own"),
        ("disabled_facilities_grant: 0.50", "nhs_minimum: 0.505", 19, "minimums (nhs_minimum): give whole"),
        ("  is_two_tier: true\n", "", 19, "lower_tier_agrees: a lower tier agrees"),
    ],
)
def test_a_declared_agreement_is_refused_at_its_line(old, new, line, problem):
    assert old in GOOD
    with pytest.raises(RuleBookError) as caught:
        declared(GOOD.replace(old, new, 1))
    assert problem in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("make", "fact"),
    [
        (lambda: Agreement(Nation.WALES, Form.POOLED_FUND, "x", DAY, (Party(" ", Body.COUNCIL),)), "parties"),
        (lambda: replace(declared(GOOD), reports=(Report("a", 1), Report("a", 2))), "reports"),
        (lambda: replace(declared(GOOD), contributions=(Contribution("Board", ONE),) * 2), "contributions"),
        (lambda: replace(declared(GOOD), pool=1.5), "pool"),
        (lambda: replace(declared(GOOD), pool=Decimal("NaN")), "pool"),
        (lambda: BetterCarePlan(((Money.NHS_MINIMUM, ONE),) * 2), "minimums"),
        (lambda: Admissions(-1, 0, 0), "baseline"),
        (lambda: Admissions(1, -1, 0), "planned"),
        (lambda: Admissions(1, 0, -1), "actual"),
        (lambda: performance_payment(Nation.ENGLAND, date(2015, 5, 1), Admissions(2, 1, 1), -ONE), "tied"),
        (lambda: Scheme("a", -ONE), "budget (a)"),
        (lambda: Pool((Scheme("a", ONE), Scheme("a", ONE))), "schemes"),
        (lambda: Pool((), -ONE), "risk_pool"),
        (lambda: SchemeOutturn("a", Decimal("0.001")), "spent (a)"),
        (lambda: Outturn((SchemeOutturn("a", ONE),) * 2), "outturn"),
        (lambda: RiskTerms((Share("a", -ONE), Share("b", ONE))), "shares"),
        (lambda: RiskTerms((Share("a", Decimal("NaN")),)), "shares"),
        (lambda: RiskTerms((Share("a", ONE), Share("a", ONE))), "shares"),
    ],
)
def test_what_cannot_be_so_is_refused_by_name(make, fact):
    with pytest.raises(FactError) as caught:
        make()
    assert caught.value.fact == fact
    assert str(caught.value).startswith(f"{fact}: ")


def test_a_pool_and_its_outturn_name_the_same_schemes():
    pool, outturn = Pool((Scheme("a", ONE),)), Outturn((SchemeOutturn("b", ONE),))
    with pytest.raises(FactError, match="outturn: give each scheme of the pool once"):
        risk_share(Nation.ENGLAND, DAY, pool, outturn, RiskTerms((Share("c", ONE),)))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("months: 12", "months: 0", "months must be one or more"),
        (", may_overspend: false", "", "say whether it may overspend, carry forward, or both"),
        ("id: better_care_fund_exists", "id: better_care_fund_pooled", "measured in pounds, not yes or no"),
        (BOOK[: BOOK.index("  - id: structural")], "parameters:\n", "'pooled_fund_possible' is missing"),
    ],
)
def test_a_rule_book_on_funds_is_refused(old, new, problem):
    assert old in BOOK
    load_rule_book(BOOK.encode(), file="trial.yaml", nation=Nation.WALES, topic=FUNDS)
    with pytest.raises(RuleBookError, match=problem):
        load_rule_book(BOOK.replace(old, new, 1).encode(), file="t.yaml", nation=Nation.WALES, topic=FUNDS)


def test_rows_are_told_as_text():
    rows = (YearEnd(Body.NHS_TRUST, True, False), YearEnd(Body.COUNCIL, may_carry_forward=True))
    assert value_text(rows) == (
        "NHS trust: may overspend, may not carry money forward, council: may carry money forward"
    )
    assert str(ReportRule("yearly", "Yearly report", 12)) == "Yearly report (yearly: every 12 months)"
    side = Side("nhs", "NHS body", (Body.NHS_TRUST, Body.HEALTH_BOARD))
    assert str(side) == "NHS body (nhs_trust or health_board)"
    assert [money.title for money in Money][:2] == ["Own", "NHS minimum"]
    assert VatRoute.CONTRACTED_OUT_SERVICES.title == "contracted-out services"


def test_a_page_is_told_rows_without_the_names_that_files_use():
    rows = (
        Content(Term.VARIATION_OF_PAYMENTS, "How payments may be varied"),
        Side("nhs", "NHS body", (Body.NHS_TRUST, Body.HEALTH_BOARD)),
        ReportRule("yearly", "Yearly report", 12),
        RequiredPool("family_support", "Family support"),
        Condition("data_sharing", "Better sharing of data"),
    )
    assert [row.in_words for row in rows] == [
        "How payments may be varied",
        "NHS body: NHS trust or health board",
        "Yearly report, every 12 months",
        "Family support",
        "Better sharing of data",
    ]


@pytest.mark.parametrize(
    ("starting", "parts", "rounding"),
    [
        (2016, ("nhs_minimum", "disabled_facilities_grant"), 50_000_000),
        (2017, ("nhs_minimum", "council_grant", "disabled_facilities_grant"), 0),
        (2018, ("nhs_minimum", "council_grant", "disabled_facilities_grant"), 0),
        (2020, ("nhs_minimum", "council_grant", "disabled_facilities_grant"), 0),
        (2021, ("nhs_minimum", "council_grant", "disabled_facilities_grant"), 50_000_000),
    ],
)
def test_the_parts_of_the_better_care_fund_make_up_its_total(starting, parts, rounding):
    rules = rule_book(Nation.ENGLAND, "funds").on(FinancialYear(starting).start)
    total = sum(rules.cite(f"better_care_fund_{part}").value for part in parts)
    assert abs(total - rules.cite("better_care_fund_total").value) <= rounding


def test_amounts_of_the_better_care_fund_are_of_whole_financial_years():
    for name, parameter in rule_book(Nation.ENGLAND, "funds").parameters.items():
        if parameter.unit == "pounds":
            periods = [entry.period for entry in parameter.entries]
            assert periods == [FinancialYear.of(period.start).period for period in periods], name


def test_the_performance_part_was_a_billion_of_the_first_year_only():
    book = rule_book(Nation.ENGLAND, "funds")
    assert book.on(date(2016, 3, 31)).cite("performance_payment_amount").value == 10**9
    with pytest.raises(NotCovered):
        book.on(date(2016, 4, 1)).cite("performance_payment_amount")


def test_what_rests_on_values_that_were_not_traced_is_told():
    welsh = replace(declared(GOOD), nation=Nation.WALES, better_care_fund=None, vat=None)
    assert [citation.parameter for citation in untraced_rules(welsh, DAY)] == ["pooled_fund_contents"]
    assert not untraced_rules(replace(welsh, nation=Nation.SCOTLAND), DAY)


def test_every_finding_says_what_it_rests_on():
    bare = replace(
        declared(GOOD), nation=Nation.ENGLAND, terms=frozenset(), contributions=(), reports=(), ends=None
    )
    findings = check_agreement(bare, DAY)
    assert len(findings) > 10
    assert all(finding.citations for finding in findings)


def test_the_agreement_of_the_instructions_comes_out_as_they_say(tmp_path):
    text = INSTRUCTIONS.read_text(encoding="utf-8")
    agreement, said = (
        re.search(r"```yaml\n(.+?)```", text, re.DOTALL),
        re.search(r"```\n(must: .+?)```", text, re.DOTALL),
    )
    command = re.search(r"```\njoinedup rules (check-agreement .+?)\n```", text)[1].split()
    (tmp_path / "agreement.yaml").write_text(agreement[1])
    command[command.index("agreement.yaml")] = str(tmp_path / "agreement.yaml")
    assert run(*command).output == said[1]


def test_the_command_tells_findings_as_json(file):
    done = run(
        "check-agreement", "--nation", "wales", "--on", "2018-05-01", "--agreement", str(file), "--json"
    )
    told = json.loads(done.output)
    assert told["rests_on_unverified"] is True
    last = told["findings"][-1]
    assert (last["severity"], last["what"]) == ("must", "Better Care Fund: none on Tuesday 1 May 2018")
    assert last["of"] == "Elsewhere"
    assert last["citations"][0]["parameter"] == "better_care_fund_exists"


def test_the_command_tells_which_pooled_funds_a_whole_area_lacks(file):
    asked = ("check-agreement", "--nation", "wales", "--on", "2018-05-01", "--agreement", str(file))
    line = "must: Care home accommodation: no pooled fund: there must be one in each area"
    assert line not in run(*asked).output
    assert line in run(*asked, "--whole-area").output
    other = file.with_name("homes.yaml")
    other.write_text(GOOD.replace("[family_support]", "[care_home_accommodation, joint_functions]"))
    other.write_text(other.read_text().replace("name: Elsewhere", "name: Elsewhere homes"))
    both = run(*asked, "--agreement", str(other), "--whole-area").output
    assert "no pooled fund" not in both
    assert [line for line in both.splitlines() if line.startswith(("Elsewhere", "The whole", "Nothing"))] == [
        "Elsewhere:",
        "Elsewhere homes:",
        "The whole area:",
        "Nothing amiss by what the rule book holds.",
    ]
    assert both.endswith(
        "Rests on values that have not been traced to a document: What an agreement on a pooled fund must say.\n"
    )


def test_the_command_says_that_nothing_is_amiss(file):
    file.write_text(
        "form: aligned_budgets\nname: x\nstarts: 2018-04-01\nparties: [{name: y, body: council}]\n"
    )
    done = run("check-agreement", "--nation", "england", "--on", "2018-05-01", "--agreement", str(file))
    assert done.output == "Nothing amiss by what the rule book holds.\n"


@pytest.mark.parametrize(
    ("day", "text", "said"),
    [
        ("1998-12-31", GOOD, "England has no pooled_fund_possible"),
        ("2018-05-01", GOOD.replace("pooled_fund", "kitty"), "agreement.yaml:1: 'kitty' is not one of"),
    ],
)
def test_the_command_refuses_in_one_line(file, day, text, said):
    file.write_text(text)
    done = run("check-agreement", "--nation", "england", "--on", day, "--agreement", str(file))
    assert done.exit_code == 1
    assert said in done.output
    assert len(done.output.splitlines()) == 1


def test_a_year_is_told_value_by_value_with_the_days_of_each():
    done = run("fund", "--nation", "wales", "--year", "2018")
    assert done.output.startswith(
        "Wales, 2018/19\n  Pooled funds, the whole year: yes\n    (primary: National"
    )
    assert "2018-04-01 to 2018-04-05: Family support (family_support)," in done.output
    assert "2018-04-06 to 2019-03-31: Care home accommodation (care_home_accommodation)," in done.output


def test_a_year_is_told_as_json():
    told = json.loads(run("fund", "--nation", "england", "--year", "2017", "--json").output)
    assert told["value"] == {"starting": 2017}
    by_parameter = {step["citations"][0]["parameter"]: step["value"] for step in told["steps"]}
    assert by_parameter["better_care_fund_nhs_minimum"] == "3582000000"
    assert by_parameter["better_care_fund_conditions"][1]["condition"] == "social_care_maintained"
    assert "better_care_fund_pooled" not in by_parameter


def test_a_year_before_the_books_begin_is_refused():
    with pytest.raises(NotCovered, match="the rule book holds nothing of that year"):
        funds_of_year(Nation.ENGLAND, FinancialYear(1990))
    assert run("fund", "--nation", "england", "--year", "1990").exit_code == 2
