"""State of the people app.

A person has one internal id and any number of identifiers. What is kept here is the best of what is known, for
finding and for the banner; what each partner said stays in the record.
"""

import uuid
from typing import NamedTuple

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from joinedup.care.access.models import System
from joinedup.care.people.finding import name_words
from joinedup.care.people.logic_numbers import Standing


class Place(NamedTuple):
    """Where somebody lives or is called; empty where that is not known, or not to be told."""

    address: str = ""
    postcode: str = ""
    phone: str = ""


class Person(models.Model):
    """Anyone with a record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=200, blank=True)
    sought_family = models.CharField(max_length=120, blank=True, help_text="folded, for finding")
    sought_given = models.CharField(max_length=200, blank=True, help_text="folded, for finding")
    sought_former = models.CharField(
        max_length=400, blank=True, help_text="words of other names that they have or had, folded"
    )
    born = models.CharField(
        max_length=10, blank=True, help_text="YYYY, YYYY-MM or YYYY-MM-DD, as it is known"
    )
    gender = models.CharField(max_length=20, blank=True)
    died = models.CharField(max_length=10, blank=True, help_text="as `born`; 'yes' where no date is known")
    address = models.CharField(max_length=400, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    area = models.CharField(max_length=20, blank=True, help_text="code of the area they live in")
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=60, blank=True)
    deprivation = models.PositiveSmallIntegerField(
        null=True, help_text="fifth of deprivation, 1 the most deprived"
    )
    birth_order = models.CharField(
        max_length=3, blank=True, help_text="which of those born together; 'yes' where that isn't known"
    )
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        help_text="whose record theirs is part of, while they are joined",
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["sought_family", "sought_given"],
                name="person_name",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
            models.Index(fields=["sought_family", "born"], name="person_alike"),
            GinIndex(name_words(), name="person_words", fastupdate=False),
        ]

    @property
    def full_name(self) -> str:
        """Return the name as a page shows it."""
        return f"{self.given} {self.family}".strip() or "Name not known"

    @property
    def is_protected(self) -> bool:
        """Say whether any partner protects where they live; fetch the sources along where it is asked of many."""
        return any(source.is_protected for source in self.sources.all())

    @property
    def place(self) -> Place:
        """Return where they live, as far as whoever did not say it may be told."""
        return Place() if self.is_protected else Place(self.address, self.postcode, self.phone)


class Identifier(models.Model):
    """A number by which somebody knows a person. `value` is tidied; who asserted it stands beside it.

    `origin` and `person` as with a `SourcePatient`. `standing` is the newest word of who asserts it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    origin = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=100)
    asserted_by = models.ForeignKey(System, on_delete=models.PROTECT)
    since = models.DateTimeField()
    standing = models.CharField(max_length=10, default=Standing.STATED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "value", "origin", "asserted_by"], name="identifier_once"
            )
        ]


class SourcePatient(models.Model):
    """The id under which a partner's system knows a person: one FHIR Patient.

    `origin` is whom we took it for when it came; `person` whose it is now, after every merge that stands. `born` and
    `died` are what its newest version says, told at `told_at`, and whether it protects where the person lives. `digest`
    is of everything that it says of the person: said again unchanged it is no newer word.
    """

    fhir_id = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sources")
    origin = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT)
    born = models.CharField(max_length=10, blank=True)
    died = models.CharField(max_length=10, blank=True, help_text="as Person.died; 'no' where it is denied")
    told_at = models.DateTimeField(null=True)
    is_protected = models.BooleanField(default=False, db_default=False)
    digest = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=models.Q(is_protected=True), name="source_protected")
        ]


class Carer(models.Model):
    """An unpaid person who looks after someone, as a partner told us (FHIR RelatedPerson)."""

    fhir_id = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="carers")
    name = models.CharField(max_length=320)
    relationship = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)


class Merge(models.Model):
    """Two people turned out to be one: `merged` is part of `kept` until it is undone. Nothing is lost by either."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_by")
    reason = models.CharField(max_length=500)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    undone_reason = models.CharField(max_length=500, blank=True)
    undone_by_user = models.BigIntegerField(null=True)
    undone_by_name = models.CharField(max_length=120, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="merged_into_one"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("merged")), name="merge_of_two"),
        ]


class Belonging(models.Model):
    """Whose a row was before a merge moved it: for rows that nothing in the record says it of."""

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    origin = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="belonging_once")]


class Review(models.Model):
    """Two people who may be one: why, how likely, and what somebody decided. `left` is the one with the lower id."""

    class State(models.TextChoices):
        """What was decided."""

        WAITING = "waiting", "Waiting"
        LATER = "later", "Left for later"
        SAME = "same", "The same person"
        DIFFERENT = "different", "Different people"

    left = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField(help_text="how likely they are one, 0 to 1")
    method = models.CharField(max_length=100, help_text="what compared them")
    agreements = models.JSONField(default=list, help_text="(field, verdict, weight in bits) each")
    found_at = models.DateTimeField()
    compared = models.JSONField(null=True, help_text="field: verdict, when it was last decided")
    earlier = models.JSONField(null=True, help_text="the decision before it was asked again, and what is new")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="review_once"),
            models.CheckConstraint(condition=models.Q(left__lt=models.F("right")), name="review_of_two"),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="review_by_state")]


class Contradiction(models.Model):
    """What partners say of one person that can't all be true, for a records manager to look into.

    `said` is who says what, (system, what) each. It closes by itself when they agree again, or by somebody's reason.
    """

    class Kind(models.TextChoices):
        """What they contradict each other about."""

        NUMBERS = "numbers", "Two numbers of one kind"
        BORN = "born", "Dates of birth"
        DIED = "died", "Whether and when they died"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contradictions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    said = models.JSONField(default=list)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="contradiction_once")]
        indexes = [
            models.Index(fields=["found_at"], condition=models.Q(closed_at=None), name="contradiction_open")
        ]
