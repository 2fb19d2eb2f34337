"""Made-up rows of the four nations' hospital extracts, one for each stay, in each nation's columns and formats."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from joinedup.synthetic.activities import EMERGENCY_ADMISSION, PLANNED_ADMISSION
from joinedup.synthetic.extract_people import Identity, Known

Json = dict[str, Any]
Row = dict[str, str]
# ICD-10 and OPCS-4 codes for the made-up reasons, as a coder would write them into an extract: without the dot.
ICD_10 = {
    "233604007": "J189",
    "29857009": "R074",
    "74400008": "K358",
    "68566005": "N390",
    "84114007": "I509",
    "5913000": "S7200",
    "230690007": "I64X",
    "22298006": "I219",
    "1912002": "R296",
    "193570009": "H269",
    "396275006": "M199",
    "396232000": "K409",
    "35489007": "F329",
}
OPCS_4 = {"193570009": "C712", "396275006": "W371", "396232000": "T202", "5913000": "W241"}
ADMISSIONS = (EMERGENCY_ADMISSION.code, PLANNED_ADMISSION.code)


@dataclass(frozen=True, slots=True)
class Stay:
    """What the rows say of a stay. `left`, `left_at` and `went` are empty while it lasts."""

    id: str
    person: Identity
    provider: str
    is_emergency: bool
    day: str
    time: str
    left: str
    left_at: str
    went: str
    diagnosis: str
    procedure: str


def _stay(resource: Json, known: Known) -> Stay | None:
    """The stay that the resource is, or nothing."""
    is_stay = resource["resourceType"] == "Encounter" and resource["class"]["code"] == "IMP"
    if not is_stay or resource["type"][0]["coding"][0]["code"] not in ADMISSIONS:
        return None
    start, end = resource["period"]["start"], resource["period"].get("end", "")
    reason = resource["reasonCode"][0]["coding"][0]["code"]
    disposition = resource.get("hospitalization", {}).get("dischargeDisposition", {}).get("coding", [{}])
    return Stay(
        id=resource["id"],
        person=known.person(resource),
        provider=known.code(resource["serviceProvider"]),
        is_emergency=resource["type"][0]["coding"][0]["code"] == EMERGENCY_ADMISSION.code,
        day=start[:10],
        time=start[11:19],
        left=end[:10],
        left_at=end[11:19],
        went=disposition[0].get("code", ""),
        diagnosis=ICD_10[reason],
        procedure=OPCS_4.get(reason, ""),
    )


def england_stays(resource: Json, known: Known) -> Iterator[Row]:
    """A row of England's admitted patient care."""
    if stay := _stay(resource, known):
        yield {
            "NHS_NUMBER": stay.person.number,
            "NHS_NUMBER_STATUS_INDICATOR_CODE": "01",
            "LOCAL_PATIENT_IDENTIFIER": stay.person.local,
            "PERSON_BIRTH_DATE": stay.person.born,
            "PERSON_STATED_GENDER_CODE": {"male": "1", "female": "2"}[stay.person.gender],
            "POSTCODE_OF_USUAL_ADDRESS": stay.person.postcode,
            "ORGANISATION_CODE_OF_PROVIDER": stay.provider,
            "ORGANISATION_SITE_CODE": "",
            "HOSPITAL_PROVIDER_SPELL_NUMBER": stay.id,
            "ADMISSION_METHOD": "21" if stay.is_emergency else "11",
            "START_DATE_HOSPITAL_PROVIDER_SPELL": stay.day,
            "START_TIME_HOSPITAL_PROVIDER_SPELL": stay.time,
            "DISCHARGE_DATE_HOSPITAL_PROVIDER_SPELL": stay.left,
            "DISCHARGE_TIME_HOSPITAL_PROVIDER_SPELL": stay.left_at,
            "DISCHARGE_DESTINATION": _went(stay, {"home": "19", "exp": "79", "long": "55"}, "98"),
            "EPISODE_NUMBER": "1",
            "START_DATE_EPISODE": stay.day,
            "END_DATE_EPISODE": stay.left,
            "TREATMENT_FUNCTION_CODE": "",
            "PRIMARY_DIAGNOSIS": stay.diagnosis,
            "SECONDARY_DIAGNOSIS_1": "",
            "PRIMARY_PROCEDURE": stay.procedure,
            "PRIMARY_PROCEDURE_DATE": stay.day if stay.procedure else "",
        }


