"""Merges, and for each Patient and number whom it was taken for when it came. Until now that was the person."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# What stands is the whole history so far: nobody was ever joined. Checks still to come would block the columns.
FILL = """
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE people_sourcepatient SET origin_id = person_id;
    UPDATE people_identifier SET origin_id = person_id;
"""
BIG = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
PROTECT = django.db.models.deletion.PROTECT
EMPTY = models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to="people.person")
FULL = models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="people.person")


class Migration(migrations.Migration):
    """Make the columns, fill them, and make the tables."""

    dependencies: ClassVar = [("people", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField(
            "person",
            "replaced_by",
            models.ForeignKey(
                help_text="whose record theirs is part of, while they are joined",
                null=True,
                on_delete=PROTECT,
                to="people.person",
            ),
        ),
        migrations.AddField("sourcepatient", "origin", EMPTY.clone()),
        migrations.AddField("identifier", "origin", EMPTY.clone()),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("sourcepatient", "origin", FULL.clone()),
        migrations.AlterField("identifier", "origin", FULL.clone()),
        migrations.RemoveConstraint("identifier", "identifier_once"),
        migrations.AddConstraint(
            "identifier",
            models.UniqueConstraint(fields=("system", "value", "origin"), name="identifier_once"),
        ),
        migrations.CreateModel(
            "Belonging",
            [
                ("id", BIG.clone()),
                ("table", models.CharField(max_length=63)),
                ("row", models.BigIntegerField()),
                ("origin", models.ForeignKey(on_delete=PROTECT, related_name="+", to="people.person")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("table", "row"), name="belonging_once")]
            },
        ),
        migrations.CreateModel(
            "Merge",
            [
                ("id", BIG.clone()),
                ("reason", models.CharField(max_length=500)),
                ("by_user", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("undone_reason", models.CharField(blank=True, max_length=500)),
                ("undone_by_user", models.BigIntegerField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=120)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "kept",
                    models.ForeignKey(on_delete=PROTECT, related_name="merges", to="people.person"),
                ),
                (
                    "merged",
                    models.ForeignKey(on_delete=PROTECT, related_name="merged_by", to="people.person"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("merged",), name="merged_into_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("merged")), _negated=True), name="merge_of_two"
                    ),
                ]
            },
        ),
    ]
