"""Which form of FHIR, JSON or XML, a request is in and its answer is to have (HL7 FHIR 4.0.1, RESTful API 3.1.0.1.10).

`_format` in the address is stronger than the header Accept. What neither form can meet is refused with 406, a body in
another form with 415, both before anything is done. Inside, everything is JSON: `body_as_json` and `answer_as_asked`
are the only two places where the other form is known.
"""

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, encoded_outcome
from joinedup.exchange.fhir.xml import NotInXmlError, json_of_xml, xml_of_json

FHIR_VERSIONS = frozenset({"", "4.0", "4.0.1"})
UTF_8 = frozenset({"", "utf-8", "utf8", "us-ascii"})


class Form(Enum):
    """A form of FHIR, by its media type."""

    JSON = "application/fhir+json"
    XML = "application/fhir+xml"

    @property
    def content_type(self) -> str:
        """Return the value of the header Content-Type."""
        return f"{self.value}; charset=utf-8"


NAMES = {
    "application/fhir+json": Form.JSON,
    "application/json": Form.JSON,
    "application/json+fhir": Form.JSON,
    "text/json": Form.JSON,
    "json": Form.JSON,
    "application/fhir+xml": Form.XML,
    "application/xml": Form.XML,
    "application/xml+fhir": Form.XML,
    "text/xml": Form.XML,
    "xml": Form.XML,
}
FORM = "application/x-www-form-urlencoded"
AS_SENT = {("PATCH", "application/json-patch+json"), ("POST", FORM)}
# What a wildcard leaves to us is answered in JSON, the form that is kept.
WILDCARDS = {"*/*": Form.JSON, "application/*": Form.JSON, "text/*": Form.XML}


@dataclass(frozen=True)
class MediaType:
    """A media type with its parameters, names and values in lower case."""

    name: str
    parameters: dict[str, str]

    @property
    def quality(self) -> float:
        """Return how much it is wanted, from 0 (not at all) to 1; what can't be read counts as 0."""
        try:
            return min(1.0, max(0.0, float(self.parameters.get("q", "1"))))
        except ValueError:
            return 0.0

    @property
    def is_r4(self) -> bool:
        """Say whether it leaves the version of FHIR open or asks for R4."""
        return self.parameters.get("fhirversion", "") in FHIR_VERSIONS


def media_type(text: str) -> MediaType:
    """Read one media type."""
    name, *parameters = [part.strip() for part in text.lower().split(";")]
    pairs = (parameter.partition("=") for parameter in parameters)
    return MediaType(name, {key.strip(): value.strip().strip('"') for key, _, value in pairs})


def form_asked(request: HttpRequest) -> Form:
    """Return the form that the answer is to have. Raises `RefusedInputError` (406) when it is none of ours."""
    if named := request.GET.get("_format", ""):
        # A plus that was not escaped in the address has become a space.
        wanted = media_type(named.strip().replace(" ", "+"))
        form = (NAMES | WILDCARDS).get(wanted.name) if wanted.is_r4 else None
        return form or _refuse_form("_format asks for a form that is not there")
    accepted = request.headers.get("Accept", "").strip()
    return _most_wanted(accepted) if accepted else Form.JSON


def _most_wanted(accepted: str) -> Form:
    """Return the form that the header Accept wants most; of two wanted alike, the one named first."""
    wanted = [media_type(part) for part in accepted.split(",")]
    best, best_quality = None, 0.0
    for wish in wanted:
        form = (NAMES | WILDCARDS).get(wish.name)
        if form and wish.is_r4 and wish.quality > best_quality:
            best, best_quality = form, wish.quality
    return best or _refuse_form("the header Accept asks for a form that is not there")


def _refuse_form(reason: str) -> Form:
    """Refuse with 406."""
    message = f"{reason}: ask for {Form.JSON.value} or {Form.XML.value}, FHIR version 4.0"
    raise RefusedInputError(HTTPStatus.NOT_ACCEPTABLE, Issue("not-supported", message))


def body_as_json(data: bytes, method: str, content_type: str) -> bytes:
    """Return the body of a request as JSON. Raises `RefusedInputError`: 415 for another form, 400 for bad XML.

    What is no resource (a JSON Patch, the form of a search) has a media type of its own and stays as it is.
    """
    sent = media_type(content_type)
    if (method, sent.name) in AS_SENT:
        return data
    form = NAMES.get(sent.name) if sent.name else Form.JSON
    if form is None or not sent.is_r4 or sent.parameters.get("charset", "") not in UTF_8:
        message = f"send {Form.JSON.value} or {Form.XML.value}, FHIR version 4.0, in UTF-8"
        raise RefusedInputError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Issue("not-supported", message))
    return json_of_xml(data).encode() if form is Form.XML else data


def answer_as_asked(response: HttpResponse, form: Form) -> HttpResponse:
    """Give a FHIR answer the form that was asked for. Answers that are not FHIR's JSON stay as they are."""
    if form is Form.JSON or media_type(response.headers.get("Content-Type", "")).name != Form.JSON.value:
        return response
    response["Content-Type"] = form.content_type
    if not response.content:
        return response
    try:
        response.content = xml_of_json(response.content)
    except NotInXmlError as error:
        issue = Issue("not-supported", f"this can't be said in XML, ask for JSON: {error.reason}", error.path)
        response.status_code = HTTPStatus.NOT_ACCEPTABLE
        response.content = xml_of_json(encoded_outcome([issue]))
    return response
