"""State of the partnership app.

Bodies and areas come and go (CCGs to ICBs, 22 local health boards to 7), so each row has the dates between which
it holds; `until` is the first day on which it no longer does.
"""

from django.db import models
from django.db.models import F, Q

from joinedup.core.nation import Nation

NATIONS = [(nation.value, nation.title) for nation in Nation]


class Dated(models.Model):
    """Something that holds from a day until another; both may be unknown."""

    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="%(class)s_until_after_since"),
        ]


class Organisation(Dated):
    """A legal body: trust, health board, council, GP practice, provider, charity."""

    reference = models.CharField(
        max_length=64, unique=True, help_text="its id in the record (FHIR Organization)"
    )
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60, blank=True)
    nation = models.CharField(max_length=20, choices=NATIONS)

    def __str__(self) -> str:
        return self.name


class Area(Dated):
    """A piece of the map with a code: locality, council, health board area."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    nation = models.CharField(max_length=20, choices=NATIONS)
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")

    def __str__(self) -> str:
        return self.name


class Partnership(Dated):
    """Bodies that plan or decide together."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    nation = models.CharField(max_length=20, choices=NATIONS)
    members: "models.ManyToManyField[Organisation, Membership]" = models.ManyToManyField(
        Organisation, through="Membership", related_name="partnerships"
    )

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["name", "kind"], name="partnership_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Dated):
    """One organisation's place in one partnership."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["partnership", "organisation", "since"], name="membership_once"),
        ]
