"""The loader refuses whatever is amiss, with file, line and what to do."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from joinedup.core.explained import Confidence, Source, Status
from joinedup.core.nation import Nation
from joinedup.rules.loading import load_rule_book
from joinedup.rules.nodes import RuleBookError, read_node
from joinedup.rules.parameters import NotCovered
from joinedup.rules.rows import Row, read_rows
from joinedup.rules.topics import Requirement, Topic, Unit, table_of


class Group(StrEnum):
    """Groups of reasons."""

    NHS = "nhs"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason(Row):
    """A row of a table."""

    code: str
    title: str
    group: Group


@dataclass(frozen=True, slots=True)
class Everything(Row):
    """A row with a field of every type that one may have."""

    code: str
    number: int
    amount: Decimal
    day: date
    is_so: bool
    group: Group
    words: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    years: int | None = None


TOPIC = Topic(
    "trial",
    "Trial",
    {
        "age": Requirement(Unit.YEARS, is_required=True),
        "price": Requirement(Unit.POUNDS_A_DAY),
        "free": Requirement(Unit.YES_OR_NO),
        "start": Requirement(Unit.CHOICE, allowed=frozenset({"now", "later"})),
        "codes": Requirement(Unit.LIST),
        "marks": Requirement(Unit.LIST_OF_DAYS),
        "reasons": table_of(Reason),
    },
)
GOOD = """\
parameters:
  - id: age
    title: Youngest age
    unit: years
    entries:
      - value: 16
        from: 2000-01-01
        to: 2009-12-31
        source: &act {document: An Act, paragraph: section 1, url: "https://example.org/act"}
        status: in_force
        confidence: primary
      - value: 18
        from: 2011-01-01
        to: null
        source: *act
        status: in_force
        confidence: unverified
        note: A note.
    gaps:
      - {from: 2010-01-01, to: 2010-12-31, because: nobody counted that year}
"""
MORE = """\
  - id: {id}
    title: Another
    unit: {unit}
    entries:
      - value: {value}
        from: 2000-01-01
        to: null
        source: {{document: An Act}}
        status: in_force
        confidence: secondary
