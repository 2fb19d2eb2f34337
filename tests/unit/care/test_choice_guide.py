"""The guide on choices says Consents that mean here what the guide says of them."""

import json
from pathlib import Path

import pytest

from joinedup.care.record.consents import Refused, read_consent

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "record-a-choice.md").read_text()
ROWS = [line.strip("| ").split(" | ") for line in GUIDE.splitlines() if line.startswith("| no")]
WESTMARCH = GUIDE.partition("`WESTMARCH` is `")[2].partition("`")[0]
MEANT = {
    "no sharing at all": Refused(),
    "none with Westmarch": Refused(organisations=("westmarch",)),
    "none except with Westmarch": Refused(except_organisations=("westmarch",)),
    "none of medicines": Refused(kinds=("Medicine",)),
}


def test_each_row_of_the_guide_is_tried():
    assert [row[0] for row in ROWS] == list(MEANT)


@pytest.mark.parametrize(("said", "provision"), ROWS)
def test_a_provision_refuses_what_the_guide_says(said, provision):
    content = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "provision": json.loads(provision.strip("`").replace("WESTMARCH", WESTMARCH)),
    }
    reading = read_consent(content, {"westmarch"})
    assert reading.refused == (MEANT[said],)
    assert not [note for note in reading.notes if "whatever it says" in note.message]
