"""The words of a mapping: which resources a row gives, and where each of their elements comes from.

Values only; `loading` reads them from YAML and `making` carries them out. docs/how-to/map-an-extract.md explains
them to whoever writes a mapping.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    """A condition on a column that looks only at whether it holds anything."""

    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class When:
    """All of these hold: each column is present, absent, or one of these codes."""

    columns: tuple[tuple[str, Presence | frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """The same in every row."""

    value: str | int | bool


@dataclass(frozen=True, slots=True)
class FromColumn:
    """The value of a column; `translate` puts a code into FHIR's own, `is_meaning` gives the code's words instead."""

    column: str
    translate: Mapping[str, str | None] | None = None
    is_meaning: bool = False


@dataclass(frozen=True, slots=True)
class FromMoment:
    """A date and a time of day from two columns; the date alone where the time is empty."""

    day: str
    clock: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The values of columns put together, empty ones left out, after the same words in every row."""

    columns: tuple[str, ...]
    between: str
    before: str


@dataclass(frozen=True, slots=True)
class ToResource:
    """A reference to another resource that the same row gives, by its name in the mapping."""

    name: str


@dataclass(frozen=True, slots=True)
class ToOrganisation:
    """A reference to the organisation of this code: by identifier, and literally where it is known here."""

    column: str
    system: str


Rule = Constant | FromColumn | FromMoment | Joined | ToResource | ToOrganisation


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule, and when it holds."""

    rule: Rule
    when: When


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element that has a value: the first of the choices that holds and gives one."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """An element with elements of its own. A list holds one branch or leaf per label."""

    elements: Mapping[str, "Leaf | Branch | Items"]


@dataclass(frozen=True, slots=True)
class Items:
    """An element that repeats."""

    items: tuple[Leaf | Branch, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """A resource for each of these columns that holds something; `alias` stands for it in the rules.

    `beside` are columns that belong to it one by one, such as the date of each procedure, under aliases of their own.
    """

    alias: str
    columns: tuple[str, ...]
    beside: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column that an alias stands for."""
        return (*self.columns, *(column for _, columns in self.beside for column in columns))


@dataclass(frozen=True, slots=True)
class ResourceRule:
    """One resource that a row gives. `identity` makes its id; `newest` are the columns by which a later word wins."""

    name: str
    type: str
    identity: tuple[str, ...]
    newest: tuple[str, ...]
    when: When
    each: Each | None
    content: Branch


@dataclass(frozen=True, slots=True)
class Mapped:
    """A whole mapping, with a digest of what it and its data dictionary say."""

    extract: str
    resources: tuple[ResourceRule, ...]
    digest: str


def columns_of(rule: Rule) -> tuple[str, ...]:
    """The columns that a rule reads."""
    match rule:
        case FromColumn(column=column) | ToOrganisation(column=column):
            return (column,)
        case FromMoment(day=day, clock=clock):
            return (day, clock)
        case Joined(columns=columns):
            return columns
    return ()


def leaves_of(node: Leaf | Branch | Items, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every leaf below the node with its path, without labels: identifier.value."""
    match node:
        case Leaf():
            yield path, node
        case Branch(elements=elements):
            for name, element in elements.items():
                yield from leaves_of(element, f"{path}.{name}" if path else name)
        case Items(items=items):
            for item in items:
                yield from leaves_of(item, path)
