"""From a mapping's YAML to its rules, checked against the data dictionary; errors name file, line and key."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from joinedup.exchange.extracts.dictionary import CodeList, Dictionary, Field, Kind
from joinedup.exchange.extracts.mapping import (
    Branch,
    Choice,
    Constant,
    Each,
    FromColumn,
    FromMoment,
    Items,
    Joined,
    Leaf,
    Mapped,
    Presence,
    ResourceRule,
    Rule,
    ToOrganisation,
    ToResource,
    When,
)
from joinedup.rules.nodes import Node, read_node

RESOURCE_KEYS: Final = frozenset({"name", "type", "id", "elements"})
RESOURCE_OPTIONS: Final = frozenset({"newest", "when", "each"})
RULE_KEYS: Final = (
    frozenset({"constant"}),
    frozenset({"column"}),
    frozenset({"moment"}),
    frozenset({"join"}),
    frozenset({"resource"}),
    frozenset({"organisation", "system"}),
)
OPTIONS: Final = {"map": "column", "as": "column", "with": "join", "before": "join"}
SEGMENT: Final = re.compile(r"([a-z][A-Za-z0-9]*)(?:\[([a-z0-9-]+)\])?")
NAME: Final = re.compile(r"[a-z][a-z-]{0,20}")
TYPE: Final = re.compile(r"[A-Z][A-Za-z]+")

Tree = dict[str, "Leaf | Tree | dict[tuple[str], Leaf | Tree]"]


def load_mapping(text: bytes, file: str, dictionary: Dictionary, dictionary_text: bytes) -> Mapped:
    """Read a mapping; `RuleBookError` at the first thing that is amiss."""
    root = read_node(text, file)
    given = root.fields(frozenset({"extract", "resources"}), frozenset({"maps"}))
    if given["extract"].text() != dictionary.extract:
        raise given["extract"].error(f"extract: the data dictionary beside it is of {dictionary.extract!r}")
    maps = _maps(given["maps"]) if "maps" in given else {}
    loader = _Loader(dictionary, maps)
    resources = [loader.resource(node) for node in given["resources"].items()]
    loader.finish(given)
    digest = hashlib.sha256(text + b"\0" + dictionary_text).hexdigest()
    return Mapped(dictionary.extract, tuple(resources), digest)


def _maps(node: Node) -> dict[str, tuple[Node, Mapping[str, str | None]]]:
    """The maps by name: from the extract's code to FHIR's, or to null where FHIR is to say nothing."""
    maps: dict[str, tuple[Node, Mapping[str, str | None]]] = {}
    for name, codes in node.named():
        said = {code.text(): None if value.is_null() else value.text() for code, value in codes.named()}
        maps[name.text()] = (codes, MappingProxyType(said))
    return maps


class _Loader:
    """What is known while the resources are read one after the other: columns, maps, earlier resources."""

    def __init__(
        self, dictionary: Dictionary, maps: Mapping[str, tuple[Node, Mapping[str, str | None]]]
    ) -> None:
        self._dictionary, self._maps = dictionary, maps
        self._fields: dict[str, Field] = dict(dictionary.fields)
        self._names: set[str] = set()
        self._maps_used: set[str] = set()

    def finish(self, given: Mapping[str, Node]) -> None:
        """Refuse maps that no rule uses."""
        if unused := sorted(self._maps.keys() - self._maps_used):
            raise given["maps"].error(f"maps: '{unused[0]}' is used by no rule: remove it")

    def resource(self, node: Node) -> ResourceRule:
        """One resource."""
        given = node.fields(RESOURCE_KEYS, RESOURCE_OPTIONS)
        name = self._named(given["name"], NAME, "name")
        if name in self._names:
            raise given["name"].error(f"name: there is a resource '{name}' already: choose another")
        self._fields = dict(self._dictionary.fields)
        each = self._each(given["each"]) if "each" in given else None
        content = _branch_of(self._elements(given["elements"]))
        rule = ResourceRule(
            name=name,
            type=self._named(given["type"], TYPE, "type"),
            identity=self._identity(given["id"], each),
            newest=tuple(self._column(item, "newest") for item in given["newest"].items())
            if "newest" in given
            else (),
            when=self._when(given["when"]) if "when" in given else When(),
            each=each,
            content=content,
        )
        self._names.add(name)
        return rule

    def _named(self, node: Node, form: re.Pattern[str], key: str) -> str:
        if not form.fullmatch(node.text()):
            raise node.error(f"{key}: '{node.text()}' does not have the form {form.pattern}")
        return node.text()

    def _each(self, node: Node) -> Each:
        given = node.fields(frozenset({"alias", "of"}), frozenset({"beside"}))
        alias = given["alias"].text()
        columns = self._alias(given["alias"], given["of"])
        place = f"{alias}.position"
        self._fields[place] = replace(self._fields[alias], name=place, kind=Kind.WHOLE_NUMBER, codes="")
        beside = []
        for name, of in given["beside"].named() if "beside" in given else ():
            beside.append((name.text(), self._alias(name, of)))
            if len(beside[-1][1]) != len(columns):
                raise of.error(f"beside: '{name.text()}' must have as many columns as 'of' has")
        return Each(alias, columns, tuple(beside))

    def _alias(self, name: Node, of: Node) -> tuple[str, ...]:
        """The columns that a name stands for in turn."""
        columns = tuple(self._column(item, "of") for item in of.items())
        fields = [self._fields[column] for column in columns]
        if len({(field.kind, field.format, field.codes) for field in fields}) > 1:
            raise of.error("of: the columns must all be of one type, format and code list")
        if name.text() in self._fields:
            raise name.error(f"alias: there is a column '{name.text()}' already: choose another")
        self._fields[name.text()] = fields[0]
        return columns

    def _identity(self, node: Node, each: Each | None) -> tuple[str, ...]:
        """The columns of the id; one at least is required, so that no two rows without an id are taken for one."""
        columns = [self._column(item, "id") for item in node.items()]
        if not any(self._dictionary.fields[c].is_required for c in columns if c in self._dictionary.fields):
            raise node.error("id: one of the columns must be a required one of the data dictionary")
        if each is not None and not {each.alias, f"{each.alias}.position"} & set(columns):
            raise node.error(f"id: add '{each.alias}' or '{each.alias}.position', else they all have one id")
        return tuple(columns)

    def _column(self, node: Node, key: str) -> str:
        if node.text() not in self._fields:
            raise node.error(f"{key}: there is no column '{node.text()}' in the data dictionary")
        return node.text()

    def _list_of(self, column: str) -> CodeList | None:
        return self._dictionary.list_of(self._fields[column])

    def _when(self, node: Node) -> When:
        columns: list[tuple[str, Presence | frozenset[str]]] = []
        for key, value in node.named():
            column = self._column(key, "when")
            columns.append((column, self._condition(column, value)))
        return When(tuple(columns))

    def _condition(self, column: str, node: Node) -> Presence | frozenset[str]:
        if not node.is_list():
            try:
                return Presence(node.text())
            except ValueError:
                raise node.error("when: write present, absent, or a list of codes") from None
        codes = [item.text() for item in node.items()]
        self._check_codes(node, column, codes, "when")
        return frozenset(codes)

    def _check_codes(self, node: Node, column: str, codes: Sequence[str], key: str) -> None:
        known = self._list_of(column)
        unknown = [code for code in codes if known is not None and code not in known.meanings]
        if unknown:
            raise node.error(f"{key}: '{unknown[0]}' is not in the code list of '{column}'")

    def _elements(self, node: Node) -> Tree:
        tree: Tree = {}
        for path, value in node.named():
            _plant(tree, path, self._leaf(value, path.text()))
        return tree

    def _leaf(self, node: Node, path: str) -> Leaf:
        """A rule, or a list of rules of which the first that holds and gives something is taken."""
        choices = node.items() if node.is_list() else (node,)
        return Leaf(tuple(self._choice(item, path) for item in choices))

    def _choice(self, node: Node, path: str) -> Choice:
        if not node.is_mapping():
            raise node.error(f"{path}: write a rule such as {{column: NAME}} or {{constant: text}}")
        every = frozenset().union(*RULE_KEYS)
        given = dict(node.fields(frozenset(), every | OPTIONS.keys() | {"when"}))
        when = self._when(given.pop("when")) if "when" in given else When()
        keys = frozenset(given) - OPTIONS.keys()
        if keys not in RULE_KEYS or any(of not in keys for option, of in OPTIONS.items() if option in given):
            raise node.error(
                f"{path}: write one of constant; column, perhaps with map or as; moment; join, perhaps with 'with' "
                "and 'before'; resource; organisation with system"
            )
        return Choice(self._rule(node, given, path), when)

    def _rule(self, node: Node, given: Mapping[str, Node], path: str) -> Rule:
        if "constant" in given:
            return Constant(_scalar(given["constant"]))
        if "column" in given:
            return self._from_column(given, path)
        if "moment" in given:
            return self._moment(given["moment"], path)
        if "join" in given:
            columns = tuple(self._column(item, path) for item in given["join"].items())
            between = given["with"].text() if "with" in given else " "
            return Joined(columns, between, given["before"].text() if "before" in given else "")
        if "organisation" in given:
            return ToOrganisation(self._column(given["organisation"], path), given["system"].text())
        if given["resource"].text() not in self._names:
            raise node.error(f"{path}: no resource above is called '{given['resource'].text()}'")
        return ToResource(given["resource"].text())

    def _from_column(self, given: Mapping[str, Node], path: str) -> FromColumn:
        column = self._column(given["column"], path)
        if "map" in given and "as" in given:
            raise given["as"].error(f"{path}: use map or as, not both")
        if "as" in given:
            if given["as"].text() != "meaning" or self._list_of(column) is None:
                raise given["as"].error(f"{path}: only 'meaning' is known, of a column with a code list")
            return FromColumn(column, is_meaning=True)
        return FromColumn(column, self._map(given["map"], column, path) if "map" in given else None)

    def _map(self, node: Node, column: str, path: str) -> Mapping[str, str | None]:
        """The map of this name; it says of every code of the column's list what becomes of it."""
        if node.text() not in self._maps:
            raise node.error(f"{path}: there is no map '{node.text()}' in maps")
        place, said = self._maps[node.text()]
        self._maps_used.add(node.text())
        known = self._list_of(column)
        if known is None:
            raise node.error(f"{path}: '{column}' has no code list, so there is nothing to map")
        self._check_codes(place, column, list(said), f"maps: {node.text()}")
        if missing := [code for code in known.meanings if code not in said]:
            raise place.error(f"maps: {node.text()}: say what '{missing[0]}' becomes, or null for nothing")
        return said

    def _moment(self, node: Node, path: str) -> FromMoment:
        columns = [self._column(item, path) for item in node.items()]
        kinds = [self._fields[column].kind for column in columns]
        if kinds != [Kind.DATE, Kind.TIME]:
            raise node.error(f"{path}: moment needs a column of type date and one of type time")
        return FromMoment(*columns)


