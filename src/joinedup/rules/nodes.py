"""YAML read with its line numbers, and nothing guessed: what an author did not plainly write is refused.

PyYAML composes the nodes; the values are made here, because YAML 1.1 would turn 14:10 into a number, 010 into
eight and `no` into false, and keeps the last of two equal keys without a word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import yaml

TAG = "tag:yaml.org,2002:"
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RuleBookError(ValueError):
    """A rule book that cannot be trusted: file and line, what is wrong, and what to do about it."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file = file
        self.line = line


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a rule book that knows where it stands."""

    file: str
    yaml_node: yaml.Node

    @property
    def line(self) -> int:
        return int(self.yaml_node.start_mark.line) + 1

    def error(self, problem: str) -> RuleBookError:
        return RuleBookError(self.file, self.line, problem)

    def fields(
        self, required: frozenset[str], optional: frozenset[str] = frozenset()
    ) -> Mapping[str, "Node"]:
        """The keys of a mapping: all that are required, none that are unknown, none twice."""
        found: dict[str, Node] = {}
        for key, node in self.named():
            if key.text() not in required | optional:
                known = ", ".join(sorted(required | optional))
                raise key.error(f"'{key.text()}' is not known here: use one of {known}")
            found[key.text()] = node
        missing = sorted(required - found.keys())
        if missing:
            raise self.error(f"'{missing[0]}' is missing: add it")
        return found

    def named(self) -> tuple[tuple["Node", "Node"], ...]:
        """The keys of a mapping, whatever they are, with their values; none twice."""
        pairs, seen = self._pairs(), set()
        for key, _ in pairs:
            if key.text() in seen:
                raise key.error(f"'{key.text()}' is given twice: keep one")
            seen.add(key.text())
        return pairs

    def is_list(self) -> bool:
        return isinstance(self.yaml_node, yaml.SequenceNode)

    def is_empty_list(self) -> bool:
        return isinstance(self.yaml_node, yaml.SequenceNode) and not self.yaml_node.value

    def is_mapping(self) -> bool:
        return isinstance(self.yaml_node, yaml.MappingNode)

    def items(self) -> tuple["Node", ...]:
        if not isinstance(self.yaml_node, yaml.SequenceNode) or not self.yaml_node.value:
            raise self.error("a list of at least one item is wanted here")
        return tuple(Node(self.file, item) for item in self.yaml_node.value)

    def text(self) -> str:
        return self._scalar(
            "str", "text is wanted here: put it in quotes if it looks like a number or a date"
        )

    def whole_number(self) -> int:
        written = self._scalar("int", "a whole number is wanted here")
        if not INTEGER.fullmatch(written):
            raise self.error("write whole numbers with the digits 0 to 9 only, without a leading zero")
        return int(written)

    def decimal(self) -> Decimal:
        if self._tag() == "int":
            return Decimal(self.whole_number())
        written = self._scalar("float", "a number is wanted here")
        if not DECIMAL.fullmatch(written):
            raise self.error("write decimals with digits and one point, such as 28.25")
        return Decimal(written)

    def yes_or_no(self) -> bool:
        written = self._scalar("bool", "true or false is wanted here")
        if written not in ("true", "false"):
            raise self.error("write true or false")
        return written == "true"

    def day(self) -> date:
        written = self._scalar("timestamp", "a date is wanted here, such as 2023-04-06")
        try:
            return date.fromisoformat(written)
        except ValueError:
            problem = "this is not a day of the calendar: write year-month-day, such as 2023-04-06"
            raise self.error(problem) from None

    def is_null(self) -> bool:
        return self._tag() == "null"

    def _pairs(self) -> tuple[tuple["Node", "Node"], ...]:
        if not isinstance(self.yaml_node, yaml.MappingNode):
            raise self.error("names with values ('name: value') are wanted here")
        return tuple((Node(self.file, key), Node(self.file, node)) for key, node in self.yaml_node.value)

    def _scalar(self, tag: str, problem: str) -> str:
        if not isinstance(self.yaml_node, yaml.ScalarNode) or self._tag() != tag or not self.yaml_node.value:
            raise self.error(problem)
        return str(self.yaml_node.value)

    def _tag(self) -> str:
        return str(self.yaml_node.tag).removeprefix(TAG)


def read_node(text: bytes, file: str) -> Node:
    """The root of a YAML document; a `RuleBookError` when it is empty, broken, or more than one."""
    try:
        node = yaml.compose(text.decode("utf-8"), Loader=LOADER)
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise RuleBookError(file, line, "this is not UTF-8: save the file as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleBookError(file, line, f"this is not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise RuleBookError(file, 1, f"this is not YAML: {error}") from None
    if node is None:
        raise RuleBookError(file, 1, "the file is empty: give at least one parameter")
    return Node(file, node)
