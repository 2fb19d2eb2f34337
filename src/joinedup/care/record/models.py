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
        null=True, help_text="when the time in which it happened was over; none where it goes on"
    )
    words = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="hashes of what it is found by"
    )
    source_version = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="the newest version that its source sent, as the source calls it",
    )
    source_updated_at = models.DateTimeField(
        null=True, help_text="when that version came to be at the source"
    )
    source_digest = models.BinaryField(
        max_length=16, null=True, help_text="of what the source said in that version"
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
            models.Index(fields=["type", "id"], name="resource_by_type"),
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


class SearchText(models.Model):
    """A text by which a resource is found: a name, a place; folded to lower case without accents."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    # By the letters' numbers: a beginning is then a range of the index, and walking it is in order.
    value = models.CharField(max_length=200, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["value", "resource"], include=["name"], name="text_walk")]


class SearchDate(models.Model):
    """A date by which a resource is found, beside the one kept on it: the time that it means, open at the end."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name", "since"], name="date_since")]


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


class Follower(models.Model):
    """Something that wants to hear of every change, and takes it off the list. Without one, no list is kept."""

    name = models.CharField(max_length=40, unique=True)


class NewChange(models.Model):
    """A version that a follower has not yet heard of; written with the entry itself, so that none is missed."""

    resource_id = models.BigIntegerField()
    version = models.IntegerField()
