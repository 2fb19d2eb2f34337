"""From FHIR's XML to its JSON: `json_of_xml`.

The parser is expat, Python's own, told to refuse what could hurt: any document type (so no entities, no files, no
addresses), other encodings than UTF-8, and elements nested too deeply. Digits, the order of what repeats, ids,
extensions on values and the narrative come through as sent. A comment is kept where JSON readers have long looked for
one (`fhir_comments` of the element that follows it). What a resource says is not judged here but by the validator.
"""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn
from xml.parsers import expat

import msgspec

from joinedup.exchange.fhir.definitions import INTEGERS, XHTML, Element, elements_of, is_resource
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.xml.narrative import DIV, SEPARATOR, with_namespaces

FHIR = "http://hl7.org/fhir"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
DEEPEST = 100
ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii"})
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
WHITESPACE = " \t\r\n"
COMMENTS = "fhir_comments"
BOOLEANS = {"true": True, "false": False}
Json = dict[str, Any]


@dataclass(slots=True)
class _Open:
    """An element that has begun and not ended. `element` is none for a resource."""

    name: str
    type: str
    element: Element | None
    content: Json
    value: Any = None
    repeated: list[str] = field(default_factory=list)

    @property
    def is_holder(self) -> bool:
        """Say whether it is an element that holds a resource, and not the resource itself."""
        return self.element is not None and self.element.holds_resource


def json_of_xml(data: bytes) -> str:
    """Return the JSON text of a resource sent as XML. Raises `RefusedInputError` that says line and column."""
    return _Reader(data).read()