"""


def load(text: str | bytes):
    raw = text.encode() if isinstance(text, str) else text
    return load_rule_book(raw, file="wales/trial.yaml", nation=Nation.WALES, topic=TOPIC)


def refusal(text: str | bytes) -> RuleBookError:
    with pytest.raises(RuleBookError) as refused:
        load(text)
    return refused.value


def test_a_good_book_gives_each_day_its_value_and_source():
    age = load(GOOD).parameters["age"]
    citation = age.on(date(2009, 12, 31))
    assert (citation.parameter, citation.value, citation.unit) == ("age", 16, "years")
    assert citation.source == Source("An Act", "section 1", "https://example.org/act")
    assert (citation.status, citation.confidence) == (Status.IN_FORCE, Confidence.PRIMARY)
    assert age.on(date(2011, 1, 1)).value == 18
    assert age.on(date(2011, 1, 1)).is_unverified
    assert age.entries[1].note == "A note."


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(1999, 12, 31), "the rule book covers 1 January 2000 to 31 December 2009; 1 January 2011 on"),
        (date(2010, 1, 1), "nobody counted that year"),
        (date(2010, 12, 31), "nobody counted that year"),
    ],
)
def test_days_outside_name_parameter_nation_day_and_why(day, reason):
    with pytest.raises(NotCovered, match=reason) as refused:
        load(GOOD).on(day).cite("age")
    assert (refused.value.parameter, refused.value.nation, refused.value.day) == ("age", Nation.WALES, day)
    assert "Wales has no age for" in str(refused.value)
    assert load(GOOD).on(day).find("age") is None


def test_a_parameter_that_the_book_does_not_hold_is_not_covered_either():
    rules = load(GOOD).on(date(2024, 1, 1))
    assert rules.find("price") is None
    with pytest.raises(NotCovered, match="the rule book does not hold it"):
        rules.cite("price")


@pytest.mark.parametrize(
    ("name", "unit", "written", "value"),
    [
        ("price", "pounds a day", "28.25", Decimal("28.25")),
        ("price", "pounds a day", "130", Decimal(130)),
        ("free", "yes or no", "false", False),
        ("start", "choice", "later", "later"),
        ("codes", "list", '["100", 26X]', ("100", "26X")),
        ("marks", "list of days", "[7, 14]", (7, 14)),
        ("reasons", "table", "[{code: a, title: B, group: nhs}]", (Reason("a", "B", Group.NHS),)),
    ],
)
def test_values_are_read_by_their_unit(name, unit, written, value):
    book = load(GOOD + MORE.format(id=name, unit=unit, value=written))
    read = book.on(date(2024, 1, 1)).cite(name).value
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("parameters:", "parametres:", 1, "'parametres' is not known here: use one of parameters"),
        ("    title: Youngest age\n", "", 2, "'title' is missing"),
        ("unit: years", "unti: years", 4, "'unti' is not known here"),
        ("unit: years", "unit: hours", 4, "'age' is measured in years, not hours"),
        ("unit: years", "unit: moons", 4, "'moons' is not one of years"),
        ("id: age", "id: aeg", 2, "'aeg' is no parameter of this topic"),
        ("title: Youngest age", "title: Youngest age\n    title: Again", 4, "'title' is given twice"),
        ("value: 16", "value: sixteen", 6, "a whole number is wanted"),
        ("value: 16", "value: 016", 6, "without a leading zero"),
        ("value: 16", "value: 1_6", 6, "without a leading zero"),
        ("value: 16", "value: 10:30", 6, "without a leading zero"),
        ("value: 16", "value: -1", 6, "cannot be below zero"),
        ("value: 16", "value: [16]", 6, "a whole number is wanted"),
        ("value: 16", "value:", 6, "a whole number is wanted"),
        ("value: 16", "valeu: 16", 6, "'valeu' is not known here"),
        ("        from: 2000-01-01\n", "", 6, "'from' is missing"),
        ("        to: 2009-12-31\n", "", 6, "'to' is missing"),
        ("from: 2000-01-01", "from: null", 7, "a date is wanted"),
        ("from: 2000-01-01", "from: 1 January 2000", 7, "a date is wanted"),
        ("from: 2000-01-01", "from: 2000-02-30", 7, "not a day of the calendar"),
        ("from: 2000-01-01", "from: 2000-01-01 10:00:00", 7, "write year-month-day"),
        ("to: 2009-12-31", "to: 1999-12-31", 8, "this ends on 1999-12-31, before it starts on 2000-01-01"),
        ("to: 2009-12-31", "to: 2011-01-01", 12, "overlaps the one from 2000-01-01"),
        ("to: 2009-12-31", "to: null", 12, "overlaps the one from 2000-01-01"),
        ("to: 2009-12-31", "to: 2009-12-30", 12, "no value from 2009-12-31 to 2010-12-31"),
        ("to: 2009-12-31", "to: 2010-12-31", 20, "this gap is not one"),
        ("from: 2010-01-01", "from: 2010-01-02", 12, "no value from 2010-01-01 to 2010-12-31"),
        ("to: 2010-12-31, because: nobody counted that year", "to: null, because: x", 20, "a gap must end"),
        (", because: nobody counted that year", "", 20, "'because' is missing"),
        ("        source: *act\n", "", 12, "'source' is missing"),
        ("source: *act", "source: An Act", 15, "names with values"),
        ("source: *act", "source: {paragraph: section 1}", 15, "'document' is missing"),
        ("source: *act", "source: {document: }", 15, "text is wanted"),
        ("https://example.org/act", "www.example.org", 9, "starting with https://"),
        ("status: in_force", "status: in force", 10, "'in force' is not one of in_force"),
        ("confidence: unverified", "confidence: sure", 17, "'sure' is not one of primary"),
        ("note: A note.", "note: 2024", 18, "text is wanted here: put it in quotes"),
        ("- id: age", "- id: [age", 3, "this is not YAML"),
        ("source: *act", "source: *law", 15, "this is not YAML"),
        ("parameters:", "parameters: []\nmore:", 2, "'more' is not known here"),
    ],
)
def test_each_malformation_is_refused_at_its_line(old, new, line, problem):
    assert old in GOOD
    error = refusal(GOOD.replace(old, new, 1))
    assert str(error).startswith(f"wales/trial.yaml:{line}: ")
    assert problem in str(error)
    assert error.line == line


@pytest.mark.parametrize(
    ("name", "unit", "value", "line", "problem"),
    [
        ("age", "years", "18", 21, "the parameter 'age' is given twice"),
        ("price", "pounds a day", "1e3", 25, "a number is wanted"),
        ("price", "pounds a day", ".inf", 25, "write decimals with digits"),
        ("price", "pounds a day", '"28.25"', 25, "a number is wanted"),
        ("free", "yes or no", "no", 25, "write true or false"),
        ("free", "yes or no", '"true"', 25, "true or false is wanted"),
        ("start", "choice", "soon", 25, "'soon' is not one of later, now"),
        ("codes", "list", "[100]", 25, "text is wanted here: put it in quotes"),
        ("codes", "list", "[a, b, a]", 25, "'a' is listed twice"),
        ("codes", "list", "[]", 25, "a list of at least one item"),
        ("codes", "list", "a", 25, "a list of at least one item"),
        ("marks", "list of days", "[7, x]", 25, "a whole number is wanted"),
        ("reasons", "table", "[{code: a, title: B}]", 25, "'group' is missing"),
        ("reasons", "table", "[{code: a, title: B, group: c}]", 25, "'c' is not one of nhs, other"),
        (
            "reasons",
            "table",
            "\n          - {code: a, title: B, group: nhs}\n          - {code: a, title: C, group: nhs}",
            27,
            "'a' is listed twice",
        ),
    ],
)
def test_each_unit_refuses_what_it_does_not_mean(name, unit, value, line, problem):
    error = refusal(GOOD + MORE.format(id=name, unit=unit, value=value))
    assert str(error).startswith(f"wales/trial.yaml:{line}: ")
    assert problem in str(error)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (b"", 1, "the file is empty"),
        (b"# only a comment\n", 1, "the file is empty"),
        (b"- a\n- b\n", 1, "names with values"),
        (GOOD.encode() + b"---\na: 1\n", 21, "this is not YAML"),
        (GOOD.replace("Youngest age", "\u00c9tat").encode("latin-1"), 3, "this is not UTF-8"),
        (b"parameters:\n\t- a\n", 2, "this is not YAML"),
        (b"parameters: a\x07\n", 1, "this is not YAML"),
    ],
)
def test_files_that_are_no_rule_book_are_refused(text, line, problem):
    error = refusal(text)
    assert (error.file, error.line) == ("wales/trial.yaml", line)
    assert problem in str(error)


def test_a_required_parameter_must_be_there():
    only_price = "parameters:\n" + MORE.format(id="price", unit="pounds a day", value="1.00")
    assert "the parameter 'age' is missing" in str(refusal(only_price))


def test_what_is_proposed_may_overlap_what_is_in_force_and_is_never_applied():
    proposed = GOOD.replace(
        "    gaps:",
        "      - value: 21\n        from: 2012-01-01\n        to: null\n        source: *act\n"
        "        status: proposed\n        confidence: primary\n    gaps:",
    )
    age = load(proposed).parameters["age"]
    assert age.on(date(2013, 1, 1)).value == 18
    assert [entry.value for entry in age.entries] == [16, 18, 21]
    twice = proposed.replace(
        "status: in_force\n        confidence: unverified", "status: proposed\n        confidence: unverified"
    )
    assert "overlaps the one from 2011-01-01" in str(refusal(twice))


def test_a_row_is_read_by_the_types_of_its_fields():
    short = "- {code: a, number: 0, amount: 1.50, day: 2024-02-29, is_so: true, group: nhs}\n"
    whole = (
        "- {code: b, number: 2, amount: 3, day: 2024-03-01, is_so: false, group: other, words: [x, y],"
        " groups: [nhs], years: 4}\n"
    )
    assert read_rows(read_node((short + whole).encode(), "trial.yaml"), Everything) == (
        Everything("a", 0, Decimal("1.50"), date(2024, 2, 29), True, Group.NHS),
        Everything("b", 2, Decimal(3), date(2024, 3, 1), False, Group.OTHER, ("x", "y"), (Group.NHS,), 4),
    )


@pytest.mark.parametrize("row", [None, Reason])
def test_a_table_and_nothing_else_says_what_its_rows_are(row):
    with pytest.raises(ValueError, match="says what its rows are"):
        Requirement(Unit.TEXT if row else Unit.TABLE, row=row)
