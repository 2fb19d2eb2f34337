"""State of the record app.

`Resource` is the thing with an id; `Entry` is one version of it. The person stands beside the resource, not the
entry: a Patient may arrive after what refers to it, while entries never change (a trigger refuses it).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from joinedup.care.access.models import System
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person


class Resource(models.Model):
    """One FHIR resource under its id, pointing at its newest version."""

    type = models.CharField(max_length=40)
    fhir_id = models.CharField(max_length=64)
    system = models.ForeignKey(System, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, db_index=False)
    kind = models.CharField(max_length=40)
    version = models.IntegerField(default=1)
    happened_at = models.DateTimeField(null=True)
    create_key = models.BinaryField(
        max_length=16, null=True, help_text="what a create said, to know it again"
    )
    patient = models.CharField(
        max_length=64, blank=True, help_text="the Patient under whose id it came, whoever they turn out to be"
    )
    labels = ArrayField(models.TextField(), default=list, blank=True)
    deleted = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(help_text="when its newest version was recorded")
    ended_at = models.DateTimeField(
        null=True, help_text="the end of what happened; none where it goes on or is a moment"
    )
    words = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="hashes of what it is found by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "fhir_id"], name="resource_once"),
            models.UniqueConstraint(
                fields=["system", "type", "create_key"],
                condition=Q(create_key__isnull=False),
                name="create_once",
            ),
        ]
        indexes = [
            models.Index(
                "person", F("happened_at").desc(nulls_last=True), F("id").desc(), name="resource_timeline"
            ),
            # Without fastupdate: its pending list makes the searches after a load pay for the load.
            GinIndex(fields=["words"], name="resource_words", fastupdate=False),
        ]


class Entry(models.Model):
    """One version of a resource: the JSON as it came, and when, from whom and about when it is."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="entries", db_index=False)
    version = models.IntegerField()
    body = models.TextField(help_text="FHIR JSON, character for character")
    digest = models.BinaryField(max_length=16, help_text="of the content, whatever its order and spacing")
    happened_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    system = models.ForeignKey(System, on_delete=models.PROTECT, db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, db_index=False)
    author = models.CharField(max_length=200, blank=True)
    deleted = models.BooleanField(default=False, help_text="a withdrawal: this version says that it is gone")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "version"], name="entry_once")]


class SearchToken(models.Model):
    """A word by which a resource is found: an identifier's system and value."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    system = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["value", "name"], name="token_value")]


class AwaitedReference(models.Model):
    """A reference in the record to something that has not arrived (yet). Feeds arrive out of order."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="awaited")
    type = models.CharField(max_length=40)
    fhir_id = models.CharField(max_length=64)
    is_subject = models.BooleanField(default=False, help_text="names whose record the resource belongs to")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "fhir_id", "resource"], name="awaited_once"),
        ]
