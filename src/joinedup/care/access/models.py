"""State of the access app.

People are named by their internal id and without a foreign key: `access` lies below `people`, and an audit event
must outlive whatever it is about.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac

from joinedup.care.access.actor import Purpose, Role
from joinedup.care.partnership.models import Organisation


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they sign in with."""


class User(AbstractBaseUser):
    """Someone who signs in. What they may do hangs on their assignments, not on them."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False, help_text="somebody else knows their password")
    sessions_ended_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Return what a session must know to go on: a new password, or ending all sessions, changes it."""
        ended = self.sessions_ended_at.isoformat() if self.sessions_ended_at else ""
        return salted_hmac("joinedup.access.User", f"{self.password}|{ended}", algorithm="sha256").hexdigest()


class Tries(models.Model):
    """How often somebody was wrong lately, at one account or from one address, and until when they must wait.

    `key` is a keyed digest: what was typed, which may be a password in the wrong box, can't be read back.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="tries_by_age")]


class Assignment(models.Model):
    """A user holds a role for an organisation between two days."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=40, choices=[(role.value, role.title) for role in Role])
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role", "since"], name="assignment_once"),
        ]


class System(models.Model):
    """A computer system of a partner that writes to or reads from the record."""

    name = models.CharField(max_length=100, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """A system's key. Only its digest is kept; the token itself is shown once."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class Relationship(models.Model):
    """Why an organisation may see a person: it gives them care, or was asked to.

    `resource_id` is what in the record says so (a referral, a stay, a team); none where many entries together do.
    """

    person_id = models.UUIDField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    resource_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "organisation", "kind", "resource_id"],
                name="relationship_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person_id"], name="relationship_by_organisation"),
            models.Index(
                fields=["resource_id"],
                condition=models.Q(resource_id__isnull=False),
                name="relationship_by_resource",
            ),
        ]


class Agreement(models.Model):
    """A sharing agreement of the partnership: for what purposes and which kinds of entries, between two moments."""

    name = models.CharField(max_length=200, unique=True)
    purposes = ArrayField(models.CharField(max_length=20, choices=[(p.value, p.value) for p in Purpose]))
    kinds = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="of entries; none means every kind",
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """An organisation that has signed an agreement: it gives what it writes, receives what others do, or both."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    gives = models.BooleanField(default=True)
    receives = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation", "since"], name="party_once"),
        ]


class Choice(models.Model):
    """What a person chose: what others wrote isn't shared with these organisations (none: with any), of these kinds
    (none: of any), except with some or of some.

    A choice that was changed or taken back ends and stays; deny beats allow where several hold.
    """

    person_id = models.UUIDField(db_index=True)
    organisations = ArrayField(models.BigIntegerField(), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    except_organisations = ArrayField(models.BigIntegerField(), default=list, blank=True)
    except_kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    resource_id = models.BigIntegerField(null=True, db_index=True, help_text="the Consent in the record")
    said_by = models.CharField(
        max_length=20, blank=True, help_text="a `SaidBy`; none where a partner told us"
    )
    told_to = models.CharField(max_length=200, blank=True, help_text="who recorded it, as they were called")
    told_at = models.CharField(max_length=200, blank=True, help_text="the organisation that they acted for")
    ended_said_by = models.CharField(max_length=20, blank=True)
    ended_told_to = models.CharField(max_length=200, blank=True)
    ended_told_at = models.CharField(max_length=200, blank=True)


class StaffRecord(models.Model):
    """A person who is a user here or one of a user's family: their colleagues don't look without need."""

    person_id = models.UUIDField(db_index=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    is_family = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "user", "organisation"], name="staff_record_once"),
        ]


class Glass(models.Model):
    """A user broke the glass: opened a person's record in an emergency, for a reason and a few hours.

    Append-only, and sealed in the audit (`joinedup.care.access.sealing`). It stays with whom it was opened for.
    """

    person_id = models.UUIDField(db_index=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField()


class AuditEvent(models.Model):
    """One look, search, change or refusal. Append-only: the database itself refuses updates and deletes."""

    class Kind(models.TextChoices):
        """What happened."""

        LOOK = "look", "Looked at"
        LISTED = "listed", "Seen in a list"
        SEARCH = "search", "Searched"
        CHANGE = "change", "Changed"
        REFUSAL = "refusal", "Refused"
        SIGN_IN = "sign_in", "Signed in"
        SIGN_OUT = "sign_out", "Signed out"
        EXPORT = "export", "Exported"
        GLASS = "glass", "Opened in an emergency"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    system_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    role = models.CharField(max_length=40, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    person_id = models.UUIDField(null=True)
    subject = models.CharField(
        max_length=140, blank=True, help_text="page or resource, never a name or number"
    )

    # The digest of what was written beside it, such as the reason of an emergency opening.
    seal = models.BinaryField(max_length=32, null=True)
    # Written by a trigger: its place in one of the chains, and the digest that chains it.
    chain = models.SmallIntegerField(null=True)
    number = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_chain")]
        indexes = [
            models.Index(fields=["person_id", "-at"], name="audit_by_person"),
            # Only what users do: what partners' systems read is most of the table, and pays nothing for it.
            models.Index(
                fields=["at"], condition=models.Q(user_id__isnull=False), name="audit_of_users_by_time"
            ),
        ]


class LookReview(models.Model):
    """What the privacy officer found out about an emergency opening, or about unusual looking. Append-only, sealed.

    `finding` is the key of a finding (`joinedup.care.privacy`), which the review covers up to a moment: looks after
    it are new. The newest review counts.
    """

    class Outcome(models.TextChoices):
        """What came of it."""

        ACCOUNTED = "accounted", "Accounted for"
        ASKED = "asked", "To be asked"
        MISUSE = "misuse", "Misuse"

    glass = models.ForeignKey(Glass, on_delete=models.PROTECT, null=True, related_name="reviews")
    finding = models.CharField(max_length=64, blank=True, db_index=True)
    covers_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    note = models.CharField(max_length=1000)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(glass__isnull=False, finding="")
                | (models.Q(glass__isnull=True, covers_until__isnull=False) & ~models.Q(finding="")),
                name="review_of_one_thing",
            ),
        ]
