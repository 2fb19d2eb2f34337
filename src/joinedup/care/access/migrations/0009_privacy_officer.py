"""Emergency openings and reviews of looking are append-only, and sealed in the audit; the privacy officer's index.

The digest of an event has one part more when it seals something, so that the events of before keep theirs.
"""

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

DIGEST = """
CREATE OR REPLACE FUNCTION joinedup_digest(event access_auditevent, previous bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(concat(
        joinedup_part(event.id::text),
        joinedup_part(event.chain::text),
        joinedup_part(event.number::text),
        joinedup_part(event.kind),
        joinedup_part(to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')),
        joinedup_part(event.user_id::text),
        joinedup_part(event.system_id::text),
        joinedup_part(event.actor_name),
        joinedup_part(event.role),
        joinedup_part(event.organisation_id::text),
        joinedup_part(event.organisation_name),
        joinedup_part(event.person_id::text),
        joinedup_part(event.subject){seal}
    ), 'UTF8'))
$$;
"""
SEAL = ",\n        CASE WHEN event.seal IS NOT NULL THEN joinedup_part(encode(event.seal, 'hex')) END"
TABLES = ("access_glass", "access_lookreview")
REFUSE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION joinedup_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION joinedup_append_only();
"""
ALLOW = "DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_truncate ON {table};"


def seal_the_old(apps: Any, _: Any) -> None:
    """Seal each opening of before, by an event of now: until now nothing showed whether it was altered."""
    from joinedup.care.access.sealing import SEALED, digest_of  # noqa: PLC0415 - the code of now, on purpose

    glass = apps.get_model("access", "Glass")
    event = apps.get_model("access", "AuditEvent")
    fields = next(fields for model, fields in SEALED.items() if model._meta.db_table == "access_glass")
    for row in glass.objects.order_by("pk"):
        seal = digest_of("access_glass", [getattr(row, field) for field in fields])
        if event.objects.filter(seal=seal).exists():
            continue
        event.objects.create(
            kind="change",
            at=timezone.now(),
            actor_name="joinedup",
            person_id=row.person_id,
            subject="an emergency opening, sealed",
            seal=seal,
        )


class Migration(migrations.Migration):
    """Seals, reviews, triggers."""

    dependencies: ClassVar = [
        ("access", "0008_choices"),
        ("record", "0006_no_truncate"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField("auditevent", "seal", models.BinaryField(max_length=32, null=True)),
        migrations.AddIndex(
            "auditevent",
            models.Index(
                fields=["at"], condition=models.Q(user_id__isnull=False), name="audit_of_users_by_time"
            ),
        ),
        migrations.CreateModel(
            name="LookReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, verbose_name="ID", auto_created=True
                    ),
                ),
                ("finding", models.CharField(blank=True, db_index=True, max_length=64)),
                ("covers_until", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accounted", "Accounted for"),
                            ("asked", "To be asked"),
                            ("misuse", "Misuse"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(max_length=1000)),
                ("by_name", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "glass",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="access.glass",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(glass__isnull=False, finding="")
                        | (models.Q(glass__isnull=True, covers_until__isnull=False) & ~models.Q(finding="")),
                        name="review_of_one_thing",
                    )
                ]
            },
        ),
        migrations.RunSQL(DIGEST.format(seal=SEAL), DIGEST.format(seal="")),
        migrations.RunPython(seal_the_old, migrations.RunPython.noop),
        *(migrations.RunSQL(REFUSE.format(table=table), ALLOW.format(table=table)) for table in TABLES),
    ]
