"""Reads of the discharge app: who is in hospital, who is ready, and what each one's clock says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.discharge.actions import reason_called
from joinedup.care.discharge.models import Stay
from joinedup.care.discharge.scope import stays_visible_to
from joinedup.care.people.queries import PersonView, views_of_people
from joinedup.core.explained import Explained
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.leaving_hospital.by_nation import Clock, Complexity, Responsible, Setting, delay_clock
from joinedup.rules.leaving_hospital.by_nation import Stay as RuledStay


@dataclass(frozen=True)
class StayView:
    """One stay as a board, a list or a banner shows it.

    `clock` is None until the person is ready, and where the rule book has no answer; then `why_no_clock` says why.
    """

    id: UUID
    person: PersonView
    organisation: str
    nation: Nation
    ward: str
    admitted_at: datetime
    ready_at: datetime | None
    left_at: datetime | None
    reason: str
    reason_words: str
    responsible: str
    clock: Explained[Clock] | None
    why_no_clock: str = ""


def people_ready(
    actor: Actor, *, at: datetime, subject: str = "leaving hospital", limit: int | None = None
) -> list[StayView]:
    """Return those ready to leave whom the actor may see, the longest wait first; each is audited as listed."""
    return _views(actor, _ready(actor, at).order_by("ready_at", "id")[:limit], at=at, subject=subject)


def count_people_ready(actor: Actor, *, at: datetime) -> int:
    """Return how many of the people whom the actor may see are ready to leave. A count is no look at anybody."""
    return _ready(actor, at).count()


def _ready(actor: Actor, at: datetime) -> QuerySet[Stay]:
    """Return the open stays of people who are ready at that time and whom the actor may see."""
    return _in_hospital(actor, at).filter(ready_at__isnull=False, ready_at__lte=at)


def people_not_ready(actor: Actor, *, at: datetime, subject: str = "in hospital") -> list[StayView]:
    """Return everyone in hospital and not yet ready whom the actor may see, the longest stay first."""
    rows = _in_hospital(actor, at).filter(ready_at=None).order_by("admitted_at", "id")
    return _views(actor, rows, at=at, subject=subject)


def stays_of_person(actor: Actor, person_id: UUID, *, at: datetime) -> list[StayView]:
    """Return the open stays of a person; the page that shows them audits the look."""
    return _shown(actor, _in_hospital(actor, at).filter(person_id=person_id), at)


def look_at_stay(actor: Actor, stay: UUID, *, at: datetime, subject: str) -> StayView:
    """Return one stay, audited; refuse an unknown one and one that the actor may not see alike."""
    require(actor, Permission.SEE_LEAVING_HOSPITAL)
    rows = stays_visible_to(actor, at=at).filter(pk=stay)
    views = _views(actor, rows, at=at, subject=subject)
    if not views:
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, subject=subject)
        raise RefusedError("Your organisation has no care relationship with this person.")
    return views[0]


def _in_hospital(actor: Actor, at: datetime) -> QuerySet[Stay]:
    """Return the stays that are open at that time and that the actor may see."""
    require(actor, Permission.SEE_LEAVING_HOSPITAL)
    return stays_visible_to(actor, at=at).filter(left_at=None, admitted_at__lte=at)


def _views(actor: Actor, rows: QuerySet[Stay], *, at: datetime, subject: str) -> list[StayView]:
    """Return the stays in the form of a page, and write that their people were listed."""
    views = _shown(actor, rows, at)
    people = sorted({view.person.id for view in views})
    if people:
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=people, subject=subject)
    return views


def _shown(actor: Actor, rows: QuerySet[Stay], at: datetime) -> list[StayView]:
    """Return the stays with their people and clocks, in two queries more."""
    stays: Sequence[Stay] = list(rows.select_related("organisation"))
    if not stays:
        return []
    people = views_of_people(actor, (stay.person_id for stay in stays), at=at)
    return [_view(stay, people[stay.person_id], at) for stay in stays if stay.person_id in people]


def _view(stay: Stay, person: PersonView, at: datetime) -> StayView:
    """Put one stay in the form of a page."""
    nation = Nation(stay.nation)
    reason = reason_called(nation, stay.reason, at)
    clock, why_not = _clock(stay, person.born, at) if stay.ready_at else (None, "")
    return StayView(
        id=stay.pk,
        person=person,
        organisation=stay.organisation.name if stay.organisation else "",
        nation=nation,
        ward=stay.ward,
        admitted_at=stay.admitted_at,
        ready_at=stay.ready_at,
        left_at=stay.left_at,
        reason=stay.reason,
        reason_words=reason.title if reason else stay.reason,
        responsible=_responsible(stay.responsible) or (reason.responsible.title if reason else ""),
        clock=clock,
        why_no_clock=why_not,
    )


def _responsible(code: str) -> str:
    """Return in words whom the hospital or staff named as responsible; nothing for a code that no rule book has."""
    return Responsible(code).title if code in set(Responsible) else ""


def _clock(stay: Stay, born: str, at: datetime) -> tuple[Explained[Clock] | None, str]:
    """Return the clock, or why the rule book has no answer for this stay."""
    try:
        return delay_clock(Nation(stay.nation), ruled(stay, born), at), ""
    except (NotCovered, ValueError) as error:
        return None, str(error)


def ruled(stay: Stay, born: str) -> RuledStay:
    """Return the stay as the rule book asks for it; a date of birth known in part counts from its first day."""
    padded = born + "-01-01"[len(born) - 4 :] if 4 <= len(born) < 10 else born
    return RuledStay(
        admitted_at=stay.admitted_at,
        ready_at=stay.ready_at,
        left_at=stay.left_at,
        born=date.fromisoformat(padded) if padded else None,
        setting=Setting(stay.setting),
        reason_code=stay.reason or None,
        complexity=Complexity(stay.complexity) if stay.complexity else None,
    )