def wales_stays(resource: Json, known: Known) -> Iterator[Row]:
    """A row of the Patient Episode Database for Wales."""
    if stay := _stay(resource, known):
        yield {
            "NHS_NUMBER": stay.person.number,
            "CASE_RECORD_NUMBER": stay.person.local,
            "BIRTH_DT": _packed(stay.person.born),
            "GNDR_CD": {"male": "1", "female": "2"}[stay.person.gender],
            "POSTCODE": stay.person.postcode,
            "PROV_UNIT_CD": stay.provider,
            "SPELL_NUM": stay.id,
            "EPI_NUM": "01",
            "ADMIS_DT": _packed(stay.day),
            "ADMIS_MTHD_CD": "21" if stay.is_emergency else "11",
            "ADMIS_SPEC_CD": "",
            "DISCH_DT": _packed(stay.left),
            "DISCH_DESTINATION_CD": _went(stay, {"home": "19", "exp": "79", "long": "85"}, ""),
            "EPI_STR_DT": _packed(stay.day),
            "EPI_END_DT": _packed(stay.left),
            "DIAG_CD_1": stay.diagnosis,
            "OPER_CD_1": stay.procedure,
            "OPER_DT_1": _packed(stay.day) if stay.procedure else "",
        }


def scotland_stays(resource: Json, known: Known) -> Iterator[Row]:
    """A row of Scotland's SMR01."""
    if stay := _stay(resource, known):
        yield {
            "chi_number": stay.person.number,
            "surname": stay.person.family,
            "first_forename": stay.person.given,
            "date_of_birth": _day_first(stay.person.born, ""),
            "sex": {"male": "1", "female": "2"}[stay.person.gender],
            "postcode": stay.person.postcode,
            "health_records_system": "",
            "patient_identifier": stay.person.local,
            "episode_record_key": stay.id,
            "location": stay.provider,
            "specialty": "",
            "admission_date": _day_first(stay.day, ""),
            "admission_type": "36" if stay.is_emergency else "11",
            "discharge_date": _day_first(stay.left, ""),
            "discharge_transfer_to": _went(stay, {"home": "10", "exp": "00", "long": "20"}, ""),
            "provider_code": stay.provider,
            "main_condition": stay.diagnosis,
            "main_operation": stay.procedure,
            "date_of_main_operation": _day_first(stay.day, "") if stay.procedure else "",
        }


def northern_ireland_stays(resource: Json, known: Known) -> Iterator[Row]:
    """A row of Northern Ireland's acute inpatients."""
    if stay := _stay(resource, known):
        yield {
            "HCN": stay.person.number,
            "HOSPITAL_NUMBER": stay.person.local,
            "DATE_OF_BIRTH": _day_first(stay.person.born, "/"),
            "SEX": {"male": "M", "female": "F"}[stay.person.gender],
            "POSTCODE": stay.person.postcode,
            "HSC_TRUST": stay.provider,
            "HOSPITAL": "",
            "ADMISSION_NUMBER": stay.id,
            "EPISODE_NUMBER": "1",
            "ADMISSION_DATE": _day_first(stay.day, "/"),
            "ADMISSION_TIME": stay.time[:5],
            "METHOD_OF_ADMISSION": "21" if stay.is_emergency else "11",
            "DISCHARGE_DATE": _day_first(stay.left, "/"),
            "DISCHARGE_TIME": stay.left_at[:5],
            "DISCHARGE_DESTINATION": _went(stay, {"home": "19", "exp": "79", "long": "54"}, ""),
            "SPECIALTY": "",
            "DIAGNOSIS_1": stay.diagnosis,
            "PROCEDURE_1": stay.procedure,
            "PROCEDURE_DATE_1": _day_first(stay.day, "/") if stay.procedure else "",
        }


def _went(stay: Stay, codes: Mapping[str, str], while_it_lasts: str) -> str:
    return codes.get(stay.went, "") if stay.left else while_it_lasts


def _packed(day: str) -> str:
    return day.replace("-", "")


def _day_first(day: str, between: str) -> str:
    return between.join(reversed(day.split("-"))) if day else ""
