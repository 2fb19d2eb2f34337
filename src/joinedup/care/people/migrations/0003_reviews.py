"""The review queue: pairs of people who may be one."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

PERSON = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")
STATES = [
    ("waiting", "Waiting"),
    ("later", "Left for later"),
    ("same", "The same person"),
    ("different", "Different people"),
]


class Migration(migrations.Migration):
    """Make the table."""

    dependencies: ClassVar = [("people", "0002_merges")]
    operations: ClassVar = [
        migrations.CreateModel(
            "Review",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.FloatField(help_text="how likely they are one, 0 to 1")),
                ("method", models.CharField(help_text="what compared them", max_length=100)),
                (
                    "agreements",
                    models.JSONField(default=list, help_text="(field, verdict, weight in bits) each"),
                ),
                ("found_at", models.DateTimeField()),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=10)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("by_user", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(null=True)),
                ("left", PERSON.clone()),
                ("right", PERSON.clone()),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-score"], name="review_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("left", "right"), name="review_once"),
                    models.CheckConstraint(
                        condition=models.Q(("left__lt", models.F("right"))), name="review_of_two"
                    ),
                ],
            },
        ),
    ]
