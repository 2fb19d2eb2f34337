"""State of the outbound app."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F

from joinedup.care.access.models import System


class Export(models.Model):
    """A copy of the record that a system asked for, as it was at `seen_at` and as far as the system may see it.

    Progress is (`position` in `types`, `after` the resource with that number); it is committed once the lines up to
    there are on the disk.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    request = models.CharField(
        max_length=500, help_text="the address that was asked for, without parameters of people"
    )
    types = ArrayField(models.CharField(max_length=40))
    since = models.DateTimeField(null=True)
    people_only = models.BooleanField(default=False, help_text="leave out what is about nobody")
    seen_at = models.DateTimeField()
    ceiling = models.BigIntegerField(help_text="the newest resource then")
    position = models.IntegerField(default=0)
    after = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "seen_at"], name="export_by_state")]


class ExportFile(models.Model):
    """The lines of one type that an export has written: how many, and how many bytes are known to be on the disk."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="files")
    type = models.CharField(max_length=40)
    lines = models.IntegerField(default=0)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "type"], name="export_file_once")]


class Subscription(models.Model):
    """A system wants to be told of what matches (FHIR R4 Subscription, rest-hook). The headers are secrets."""

    class State(models.TextChoices):
        """Whether it is told."""

        ACTIVE = "active", "Active"
        ERROR = "error", "Given up after many tries"
        OFF = "off", "Off"

    resource_id = models.BigIntegerField(unique=True, help_text="the Subscription in the record")
    system = models.ForeignKey(System, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices)
    criteria = models.CharField(max_length=1000)
    endpoint = models.CharField(max_length=500)
    has_payload = models.BooleanField(default=False)
    headers = ArrayField(models.CharField(max_length=1000), default=list, blank=True)
    ends_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)


class Notice(models.Model):
    """One thing to tell one subscriber: that a resource has a newer version, or was withdrawn."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="notices")
    type = models.CharField(max_length=40)
    fhir_id = models.CharField(max_length=64)
    resource_id = models.BigIntegerField()
    version = models.IntegerField()
    is_withdrawal = models.BooleanField(default=False)
    is_correction = models.BooleanField(default=False, help_text="they had an earlier version")
    due_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "resource_id", "version"], name="notice_once")
        ]
        indexes = [
            models.Index(
                F("due_at"),
                condition=models.Q(delivered_at=None, given_up=False),
                name="notice_due",
            )
        ]
