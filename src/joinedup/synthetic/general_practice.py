"""General practice: appointments, reviews with what was measured, repeat medicines, the winter's vaccine."""

from collections.abc import Iterator
from decimal import Decimal

from joinedup.synthetic.activities import (
    GP_APPOINTMENT,
    GP_HOME_VISIT,
    GP_TELEPHONE,
    LONG_TERM_REVIEW,
    Activity,
)
from joinedup.synthetic.calendar import DAY
from joinedup.synthetic.chance import between, count_of, one_of
from joinedup.synthetic.fhir import (
    BASE,
    LOINC,
    SNOMED,
    TERMINOLOGY,
    Group,
    Resource,
    coding,
    concept,
    quantity,
    reference,
)
from joinedup.synthetic.households import by_age
from joinedup.synthetic.illnesses import DIABETES, Illness
from joinedup.synthetic.life import Life, practitioner
from joinedup.synthetic.nation_data import Service
from joinedup.synthetic.people import ILLNESS_BY_DEPRIVATION

APPOINTMENTS_A_YEAR = ((85, 4.6), (75, 4.2), (65, 3.4), (45, 2.6), (18, 2.2), (5, 1.4), (0, 3.2))
REASONS = (
    "Cough", "Back pain", "Rash", "Medication review", "Tiredness", "Sore throat", "Knee pain", "Headache",
    "Dizziness", "Low mood", "Abdominal pain", "Blood test results", "Earache", "Poor sleep",
)  # fmt: skip
VITAL_SIGNS = [concept(f"{TERMINOLOGY}/observation-category", "vital-signs", "Vital Signs")]
LABORATORY = [concept(f"{TERMINOLOGY}/observation-category", "laboratory", "Laboratory")]
VACCINATED = ((65, 0.78), (50, 0.35), (18, 0.12), (12, 0.2), (2, 0.45), (0, 0.0))
FLU_PROCEDURE = coding(SNOMED, "86198006", "Influenza vaccination")
PROCEDURE_EXTENSION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure"
DOSE_DAYS = (60, 340)


def general_practice(life: Life) -> Iterator[Group]:
    """All that the practice did."""
    person = life.person
    expected = by_age(APPOINTMENTS_A_YEAR, person.age) * ILLNESS_BY_DEPRIVATION[person.home.deprivation - 1]
    expected += 0.7 * len(person.illnesses) + 1.2 * person.frailty
    for _ in range(count_of(life.rng, expected * life.years)):
        yield from _appointment(life)
    if person.illnesses:
        yield from _reviews(life)
    for illness in person.illnesses:
        yield from _medicines(life, illness)
    yield list(_vaccines(life))


def _appointment(life: Life) -> Iterator[Group]:
    start = life.working_moment()
    if not life.at_home(start):
        return
    worker = life.worker(Service.GENERAL_PRACTICE)
    made = life.encounter(_kind(life), start, start + between(life.rng, 8, 20), worker)
    made["reasonCode"] = [{"text": one_of(life.rng, REASONS)}]
    group = [made]
    if life.person.age >= 40 and life.rng.random() < 0.22:
        group.append(blood_pressure(life, start + 5, made["id"]))
    yield group


def _kind(life: Life) -> Activity:
    drawn = life.rng.random()
    if drawn < 0.12 * life.person.frailty:
        return GP_HOME_VISIT
    return GP_TELEPHONE if drawn > 0.68 else GP_APPOINTMENT


def _reviews(life: Life) -> Iterator[Group]:
    """Once a year for who has a long-term condition: blood pressure, weight, and blood sugar in diabetes."""
    weight = 46 + 45 * life.rng.random()
    for start in sorted(life.working_moment() for _ in range(round(life.years))):
        if not life.at_home(start):
            continue
        made = life.encounter(LONG_TERM_REVIEW, start, start + 20, life.worker(Service.GENERAL_PRACTICE))
        group = [
            made,
            blood_pressure(life, start + 5, made["id"]),
            body_weight(life, start + 8, made["id"], weight),
        ]
        weight += life.rng.gauss(0, 1.5)
        if life.person.has(DIABETES):
            value = between(life.rng, 44, 82)
            result = concept(LOINC, "59261-8", "Hemoglobin A1c/Hemoglobin.total in Blood by IFCC protocol")
            taken = {"code": result, "valueQuantity": quantity(value, "mmol/mol", "mmol/mol")}
            group.append(observation(life, start + 10, made["id"]) | {"category": LABORATORY} | taken)
        yield group