class _Reader:
    """Builds the JSON while expat tells what comes next."""

    def __init__(self, data: bytes) -> None:
        self.data = data.removeprefix(BYTE_ORDER_MARK)
        self.open: list[_Open] = []
        self.root: Json | None = None
        self.comments: list[str] = []
        self.scope: list[tuple[str, str]] = []
        self.new_scope = 0
        self.inside = 0
        self.narrative = _Narrative()
        self.parser = expat.ParserCreate("UTF-8", SEPARATOR)
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartNamespaceDeclHandler = self._namespace
        self.parser.EndNamespaceDeclHandler = self._end_of_namespace
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._comment

    def read(self) -> str:
        """Read it all."""
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            self._refuse(f"the XML is not well-formed: {expat.ErrorString(error.code)}")
        return msgspec.json.encode(self.root).decode()

    def _refuse(self, message: str, path: str = "") -> NoReturn:
        """Refuse with the place that has been reached."""
        parser = self.parser
        at_error = parser.ErrorCode != 0
        line = parser.ErrorLineNumber if at_error else parser.CurrentLineNumber
        column = parser.ErrorColumnNumber if at_error else parser.CurrentColumnNumber
        where = f"line {line}, column {column + 1}"
        raise RefusedInputError(
            HTTPStatus.BAD_REQUEST, Issue("structure", f"{where}: {message}", path or self._path())
        )

    def _path(self, name: str = "") -> str:
        """Return the FHIRPath of the element that has been reached."""
        steps: list[str] = []
        for above, here in zip([None, *self.open], self.open, strict=False):
            if here.element is None:
                steps = steps or [here.type]
            else:
                steps.append(here.name + _index(here.element, above))
        return ".".join([*steps, name] if name else steps)

    # What expat calls, in the order in which it may come.

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            self._refuse("the encoding declared is not UTF-8: FHIR is sent as UTF-8")

    def _doctype(self, *_: object) -> None:
        self._refuse("a document type (DOCTYPE) and entities are not accepted: send the resource alone")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        self.scope.append((prefix or "", uri or ""))
        self.new_scope += 1

    def _end_of_namespace(self, _prefix: str | None) -> None:
        self.scope.pop()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.inside += 1
        if self.inside > DEEPEST:
            self._refuse(f"elements are nested more than {DEEPEST} deep")
        declared, self.new_scope = self.new_scope, 0
        if self.narrative.is_open:
            self.narrative.has_content = True
        elif name == DIV:
            self._start_narrative(declared)
        else:
            self._start_element(name, attributes)

    def _end(self, _name: str) -> None:
        self.inside -= 1
        if not self.narrative.is_open:
            self._end_element()
        elif self.inside < self.narrative.depth:
            self._end_narrative()

    def _text(self, text: str) -> None:
        if self.narrative.is_open:
            self.narrative.has_content = True
        elif text.strip(WHITESPACE):
            self._refuse("there is text between elements: a value stands in the attribute value")

    def _comment(self, text: str) -> None:
        if self.narrative.is_open:
            self.narrative.has_content = True
        else:
            self.comments.append(text)

    # Elements and resources.

    def _start_element(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(SEPARATOR)
        if namespace != FHIR:
            self._refuse(f"this element is not in the namespace {FHIR}")
        above = self.open[-1] if self.open else None
        opened = (
            self._resource(local, above) if above is None or above.is_holder else self._part(local, above)
        )
        if self.comments and not opened.is_holder:
            opened.content[COMMENTS], self.comments = self.comments, []
        self.open.append(opened)
        if attributes:
            self._take_attributes(opened, attributes)

    def _resource(self, type_: str, holder: _Open | None) -> _Open:
        """Begin a resource."""
        if not is_resource(type_):
            self._refuse("this is not a FHIR R4 resource type: check its spelling and capitals")
        if holder is not None and "resourceType" in holder.content:
            self._refuse("an element can hold one resource only")
        content: Json = {"resourceType": type_}
        if holder is None:
            self.root = content
        else:
            holder.content = content
        return _Open(type_, type_, None, content)

    def _part(self, name: str, above: _Open) -> _Open:
        """Begin an element within another."""
        type_ = "Element" if above.element and above.element.is_primitive else above.type
        element = elements_of(type_).get(name)
        if element is None or element.is_attribute or element.type == XHTML:
            self._refuse("unknown element", self._path(name))
        if not element.repeats and (name in above.content or f"_{name}" in above.content):
            self._refuse("the element must not be repeated", self._path(name))
        return _Open(name, element.type, element, {})

    def _take_attributes(self, opened: _Open, attributes: dict[str, str]) -> None:
        """Take the attributes of an element that has just begun."""
        is_primitive = opened.element is not None and opened.element.is_primitive
        allowed = elements_of("Element" if is_primitive else opened.type)
        for name, value in attributes.items():
            if is_primitive and name == "value":
                opened.value = self._value_of(opened, value)
            elif name in allowed and allowed[name].is_attribute:
                opened.content[name] = value
            elif not name.startswith(SCHEMA_INSTANCE):
                self._refuse("the element has an attribute that FHIR does not know here")

    def _value_of(self, opened: _Open, text: str) -> Any:
        """Return a value as JSON has it; a number keeps its digits."""
        if opened.type == "boolean":
            if text not in BOOLEANS:
                self._refuse("expected true or false")
            return BOOLEANS[text]
        if opened.type in INTEGERS or opened.type == "decimal":
            if not (DECIMAL if opened.type == "decimal" else INTEGER).match(text):
                self._refuse(f"this is not a FHIR {opened.type}")
            return msgspec.Raw(text.encode())
        return text

    def _end_element(self) -> None:
        """Put what has ended where it belongs."""
        ended = self.open.pop()
        if self.comments:
            ended.content.setdefault(COMMENTS, []).extend(self.comments)
            self.comments = []
        for name in ended.repeated:
            _tidy(ended.content, name)
        if ended.element is not None:
            self._put(ended, ended.element, self.open[-1])

    def _put(self, ended: _Open, element: Element, above: _Open) -> None:
        """Put an element into the one that holds it."""
        if ended.is_holder and "resourceType" not in ended.content:
            self._refuse("the element must hold a resource", self._path(ended.name))
        if element.is_primitive:
            _put_primitive(ended, element, above)
        elif element.repeats:
            above.content.setdefault(ended.name, []).append(ended.content)
        else:
            above.content[ended.name] = ended.content

    # The narrative, cut out of what was sent.

    def _start_narrative(self, declared: int) -> None:
        above = self.open[-1] if self.open else None
        if above is None or above.type != "Narrative":
            self._refuse("XHTML is only expected in the div of a narrative")
        if "div" in above.content:
            self._refuse("the element must not be repeated", self._path("div"))
        scope = dict(self.scope[: len(self.scope) - declared])
        for prefix, _ in self.scope[len(self.scope) - declared :]:
            scope.pop(prefix, None)
        self.narrative = _Narrative(True, self.parser.CurrentByteIndex, self.inside, scope)

    def _end_narrative(self) -> None:
        narrative, end = self.narrative, self.parser.CurrentByteIndex
        first = self.data[narrative.start : end]
        if narrative.has_content or not first.endswith(b"/>"):
            end = self.data.index(b">", end) + 1
        text = self.data[narrative.start : end].decode()
        self.open[-1].content["div"] = with_namespaces(text, narrative.needed(text))
        self.narrative = _Narrative()


@dataclass(slots=True)
class _Narrative:
    """A narrative that is being passed over: where it starts, how deep, and what was declared outside it."""

    is_open: bool = False
    start: int = 0
    depth: int = 0
    scope: dict[str, str] = field(default_factory=dict)
    has_content: bool = False

    def needed(self, text: str) -> dict[str, str]:
        """Return the declarations from outside that its text relies on."""
        unprefixed = text.startswith("<div")
        return {
            prefix: uri
            for prefix, uri in self.scope.items()
            if (f"{prefix}:" in text if prefix else unprefixed)
        }


def _index(element: Element, above: _Open | None) -> str:
    """Return [n] for an element that repeats and has not been put yet."""
    if not element.repeats or above is None:
        return ""
    return f"[{len(above.content.get(element.name, ()))}]"


def _put_primitive(ended: _Open, element: Element, above: _Open) -> None:
    """Put a value, and beside it, under the name with a line in front, its id and extensions."""
    name, beside = ended.name, f"_{ended.name}"
    if element.repeats:
        if name not in above.content:
            above.content[name], above.content[beside] = [], []
            above.repeated.append(name)
        above.content[name].append(ended.value)
        above.content[beside].append(ended.content or None)
        return
    if ended.value is not None or not ended.content:
        above.content[name] = ended.value
    if ended.content:
        above.content[beside] = ended.content


def _tidy(content: Json, name: str) -> None:
    """Leave out, of the two lists of a value that repeats, the one that says nothing."""
    beside = f"_{name}"
    if not any(content[beside]):
        del content[beside]
    elif all(value is None for value in content[name]):
        del content[name]
