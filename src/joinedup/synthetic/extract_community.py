"""Made-up rows of England's community contacts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from joinedup.synthetic.activities import DISTRICT_NURSING, MENTAL_HEALTH, THERAPY
from joinedup.synthetic.extract_people import Known

TEAMS = {DISTRICT_NURSING.code: "12", THERAPY.code: "28", MENTAL_HEALTH.code: "51"}
GENDERS = {"male": "1", "female": "2"}
AT_HOME = "HH"


def contact_rows(resource: dict[str, Any], known: Known) -> Iterator[dict[str, str]]:
    """A row for a contact of a community service."""
    team = TEAMS.get(resource["type"][0]["coding"][0]["code"]) if _is_encounter(resource) else None
    if team is None:
        return
    person, start = known.person(resource), resource["period"]["start"]
    worker = resource["participant"][0]["individual"]
    referral = f"{person.local}-{team}"
    yield {
        "LOCAL_PATIENT_ID": person.local,
        "NHS_NUMBER": person.number,
        "NHS_NUMBER_STATUS_INDICATOR_CODE": "01",
        "PERSON_BIRTH_DATE": person.born,
        "PERSON_STATED_GENDER_CODE": GENDERS[person.gender],
        "POSTCODE": person.postcode,
        "ORG_ID_PROVIDER": known.code(resource["serviceProvider"]),
        "SERVICE_REQUEST_ID": referral,
        "REFERRAL_REQUEST_RECEIVED_DATE": known.first_seen.setdefault(("referral", referral), start[:10]),
        "TEAM_TYPE": team,
        "CARE_CONTACT_ID": resource["id"],
        "CARE_CONTACT_DATE": start[:10],
        "CARE_CONTACT_TIME": start[11:19],
        "CLINICAL_CONTACT_DURATION": str(_minutes(resource["period"])),
        "ATTENDANCE_STATUS": "5",
        "CONSULTATION_MECHANISM": "01",
        "ACTIVITY_LOCATION_TYPE": "A01" if resource["class"]["code"] == AT_HOME else "B01",
        "CARE_PROFESSIONAL_LOCAL_ID": str(worker["reference"]).partition("/")[2],
        "CARE_PROFESSIONAL_NAME": known.name(worker),
        "CARE_ACTIVITY_ID": f"{resource['id']}-1",
        "CODED_PROCEDURE": "",
        "ACTIVITY_DESCRIPTION": resource["reasonCode"][0]["text"],
    }


def _is_encounter(resource: dict[str, Any]) -> bool:
    return bool(resource["resourceType"] == "Encounter")


def _minutes(period: dict[str, str]) -> int:
    start, end = (datetime.fromisoformat(period[name]) for name in ("start", "end"))
    return int((end - start).total_seconds()) // 60
