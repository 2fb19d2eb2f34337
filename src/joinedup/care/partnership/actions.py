"""Writes of the partnership app."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from joinedup.care.partnership.models import Area, Membership, Organisation, Partnership
from joinedup.core.nation import Nation


@dataclass(frozen=True)
class OrganisationDetails:
    """What is said of an organisation. `reference` is its id in the record."""

    reference: str
    name: str
    nation: Nation
    code: str = ""
    kind: str = ""


def register_organisations(details: Sequence[OrganisationDetails]) -> dict[str, Organisation]:
    """Make or bring up to date the organisations; return them by reference."""
    rows = [
        Organisation(reference=d.reference, name=d.name, nation=d.nation.value, code=d.code, kind=d.kind)
        for d in details
    ]
    Organisation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["reference"],
        update_fields=["name", "nation", "code", "kind"],
    )
    return {o.reference: o for o in Organisation.objects.filter(reference__in=[d.reference for d in details])}


def register_area(*, code: str, name: str, kind: str, nation: Nation, part_of: str | None = None) -> Area:
    """Make or bring up to date one area; `part_of` is the code of an area that exists."""
    parent = Area.objects.get(code=part_of) if part_of else None
    area, _ = Area.objects.update_or_create(
        code=code, defaults={"name": name, "kind": kind, "nation": nation.value, "part_of": parent}
    )
    return area


@transaction.atomic
def form_partnership(
    *, name: str, kind: str, nation: Nation, since: date, members: Sequence[Organisation]
) -> Partnership:
    """Make a partnership of these members, or add those that it lacks."""
    partnership, _ = Partnership.objects.get_or_create(
        name=name, kind=kind, defaults={"nation": nation.value, "since": since}
    )
    Membership.objects.bulk_create(
        [Membership(partnership=partnership, organisation=o, since=since) for o in members],
        ignore_conflicts=True,
    )
    return partnership
