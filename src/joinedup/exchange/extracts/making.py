"""From the values of one row to FHIR resources, by the mapping. What the extract does not say is not invented.

An element that was to come from columns which are all empty is left out, together with the constants beside it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from joinedup.exchange.extracts.dictionary import Dictionary
from joinedup.exchange.extracts.identity import id_of, order_of
from joinedup.exchange.extracts.mapping import (
    Branch,
    Choice,
    Constant,
    FromColumn,
    FromMoment,
    Items,
    Joined,
    Leaf,
    Mapped,
    Presence,
    ResourceRule,
    ToOrganisation,
    ToResource,
    When,
)
from joinedup.exchange.extracts.values import Value, moment_of

Json = dict[str, Any]
Values = Mapping[str, Value | None]
# The id in the record of the organisation with this code, or nothing where it is not known.
FindOrganisation = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Made:
    """One resource that a row gave. `order` sorts what is said of one thing by its age; empty: it has none."""

    type: str
    fhir_id: str
    order: str
    content: Json
    rule: ResourceRule


@dataclass(frozen=True, slots=True)
class Row:
    """What the rules look at while one resource is made: values, the ids of the row's resources, organisations."""

    values: Values
    references: Mapping[str, Json]
    find_organisation: FindOrganisation


class Maker:
    """Makes the resources of rows of one extract as one system sends it."""

    def __init__(
        self, mapped: Mapped, dictionary: Dictionary, *, system: str, find_organisation: FindOrganisation
    ) -> None:
        self._mapped, self._dictionary, self._system = mapped, dictionary, system
        self._find_organisation = find_organisation
        self._lists = {
            name: codes.meanings
            for name, field in dictionary.fields.items()
            if (codes := dictionary.list_of(field)) is not None
        }
        self._builders: list[tuple[ResourceRule, Builder]] = []
        for rule in mapped.resources:
            lists = self._lists
            if rule.each and rule.each.columns[0] in lists:
                lists = lists | {rule.each.alias: lists[rule.each.columns[0]]}
            self._builders.append((rule, _branch(rule.content, lists)))

    def make(self, values: Values) -> list[Made]:
        """The resources of one row, in the order of the mapping. Every id column must hold something."""
        references: dict[str, Json] = {}
        made = []
        for rule, build in self._builders:
            if not _holds(rule.when, values):
                continue
            for said in _each(rule, values):
                fhir_id = self._id(rule, said)
                content, _ = build(Row(said, references, self._find_organisation))
                made.append(
                    Made(
                        rule.type,
                        fhir_id,
                        order_of([said.get(column) for column in rule.newest]) if rule.newest else "",
                        {"resourceType": rule.type, "id": fhir_id, **(content or {})},
                        rule,
                    )
                )
                references.setdefault(rule.name, {"reference": f"{rule.type}/{fhir_id}"})
        return made

    def _id(self, rule: ResourceRule, values: Values) -> str:
        parts = [values.get(column) for column in rule.identity]
        return id_of(self._system, self._mapped.extract, rule.name, parts)


def _each(rule: ResourceRule, values: Values) -> Iterator[Values]:
    """The values once, or once for each column of the rule that holds something."""
    if rule.each is None:
        yield values
        return
    for position, column in enumerate(rule.each.columns, start=1):
        if values.get(column) is not None:
            beside = {alias: values.get(columns[position - 1]) for alias, columns in rule.each.beside}
            alias = rule.each.alias
            yield {**values, **beside, alias: values[column], f"{alias}.position": position}


def _holds(when: When, values: Values) -> bool:
    for column, wanted in when.columns:
        value = values.get(column)
        if isinstance(wanted, Presence):
            if (value is not None) != (wanted is Presence.PRESENT):
                return False
        elif str(value) not in wanted or value is None:
            return False
    return True


