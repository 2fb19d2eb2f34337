"""Which form is asked for and sent: header, address, versions, wildcards."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from joinedup.exchange.fhir.negotiation import Form, answer_as_asked, body_as_json, form_asked
from joinedup.exchange.fhir.outcome import RefusedInputError

XML, JSON = Form.XML, Form.JSON
ASKED = {
    "nothing": ("", "", JSON),
    "XML": ("application/fhir+xml", "", XML),
    "plain XML with a charset": ("application/xml; charset=utf-8", "", XML),
    "anything": ("*/*", "", JSON),
    "XML rather": ("application/fhir+json;q=0.5, application/fhir+xml", "", XML),
    "JSON rather": ("application/fhir+xml;q=0.1, application/fhir+json;q=0.2", "", JSON),
    "both alike": ("application/fhir+xml, application/fhir+json", "", XML),
    "XML is not wanted": ("application/fhir+xml;q=0, */*;q=0.1", "", JSON),
    "something else, or else anything": ("text/turtle, */*;q=0.1", "", JSON),
    "this version": ("application/fhir+xml; fhirVersion=4.0", "", XML),
    "the address is stronger": ("application/fhir+json", "xml", XML),
    "a plus not escaped": ("", "application/fhir+xml", XML),
    "a plus escaped": ("", "application/fhir%2Bxml", XML),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_form_asked_for_is_found(name):
    accept, named, form = ASKED[name]
    address = "/fhir/R4/Patient/p1" + (f"?_format={named}" if named else "")
    request = RequestFactory().get(address, headers={"accept": accept} if accept else {})
    assert form_asked(request) is form


REFUSED = {
    "Turtle": ("text/turtle", ""),
    "another version": ("application/fhir+xml; fhirVersion=3.0", ""),
    "nothing wanted": ("application/fhir+json;q=0", ""),
    "a weight that is none": ("application/fhir+json;q=much", ""),
    "an unknown word": ("", "ttl"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_is_not_there_is_refused(name):
    accept, named = REFUSED[name]
    address = "/fhir/R4/Patient/p1" + (f"?_format={named}" if named else "")
    with pytest.raises(RefusedInputError) as refused:
        form_asked(RequestFactory().get(address, headers={"accept": accept} if accept else {}))
    assert refused.value.status == 406


def test_a_body_in_another_form_or_encoding_is_refused():
    assert body_as_json(b"{}", "PUT", "") == body_as_json(b"{}", "PUT", "application/json") == b"{}"
    for sent in (
        "text/turtle",
        "application/fhir+json; charset=latin-1",
        "application/fhir+xml;fhirVersion=5.0",
    ):
        with pytest.raises(RefusedInputError) as refused:
            body_as_json(b"{}", "PUT", sent)
        assert refused.value.status == 415


def test_what_is_not_fhir_stays_and_what_xml_cannot_say_is_told():
    other = HttpResponse(b"{}", content_type="application/fhir+ndjson")
    assert answer_as_asked(other, XML).content == b"{}"
    odd = HttpResponse(b'{"resourceType":"Patient","id":"a\\u0001"}', content_type=JSON.content_type)
    answer = answer_as_asked(odd, XML)
    assert answer.status_code == 406
    assert b'<expression value="Patient.id"/>' in answer.content
    empty = answer_as_asked(HttpResponse(b"", content_type=JSON.content_type), XML)
    assert (empty.content, empty.headers["Content-Type"]) == (b"", XML.content_type)
