"""The corners of FHIR's XML: narratives, namespaces, values without value, comments, encodings, places of errors."""

import json

import pytest

from joinedup.exchange.fhir.outcome import RefusedInputError
from joinedup.exchange.fhir.xml import NotInXmlError, json_of_xml, xml_of_json
from joinedup.exchange.fhir.xml.narrative import problem_with

FHIR = 'xmlns="http://hl7.org/fhir"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


def patient(inner, more=""):
    return f"<Patient {FHIR} {more}>{inner}</Patient>"


def read(text):
    return json.loads(json_of_xml(text.encode() if isinstance(text, str) else text))


def narrated(div, more=""):
    return read(patient(f'<text><status value="generated"/>{div}</text>', more))["text"]["div"]


@pytest.mark.parametrize(
    "div",
    [
        f"<div {XHTML}/>",
        f"<div {XHTML}></div>",
        f"<div {XHTML}><br/></div>",
        f'<div {XHTML} title="/>"></div>',
        f"<div {XHTML}>a<!-- c --><![CDATA[<]]>&amp;&#160;<p>Zoë</p>\n</div >",
    ],
)
def test_a_narrative_is_kept_character_for_character(div):
    assert narrated(div) == div


def test_a_narrative_brings_the_namespaces_that_were_declared_outside_it():
    inherited = f'<f:Patient xmlns:f="http://hl7.org/fhir" {XHTML}><f:text><div>x</div></f:text></f:Patient>'
    assert read(inherited)["text"]["div"] == f"<div {XHTML}>x</div>"
    prefixed = narrated("<h:div>x<h:b>y</h:b></h:div>", 'xmlns:h="http://www.w3.org/1999/xhtml"')
    assert prefixed == '<h:div xmlns:h="http://www.w3.org/1999/xhtml">x<h:b>y</h:b></h:div>'


def test_names_of_characters_become_numbers_in_xml():
    sent = {"resourceType": "Patient", "text": {"status": "generated", "div": "<div>a&nbsp;&lt;</div>"}}
    made = xml_of_json(json.dumps(sent).encode())
    assert f"<div {XHTML}>a&#160;&lt;</div>".encode() in made
    read(made)


@pytest.mark.parametrize(
    "div",
    [
        "<div>",
        "<p>x</p>",
        "<div><script>x</script></div>",
        '<div onclick="x">y</div>',
        "<div/><div/>",
        "<!DOCTYPE x><div/>",
        "<div>&nosuch;</div>",
    ],
)
def test_a_narrative_that_is_no_narrative_is_named_and_not_written(div):
    assert problem_with(div)
    sent = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
    with pytest.raises(NotInXmlError) as refused:
        xml_of_json(json.dumps(sent).encode())
    assert refused.value.path == "Patient.text.div"


def test_an_extension_stands_beside_its_value():
    inner = (
        '<name><given value="a"/><given><extension url="urn:x"><valueCode value="u"/></extension></given></name>'
        '<birthDate id="b"><extension url="urn:x"><valueString value="u"/></extension></birthDate>'
    )
    found = read(patient(inner))
    assert found["name"] == [
        {"given": ["a", None], "_given": [None, {"extension": [{"url": "urn:x", "valueCode": "u"}]}]}
    ]
    assert found["_birthDate"] == {"id": "b", "extension": [{"url": "urn:x", "valueString": "u"}]}
    assert "birthDate" not in found


def test_comments_stay_with_what_follows_them():
    text = patient('<!-- one --><active value="true"/><!-- two --><name><family value="x"/></name>')
    made = json_of_xml(text.encode())
    assert json.loads(made)["name"] == [{"fhir_comments": [" two "], "family": "x"}]
    back = xml_of_json(made.encode()).decode()
    assert '<!-- one --><active value="true"/><!-- two --><name>' in back


@pytest.mark.parametrize("number", ["72.50", "1E5", "0.000", "-0.10", "12345678901234567890.123456789"])
def test_a_decimal_keeps_its_digits(number):
    inner = f'<extension url="urn:x"><valueDecimal value="{number}"/></extension>'
    made = json_of_xml(patient(inner).encode())
    assert f'"valueDecimal":{number}' in made
    assert f'<valueDecimal value="{number}"/>'.encode() in xml_of_json(made.encode())


REFUSED = {
    "UTF-16": (patient("").encode("utf-16"), ""),
    "UTF-16 without a mark": (patient("").encode("utf-16-be"), ""),
    "Latin-1 declared": (('<?xml version="1.0" encoding="ISO-8859-1"?>' + patient("")).encode(), ""),
    "Latin-1 not declared": (patient('<language value="é"/>').encode("latin-1"), "Patient"),
    "no such truth": (patient('<active value="maybe"/>').encode(), "Patient.active"),
    "a number with a plus": (
        patient('<multipleBirthInteger value="+1"/>').encode(),
        "Patient.multipleBirthInteger",
    ),
    "two resources": (
        patient("<contained><Organization/><Organization/></contained>").encode(),
        "Patient.contained[0]",
    ),
    "an attribute too many": (patient('<active valeu="true"/>').encode(), "Patient.active"),
    "no such resource": (f"<Pateint {FHIR}/>".encode(), ""),
    "XHTML elsewhere": (patient(f"<div {XHTML}/>").encode(), "Patient"),
    "a second narrative": (
        patient(f'<text><status value="generated"/><div {XHTML}/><div {XHTML}/></text>').encode(),
        "Patient.text.div",
    ),
    "deeply nested": (patient('<extension url="x">' * 200).encode(), "Patient.extension[0]"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_with_line_column_and_place(name):
    data, place = REFUSED[name]
    with pytest.raises(RefusedInputError) as refused:
        json_of_xml(data)
    (issue,) = refused.value.issues
    assert issue.message.startswith("line 1, column ")
    assert issue.expression.startswith(place)


def test_a_schema_location_and_a_mark_at_the_start_are_passed_over():
    more = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="a b"'
    assert read(b"\xef\xbb\xbf" + patient("", more).encode()) == {"resourceType": "Patient"}


def test_what_xml_has_no_character_for_is_not_written():
    with pytest.raises(NotInXmlError) as refused:
        xml_of_json(b'{"resourceType":"Patient","name":[{"family":"a\\u0001"}]}')
    assert refused.value.path == "Patient.name[0].family"
