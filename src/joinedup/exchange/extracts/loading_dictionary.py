"""From a data dictionary's YAML to its values, or to an error that names file, line and key."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from joinedup.core.explained import Confidence
from joinedup.exchange.extracts.dictionary import CodeList, Dictionary, Field, FileShape, Kind, OtherCodes
from joinedup.exchange.extracts.values import FORMATS
from joinedup.rules.nodes import Node, read_node

DICTIONARY_KEYS = frozenset(
    {"extract", "title", "publisher", "about", "source", "confidence", "file", "fields", "code_lists"}
)
FIELD_KEYS = frozenset({"name", "meaning", "type", "required"})
FIELD_OPTIONS = frozenset({"format", "codes", "source", "confidence"})
LIST_KEYS = frozenset({"id", "title", "source", "confidence", "others", "codes"})
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS = frozenset({"utf-8", "windows-1252"})

Choice = TypeVar("Choice", bound=StrEnum)


def load_dictionary(text: bytes, file: str) -> Dictionary:
    """Read a data dictionary; `RuleBookError` at the first thing that is amiss."""
    root = read_node(text, file)
    given = root.fields(DICTIONARY_KEYS)
    lists = _code_lists(given["code_lists"])
    source, confidence = given["source"].text(), one_of(given["confidence"], Confidence, "confidence")
    fields: dict[str, Field] = {}
    for node in given["fields"].items():
        field = _field(node, lists, source, confidence)
        if field.name in fields:
            raise node.error(f"the column '{field.name}' is described twice: keep one")
        fields[field.name] = field
    used = {field.codes for field in fields.values()}
    if unused := sorted(lists.keys() - used):
        raise given["code_lists"].error(
            f"code_lists: '{unused[0]}' is used by no field: remove it or name it"
        )
    return Dictionary(
        extract=given["extract"].text(),
        title=given["title"].text(),
        publisher=given["publisher"].text(),
        about=given["about"].text(),
        source=source,
        confidence=confidence,
        shape=_shape(given["file"]),
        fields=MappingProxyType(fields),
        code_lists=MappingProxyType(lists),
    )


def one_of(node: Node, choices: type[Choice], key: str) -> Choice:
    """The choice that the node names."""
    try:
        return choices(node.text())
    except ValueError:
        known = ", ".join(choice.value for choice in choices)
        raise node.error(f"{key}: '{node.text()}' is not one of {known}") from None


def _shape(node: Node) -> FileShape:
    given = node.fields(frozenset({"delimiter", "encoding"}), frozenset({"nothing"}))
    delimiter, encoding = given["delimiter"].text(), given["encoding"].text()
    if delimiter not in DELIMITERS:
        raise given["delimiter"].error(f"delimiter: use one of {', '.join(DELIMITERS)}")
    if encoding not in ENCODINGS:
        raise given["encoding"].error(f"encoding: use one of {', '.join(sorted(ENCODINGS))}")
    nothing = [item.text() for item in given["nothing"].items()] if "nothing" in given else []
    return FileShape(DELIMITERS[delimiter], encoding, frozenset({"", *nothing}))


def _code_lists(node: Node) -> dict[str, CodeList]:
    if node.is_list() and not node.yaml_node.value:
        return {}
    lists: dict[str, CodeList] = {}
    for item in node.items():
        given = item.fields(LIST_KEYS)
        name = given["id"].text()
        if name in lists:
            raise item.error(f"code_lists: '{name}' is given twice: keep one")
        meanings = {code.text(): meaning.text() for code, meaning in given["codes"].named()}
        lists[name] = CodeList(
            id=name,
            title=given["title"].text(),
            source=given["source"].text(),
            confidence=one_of(given["confidence"], Confidence, "confidence"),
            others=one_of(given["others"], OtherCodes, "others"),
            meanings=MappingProxyType(meanings),
            spellings=MappingProxyType({code.casefold(): code for code in meanings}),
        )
    return lists


def _field(node: Node, lists: Mapping[str, CodeList], source: str, confidence: Confidence) -> Field:
    given = node.fields(FIELD_KEYS, FIELD_OPTIONS)
    kind = one_of(given["type"], Kind, "type")
    return Field(
        name=given["name"].text(),
        meaning=given["meaning"].text(),
        kind=kind,
        is_required=given["required"].yes_or_no(),
        format=_format(node, given, kind),
        codes=_codes(node, given, kind, lists),
        source=given["source"].text() if "source" in given else source,
        confidence=one_of(given["confidence"], Confidence, "confidence")
        if "confidence" in given
        else confidence,
    )


def _format(node: Node, given: Mapping[str, Node], kind: Kind) -> str:
    """How a date or time is written; nothing else has a format."""
    known = FORMATS.get(kind, frozenset())
    if not known and "format" in given:
        raise given["format"].error(f"format: a {kind} has none: remove it")
    if known and ("format" not in given or given["format"].text() not in known):
        raise given.get("format", node).error(f"format: a {kind} needs one of {', '.join(sorted(known))}")
    return given["format"].text() if known else ""


def _codes(node: Node, given: Mapping[str, Node], kind: Kind, lists: Mapping[str, CodeList]) -> str:
    """The code list of a code; nothing else has one."""
    if (kind is Kind.CODE) != ("codes" in given):
        raise node.error("codes: a field of type code names its code list, and no other field does")
    if "codes" not in given:
        return ""
    name = given["codes"].text()
    if name not in lists:
        raise given["codes"].error(f"codes: there is no code list '{name}' in code_lists")
    return name
