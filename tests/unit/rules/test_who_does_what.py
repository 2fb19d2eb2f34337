"""Who does what: the command in words and as JSON, days that are not covered, and books whose rows are amiss."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.nation import Nation
from joinedup.rules import RuleBookError
from joinedup.rules.accountability import answering
from joinedup.rules.accountability.answering import accountability
from joinedup.rules.accountability.rows import Function, Link, LinkKind
from joinedup.rules.accountability.topic import ACCOUNTABILITY, parameter_of
from joinedup.rules.loading import load_rule_book
from joinedup.rules.parameters import RuleBook

ENTRY = """
      - value: {value}
        from: 2020-01-01
        to: null
        source: {{document: A document}}
        status: in_force
        confidence: secondary
"""
BODIES = "[{id: one, title: One, level: area}, {id: two, title: Two, level: provider}]"
SOURCES = "[{id: paper, document: A paper, confidence: primary}]"
LINKS = "[{kind: money, giver: one, receiver: two, sources: [paper]}]"
HELD = (
    "[{duty: plans, body: one, sources: [paper]}, {duty: inspects, note: no law says so, sources: [paper]}]"
)


def book(**changed):
    """A small rule book on accountability, with some of its tables changed."""
    tables = (
        {"bodies": BODIES, "sources": SOURCES, "links": LINKS} | {f.value: HELD for f in Function} | changed
    )
    text = "parameters:\n" + "".join(
        f"  - id: accountability_{name}\n    title: {name}\n    unit: table\n    entries:{ENTRY.format(value=value)}"
        for name, value in tables.items()
    )
    return load_rule_book(text.encode(), file="small.yaml", nation=Nation.WALES, topic=ACCOUNTABILITY)


def joinedup(*arguments):
    return CliRunner().invoke(main, ["rules", "who-does-what", *arguments])


def test_the_command_says_who_holds_what_the_links_and_the_findings():
    told = joinedup("--nation", "scotland", "--on", "2020-01-01").output
    assert "Adult social care\n  plans: Integration authorities\n" in told
    assert "  money: Health boards to Integration authorities\n" in told
    assert "held twice: Hospital care: Health boards and Integration authorities plan" in told
    assert "Primary care" in told
    assert "  inspects: not known" in told
    assert "Rests on values that have not been traced to a document: " in told


def test_json_gives_each_duty_and_link_with_its_document():
    made = json.loads(joinedup("--nation", "wales", "--on", "2020-01-01", "--json").output)
    social = next(d for d in made["duties"] if (d["function"], d["duty"]) == ("social_care", "plans"))
    assert social["body"] == "council"
    links = {(link["kind"], link["from"], link["to"]): link for link in made["links"]}
    link = links["direction", "regional_partnership_board", "council"]
    assert link["citations"][0]["source"]["document"].startswith("Partnership Arrangements (Wales)")
    assert made["rests_on_unverified"] is True
    assert {"kind": "held nowhere", "what": "Hospital care: nobody commissions"}.items() <= made["findings"][
        0
    ].items()


def test_a_day_before_the_book_begins_is_refused():
    told = joinedup("--nation", "northern_ireland", "--on", "2007-03-31")
    assert told.exit_code == 1
    assert "Northern Ireland has no accountability_bodies" in told.output


def test_each_row_is_cited_by_its_own_document():
    answer = accountability(Nation.ENGLAND, date(2024, 5, 1))
    (inspects,) = answer.holding(Function.SOCIAL_CARE, answering.Duty.INSPECTS)
    assert [citation.source.document[:20] for citation in inspects.citations] == [
        "Health Committee, Pr",
        "Department of Health",
    ]
    assert [citation.confidence.value for citation in inspects.citations] == ["secondary", "primary"]


def test_bodies_go_from_government_down_and_only_those_of_the_day_are_there():
    answer = accountability(Nation.ENGLAND, date(2024, 5, 1))
    levels = [list(answering.Level).index(body.level) for body in answer.bodies]
    assert levels == sorted(levels)
    assert "primary_care_trust" not in {body.id for body in answer.bodies}


def test_a_function_of_which_nothing_is_known_on_a_day_is_said_to_be_so(monkeypatch):
    small = book()
    name = parameter_of(Function.HOUSING)
    parameters = {key: value for key, value in small.parameters.items() if key != name}
    less = RuleBook(small.nation, small.topic, parameters)
    monkeypatch.setattr(answering, "rule_book", lambda _nation, _topic: less)
    answer = accountability(Nation.WALES, date(2021, 1, 1))
    assert [each.function for each in answer.not_known] == [Function.HOUSING]
    assert "accountability_housing" in answer.not_known[0].because
    assert answer.holding(Function.HOUSING, answering.Duty.PLANS) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"links": LINKS.replace("two", "one")}, "'one' is linked with itself"),
        ({"links": LINKS.replace("money", "love")}, "'love' is not one of money, direction, accountability"),
        (
            {"acute": HELD.replace("inspects", "plans").replace("note: no law says so", "body: one")},
            "listed twice",
        ),
        ({"acute": HELD.replace("sources: [paper]", "note: why")}, "'sources' is missing"),
        ({"bodies": BODIES.replace("id: two", "id: one")}, "'one' is listed twice"),
        (
            {"sources": SOURCES.replace("primary", "primary, url: 'http://x.example'")},
            "starting with https://",
        ),
    ],
)
def test_a_book_whose_rows_are_amiss_is_refused_with_the_line(changed, said):
    with pytest.raises(RuleBookError, match=said) as caught:
        book(**changed)
    assert str(caught.value).startswith("small.yaml:")


def test_a_link_reads_as_a_line():
    link = Link(LinkKind.ACCOUNTABILITY, "one", "two", ("paper",), "is inspected")
    assert str(link) == "one answers to two (is inspected)"
