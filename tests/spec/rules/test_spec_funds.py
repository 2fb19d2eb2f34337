"""Runs the table of cases in `funds.yaml`: agreements, payment for performance, and who covers an overspend."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.facts import FactError
from joinedup.rules.funds.checking import check_agreement, missing_pools
from joinedup.rules.funds.declared_agreement import agreement_of_node
from joinedup.rules.funds.performance import Admissions, performance_payment
from joinedup.rules.funds.risk_share import (
    Cover,
    Outturn,
    Pool,
    RiskTerms,
    Scheme,
    SchemeOutturn,
    Share,
    risk_share,
)
from joinedup.rules.nodes import RuleBookError, read_node

TABLE = Path(__file__).with_name("funds.yaml")
FIELDS = frozenset({"case", "nation", "day"})
QUESTIONS = frozenset({"agreement", "agreements", "performance", "overspend"})
ANSWERS = frozenset({"findings", "expected", "not_covered", "error"})
CASES = [
    node.fields(FIELDS, QUESTIONS | ANSWERS) for node in read_node(TABLE.read_bytes(), TABLE.name).items()
]
PERFORMANCE = frozenset({"baseline", "planned", "actual", "tied"})


def told(findings):
    return [f"{finding.severity}: {finding.what}" for finding in findings]


def paid(nation, day, node):
    fields = node.fields(PERFORMANCE)
    admissions = Admissions(*(fields[name].whole_number() for name in ("baseline", "planned", "actual")))
    return performance_payment(nation, day, admissions, fields["tied"].decimal()).value


def covered(nation, day, node):
    fields = node.fields(frozenset({"risk_pool", "schemes", "shares"}), frozenset({"order"}))
    rows = [
        row.fields(frozenset({"name", "budget", "spent"}), frozenset({"uncommitted"}))
        for row in fields["schemes"].items()
    ]
    schemes = tuple(Scheme(row["name"].text(), row["budget"].decimal()) for row in rows)
    outturn = tuple(
        SchemeOutturn(
            row["name"].text(),
            row["spent"].decimal(),
            row["uncommitted"].decimal() if "uncommitted" in row else Decimal(0),
        )
        for row in rows
    )
    shares = tuple(Share(key.text(), value.decimal()) for key, value in fields["shares"].named())
    order = tuple(Cover(each.text()) for each in fields["order"].items()) if "order" in fields else ()
    pool = Pool(schemes, fields["risk_pool"].decimal())
    return risk_share(nation, day, pool, Outturn(outturn), RiskTerms(shares, order)).value


def answer_of(case):
    nation, day = Nation(case["nation"].text()), case["day"].day()
    if "agreement" in case:
        return told(check_agreement(agreement_of_node(case["agreement"], nation), day))
    if "agreements" in case:
        agreements = [agreement_of_node(node, nation) for node in case["agreements"].items()]
        return told(missing_pools(nation, agreements, day))
    if "performance" in case:
        return paid(nation, day, case["performance"])
    return covered(nation, day, case["overspend"])


def amount(value):
    return sum((part for _, part in value), Decimal(0)) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=[case["case"].text() for case in CASES])
def test_each_case_comes_out_as_the_table_says(case):
    if "error" in case:
        with pytest.raises((RuleBookError, FactError), match=re.escape(case["error"].text())):
            answer_of(case)
        return
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            answer_of(case)
        assert caught.value.parameter == case["not_covered"].text()
        return
    answer = answer_of(case)
    if "findings" in case:
        expected = case["findings"]
        assert answer == ([each.text() for each in expected.items()] if expected.is_list() else [])
        return
    found = {key.text(): amount(getattr(answer, key.text())) for key, _ in case["expected"].named()}
    assert found == {key.text(): value.decimal() for key, value in case["expected"].named()}


def test_each_case_is_told_once():
    names = [case["case"].text() for case in CASES]
    assert len(names) == len(set(names))
