"""Small FHIR resources for tests; every number is in the test range 999."""

NHS = "https://fhir.nhs.uk/Id/nhs-number"
RIGHT_NUMBER = "9990000026"
OTHER_NUMBER = "9990000034"


def patient(fhir_id=None, number=RIGHT_NUMBER, born="1950-03-02", **more):
    content = {
        "resourceType": "Patient",
        "identifier": [{"system": NHS, "value": number}] if number else [],
        "name": [{"family": "Trumpetwright", "given": ["Hazelanne"]}],
        "gender": "female",
        "birthDate": born,
    } | more
    if not content["identifier"]:
        del content["identifier"]
    return content | ({"id": fhir_id} if fhir_id else {})


VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"


def number_of(value=RIGHT_NUMBER, status="01", **more):
    """An NHS number with its verification status: 01 is verified."""
    coding = {
        "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
        "code": status,
    }
    extension = {"url": VERIFICATION, "valueCodeableConcept": {"coding": [coding]}}
    return {"extension": [extension], "system": NHS, "value": value} | more


def observation(fhir_id=None, subject="Patient/p1", value="72.50", **more):
    content = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Body weight"},
        "subject": {"reference": subject},
        "effectiveDateTime": "2026-01-05T09:30:00+00:00",
        "valueQuantity": {"value": value, "unit": "kg"},
    } | more
    return content | ({"id": fhir_id} if fhir_id else {})


def stay(fhir_id="stay1", subject="Patient/p1", **more):
    return {
        "resourceType": "Encounter",
        "id": fhir_id,
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": subject},
        "period": {"start": "2026-01-01T10:00:00+00:00"},
    } | more


def entry(resource, method="PUT", full_url=None):
    url = resource["resourceType"] + (f"/{resource['id']}" if method == "PUT" else "")
    found = {"resource": resource, "request": {"method": method, "url": url}}
    return found | ({"fullUrl": full_url} if full_url else {})


def bundle(*entries, kind="transaction"):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}
