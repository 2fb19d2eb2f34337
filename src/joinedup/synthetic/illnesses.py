"""Long-term conditions with how common they are, and what people come to hospital with.

Codes and displays are SNOMED CT's. The shares by age are plausible for the United Kingdom, of the size that
GP practices report; they are not any publication's figures.
"""

from dataclasses import dataclass

AGES = (0, 18, 40, 65, 75, 85)


@dataclass(frozen=True, slots=True)
class Illness:
    """A long-term condition: share of people by age from `AGES`, and a medicine often given for it."""

    code: str
    display: str
    shares: tuple[float, ...]
    medicine: str | None
    dose: str = "One tablet once a day"
    makes_frail: float = 0.0


ILLNESSES = (
    Illness(
        "38341003", "Hypertensive disorder", (0, 0.03, 0.20, 0.46, 0.56, 0.58), "Amlodipine 5 mg tablets"
    ),
    Illness(
        "73211009", "Diabetes mellitus", (0.002, 0.015, 0.08, 0.16, 0.18, 0.16), "Metformin 500 mg tablets"
    ),
    Illness(
        "195967001",
        "Asthma",
        (0.06, 0.07, 0.07, 0.08, 0.08, 0.07),
        "Salbutamol inhaler",
        "Two puffs when needed",
    ),
    Illness(
        "13645005",
        "Chronic obstructive pulmonary disease",
        (0, 0.001, 0.025, 0.075, 0.10, 0.09),
        "Tiotropium inhaler",
        "One capsule inhaled once a day",
        0.12,
    ),
    Illness(
        "84114007",
        "Heart failure",
        (0, 0.0005, 0.008, 0.03, 0.07, 0.14),
        "Furosemide 40 mg tablets",
        makes_frail=0.2,
    ),
    Illness(
        "230690007",
        "Stroke",
        (0, 0.001, 0.012, 0.05, 0.09, 0.13),
        "Clopidogrel 75 mg tablets",
        makes_frail=0.2,
    ),
    Illness(
        "52448006",
        "Dementia",
        (0, 0, 0.002, 0.02, 0.075, 0.22),
        "Donepezil 10 mg tablets",
        "One tablet at night",
        0.45,
    ),
    Illness(
        "35489007", "Depressive disorder", (0.005, 0.10, 0.12, 0.09, 0.08, 0.08), "Sertraline 50 mg tablets"
    ),
    Illness(
        "396275006",
        "Osteoarthritis",
        (0, 0.005, 0.08, 0.22, 0.30, 0.36),
        "Paracetamol 500 mg tablets",
        "Two tablets when needed",
    ),
    Illness(
        "49436004",
        "Atrial fibrillation",
        (0, 0.001, 0.012, 0.06, 0.12, 0.20),
        "Apixaban 5 mg tablets",
        "One tablet twice a day",
    ),
    Illness(
        "40930008",
        "Hypothyroidism",
        (0.001, 0.015, 0.045, 0.07, 0.085, 0.09),
        "Levothyroxine 50 microgram tablets",
    ),
)
DIABETES, COPD, DEMENTIA, DEPRESSION = "73211009", "13645005", "52448006", "35489007"

# What an emergency admission is for: (code, display, least age).
EMERGENCIES = (
    ("233604007", "Pneumonia", 0),
    ("29857009", "Chest pain", 18),
    ("74400008", "Appendicitis", 5),
    ("68566005", "Urinary tract infectious disease", 50),
    ("84114007", "Heart failure", 60),
    ("5913000", "Fracture of neck of femur", 65),
    ("230690007", "Stroke", 55),
    ("22298006", "Myocardial infarction", 40),
    ("1912002", "Fall", 65),
)
PLANNED = (
    ("193570009", "Cataract", 55),
    ("396275006", "Osteoarthritis", 50),
    ("396232000", "Inguinal hernia", 18),
)
MENTAL_HEALTH_CAUSE = ("35489007", "Depressive disorder", 18)


def age_position(age: int) -> int:
    """Which of the shares is for this age."""
    return sum(1 for from_age in AGES if age >= from_age) - 1
