"""Leaving hospital: when someone was ready, and for whom and why they had to wait.

The reasons are those of the nation's rule book on the day the person was ready; where the book has none for
that day, the wait has no reason either. Delays are longer and more frequent in winter and for people who need
more support; how much so is plausible, not measured.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from joinedup.core.nation import Nation
from joinedup.rules.leaving_hospital.by_nation import (
    Complexity,
    DelayReason,
    Responsible,
    Setting,
    delay_reasons,
)
from joinedup.rules.parameters import NotCovered
from joinedup.synthetic.calendar import DAY, HOUR
from joinedup.synthetic.chance import Weighted, between, one_of
from joinedup.synthetic.fhir import BASE, Json, coding
from joinedup.synthetic.life import Life
from joinedup.synthetic.nation_data import Service

READY_TO_LEAVE = f"{BASE}/StructureDefinition/ready-to-leave"
WEIGHTS = {
    Responsible.SOCIAL_CARE: 4.0,
    Responsible.EITHER: 4.0,
    Responsible.NHS: 3.0,
    Responsible.BOTH: 2.0,
}
OTHER_WEIGHT = 0.8
# Hours for which those in hospital at the end have been ready, in turn: within every target, and far beyond.
READY_FOR_HOURS = (4, 60, 220, 22, 110, 500, 34, 170, 76, 340, 12, 1000)
# Steps of this size through the reasons visit all of them soon, each about as often as it weighs.
GOLDEN_RATIO = 0.618034
# Nobody has said yet why they wait when they became ready so few hours ago.
REASON_AFTER_HOURS = 18
TYPICAL_DELAY_HOURS = 110
LONGEST_DELAY_HOURS = 75 * 24
SOME_SIMPLE = 4


@dataclass(frozen=True, slots=True)
class Leaving:
    """When they were ready, and whether they waited. `number` tells apart those still there at the end."""

    ready: int
    has_waited: bool
    number: int | None


@cache
def _reasons_on(nation: Nation, day: date) -> tuple[tuple[DelayReason, ...], Weighted]:
    """The nation's reasons with how common they are; none where its rule book has none for that day."""
    try:
        reasons = delay_reasons(nation, day)
    except NotCovered:
        reasons = ()
    return reasons, Weighted([WEIGHTS.get(reason.responsible, OTHER_WEIGHT) for reason in reasons])


def delay_hours(life: Life, ready: int, *, is_emergency: bool) -> int:
    """For how many hours they waited after they were ready; none for most."""
    winter = life.calendar.winter[min(ready // DAY, life.calendar.days)]
    chance = (0.05 + 0.16 * life.person.frailty) * (1.0 if is_emergency else 0.3) * (0.6 + 0.8 * winter)
    if life.rng.random() >= chance:
        return 0
    hours = life.rng.expovariate(1 / TYPICAL_DELAY_HOURS) * (0.5 + winter)
    return min(LONGEST_DELAY_HOURS, 16 + int(hours))


def leaving_now(life: Life, number: int) -> tuple[Service, str, Leaving | None]:
    """Where someone is who is in hospital at the end, and whether they are ready: every other one is."""
    turn, is_not_ready = divmod(number, 2)
    if is_not_ready:
        return Service.HOSPITAL, Setting.ACUTE.value, None
    service, setting = Service.HOSPITAL, Setting.ACUTE
    if turn % 6 == 5:
        service, setting = Service.COMMUNITY_HOSPITAL, Setting.COMMUNITY
    elif turn % 12 == 9:
        service, setting = Service.MENTAL_HEALTH, Setting.MENTAL_HEALTH
    hours = READY_FOR_HOURS[turn % len(READY_FOR_HOURS)]
    ready = life.calendar.end - int(hours * HOUR * (0.9 + 0.2 * life.rng.random()))
    daytime = ready // DAY * DAY + between(life.rng, 9 * HOUR, 17 * HOUR)
    return service, setting.value, Leaving(daytime, has_waited=hours > REASON_AFTER_HOURS, number=turn)


def ready_to_leave(life: Life, leaving: Leaving, setting: str, *, left: int | None) -> Json:
    """The extension of the stay's encounter that says so."""
    parts: list[Json] = [{"url": "readyAt", "valueDateTime": life.stamp(leaving.ready)}]
    reason = _reason(life, leaving) if leaving.has_waited else None
    if reason is not None:
        system = f"{BASE}/CodeSystem/delay-reason-{life.place.nation.value}"
        parts.append({"url": "reason", "valueCoding": coding(system, reason.code, reason.title)})
        parts.append({"url": "responsible", "valueCode": _responsible(life, leaving, reason).value})
    parts.append({"url": "setting", "valueCode": setting})
    parts.append({"url": "complexity", "valueCode": _complexity(life, leaving, left).value})
    return {"url": READY_TO_LEAVE, "extension": parts}


def _reason(life: Life, leaving: Leaving) -> DelayReason | None:
    reasons, weighted = _reasons_on(life.place.nation, life.calendar.date_of(leaving.ready))
    if not reasons:
        return None
    if leaving.number is None:
        return reasons[weighted.draw(life.rng)]
    return reasons[weighted.at(leaving.number * GOLDEN_RATIO % 1)]


def _responsible(life: Life, leaving: Leaving, reason: DelayReason) -> Responsible:
    """Where the nation's list leaves it to the case, this is the case."""
    if reason.responsible is not Responsible.EITHER:
        return reason.responsible
    if leaving.number is None:
        return one_of(life.rng, (Responsible.SOCIAL_CARE, Responsible.SOCIAL_CARE, Responsible.NHS))
    return (Responsible.SOCIAL_CARE, Responsible.NHS)[leaving.number // 2 % 2]


def _complexity(life: Life, leaving: Leaving, left: int | None) -> Complexity:
    if leaving.number is not None:
        return Complexity.SIMPLE if leaving.number % SOME_SIMPLE == 0 else Complexity.COMPLEX
    needs_support = life.person.frailty > 1 or (left is not None and left - leaving.ready > DAY)
    return Complexity.COMPLEX if needs_support else Complexity.SIMPLE
