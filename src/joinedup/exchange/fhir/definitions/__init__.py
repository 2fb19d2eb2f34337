"""What FHIR R4 says of each type: which elements, in which order, of what type, and whether they repeat.

The facts are in `r4.json`, made by `tools/fhir_definitions.py` from HL7's definitions of FHIR 4.0.1. A line there is
the type it builds on, then one word pair an element: `name type`. A star: it repeats. `@`: an attribute in XML.
`|` separates the types of a choice (`value[x]`), `Reference(A,B)` says what may be pointed at, `code=set` names the
codes that a required binding allows (of a CodeableConcept: one of its codings must have such
a code). Whether an element must be there is left to the validator.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources

import msgspec

RESOURCE = "Resource"
XHTML = "xhtml"
INTEGERS = frozenset({"integer", "positiveInt", "unsignedInt"})
NUMBERS = INTEGERS | {"decimal"}
PRIMITIVES = NUMBERS | {
    "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "id", "instant", "markdown", "oid",
    "string", "time", "uri", "url", "uuid",
}  # fmt: skip
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type, as JSON and XML name it: a choice has one for each of its types.

    `place` is its position among all elements of the type. `choice` is the name of the choice it belongs to.
    """

    name: str
    type: str
    repeats: bool = False
    is_attribute: bool = False
    choice: str = ""
    targets: frozenset[str] = NOBODY
    codes: frozenset[str] = NOBODY
    place: int = 0

    @property
    def is_primitive(self) -> bool:
        """Say whether it holds one value and no elements of its own, save an id and extensions."""
        return self.type in PRIMITIVES

    @property
    def holds_resource(self) -> bool:
        """Say whether it holds a whole resource."""
        return self.type == RESOURCE or is_resource(self.type)


class _Table(msgspec.Struct):
    """The file."""

    fhirVersion: str
    types: dict[str, list[str]]
    codes: dict[str, frozenset[str]]


@functools.cache
def _table() -> _Table:
    """Return the file, read once."""
    data = resources.files(__package__).joinpath("r4.json").read_bytes()
    return msgspec.json.decode(data, type=_Table)


@functools.cache
def elements_of(type_: str) -> Mapping[str, Element]:
    """Return the elements of a type by name, in FHIR's order. Raises KeyError for a type that R4 does not have."""
    base, *lines = _table().types[type_]
    own = [element for line in lines for element in _elements_in(line)]
    before = list(elements_of(base).values()) if base else []
    return {e.name: replace(e, place=place) for place, e in enumerate([*before, *own])}


def types() -> frozenset[str]:
    """Return the names of all types, with the parts of types that have no type of their own (`Patient.contact`)."""
    return frozenset(_table().types)


@functools.cache
def is_resource(type_: str) -> bool:
    """Say whether it is a type of resource, one that there can be resources of."""
    base = _table().types.get(type_, [""])[0]
    return base in ("Resource", "DomainResource") and type_ != "DomainResource"


def _elements_in(line: str) -> Iterator[Element]:
    """Return the elements that a line of the table stands for."""
    name, _, kinds = line.partition(" ")
    repeats = kinds.endswith("*")
    stem, is_choice, _ = name.partition("[x]")
    for kind in kinds.removesuffix("*").split("|"):
        bare, _, targets = kind.partition("(")
        bare, _, bound = bare.partition("=")
        type_ = bare.removeprefix("@")
        yield Element(
            name=stem + type_[0].upper() + type_[1:] if is_choice else stem,
            type=type_,
            repeats=repeats,
            is_attribute=bare.startswith("@"),
            choice=name if is_choice else "",
            targets=frozenset(targets.removesuffix(")").split(",")) if targets else NOBODY,
            codes=_table().codes[bound] if bound else NOBODY,
        )
