"""Care at home and near it: district nurses, therapists, mental health nurses, and the voluntary sector."""

from collections.abc import Iterator

from joinedup.synthetic.activities import DISTRICT_NURSING, MENTAL_HEALTH, THERAPY, VOLUNTARY, Activity
from joinedup.synthetic.calendar import DAY, HOUR
from joinedup.synthetic.chance import between, count_of, one_of
from joinedup.synthetic.fhir import Group
from joinedup.synthetic.illnesses import DEPRESSION
from joinedup.synthetic.life import Life
from joinedup.synthetic.nation_data import Service
from joinedup.synthetic.people import OLDER

# A run of visits: wounds are dressed about twice a week until they have healed.
NURSING_RUNS_A_YEAR = (0.01, 0.35, 0.75, 1.1)
VISITS_IN_A_RUN = (4, 20)
DAYS_BETWEEN_VISITS = 3.5
THERAPY_A_YEAR = (0.005, 0.5, 0.9, 1.0)
VOLUNTARY_A_YEAR = (0.02, 1.6, 1.8, 1.0)
NURSING_TASKS = ("Wound dressing", "Leg ulcer care", "Catheter care", "Pressure area care", "Injection")
VOLUNTARY_KINDS = (
    "Befriending visit",
    "Help with shopping",
    "Lunch club",
    "Benefits advice",
    "Lift to an appointment",
)
DAILY = "Insulin injection"
SERVICE_TYPES = {
    DISTRICT_NURSING: {"text": "District nursing"},
    THERAPY: {"text": "Occupational therapy"},
    MENTAL_HEALTH: {"text": "Community mental health"},
    VOLUNTARY: {"text": "Voluntary sector"},
}


def community(life: Life) -> Iterator[Group]:
    """All contacts outside hospital and general practice."""
    person, rng = life.person, life.rng
    if person.visited_daily is not None:
        yield from _daily_visits(life)
    else:
        for _ in range(count_of(rng, NURSING_RUNS_A_YEAR[person.frailty] * life.years)):
            yield from _nursing_run(life)
    for _ in range(count_of(rng, THERAPY_A_YEAR[person.frailty] * life.years)):
        yield from contact(
            life, THERAPY, Service.THERAPY, life.working_moment(), "Assessment of daily living"
        )
    if person.has(DEPRESSION) and rng.random() < 0.3:
        for _ in range(between(rng, 2, 9)):
            yield from contact(life, MENTAL_HEALTH, Service.MENTAL_HEALTH, life.working_moment(), "Low mood")
    if person.age >= OLDER or person.has(DEPRESSION):
        for _ in range(count_of(rng, VOLUNTARY_A_YEAR[person.frailty] * life.years)):
            kind = one_of(rng, VOLUNTARY_KINDS)
            yield from contact(life, VOLUNTARY, Service.VOLUNTARY, life.working_moment(), kind)


def contact(life: Life, activity: Activity, service: Service, start: int, reason: str) -> Iterator[Group]:
    """One contact, unless they are in hospital just then."""
    end = start + between(life.rng, 3, 12) * 5
    if life.at_home(start) and end < life.ends:
        made = life.encounter(activity, start, end, life.worker(service))
        made["serviceType"] = SERVICE_TYPES.get(activity, {"text": activity.title})
        made["reasonCode"] = [{"text": reason}]
        yield [made]


def _nursing_run(life: Life) -> Iterator[Group]:
    day, task = life.any_moment() // DAY, one_of(life.rng, NURSING_TASKS)
    for _ in range(between(life.rng, *VISITS_IN_A_RUN)):
        start = life.at_work(day)
        if start >= life.ends:
            return
        yield from contact(life, DISTRICT_NURSING, Service.DISTRICT_NURSING, start, task)
        day += max(1, round(life.rng.expovariate(1 / DAYS_BETWEEN_VISITS)))


def _daily_visits(life: Life) -> Iterator[Group]:
    """Every morning, for the two years."""
    for day in range(life.starts // DAY, life.ends // DAY):
        start = day * DAY + 8 * HOUR + between(life.rng, 0, 9) * 15
        yield from contact(life, DISTRICT_NURSING, Service.DISTRICT_NURSING, start, DAILY)
