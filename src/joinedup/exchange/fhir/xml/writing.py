"""From FHIR's JSON to its XML: `xml_of_json`.

Elements come in the order that FHIR sets, numbers with the digits that they have in JSON. What XML has no way to say
(control characters, an element that R4 does not have) raises `NotInXmlError`; the validator refuses both on arrival.
"""

import re
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec

from joinedup.care.record.logic import decode
from joinedup.exchange.fhir.definitions import XHTML, Element, elements_of, is_resource
from joinedup.exchange.fhir.xml.narrative import as_xml, problem_with
from joinedup.exchange.fhir.xml.reading import COMMENTS, FHIR

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# What XML 1.0 has no character for, with halves of characters (surrogates).
UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SPECIAL = re.compile('[&<>"\t\n\r]')
WHITESPACE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
APART = frozenset({"resourceType", COMMENTS})
Json = dict[str, Any]


class NotInXmlError(ValueError):
    """A resource can't be said in XML; `path` is the FHIRPath of what stands in the way."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def xml_of_json(data: bytes) -> bytes:
    """Return a resource as XML in UTF-8. `data` is its JSON, checked on arrival. Raises `NotInXmlError`."""
    out = [DECLARATION]
    content = decode(data)
    _resource(out, content, str(content["resourceType"]), f' xmlns="{FHIR}"')
    return "".join(out).encode()


def _resource(out: list[str], content: Json, path: str, attributes: str = "") -> None:
    """Write a resource."""
    type_ = content["resourceType"]
    if not is_resource(type_):
        raise NotInXmlError(path, "this is not a resource type of FHIR R4")
    _comments(out, content)
    _whole(out, type_, (type_, content), attributes, path)


def _whole(out: list[str], tag: str, typed: tuple[str, Json], attributes: str, path: str) -> None:
    """Write an element or resource with all that it holds."""
    type_, content = typed
    inner: list[str] = []
    for element in _in_order(type_, content, path):
        if element.is_attribute:
            attributes += f" {element.name}={_quoted(content[element.name], path)}"
        else:
            _element(inner, element, content, f"{path}.{element.name}")
    if inner:
        out += (f"<{tag}{attributes}>", *inner, f"</{tag}>")
    else:
        out.append(f"<{tag}{attributes}/>")


def _in_order(type_: str, content: Json, path: str) -> list[Element]:
    """Return the elements that the content has, in FHIR's order."""
    known = elements_of(type_)
    found = {}
    for key in content:
        name = key.removeprefix("_")
        if key in APART:
            continue
        if name not in known:
            raise NotInXmlError(f"{path}.{name}", "FHIR R4 does not have this element")
        found[name] = known[name]
    return sorted(found.values(), key=_place)


def _place(element: Element) -> int:
    """Return an element's place in its type."""
    return element.place


def _element(out: list[str], element: Element, content: Json, path: str) -> None:
    """Write one element, as often as it is there."""
    values, besides = content.get(element.name), content.get(f"_{element.name}")
    if not element.repeats:
        _one(out, element, values, besides or {}, path)
        return
    count = max(len(values or ()), len(besides or ()))
    for index in range(count):
        _one(out, element, _at(values, index), _at(besides, index) or {}, f"{path}[{index}]")


def _at(values: list[Any] | None, index: int) -> Any:
    """Return an item, or None beyond the end."""
    return values[index] if values and index < len(values) else None


def _one(out: list[str], element: Element, value: Any, beside: Json, path: str) -> None:
    """Write one occurrence of an element."""
    if element.is_primitive:
        _comments(out, beside)
        attribute = "" if value is None else f" value={_quoted(value, path)}"
        _whole(out, element.name, ("Element", beside), attribute, path)
    elif element.type == XHTML:
        _narrative(out, value, path)
    elif element.holds_resource:
        out.append(f"<{element.name}>")
        _resource(out, value, path)
        out.append(f"</{element.name}>")
    else:
        _comments(out, value)
        _whole(out, element.name, (element.type, value), "", path)


def _narrative(out: list[str], div: str, path: str) -> None:
    """Write the narrative."""
    if problem := problem_with(div):
        raise NotInXmlError(path, problem)
    out.append(as_xml(div))


def _comments(out: list[str], content: Json) -> None:
    """Write the comments of an element, before it."""
    for comment in content.get(COMMENTS, ()):
        text = UNSAYABLE.sub("", str(comment)).replace("--", "- -")
        out.append(f"<!--{text}{' ' if text.endswith('-') else ''}-->")


def _quoted(value: Any, path: str) -> str:
    """Return a value as an attribute's, in quotation marks."""
    if isinstance(value, bool):
        return '"true"' if value else '"false"'
    text = bytes(value).decode() if isinstance(value, msgspec.Raw) else str(value)
    if UNSAYABLE.search(text):
        raise NotInXmlError(path, "it holds a character that XML can't")
    return quoteattr(text, WHITESPACE) if SPECIAL.search(text) else f'"{text}"'