def _scalar(node: Node) -> str | int | bool:
    for read in (node.yes_or_no, node.whole_number):
        try:
            return read()
        except ValueError:
            continue
    return node.text()


def _plant(tree: Tree, path: Node, leaf: Leaf) -> None:
    """Put a leaf in its place: identifier[nhs].value is `value` of the item `nhs` of the list `identifier`."""
    here: dict[str, object] = tree  # type: ignore[assignment]
    segments = path.text().split(".")
    for position, segment in enumerate(segments):
        found = SEGMENT.fullmatch(segment)
        if not found:
            raise path.error(f"'{path.text()}' is no path: write element.element or element[label].element")
        name, label = found[1], found[2]
        is_last = position == len(segments) - 1
        if label is not None:
            held = here.setdefault(name, _Labelled())
            if not isinstance(held, _Labelled):
                raise path.error(f"{path.text()}: '{name}' has labels in one place and none in another")
            here, name = held, label
        if is_last:
            if name in here:
                raise path.error(f"{path.text()}: this element has a value already")
            here[name] = leaf
            return
        below = here.setdefault(name, {})
        if not isinstance(below, dict) or isinstance(below, _Labelled):
            raise path.error(f"{path.text()}: '{name}' is a value or a list in another place")
        here = below


class _Labelled(dict[str, object]):
    """The items of an element that repeats, by label, in the order in which they are first named."""


def _branch_of(tree: Mapping[str, object]) -> Branch:
    return Branch(MappingProxyType({name: _node_of(below) for name, below in tree.items()}))


def _node_of(below: object) -> Leaf | Branch | Items:
    if isinstance(below, Leaf):
        return below
    if isinstance(below, _Labelled):
        items = (_node_of(item) for item in below.values())
        return Items(tuple(item for item in items if not isinstance(item, Items)))
    assert isinstance(below, dict)  # noqa: S101 - `_plant` makes nothing else
    return _branch_of(below)
