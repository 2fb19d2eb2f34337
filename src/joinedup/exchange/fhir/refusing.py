"""What is answered where there is nothing that whoever asks may see: the same whether or not there is such a thing.

What must hold is said in general, and what is known of whoever asks; nothing of what was asked for.
"""

from datetime import datetime
from http import HTTPStatus

from joinedup.care.access.actor import Actor
from joinedup.care.access.reasons import NO_AGREEMENT, receives_anything
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, Severity

CONDITIONS = (
    "What another organisation wrote is seen while your organisation has a care relationship with the person, a"
    " sharing agreement covers it, and neither the person's choice nor a label keeps it back."
)
NO_ORGANISATION = (
    "This token's system belongs to no organisation, so it sees only what it wrote: ask for a token with one."
)


def not_found(actor: Actor, type_: str, *, at: datetime) -> RefusedInputError:
    """Say that there is none, whether it is unknown or may not be seen, and what seeing it would take."""
    issue = Issue("not-found", f"there is no {type_} with this id that you may see")
    why = Issue("informational", _why(actor, at), severity=Severity.INFORMATION)
    return RefusedInputError(HTTPStatus.NOT_FOUND, issue, why)


def _why(actor: Actor, at: datetime) -> str:
    """Return what keeps whoever asks from all that others wrote, else what must hold of each thing."""
    if actor.organisation_id is None:
        return NO_ORGANISATION
    return CONDITIONS if receives_anything(actor, at=at) else NO_AGREEMENT
