"""Reads of the partnership app. Who an organisation is, is public: no actor is asked for."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from joinedup.care.looking_up import look_up
from joinedup.care.partnership.models import Area, Organisation, Partnership


def organisations_by_reference(references: Iterable[str]) -> dict[str, Organisation]:
    """Return the organisations known under these references in the record."""
    return {o.reference: o for o in Organisation.objects.filter(reference__in=set(references))}


def organisation_numbers(references: Iterable[str]) -> dict[str, int]:
    """Return the internal number of each organisation known under these references, for who needs no more of them."""
    return dict(look_up(Organisation, "reference", references, "id"))


def reference_of_code(code: str) -> str | None:
    """Return the id in the record of the one organisation with this code; None where none has it, or several have."""
    found = list(Organisation.objects.filter(code=code).values_list("reference", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def partnerships_on(day: date) -> QuerySet[Partnership]:
    """Return the partnerships that exist on that day, with their members."""
    holds = (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gt=day))
    return Partnership.objects.filter(holds).prefetch_related("members").order_by("name")


def organisations() -> QuerySet[Organisation]:
    """Return every organisation, by name."""
    return Organisation.objects.order_by("name")


def areas() -> QuerySet[Area]:
    """Return every area with what it is part of, by code."""
    return Area.objects.select_related("part_of").order_by("code")
