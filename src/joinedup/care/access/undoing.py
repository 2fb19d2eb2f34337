"""A transaction of which, when it is undone, the refusals stay."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from joinedup.care.access.actions import record_audits
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.refusals import Refusal, noting_refusals


@contextmanager
def undone_but_for_refusals() -> Iterator[None]:
    """Do all of the block or nothing; what was refused in it stays in the audit either way."""
    noted: list[Refusal] = []
    try:
        with noting_refusals() as noted, transaction.atomic():
            yield
    except Exception:
        for refusal in noted:
            record_audits(AuditEvent.Kind.REFUSAL, refusal.subjects, by=refusal.by, at=refusal.at)
        raise
