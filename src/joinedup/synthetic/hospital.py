"""Hospital: A&E, emergency and planned stays, outpatients. When each stay was, and its entries.

Stays are planned before anything else, so that nobody is visited at home while in hospital. A winter's stays
are more and their delays longer. How somebody leaves is in `leaving`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from joinedup.synthetic.activities import (
    EMERGENCY_ADMISSION,
    EMERGENCY_ATTENDANCE,
    OUTPATIENT,
    PLANNED_ADMISSION,
)
from joinedup.synthetic.calendar import DAY, HOUR
from joinedup.synthetic.chance import between, count_of, one_of
from joinedup.synthetic.fhir import TERMINOLOGY, Group, Resource, coding, reference, snomed
from joinedup.synthetic.households import by_age
from joinedup.synthetic.illnesses import EMERGENCIES, MENTAL_HEALTH_CAUSE, PLANNED
from joinedup.synthetic.leaving import Leaving, delay_hours, leaving_now, ready_to_leave
from joinedup.synthetic.life import Life
from joinedup.synthetic.nation_data import Service
from joinedup.synthetic.people import ADULT, ILLNESS_BY_DEPRIVATION, OLDER

EMERGENCIES_A_YEAR = ((85, 0.30), (75, 0.18), (65, 0.11), (18, 0.06), (5, 0.035), (0, 0.11))
PLANNED_A_YEAR = ((75, 0.08), (50, 0.06), (18, 0.02), (0, 0.01))
ATTENDANCES_A_YEAR = ((85, 0.35), (65, 0.22), (18, 0.26), (5, 0.22), (0, 0.45))
OUTPATIENTS_A_YEAR = ((65, 1.3), (45, 0.8), (18, 0.5), (0, 0.3))
TYPICAL_DAYS = ((85, 6.5), (75, 5.0), (65, 3.5), (45, 2.0), (0, 1.1))
LONGEST_DAYS = 70
DIES_IN_HOSPITAL = 0.45
TRIES = 8
SPECIALTIES = (
    "Cardiology",
    "Ophthalmology",
    "Orthopaedics",
    "Respiratory medicine",
    "Diabetes clinic",
    "Memory clinic",
)
FROM_EMERGENCY = {
    "coding": [coding(f"{TERMINOLOGY}/admit-source", "emd", "From accident/emergency department")]
}


@dataclass(frozen=True, slots=True)
class Stay:
    """Time in a hospital bed, in moments of the calendar; no `left` while it lasts."""

    admitted: int
    left: int | None
    is_emergency: bool
    service: Service
    setting: str
    leaving: Leaving | None
    died: bool = False


def plan_stays(life: Life) -> list[Stay]:
    """The person's stays, none overlapping, in order; written into `life.stays` as well."""
    stays: list[Stay] = []
    if life.person.in_hospital is not None:
        stays.append(_stay_now(life, life.person.in_hospital))
    if life.person.died is not None and life.rng.random() < DIES_IN_HOSPITAL:
        stays.extend(_last_stay(life, life.person.died))
    for is_emergency, expected in (
        (True, _emergencies(life)),
        (False, by_age(PLANNED_A_YEAR, life.person.age)),
    ):
        for _ in range(count_of(life.rng, expected * life.years)):
            stays.extend(_stay_that_fits(life, stays, is_emergency=is_emergency))
    stays.sort(key=lambda stay: stay.admitted)
    life.stays = [(stay.admitted, life.calendar.end if stay.left is None else stay.left) for stay in stays]
    return stays


def _emergencies(life: Life) -> float:
    person = life.person
    usual = by_age(EMERGENCIES_A_YEAR, person.age) * ILLNESS_BY_DEPRIVATION[person.home.deprivation - 1]
    return usual * (1, 1.6, 2.4, 3.2)[person.frailty]


def _stay_that_fits(life: Life, others: list[Stay], *, is_emergency: bool) -> Iterator[Stay]:
    """A stay that is over before the end and touches no other; none when no place for it is found."""
    for _ in range(TRIES):
        made = _stay(life, is_emergency=is_emergency)
        left = made.left or life.calendar.end
        is_free = all(
            left + DAY < other.admitted or (other.left or life.calendar.end) + DAY < made.admitted
            for other in others
        )
        if left < life.ends and is_free:
            yield made
            return


def _stay(life: Life, *, is_emergency: bool) -> Stay:
    rng, person = life.rng, life.person
    admitted = _winter_moment(life) if is_emergency else life.working_moment() // DAY * DAY + 8 * HOUR
    days = min(
        LONGEST_DAYS,
        rng.lognormvariate(0, 0.8) * by_age(TYPICAL_DAYS, person.age) * (1 if is_emergency else 0.5),
    )
    ready = _in_daytime(rng, admitted + int(days * DAY), after=admitted + 3 * HOUR)
    service, setting = _setting(life)
    if person.age < ADULT:
        return Stay(admitted, ready, is_emergency, service, setting, leaving=None)
    delay = delay_hours(life, ready, is_emergency=is_emergency)
    soon = ready + between(rng, 40, 260) if not delay else None
    left = soon or _in_daytime(rng, ready + delay * HOUR, after=ready + HOUR)
    return Stay(admitted, left, is_emergency, service, setting, Leaving(ready, bool(delay), number=None))


