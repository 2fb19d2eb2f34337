"""Sharing agreements as a file says them: read, checked, kept, listed and ended.

name: Shared record of the partnership
purposes: [direct_care]
kinds: []                       # of entries; none means every kind
since: 2026-04-01
parties:
  - organisation: org-hospital  # its id in the record
  - organisation: org-charity
    gives: false
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Q

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Purpose
from joinedup.care.access.models import Agreement, AuditEvent, Party
from joinedup.care.partnership.models import Organisation
from joinedup.care.partnership.queries import organisations_by_reference
from joinedup.core.moments import start_of_day

KEYS = frozenset({"name", "purposes", "kinds", "since", "until", "parties"})
PARTY_KEYS = frozenset({"organisation", "gives", "receives", "since", "until"})


class AgreementError(Exception):
    """The file can't be an agreement; the message says which key is wrong and what to do."""


@dataclass(frozen=True)
class PartyTerms:
    """One organisation's part, by its id in the record."""

    organisation: str
    gives: bool
    receives: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Terms:
    """What an agreement says."""

    name: str
    purposes: tuple[str, ...]
    kinds: tuple[str, ...]
    since: datetime
    until: datetime | None
    parties: tuple[PartyTerms, ...]


def read_terms(text: str) -> Terms:
    """Read an agreement from YAML; raises `AgreementError`."""
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise AgreementError(f"this is not YAML{where}") from error
    if not isinstance(said, dict):
        raise AgreementError("begin with the keys name, since and parties")
    _only(said, KEYS, "the agreement")
    since = _day(said, "since", required=True)
    parties = said.get("parties")
    if not isinstance(parties, list) or len(parties) < 2:
        raise AgreementError("parties: name at least two organisations")
    purposes = [str(purpose) for purpose in said.get("purposes") or [Purpose.DIRECT_CARE.value]]
    unknown = sorted(set(purposes) - {purpose.value for purpose in Purpose})
    if unknown:
        known = ", ".join(purpose.value for purpose in Purpose)
        raise AgreementError(f"purposes: {', '.join(unknown)} is none of: {known}")
    name = said.get("name")
    if not isinstance(name, str) or not name.strip():
        raise AgreementError("name: give the agreement a name")
    return Terms(
        name=name.strip(),
        purposes=tuple(purposes),
        kinds=tuple(str(kind) for kind in said.get("kinds") or ()),
        since=since or start_of_day(date.min),
        until=_day(said, "until"),
        parties=tuple(_party(number, party, since) for number, party in enumerate(parties, start=1)),
    )


def _only(said: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    """Refuse keys that are not known: a mistyped one would change who sees what."""
    unknown = sorted(set(map(str, said)) - known)
    if unknown:
        raise AgreementError(
            f"{where}: {', '.join(unknown)} is not known; these are: {', '.join(sorted(known))}"
        )


def _day(said: Mapping[str, Any], key: str, *, required: bool = False) -> datetime | None:
    """Read a day as its beginning."""
    value = said.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise AgreementError(f"{key}: give a day as YYYY-MM-DD")
    return start_of_day(value)


def _party(number: int, said: Any, since: datetime | None) -> PartyTerms:
    """Read one party."""
    where = f"party {number}"
    if not isinstance(said, dict) or not isinstance(said.get("organisation"), str):
        raise AgreementError(f"{where}: give the organisation's id in the record")
    _only(said, PARTY_KEYS, where)
    gives, receives = said.get("gives", True), said.get("receives", True)
    if not isinstance(gives, bool) or not isinstance(receives, bool):
        raise AgreementError(f"{where}: gives and receives are true or false")
    begins = _day(said, "since") or since
    if begins is None:
        raise AgreementError(f"{where}: say since when")
    return PartyTerms(said["organisation"], gives, receives, begins, _day(said, "until"))


@transaction.atomic
def keep_agreement(terms: Terms, *, by: Actor, at: datetime) -> Agreement:
    """Keep the agreement as it says now, in place of what was kept under its name; raises `AgreementError`.

    It decides who sees what, so it is an event of the audit.
    """
    known = organisations_by_reference(party.organisation for party in terms.parties)
    missing = sorted({party.organisation for party in terms.parties} - known.keys())
    if missing:
        raise AgreementError(f"not in the record: {', '.join(missing)}; send these organisations first")
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
