"""How an entry is said in one line where it brings no words of its own."""

import pytest

from joinedup.care.record.titles import title_of

HOME = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"}


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ({"resourceType": "Encounter", "class": HOME}, "Home visit"),
        ({"resourceType": "Encounter"}, "Contact"),
        ({"resourceType": "QuestionnaireResponse"}, "Assessment"),
        ({"resourceType": "AllergyIntolerance", "code": {"coding": [{"code": "91936005"}]}}, "Allergy"),
        ({"resourceType": "DeviceUseStatement"}, "Device use statement"),
        ({"resourceType": "Encounter", "class": HOME, "type": [{"text": "Wound care"}]}, "Wound care"),
    ],
)
def test_it_is_called_by_its_kind_and_never_by_a_code(content, title):
    assert title_of(content) == title
