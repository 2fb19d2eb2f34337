"""What can be searched for: the declaration of `parameters.yaml`, read once.

One declaration serves what is written beside an entry (`indexing`), what a search may ask (`criteria`) and what the
API says of itself. Ends at naming: how values are compared is in `criteria`.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("parameters.yaml")
HAPPENED = "happened"


class Kind(StrEnum):
    """The kinds of search parameter (FHIR R4 SearchParamType), as far as they are supported."""

    TOKEN = "token"  # noqa: S105 - the standard's word
    STRING = "string"
    DATE = "date"
    REFERENCE = "reference"
    URI = "uri"
    WHO = "who"

    @property
    def fhir(self) -> str:
        """Return the kind as a CapabilityStatement says it."""
        return Kind.REFERENCE.value if self is Kind.WHO else self.value


@dataclass(frozen=True)
class Parameter:
    """One parameter of one type. `paths` are the elements where it stands; `happened` is the record's own date."""

    name: str
    kind: Kind
    paths: tuple[tuple[str, ...], ...]
    happened: bool = False

    @property
    def elements(self) -> tuple[str, ...]:
        """Return the paths as FHIR writes them."""
        return tuple(".".join(path) for path in self.paths)


# Every type has these; `identifier` is for the types that are searchable at all.
COMMON = (
    Parameter("_tag", Kind.TOKEN, (("meta", "tag"),)),
    Parameter("_security", Kind.TOKEN, (("meta", "security"),)),
    Parameter("_profile", Kind.URI, (("meta", "profile"),)),
    Parameter("_source", Kind.URI, (("meta", "source"),)),
    Parameter("identifier", Kind.TOKEN, (("identifier",),)),
)
# These stand for others as well, whose values are kept once, under their own names.
UNIONS: Mapping[str, tuple[str, ...]] = {
    "name": ("family", "given"),
    "address": ("address-city", "address-postalcode"),
}
# What can be asked of any other type, which is stored and given back.
ANYWHERE: Mapping[str, Parameter] = {"patient": Parameter("patient", Kind.WHO, ())}


def _read(name: str, declared: str) -> Parameter:
    """Read one declaration: kind, then the elements."""
    kind, _, where = declared.partition(" ")
    happened = where == HAPPENED
    paths = () if happened or not where else tuple(tuple(path.split(".")) for path in where.split("|"))
    return Parameter(name, Kind(kind), paths, happened)


@functools.cache
def searchable() -> dict[str, dict[str, Parameter]]:
    """Return the parameters of every type that is searchable, by name."""
    declared = yaml.safe_load(FILE.read_text())
    common = {parameter.name: parameter for parameter in COMMON}
    return {
        type_: common | _without_repeats({name: _read(name, said) for name, said in parameters.items()})
        for type_, parameters in declared.items()
    }


def _without_repeats(parameters: dict[str, Parameter]) -> dict[str, Parameter]:
    """Take from each union the elements that another parameter keeps anyway."""
    kept = dict(parameters)
    for name in UNIONS.keys() & parameters.keys():
        elsewhere = {
            path for other in UNIONS[name] if other in parameters for path in parameters[other].paths
        }
        own = tuple(path for path in parameters[name].paths if path not in elsewhere)
        kept[name] = replace(parameters[name], paths=own)
    return kept


@functools.cache
def names_for(type_: str, name: str) -> tuple[str, ...]:
    """Return the names under which the values of a parameter are kept: its own, and those that it stands for."""
    others = tuple(other for other in UNIONS.get(name, ()) if other in searchable().get(type_, {}))
    return (name, *others)


def parameters_of(type_: str) -> Mapping[str, Parameter]:
    """Return the parameters of a type by name; of one that isn't searchable, those that any type has."""
    return searchable().get(type_, ANYWHERE)
