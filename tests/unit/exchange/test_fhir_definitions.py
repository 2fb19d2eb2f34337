"""The table of R4's elements agrees with the validator, which was made from R4 by others."""

import re
from collections import deque

import pytest

from joinedup.exchange.fhir.definitions import INTEGERS, RESOURCE, elements_of, is_resource, types
from joinedup.exchange.fhir.validation import TYPES, issues_of_form

ABSTRACT = {"Resource", "DomainResource", "Element", "BackboneElement"}
NEITHER = b"7.5"  # a number that is neither a list, an object, a text, a truth nor an integer


def ways():
    """Return for each type how to reach it: a resource, and the elements from it down."""
    found = {name: (name, ()) for name in sorted(types()) if is_resource(name)}
    waiting = deque(found)
    while waiting:
        here = waiting.popleft()
        resource, path = found[here]
        for element in elements_of(here).values():
            if element.type in types() - set(found) - {RESOURCE}:
                found[element.type] = (resource, (*path, element))
                waiting.append(element.type)
    return found


WAYS = ways()


def complaints(type_, element):
    """Return what the validator says of this element when it is a number that it can't be."""
    resource, path = WAYS[type_]
    inner = b'{"%s":%s}' % (element.name.encode(), NEITHER)
    for step in reversed(path):
        inner = (b'{"%s":[%s]}' if step.repeats else b'{"%s":%s}') % (step.name.encode(), inner)
    body = b'{"resourceType":"%s",' % resource.encode() + inner[1:]
    ends = re.compile(rf"(^|\.){re.escape(element.name)}$")
    issues = [issue.message for issue in issues_of_form([body])[0] if ends.search(issue.expression)]
    return [message for message in issues if "required" not in message]


def expected(element):
    """Return what the validator must say, by the table."""
    if element.repeats:
        return "expected an array"
    if element.type == "boolean":
        return "expected true or false"
    if element.type in INTEGERS:
        return "7.5 is not"
    if element.is_primitive or element.type == "xhtml":
        return "expected a string"
    return "resourceType" if element.holds_resource else "expected an object"


def test_the_resource_types_are_the_same():
    assert {name for name in types() if is_resource(name)} == TYPES
    assert set(types()) - set(WAYS) == ABSTRACT


@pytest.mark.parametrize("type_", sorted(WAYS))
def test_each_element_is_known_repeats_and_is_of_a_type_as_the_table_says(type_):
    for element in elements_of(type_).values():
        said = complaints(type_, element)
        if element.type == "decimal" and not element.repeats:
            assert said == []
        else:
            assert any(expected(element) in message for message in said), (element, said)


def test_an_element_that_is_not_in_the_table_is_not_known_to_the_validator():
    with pytest.raises(KeyError):
        elements_of("Meta")["project"]
    assert [
        i.expression for i in issues_of_form([b'{"resourceType":"Patient","meta":{"project":"x"}}'])[0]
    ] == ["Patient.meta.project"]
