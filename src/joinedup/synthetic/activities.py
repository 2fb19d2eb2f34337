"""The kinds of activity that the made-up partnership writes as FHIR encounters.

`code` is the code of `Encounter.type[0].coding[0]` in `ACTIVITY_SYSTEM`; `act` is `Encounter.class` (HL7 v3
ActCode), so that whoever reads only the class still knows a hospital stay from a visit at home.
"""

from dataclasses import dataclass

ACTIVITY_SYSTEM = "https://joinedup.example/fhir/CodeSystem/activity"
ACT_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_TITLES = {
    "AMB": "ambulatory",
    "EMER": "emergency",
    "HH": "home health",
    "IMP": "inpatient encounter",
    "VR": "virtual",
}


@dataclass(frozen=True, slots=True)
class Activity:
    """A kind of activity: its code, its title, the class of encounter."""

    code: str
    title: str
    act: str


GP_APPOINTMENT = Activity("gp_appointment", "GP appointment", "AMB")
GP_TELEPHONE = Activity("gp_telephone", "GP telephone appointment", "VR")
GP_HOME_VISIT = Activity("gp_home_visit", "GP home visit", "HH")
LONG_TERM_REVIEW = Activity("long_term_condition_review", "Long-term condition review", "AMB")
EMERGENCY_ATTENDANCE = Activity("emergency_attendance", "A&E attendance", "EMER")
EMERGENCY_ADMISSION = Activity("emergency_admission", "Emergency hospital stay", "IMP")
PLANNED_ADMISSION = Activity("planned_admission", "Planned hospital stay", "IMP")
OUTPATIENT = Activity("outpatient_appointment", "Outpatient appointment", "AMB")
DISTRICT_NURSING = Activity("district_nursing_contact", "District nursing visit", "HH")
THERAPY = Activity("therapy_contact", "Occupational therapy visit", "HH")
MENTAL_HEALTH = Activity("mental_health_contact", "Community mental health contact", "AMB")
SOCIAL_WORK = Activity("social_work_contact", "Social work visit", "HH")
VOLUNTARY = Activity("voluntary_sector_contact", "Voluntary sector contact", "HH")
