"""What a person chose about sharing: kept, changed and ended, never overwritten.

A choice refuses; what it does to a look is decided in `joinedup.care.access.scope`. Whether a Consent or a form says
it, is for whoever calls: here it is rows, each of one Consent in the record.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor
from joinedup.care.access.models import AuditEvent, Choice
from joinedup.care.access.queries import may_see
from joinedup.care.access.reasons import refusal_of
from joinedup.care.partnership.models import Organisation

SUBJECT = "a choice about sharing"
LISTS = ("organisations", "kinds", "except_organisations", "except_kinds")


class SaidBy(StrEnum):
    """Whose word a choice is."""

    PERSON = "person"
    PARENT = "parent"
    DECIDER = "decider"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Return who it is as a page says it."""
        return {
            SaidBy.PERSON: "The person themselves",
            SaidBy.PARENT: "Someone with parental responsibility",
            SaidBy.DECIDER: "Someone who may decide for them, such as an attorney, deputy or guardian",
        }[self]


@dataclass(frozen=True)
class Refusal:
    """What isn't to be shared: with these organisations (by id; none: any), of these kinds (none: any), except."""

    organisations: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    except_organisations: tuple[int, ...] = ()
    except_kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Word:
    """Whose word it is (none: a partner's system sent it) and who took it down."""

    by: Actor
    said_by: SaidBy | None = None

    @property
    def told_to(self) -> str:
        """Return who took it down, in words."""
        return (f"{self.by.name}, {self.by.role.title.lower()}" if self.by.role else self.by.name)[:200]


def hold_choices(
    wanted: Collection[Refusal], *, person_id: UUID, resource_id: int, word: Word, at: datetime
) -> None:
    """Let this Consent refuse exactly this of this person from now on. What it refused before and no more, ends.

    Caller holds the transaction of the write. What is refused already stays as it is, so a second time changes nothing.
    """
    held = Choice.objects.select_for_update().filter(_not_over(at), resource_id=resource_id)
    missing = list(wanted)
    over = []
    for row in held:
        same = next((refusal for refusal in missing if _says(row, refusal, person_id)), None)
        if same:
            missing.remove(same)
        else:
            over.append(row.pk)
    _end(Choice.objects.filter(pk__in=over), word, at)
    Choice.objects.bulk_create(_row(refusal, person_id, resource_id, word, at) for refusal in missing)
    if over or missing:
        record_audit(AuditEvent.Kind.CHANGE, by=word.by, at=at, people=[person_id], subject=SUBJECT)


def is_held(wanted: Collection[Refusal], *, person_id: UUID, at: datetime) -> bool:
    """Say whether the person refuses just this now, whoever said it."""
    rows = list(Choice.objects.filter(_not_over(at), person_id=person_id))
    return len(rows) == len(wanted) and all(
        any(_says(row, refusal, person_id) for refusal in wanted) for row in rows
    )


def end_choices_of(person_id: UUID, *, word: Word, at: datetime) -> list[int]:
    """End everything that the person refuses; return the Consents that refused something."""
    return _end_found(Choice.objects.filter(person_id=person_id), word, at)


def end_choices_by(resource_ids: Collection[int], *, word: Word, at: datetime) -> list[int]:
    """End what these Consents refuse; return those of them that refused something."""
    return _end_found(Choice.objects.filter(resource_id__in=list(resource_ids)), word, at)


def _end_found(rows: QuerySet[Choice], word: Word, at: datetime) -> list[int]:
    """End those of the rows that are not over, and write it; return their Consents."""
    found = list(rows.select_for_update().filter(_not_over(at)).values_list("pk", "person_id", "resource_id"))
    if found:
        _end(Choice.objects.filter(pk__in=[pk for pk, _, _ in found]), word, at)
        people = sorted({person for _, person, _ in found})
        record_audit(AuditEvent.Kind.CHANGE, by=word.by, at=at, people=people, subject=f"{SUBJECT} ended")
    return sorted({resource for _, _, resource in found if resource})


def _not_over(at: datetime) -> Q:
    """Return the condition on choices that hold now or will."""
    return Q(until=None) | Q(until__gt=at)


def _says(row: Choice, refusal: Refusal, person_id: UUID) -> bool:
    """Say whether the row refuses just this already."""
    lists = all(sorted(getattr(row, name)) == sorted(getattr(refusal, name)) for name in LISTS)
    times = row.until == refusal.until and (refusal.since is None or row.since == refusal.since)
    return lists and times and row.person_id == person_id


def _end(rows: QuerySet[Choice], word: Word, at: datetime) -> None:
    """End the choices, with whose word that is."""
    rows.update(
        until=at,
        ended_said_by=word.said_by or "",
        ended_told_to=word.told_to,
        ended_told_at=word.by.organisation_name,
    )


def _row(refusal: Refusal, person_id: UUID, resource_id: int, word: Word, at: datetime) -> Choice:
    """Return the row that refuses this."""
    return Choice(
        person_id=person_id,
        resource_id=resource_id,
        since=refusal.since or at,
        until=refusal.until,
        said_by=word.said_by or "",
        told_to=word.told_to,
        told_at=word.by.organisation_name,
        **{name: list(getattr(refusal, name)) for name in LISTS},
    )


@dataclass(frozen=True)
class ChoiceView:
    """A choice as a page shows it: organisations by their names, `said_by` and `ended_said_by` in words."""

    organisations: tuple[str, ...]
    kinds: tuple[str, ...]
    except_organisations: tuple[str, ...]
    except_kinds: tuple[str, ...]
    since: datetime
    until: datetime | None
    said_by: str
    told_to: str
    told_at: str
    ended_said_by: str
    ended_told_to: str
    ended_told_at: str

    def holds(self, at: datetime) -> bool:
        """Say whether it holds at that moment."""
        return self.since <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Say whether it is over by that moment."""
        return self.until is not None and self.until <= at


def choices_of(actor: Actor, person_id: UUID, *, at: datetime) -> list[ChoiceView]:
    """Return what the person chose, now and before, newest first, to an actor who may see them.

    The page itself audits the look.
    """
    if not may_see(actor, person_id, at=at):
        raise refusal_of(actor, person_id, at=at, subject="choices about sharing")
    rows = list(Choice.objects.filter(person_id=person_id).order_by("-since", "-id"))
    named = {number for row in rows for number in (*row.organisations, *row.except_organisations)}
    names = dict(Organisation.objects.filter(pk__in=named).values_list("pk", "name"))
    return [_view(row, names) for row in rows]


def _view(row: Choice, names: Mapping[int, str]) -> ChoiceView:
    """Put a choice in the form of a page."""
    return ChoiceView(
        organisations=tuple(sorted(names[number] for number in row.organisations)),
        kinds=tuple(sorted(row.kinds)),
        except_organisations=tuple(sorted(names[number] for number in row.except_organisations)),
        except_kinds=tuple(sorted(row.except_kinds)),
        since=row.since,
        until=row.until,
        said_by=SaidBy(row.said_by).title if row.said_by else "",
        told_to=row.told_to,
        told_at=row.told_at,
        ended_said_by=SaidBy(row.ended_said_by).title if row.ended_said_by else "",
        ended_told_to=row.ended_told_to,
        ended_told_at=row.ended_told_at,
    )
