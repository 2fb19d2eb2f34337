"""Whatever resource R4's table allows is the same after a journey through XML, to the digit."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.care.record.logic import decode, digest_of
from joinedup.exchange.fhir.definitions import INTEGERS, elements_of, is_resource, types
from joinedup.exchange.fhir.xml import json_of_xml, xml_of_json

DEEPEST = 3
MOST_ELEMENTS = 4
RESOURCES = sorted(name for name in types() if is_resource(name))
# Every character that FHIR and XML both have; those that XML folds or escapes come often.
TEXT = st.text(
    st.one_of(
        st.sampled_from("&<>\"' \t\n\r]\u00a0é🩺"),
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    ),
    min_size=1,
    max_size=8,
)
DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,20})\.[0-9]{1,20}([eE][+-]?[0-9]{1,2})?", fullmatch=True)
DIVS = st.sampled_from(["<p>x</p>", "<br/>", "a<!-- b -->c", "&lt;&#160;", "Zoë\n", ""])


def value_of(draw, type_):
    """Return a value of a primitive type."""
    if type_ == "boolean":
        return draw(st.booleans())
    if type_ in INTEGERS:
        return draw(st.integers(0, 2**31 - 1))
    if type_ == "decimal":
        return msgspec.Raw(draw(DECIMALS).encode())
    return draw(TEXT)


def beside(draw):
    """Return what may stand beside a value."""
    return {
        "id": draw(TEXT),
        "extension": [{"url": "urn:x", "valueDecimal": msgspec.Raw(draw(DECIMALS).encode())}],
    }


def part(draw, type_, depth):
    """Return an object of a type, of a few elements."""
    known = [e for e in elements_of(type_).values() if depth < DEEPEST or e.is_primitive]
    chosen = (
        draw(st.lists(st.sampled_from(known), min_size=1, max_size=MOST_ELEMENTS, unique=True))
        if known
        else []
    )
    content = {}
    for element in chosen:
        count = draw(st.integers(1, 3)) if element.repeats else 1
        if element.is_primitive:
            put_values(draw, content, element, count)
        else:
            made = [whole(draw, element, depth + 1) for _ in range(count)]
            content[element.name] = made if element.repeats else made[0]
    return content


def put_values(draw, content, element, count):
    """Put the values of an element, some with something beside them, some with that alone."""
    values = [value_of(draw, element.type) for _ in range(count)]
    if element.is_attribute or draw(st.booleans()):
        content[element.name] = values if element.repeats else values[0]
        return
    more = [beside(draw) if index == 0 or draw(st.booleans()) else None for index in range(count)]
    kept = [
        value if extra is None or draw(st.booleans()) else None
        for value, extra in zip(values, more, strict=True)
    ]
    content[f"_{element.name}"] = more if element.repeats else more[0]
    if any(value is not None for value in kept):
        content[element.name] = kept if element.repeats else kept[0]


def whole(draw, element, depth):
    """Return one occurrence of an element that is no value."""
    if element.type == "xhtml":
        return f'<div xmlns="http://www.w3.org/1999/xhtml">{draw(DIVS)}</div>'
    if element.holds_resource:
        type_ = draw(st.sampled_from(RESOURCES)) if element.type == "Resource" else element.type
        return {"resourceType": type_} | part(draw, type_, depth)
    return part(draw, element.type, depth)


@st.composite
def resources(draw):
    """Draw any resource that the table allows."""
    type_ = draw(st.sampled_from(RESOURCES))
    return msgspec.json.encode({"resourceType": type_} | part(draw, type_, 0))


@given(resources())
@settings(max_examples=300, deadline=None)
def test_any_resource_is_the_same_after_a_journey_through_xml(sent):
    made = xml_of_json(sent)
    back = json_of_xml(made).encode()
    assert digest_of(decode(back)) == digest_of(decode(sent))
    assert xml_of_json(back) == made
