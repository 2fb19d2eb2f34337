"""People as they arrive, for tests of recognising them: made-up, numbers of the test range."""

from fhir_samples import RIGHT_NUMBER, bundle, entry, number_of, patient

from joinedup.care.people.queries import people_of_patients

HOME = [{"line": ["1 Example Lane"], "city": "Madeup", "postalCode": "ZZ99 9ZZ"}]
PHONE = [{"system": "phone", "value": "01632 960001"}]


def who(fhir_id, given="Hazelanne", number=None, **more):
    return patient(fhir_id, number=number, name=[{"family": "Trumpetwright", "given": [given]}], **more)


def arrive(api, *patients):
    """Each in a bundle of its own; return whose they are, in that order."""
    for one in patients:
        assert api.post("", bundle(entry(one))).status_code == 200
    people = people_of_patients([one["id"] for one in patients])
    return [people[one["id"]] for one in patients]


def verified(fhir_id, given="Hazelanne", value=RIGHT_NUMBER, **more):
    return who(fhir_id, given, identifier=[number_of(value)], **more)


def without(content, name):
    return {key: value for key, value in content.items() if key != name}


CHI, HC = "https://fhir.nhs.uk/Id/chi-number", "https://fhir.hscni.net/Id/hcn"
MRN = "https://example.org/Id/mrn"


def other(system, value=RIGHT_NUMBER, **more):
    return [{"system": system, "value": value} | more]


MARRIED = {"name": [{"family": "Otherwise", "given": ["Hazelanne"]}]}
BABY = {"name": [{"family": "Trumpetwright", "given": ["Baby"]}]}
