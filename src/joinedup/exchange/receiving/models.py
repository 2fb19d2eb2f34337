"""State of the receiving app: how far each file is, why rows of it did not go in, and how old what we hold is.

Nothing here says what a row said: a refusal names line, column and reason. `Stated` is there because partners send
the same years again: what an older row says of a thing must not be written over what a newer one said.
"""

from django.db import models

from joinedup.care.access.models import System


class Receipt(models.Model):
    """One file of one system, received by one version of a mapping; written in the transaction of each batch."""

    system = models.ForeignKey(System, on_delete=models.PROTECT)
    extract = models.CharField(max_length=60)
    mapping_digest = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    byte = models.BigIntegerField(default=0, help_text="where the next row begins; 0 before the first batch")
    line = models.BigIntegerField(default=0)
    batches = models.IntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    older = models.BigIntegerField(default=0)
    notes = models.JSONField(default=dict, help_text="what was odd but harmless, with how often")
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "extract", "file_digest", "mapping_digest"], name="receipt_once"
            ),
        ]


class Refusal(models.Model):
    """Why one row did not go in. A row may have several reasons."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="refusals")
    line = models.BigIntegerField()
    column = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=600)
    advice = models.CharField(max_length=1000)


class Stated(models.Model):
    """How new the word is by which we hold a resource, for those that a mapping sorts by age."""

    type = models.CharField(max_length=40)
    fhir_id = models.CharField(max_length=64)
    order = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "fhir_id"], name="stated_once")]
