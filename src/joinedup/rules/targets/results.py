"""Results written down in YAML, for the command line and for tables of cases. Errors name file and line."""

from decimal import Decimal

from joinedup.rules.nodes import Node, read_node
from joinedup.rules.reading import read_member
from joinedup.rules.targets.checking import Figure
from joinedup.rules.targets.escalating import RecordOfResults, Result
from joinedup.rules.targets.in_force import Within
from joinedup.rules.targets.rows import FigureUnit

WITHIN_UNITS = ("hours", "days", "weeks")
RESULT = frozenset({"target", "value", "unit", "day"})
MORE = frozenset({"within", "measure", "agreed_level", "before"})


def record_of(text: bytes, *, file: str) -> RecordOfResults:
    """Read the results of a body; `RuleBookError` with file and line where they can't be so."""
    return record_of_node(read_node(text, file).fields(frozenset({"results"}))["results"])


def record_of_node(node: Node) -> RecordOfResults:
    """Read a list of results."""
    results = tuple(_result(each) for each in node.items())
    try:
        return RecordOfResults(results)
    except ValueError as error:
        raise node.error(str(error)) from error


def _result(node: Node) -> Result:
    fields = node.fields(RESULT, MORE)
    value, day = fields["value"].decimal(), fields["day"].day()
    unit = read_member(fields["unit"], FigureUnit)
    within = _within(fields["within"]) if "within" in fields else None
    measure = fields["measure"].text() if "measure" in fields else ""
    agreed_level, before = _amount(fields.get("agreed_level")), _amount(fields.get("before"))
    try:
        figure = Figure(value, unit, day, within, measure, agreed_level, before)
    except ValueError as error:
        raise node.error(str(error)) from error
    return Result(fields["target"].text(), figure)


def _within(node: Node) -> Within:
    """Read a time such as `48 hours`."""
    number, _, unit = node.text().partition(" ")
    if not number.isdecimal() or not number.isascii() or unit not in WITHIN_UNITS:
        raise node.error(f"'{node.text()}' is not a time: write a number and {' or '.join(WITHIN_UNITS)}")
    return Within(int(number), unit)


def _amount(node: Node | None) -> Decimal | None:
    return None if node is None else node.decimal()
