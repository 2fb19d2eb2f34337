"""A row on its way through the door: its resources as the door takes them, and the door's issues by its columns.

Needs no database, so that an extract can be tried without one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from joinedup.care.record.arrivals import Change
from joinedup.care.record.logic import decode
from joinedup.exchange.extracts.making import Made
from joinedup.exchange.extracts.mapping import Branch, Items, Leaf, columns_of, leaves_of
from joinedup.exchange.extracts.problems import Problem
from joinedup.exchange.fhir.bundle import Item
from joinedup.exchange.fhir.outcome import Issue

ENTRY = re.compile(r"^Bundle\.entry\[(\d+)\](?:\.resource)?\.?")
NUMBERED = re.compile(r"^entry \d+: ")
STEP = re.compile(r"([A-Za-z]\w*)(?:\[(\d+)\])?")
INDEX = re.compile(r"\[\d+\]")
CORRECT = "Correct it in the source and send the row again"

_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A row that could be read, and the resources that it gives."""

    line: int
    made: Sequence[Made]


@dataclass(slots=True)
class Tally:
    """What became of the rows of one batch."""

    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    older: int = 0

    @property
    def refused(self) -> int:
        """How many rows did not go in; one may have several problems."""
        return len({problem.line for problem in self.problems})


def items_of(chosen: Sequence[Made]) -> list[Item]:
    """The resources as the door takes them."""
    bodies = [_encoder.encode(made.content).decode() for made in chosen]
    return [
        Item(index, "", made.type, made.fhir_id, body, decode(body))
        for index, (made, body) in enumerate(zip(chosen, bodies, strict=True))
    ]


def problems_of(line: int, sent: Sequence[Made], issues: Iterable[Issue]) -> list[Problem]:
    """The door's issues with the resources of one row, by the columns that they come from."""
    return [
        Problem(line, _column(sent, issue.expression), NUMBERED.sub("", issue.message), CORRECT)
        for issue in issues
    ]


def _column(sent: Sequence[Made], expression: str) -> str:
    """The columns behind an element, or the element itself where none are."""
    entry = ENTRY.match(expression)
    if entry is None or int(entry[1]) >= len(sent):
        return expression
    made = sent[int(entry[1])]
    path = expression[entry.end() :]
    return ", ".join(_columns_at(made, path)) or INDEX.sub("", f"{made.type}.{path}").rstrip(".")


def _columns_at(made: Made, path: str) -> list[str]:
    """The columns from which the element at this path, or what is below it, is made."""
    nodes: list[Leaf | Branch | Items] = [made.rule.content]
    content: object = made.content
    for step in STEP.finditer(path):
        nodes = [each for node in nodes for each in _below(node, step[1])]
        content = content.get(step[1]) if isinstance(content, dict) else None
        if step[2] and isinstance(content, list):
            nodes = [each for node in nodes for each in _items(node, int(step[2]), len(content))]
            content = content[int(step[2])] if int(step[2]) < len(content) else None
    leaves = [leaf for node in nodes for _, leaf in leaves_of(node)]
    return list(
        dict.fromkeys(c for leaf in leaves for choice in leaf.choices for c in columns_of(choice.rule))
    )


def _below(node: Leaf | Branch | Items, name: str) -> list[Leaf | Branch | Items]:
    """The elements of this name, in each item where there are several."""
    match node:
        case Branch(elements=elements):
            return [elements[name]] if name in elements else []
        case Items(items=items):
            return [each for item in items for each in _below(item, name)]
        case Leaf():
            # What is below a leaf, such as the parts of a reference, comes from the leaf.
            return [node]


def _items(node: Leaf | Branch | Items, index: int, held: int) -> list[Leaf | Branch | Items]:
    """The item at this place; all of them where some were left out, so that places don't tell them apart."""
    if isinstance(node, Items):
        return [node.items[index]] if held == len(node.items) and index < held else list(node.items)
    return [node]