def observation(life: Life, moment: int, encounter_id: str) -> Resource:
    """The start of an observation, made at a moment of an encounter."""
    return {
        "resourceType": "Observation",
        "id": life.new_id("obs"),
        "status": "final",
        "category": VITAL_SIGNS,
        "subject": life.subject,
        "encounter": reference("Encounter", encounter_id),
        "effectiveDateTime": life.stamp(moment),
        "performer": [practitioner(life.worker(Service.GENERAL_PRACTICE))],
    }


BLOOD_PRESSURE_PANEL = concept(LOINC, "85354-9", "Blood pressure panel with all children optional")
BLOOD_PRESSURE = BLOOD_PRESSURE_PANEL | {"text": "Blood pressure"}
SYSTOLIC = concept(LOINC, "8480-6", "Systolic blood pressure")
DIASTOLIC = concept(LOINC, "8462-4", "Diastolic blood pressure")
WEIGHT = concept(LOINC, "29463-7", "Body weight")


def blood_pressure(life: Life, moment: int, encounter_id: str) -> Resource:
    """Systolic and diastolic, higher with age."""
    systolic = round(life.rng.gauss(112 + 0.32 * life.person.age, 12))
    diastolic = min(round(life.rng.gauss(78, 8)), systolic - 20)
    made = observation(life, moment, encounter_id)
    made["code"] = BLOOD_PRESSURE
    made["component"] = [
        {"code": SYSTOLIC, "valueQuantity": quantity(systolic, "mmHg", "mm[Hg]")},
        {"code": DIASTOLIC, "valueQuantity": quantity(diastolic, "mmHg", "mm[Hg]")},
    ]
    return made


def body_weight(life: Life, moment: int, encounter_id: str, kilograms: float) -> Resource:
    """Two decimals, as the scales say it: 72.50."""
    made = observation(life, moment, encounter_id)
    made["code"] = WEIGHT
    made["valueQuantity"] = quantity(Decimal(f"{round(kilograms * 10) / 10:.2f}"), "kg", "kg")
    return made


def _medicines(life: Life, illness: Illness) -> Iterator[Group]:
    """A repeat prescription, written anew once or twice in the two years."""
    if illness.medicine is None:
        return
    moment = life.starts + between(life.rng, *DOSE_DAYS) * DAY
    written = [life.at_work(life.working_day(day // DAY)) for day in range(moment, life.ends, 365 * DAY)]
    for position, authored in enumerate(written):
        is_last = position == len(written) - 1 and life.person.died is None
        yield [
            {
                "resourceType": "MedicationRequest",
                "id": life.new_id("med"),
                "status": "active" if is_last else "completed",
                "intent": "order",
                "medicationCodeableConcept": {"text": illness.medicine},
                "subject": life.subject,
                "authoredOn": life.stamp(authored),
                "requester": practitioner(life.worker(Service.GENERAL_PRACTICE)),
                "reasonCode": [{"text": illness.display}],
                "courseOfTherapyType": concept(
                    f"{TERMINOLOGY}/medicationrequest-course-of-therapy",
                    "continuous",
                    "Continuous long term therapy",
                ),
                "dosageInstruction": [{"text": illness.dose}],
                "groupIdentifier": {
                    "system": f"{BASE}/Id/prescription",
                    "value": f"{life.person.id}-{authored}",
                },
            }
        ]


def _vaccines(life: Life) -> Iterator[Resource]:
    """Against influenza, in October and November."""
    autumn = [
        day
        for day in range(life.starts // DAY, life.ends // DAY)
        if life.calendar.dates[day].month in (10, 11)
    ]
    years = sorted({life.calendar.dates[day].year for day in autumn})
    for year in years:
        days = [
            day
            for day in autumn
            if life.calendar.dates[day].year == year and life.calendar.dates[day].weekday() < 5
        ]
        if days and life.rng.random() < by_age(VACCINATED, life.person.age):
            moment = life.at_work(one_of(life.rng, days))
            yield {
                "resourceType": "Immunization",
                "id": life.new_id("imm"),
                "extension": [
                    {"url": PROCEDURE_EXTENSION, "valueCodeableConcept": {"coding": [FLU_PROCEDURE]}}
                ],
                "status": "completed",
                "vaccineCode": {"text": "Seasonal influenza vaccine"},
                "patient": life.subject,
                "occurrenceDateTime": life.stamp(moment),
                "recorded": life.stamp(moment),
                "primarySource": True,
                "performer": [{"actor": life.organisation(life.person.home.practice)}],
            }