# What an element builds: its value or nothing, and whether a column had a say in it.
Built = tuple[Any, bool]
Builder = Callable[[Row], Built]
Lists = Mapping[str, Mapping[str, str]]


def _builder(node: Leaf | Branch | Items, lists: Lists) -> Builder:
    match node:
        case Leaf():
            return _leaf(node, lists)
        case Branch():
            return _branch(node, lists)
        case Items():
            return _items(node, lists)


def _branch(branch: Branch, lists: Lists) -> Builder:
    parts = [(name, _builder(element, lists)) for name, element in branch.elements.items()]
    asks = any(_asks(element) for element in branch.elements.values())

    def build(row: Row) -> Built:
        content: Json = {}
        was_said = False
        for name, part in parts:
            value, said = part(row)
            if value is not None:
                content[name] = value
                was_said = was_said or said
        return (content if content and (was_said or not asks) else None), was_said

    return build


def _items(items: Items, lists: Lists) -> Builder:
    parts = [_builder(item, lists) for item in items.items]

    def build(row: Row) -> Built:
        built = [each for part in parts if (each := part(row))[0] is not None]
        return [value for value, _ in built] or None, any(said for _, said in built)

    return build


def _asks(node: Leaf | Branch | Items) -> bool:
    """Whether anything at or below the node is to come from the row."""
    match node:
        case Leaf(choices=choices):
            return any(not isinstance(choice.rule, Constant) for choice in choices)
        case Branch(elements=elements):
            return any(_asks(element) for element in elements.values())
        case Items(items=items):
            return any(_asks(item) for item in items)


def _leaf(leaf: Leaf, lists: Lists) -> Builder:
    choices = [(choice.when, _rule(choice, lists)) for choice in leaf.choices]
    if len(choices) == 1 and not choices[0][0].columns:
        give, says = choices[0][1], not isinstance(leaf.choices[0].rule, Constant)
        return lambda row: (give(row), says)

    def build(row: Row) -> Built:
        # A constant that was chosen says something about the row; one that is always there does not.
        for when, give in choices:
            if _holds(when, row.values) and (value := give(row)) is not None:
                return value, True
        return None, False

    return build


def _rule(choice: Choice, lists: Lists) -> Callable[[Row], Any]:
    match choice.rule:
        case Constant(value=value):
            return lambda _: value
        case FromColumn():
            return _from_column(choice.rule, lists)
        case FromMoment(day=day, clock=clock):
            return lambda row: _moment(row.values.get(day), row.values.get(clock))
        case Joined():
            return _joined(choice.rule)
        case ToResource(name=name):
            return lambda row: row.references.get(name)
        case ToOrganisation(column=column, system=system):
            return lambda row: _organisation(row, column, system)


def _from_column(rule: FromColumn, lists: Lists) -> Callable[[Row], Any]:
    column, translate = rule.column, rule.translate
    if translate is not None:
        return lambda row: translate.get(str(row.values.get(column)))
    if rule.is_meaning:
        meanings = lists.get(column, {})
        return lambda row: meanings.get(str(row.values.get(column)))
    return lambda row: row.values.get(column)


def _joined(rule: Joined) -> Callable[[Row], str | None]:
    columns, between, before = rule.columns, rule.between, rule.before

    def give(row: Row) -> str | None:
        joined = between.join(str(row.values[c]) for c in columns if row.values.get(c) is not None)
        return f"{before}{joined}" if joined else None

    return give


def _moment(day: Value | None, clock: Value | None) -> str | None:
    if day is None:
        return None
    return str(day) if clock is None else moment_of(str(day), str(clock))


def _organisation(row: Row, column: str, system: str) -> Json | None:
    """A reference by code; literal as well where the organisation is known here."""
    code = row.values.get(column)
    if code is None:
        return None
    by_code = {"type": "Organization", "identifier": {"system": system, "value": str(code)}}
    known = row.find_organisation(str(code))
    return {"reference": f"Organization/{known}", **by_code} if known else by_code
