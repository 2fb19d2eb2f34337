"""From a rule book's YAML to its parameters, or to an error that names file and line."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

from joinedup.core.dates import Period
from joinedup.core.explained import Confidence, Source, Status
from joinedup.core.nation import Nation
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.parameters import Entry, Gap, Parameter, RuleBook, Value
from joinedup.rules.reading import not_negative, read_member, read_words
from joinedup.rules.rows import read_rows
from joinedup.rules.topics import Requirement, Topic, Unit

PARAMETER_KEYS = frozenset({"id", "title", "unit", "entries"})
ENTRY_KEYS = frozenset({"value", "from", "to", "source", "status", "confidence"})
ONE_DAY = timedelta(days=1)

PlacedEntry = tuple[Node, Entry]
PlacedGap = tuple[Node, Gap]


def load_rule_book(text: bytes, *, file: str, nation: Nation, topic: Topic) -> RuleBook:
    """Read one nation's rule book on one topic; `RuleBookError` at the first thing that is amiss."""
    root = read_node(text, file)
    parameters: dict[str, Parameter] = {}
    for node in root.fields(frozenset({"parameters"}))["parameters"].items():
        parameter = _parameter(node, nation, topic)
        if parameter.id in parameters:
            raise node.error(f"the parameter '{parameter.id}' is given twice: put its entries together")
        parameters[parameter.id] = parameter
    required = {name for name, requirement in topic.requirements.items() if requirement.is_required}
    missing = sorted(required - parameters.keys())
    if missing:
        raise root.error(f"the parameter '{missing[0]}' is missing: every nation must give it for this topic")
    return RuleBook(nation, topic.name, MappingProxyType(parameters))


def _parameter(node: Node, nation: Nation, topic: Topic) -> Parameter:
    fields = node.fields(PARAMETER_KEYS, frozenset({"gaps"}))
    name = fields["id"].text()
    requirement = topic.requirements.get(name)
    if requirement is None:
        raise fields["id"].error(
            f"'{name}' is no parameter of this topic: declare it in the topic or rename it"
        )
    unit = read_member(fields["unit"], Unit)
    if unit is not requirement.unit:
        raise fields["unit"].error(f"'{name}' is measured in {requirement.unit}, not {unit}")
    entries = [(item, _entry(item, requirement)) for item in fields["entries"].items()]
    gaps = [(item, _gap(item)) for item in fields["gaps"].items()] if "gaps" in fields else []
    entries.sort(key=lambda placed: placed[1].period.start)
    _refuse_overlaps(entries)
    _match_gaps([placed for placed in entries if placed[1].is_in_force], gaps)
    return Parameter(
        id=name,
        title=fields["title"].text(),
        unit=unit,
        topic=topic.name,
        nation=nation,
        entries=tuple(entry for _, entry in entries),
        gaps=tuple(gap for _, gap in gaps),
    )


def _entry(node: Node, requirement: Requirement) -> Entry:
    fields = node.fields(ENTRY_KEYS, frozenset({"note"}))
    return Entry(
        value=_value(fields["value"], requirement),
        period=_period(fields["from"], fields["to"]),
        source=_source(fields["source"]),
        status=read_member(fields["status"], Status),
        confidence=read_member(fields["confidence"], Confidence),
        note=fields["note"].text() if "note" in fields else None,
    )


def _gap(node: Node) -> Gap:
    fields = node.fields(frozenset({"from", "to", "because"}))
    if fields["to"].is_null():
        raise fields["to"].error("a gap must end: what was never covered needs no gap")
    return Gap(_period(fields["from"], fields["to"]), fields["because"].text())


def _period(start: Node, end: Node) -> Period:
    """Both days belong to the period; `to: null` says that no end is known."""
    first = start.day()
    last = None if end.is_null() else end.day()
    if last is not None and last < first:
        raise end.error(f"this ends on {last}, before it starts on {first}: correct one of them")
    return Period(first, last)


def _source(node: Node) -> Source:
    fields = node.fields(frozenset({"document"}), frozenset({"paragraph", "url"}))
    url = fields["url"].text() if "url" in fields else None
    if url is not None and not url.startswith("https://"):
        raise fields["url"].error("give the whole address, starting with https://")
    return Source(
        document=fields["document"].text(),
        paragraph=fields["paragraph"].text() if "paragraph" in fields else None,
        url=url,
    )


def _value(node: Node, requirement: Requirement) -> Value:
    if requirement.row is not None:
        return read_rows(node, requirement.row)
    value = READERS[requirement.unit](node)
    if requirement.allowed is not None:
        for word in _words_in(value):
            if word not in requirement.allowed:
                raise node.error(f"'{word}' is not one of {', '.join(sorted(requirement.allowed))}")
    return value


def _words_in(value: Value) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


READERS: dict[Unit, Callable[[Node], Value]] = {
    Unit.NUMBER: not_negative,
    Unit.YEARS: not_negative,
    Unit.HOURS: not_negative,
    Unit.DAYS: not_negative,
    Unit.WEEKS: not_negative,
    Unit.PER_CENT: not_negative,
    Unit.POUNDS: Node.decimal,
    Unit.POUNDS_A_WEEK: Node.decimal,
    Unit.POUNDS_A_DAY: Node.decimal,
    Unit.YES_OR_NO: Node.yes_or_no,
    Unit.CHOICE: Node.text,
    Unit.TEXT: Node.text,
    Unit.LIST: read_words,
    Unit.LIST_OF_DAYS: lambda node: tuple(not_negative(item) for item in node.items()),
}


def _refuse_overlaps(entries: list[PlacedEntry]) -> None:
    """Two entries of one status may not share a day; one in force and one proposed may."""
    for place, (node, entry) in enumerate(entries):
        for _, earlier in entries[:place]:
            if earlier.status is entry.status and earlier.period.overlaps(entry.period):
                raise node.error(
                    f"this entry, from {entry.period.start}, overlaps the one from {earlier.period.start}: "
                    "end the earlier one the day before"
                )


def _match_gaps(entries: list[PlacedEntry], gaps: list[PlacedGap]) -> None:
    """Each uncovered run of days between entries is declared, and nothing else is."""
    declared = {gap.period: node for node, gap in gaps}
    for (_, earlier), (node, later) in pairwise(entries):
        uncovered = _days_between(earlier.period.end, later.period.start)
        if uncovered is not None and declared.pop(uncovered, None) is None:
            raise node.error(
                f"no value from {uncovered.start} to {uncovered.end}: add an entry or declare the gap"
            )
    for node in declared.values():
        raise node.error("this gap is not one: its days are covered, or lie outside the entries; remove it")


def _days_between(end: date | None, start: date) -> Period | None:
    if end is None or end + ONE_DAY == start:
        return None
    return Period(end + ONE_DAY, start - ONE_DAY)
