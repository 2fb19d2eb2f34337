"""Why somebody may not see a person, or not all of their record: the scope's conditions, one by one, in plain words.

Made of the very conditions of `joinedup.care.access.scope`, so that the two agree; a generative test holds them to
it. A reason tells nothing that the refusal does not: who has no relationship learns no more than that, whether or not
there is such a person, and no reason speaks of a label or of what is in the record.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError
from joinedup.care.access.scope import (
    COLLEAGUE,
    GLASS,
    OWN_FAMILY,
    RECEIVES,
    RESTRICTED,
    RESTRICTED_TO,
    TIED,
    TIED_DIRECTLY,
    Scope,
    filled,
)
from joinedup.care.prepared import run_prepared

NOT_YOUR_ROLE = "The role you are acting in does not include reading records."
NO_ORGANISATION = "You act for no organisation, and records open to organisations only."
NO_RELATIONSHIP = "Your organisation has no care relationship with this person."
YOUR_OWN = "Nobody opens their own record here, or that of their family. Ask a colleague."
ONLY_DIRECT = (
    "This record opens only to whoever cares for the person now: on the ward, in the team, on the caseload or by a"
    " referral."
)
NO_AGREEMENT = (
    "No sharing agreement lets your organisation see what others wrote. You see what it wrote itself."
)
CHOSEN = "The person has limited sharing, so what other organisations wrote may be missing here."

STANDING = (TIED, TIED_DIRECTLY, COLLEAGUE, OWN_FAMILY, GLASS)


@dataclass(frozen=True)
class Standing:
    """How an actor stands to a person now."""

    actor: Actor
    may_read: bool
    is_tied: bool
    is_tied_directly: bool
    is_of_staff: bool
    is_own: bool
    broke_glass: bool

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why the actor may not see the person; nothing exactly where they may."""
        opened = self.broke_glass and not self.is_own and not self.actor.is_system
        return () if self.may_read and opened else self.reasons_against_care

    @property
    def reasons_against_care(self) -> tuple[str, ...]:
        """Return why the actor may not see the person as one who cares for them, whatever glass is broken."""
        if not self.may_read:
            has_place = self.actor.organisation_id is not None
            return (NOT_YOUR_ROLE if has_place or not self.actor.permissions else NO_ORGANISATION,)
        if not self.is_tied:
            return (NO_RELATIONSHIP,)
        if self.actor.is_system:
            return ()
        if self.is_own:
            return (YOUR_OWN,)
        return (ONLY_DIRECT,) if self.is_of_staff and not self.is_tied_directly else ()

    @property
    def has_care(self) -> bool:
        """Say whether the actor cares for the person."""
        return not self.reasons_against_care


def standing_of(actor: Actor, person_id: UUID, *, at: datetime) -> Standing:
    """Return how the actor stands to the person, known here or not."""
    scope = Scope(actor, at)
    return Standing(actor, scope.may_read, *_asked(scope, person_id, STANDING))


def reasons_against(actor: Actor, person_id: UUID, *, at: datetime) -> tuple[str, ...]:
    """Return why the actor may not see the person: sentences for a page; none exactly where they may."""
    return standing_of(actor, person_id, at=at).reasons


def refusal_of(actor: Actor, person_id: UUID, *, at: datetime, subject: str) -> RefusedError:
    """Write that the actor was refused the person; return the refusal with its reasons, to be raised."""
    record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, people=[person_id], subject=subject)
    return RefusedError(*(reasons_against(actor, person_id, at=at) or (NO_RELATIONSHIP,)))


@dataclass(frozen=True)
class Limits:
    """What keeps back entries of others from an actor who may see the person; `is_restricted` from whomever."""

    is_restricted: bool
    reasons: tuple[str, ...]


UNLIMITED = Limits(is_restricted=False, reasons=())


def limits_on(actor: Actor, person_id: UUID, *, at: datetime) -> Limits:
    """Return whether the person has limited sharing, and why the actor may not see all that others wrote.

    Labels are no reason that is told: that there is something behind one is what it hides.
    """
    receives, is_restricted, is_refused, has_glass = _asked(
        Scope(actor, at), person_id, (RECEIVES, RESTRICTED, RESTRICTED_TO, GLASS)
    )
    said = ((NO_AGREEMENT, not receives), (CHOSEN, is_refused and not (has_glass and not actor.is_system)))
    return Limits(is_restricted, tuple(sentence for sentence, is_so in said if is_so))


def receives_anything(actor: Actor, *, at: datetime) -> bool:
    """Say whether any agreement lets the actor's organisation see what others wrote."""
    (receives,) = _asked(Scope(actor, at), UUID(int=0), (RECEIVES,))
    return receives


def _asked(scope: Scope, person_id: UUID, conditions: tuple[str, ...]) -> list[bool]:
    """Return what these conditions of the scope say of the person."""
    text, values = filled(", ".join(conditions), {"person": "who.id"}, scope.values())
    statement = f"SELECT {text} FROM (SELECT %s::uuid AS id) AS who"  # noqa: S608 - ours
    return [bool(said) for said in run_prepared(statement, [*values, person_id]) or ()]
