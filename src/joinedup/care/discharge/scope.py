"""Which stays an actor may see: those whose Encounter in the record they may see, by the one scope function.

A stay is the working state of an entry, so whatever hides the entry (agreement, choice, label) hides the stay.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from joinedup.care.access.actor import Actor
from joinedup.care.access.queries import limit_to_visible
from joinedup.care.discharge.models import Stay
from joinedup.care.record.queries import entries_visible_to


def stays_visible_to(actor: Actor, *, at: datetime) -> QuerySet[Stay]:
    """Return the stays that the actor may see now; every list, page, count and change of stays begins here."""
    encounters = entries_visible_to(actor, at=at).filter(
        type="Encounter", fhir_id=OuterRef("encounter_id"), deleted=False
    )
    return limit_to_visible(Stay.objects.filter(Exists(encounters)), actor, at=at)
