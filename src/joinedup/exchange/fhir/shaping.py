"""Resources cut to what was asked for: `_elements` and `_summary`. What was cut says so (tag SUBSETTED).

Which elements a summary has is FHIR R4's own mark on each element, for the types that the record searches.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from joinedup.care.record.criteria import CriterionError

FILE = Path(__file__).with_name("summaries.yaml")
ALWAYS = ("resourceType", "id", "meta")
EVERYWHERE = ("identifier", "implicitRules")
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
SUMMARIES = ("true", "text", "data", "count", "false")
_top_level = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True)
class Shape:
    """How much of each resource is given. `elements` and `summary` are as asked; both empty: the whole."""

    elements: tuple[str, ...] = ()
    summary: str = ""

    @property
    def is_count(self) -> bool:
        """Say whether only the number was asked for."""
        return self.summary == "count"


def shape_of(pairs: Sequence[tuple[str, str]]) -> Shape:
    """Read the parameters; the two exclude each other."""
    said = dict(pairs)
    summary = said.get("_summary", "")
    elements = tuple(name.rpartition(".")[2] for name in said.get("_elements", "").split(",") if name)
    if summary and summary not in SUMMARIES:
        raise CriterionError("_summary", f"it must be one of: {', '.join(SUMMARIES)}")
    if summary and elements:
        raise CriterionError("_elements", "give either _elements or _summary")
    return Shape(elements, "" if summary == "false" else summary)


@functools.cache
def _declared() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Return, per type, the elements that it must have and those of its summary."""
    declared: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text())
    return {type_: {part: said.split() for part, said in parts.items()} for type_, parts in declared.items()}


def shaped(body: bytes, type_: str, shape: Shape) -> bytes:
    """Return the resource as far as the shape goes."""
    if not shape.elements and shape.summary in ("", "count"):
        return body
    elements = _top_level.decode(body)
    kept = _kept(elements, type_, shape)
    if kept.keys() == elements.keys():
        return body
    meta = _top_level.decode(kept["meta"]) if "meta" in kept else {}
    tags = msgspec.json.decode(meta["tag"]) if "tag" in meta else []
    meta["tag"] = msgspec.Raw(msgspec.json.encode([*tags, SUBSETTED]))
    return msgspec.json.encode(kept | {"meta": meta})


def _kept(elements: Mapping[str, msgspec.Raw], type_: str, shape: Shape) -> dict[str, msgspec.Raw]:
    """Return the elements that stay."""
    if shape.summary == "data":
        return {name: value for name, value in elements.items() if name != "text"}
    declared = _declared().get(type_, {})
    wanted = {*ALWAYS, *declared.get("required", ())}
    if shape.summary == "text":
        wanted.add("text")
    elif shape.summary == "true":
        if not declared:
            return dict(elements)
        wanted |= {*EVERYWHERE, *declared.get("summary", ())}
    else:
        wanted |= set(shape.elements)
    return {name: value for name, value in elements.items() if _base(name) in wanted or name in wanted}


def _base(name: str) -> str:
    """Return the element that an element belongs to: `_birthDate` carries extensions of `birthDate`."""
    return name.removeprefix("_")