def _winter_moment(life: Life) -> int:
    """Any moment, but more likely in winter."""
    moment = life.any_moment()
    for _ in range(TRIES):
        if life.rng.random() < life.calendar.winter[moment // DAY]:
            break
        moment = life.any_moment()
    return moment


def _in_daytime(rng: Random, moment: int, after: int) -> int:
    """A moment of the same day when people are declared ready and leave, but after another moment."""
    return max(moment // DAY * DAY + between(rng, 9 * HOUR, 17 * HOUR), after)


def _setting(life: Life) -> tuple[Service, str]:
    drawn = life.rng.random()
    if life.person.age >= OLDER and drawn < 0.08:
        return Service.COMMUNITY_HOSPITAL, "community"
    if life.person.age >= ADULT and drawn > 0.97:
        return Service.MENTAL_HEALTH, "mental_health"
    return Service.HOSPITAL, "acute"


def _last_stay(life: Life, died: int) -> Iterator[Stay]:
    """The stay that ended with their death, when they had long enough to be admitted."""
    admitted = died - between(life.rng, 6 * HOUR, 18 * DAY)
    if admitted > life.starts:
        yield Stay(admitted, died, True, Service.HOSPITAL, "acute", leaving=None, died=True)


def _stay_now(life: Life, number: int) -> Stay:
    """The stay of someone who is in hospital at the end: every other one is ready to leave."""
    service, setting, leaving = leaving_now(life, number)
    ready = life.calendar.end if leaving is None else leaving.ready
    admitted = ready - between(life.rng, 30 * HOUR, 16 * DAY)
    return Stay(admitted, None, True, service, setting, leaving)


def hospital(life: Life, stays: list[Stay]) -> Iterator[Group]:
    """The entries of the stays, and of what happened in hospital without one."""
    for stay in stays:
        yield _entries_of(life, stay)
    visits = by_age(ATTENDANCES_A_YEAR, life.person.age)
    for _ in range(count_of(life.rng, visits * life.years * (1 + 0.5 * life.person.frailty))):
        start = _winter_moment(life)
        end = start + between(life.rng, 50, 420)
        if life.at_home(start) and end < life.ends:
            yield [_attendance(life, start, end)]
    clinics = by_age(OUTPATIENTS_A_YEAR, life.person.age) + 0.3 * len(life.person.illnesses)
    for _ in range(count_of(life.rng, clinics * life.years)):
        yield from _outpatient(life)


def _attendance(life: Life, start: int, end: int) -> Resource:
    made = life.encounter(EMERGENCY_ATTENDANCE, start, end, life.worker(Service.HOSPITAL))
    made["reasonCode"] = [
        {"text": one_of(life.rng, ("Minor injury", "Chest pain", "Fall", "Fever", "Breathlessness"))}
    ]
    return made


def _outpatient(life: Life) -> Iterator[Group]:
    start = life.working_moment()
    if life.at_home(start):
        made = life.encounter(OUTPATIENT, start, start + 20, life.worker(Service.HOSPITAL))
        made["serviceType"] = {"text": one_of(life.rng, SPECIALTIES)}
        yield [made]


def _entries_of(life: Life, stay: Stay) -> Group:
    """The stay, after the A&E attendance through which an emergency mostly comes."""
    entries: Group = []
    worker = life.worker(stay.service, life.nearest(stay.service))
    activity = EMERGENCY_ADMISSION if stay.is_emergency else PLANNED_ADMISSION
    made = life.encounter(activity, stay.admitted, stay.left, worker)
    made["reasonCode"] = [snomed(*_cause(life, stay))]
    ward = one_of(life.rng, life.place.wards_of(stay.service))
    made["location"] = [{"location": reference("Location", ward.id, ward.name)}]
    hospitalization: Resource = {}
    if stay.is_emergency and stay.service is Service.HOSPITAL:
        arrived = stay.admitted - between(life.rng, 70, 600)
        if arrived >= life.starts:
            entries.append(_attendance(life, arrived, stay.admitted))
            hospitalization["admitSource"] = FROM_EMERGENCY
    if stay.left is not None:
        hospitalization["dischargeDisposition"] = _disposition(life, stay)
    if hospitalization:
        made["hospitalization"] = hospitalization
    if stay.leaving is not None:
        made["extension"] = [ready_to_leave(life, stay.leaving, stay.setting, left=stay.left)]
    return [*entries, made]


def _cause(life: Life, stay: Stay) -> tuple[str, str]:
    if stay.service is Service.MENTAL_HEALTH:
        return MENTAL_HEALTH_CAUSE[:2]
    causes = EMERGENCIES if stay.is_emergency else PLANNED
    fitting = [cause for cause in causes if life.person.age >= cause[2]] or [EMERGENCIES[0]]
    return one_of(life.rng, fitting)[:2]


def _disposition(life: Life, stay: Stay) -> Resource:
    if stay.died:
        code, display = "exp", "Expired"
    elif life.person.home.care_home:
        code, display = "long", "Long-term care"
    else:
        code, display = "home", "Home"
    return {"coding": [coding(f"{TERMINOLOGY}/discharge-disposition", code, display)]}
