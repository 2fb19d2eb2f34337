"""Sharing agreements: kept, listed and ended. What a file says of one is read in `terms`."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor
from joinedup.care.access.models import Agreement, AuditEvent, Party
from joinedup.care.access.terms import AgreementError, Terms
from joinedup.care.partnership.models import Organisation
from joinedup.care.partnership.queries import organisations_by_reference


@transaction.atomic
def keep_agreement(terms: Terms, *, by: Actor, at: datetime) -> Agreement:
    """Keep the agreement as it says now, in place of what was kept under its name; raises `AgreementError`.

    It decides who sees what, so it is an event of the audit.
    """
    known = organisations_by_reference(party.organisation for party in terms.parties)
    missing = [party for party in terms.parties if party.organisation not in known]
    if missing:
        said = "\n".join(f"{party.where}: {party.organisation} is not in the record" for party in missing)
        raise AgreementError(f"{said}\nSend each as a FHIR Organization first, or correct its id")
    agreement, _ = Agreement.objects.update_or_create(
        name=terms.name,
        defaults={
            "purposes": list(terms.purposes),
            "kinds": list(terms.kinds),
            "since": terms.since,
            "until": terms.until,
        },
    )
    agreement.parties.all().delete()
    Party.objects.bulk_create(
        Party(
            agreement=agreement,
            organisation=known[party.organisation],
            gives=party.gives,
            receives=party.receives,
            since=party.since,
            until=party.until,
        )
        for party in terms.parties
    )
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, subject=f"sharing agreement {agreement.pk} kept")
    return agreement


def agreements() -> list[Agreement]:
    """Return every agreement with its parties, by name. Who shares with whom is public: no actor is asked for."""
    return list(Agreement.objects.prefetch_related("parties__organisation").order_by("name"))


def organisations_receiving(*, at: datetime) -> list[Organisation]:
    """Return the organisations that may have what others wrote under some agreement now, by name."""
    lasts = Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
    holding = Agreement.objects.filter(lasts)
    parties = Party.objects.filter(lasts, receives=True, agreement__in=holding)
    return list(Organisation.objects.filter(pk__in=parties.values("organisation")).order_by("name"))


@transaction.atomic
def end_agreement(name: str, *, by: Actor, at: datetime) -> bool:
    """End the agreement called so, from now on; say whether there was one. One that has ended stays as it ended."""
    agreement = Agreement.objects.select_for_update().filter(name=name).first()
    if agreement is None:
        return False
    if agreement.until is None or agreement.until > at:
        agreement.until = at
        agreement.save(update_fields=["until"])
        record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, subject=f"sharing agreement {agreement.pk} ended")
    return True
