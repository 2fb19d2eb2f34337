"""State of the discharge app: one row a stay. The database refuses an order of events that can't be."""

import uuid

from django.db import models
from django.db.models import F, Q

from joinedup.care.partnership.models import NATIONS, Organisation
from joinedup.care.people.models import Person


class Stay(models.Model):
    """Time in a hospital bed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    encounter_id = models.CharField(max_length=64, unique=True, help_text="its Encounter in the record")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    nation = models.CharField(max_length=20, choices=NATIONS)
    ward = models.CharField(max_length=120, blank=True)
    setting = models.CharField(max_length=30)
    complexity = models.CharField(max_length=20, blank=True)
    admitted_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    reason = models.CharField(
        max_length=40, blank=True, help_text="code of the delay reason in the rule book"
    )
    responsible = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__gte=F("admitted_at")), name="ready_not_before_admitted"
            ),
            models.CheckConstraint(
                condition=Q(left_at__gte=F("admitted_at")), name="left_not_before_admitted"
            ),
            models.CheckConstraint(condition=Q(left_at__gte=F("ready_at")), name="left_not_before_ready"),
        ]
        indexes = [models.Index(fields=["left_at", "ready_at"], name="stay_in_hospital")]
