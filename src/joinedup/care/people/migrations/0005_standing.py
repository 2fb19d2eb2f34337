"""What a number is worth, by whoever asserts it; what each Patient says of birth and death; what contradicts.

What is here already counts as stated only, and says nothing of birth and death, until its Patient comes again.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

PERSON = models.ForeignKey(
    on_delete=django.db.models.deletion.PROTECT, related_name="contradictions", to="people.person"
)
BIG = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
KINDS = [
    ("numbers", "Two numbers of one kind"),
    ("born", "Dates of birth"),
    ("died", "Whether and when they died"),
]
ORDER = "which of those born together; 'yes' where that isn't known"
DIED = "as Person.died; 'no' where it is denied"
COMPARED = "field: verdict, when it was last decided"
EARLIER = "the decision before it was asked again, and what is new"
ASSERTED_ONCE = models.UniqueConstraint(
    fields=("system", "value", "origin", "asserted_by"), name="identifier_once"
)


class Migration(migrations.Migration):
    """Make the columns and the table."""

    dependencies: ClassVar = [("people", "0004_alike")]
    operations: ClassVar = [
        migrations.AddField("identifier", "standing", models.CharField(default="stated", max_length=10)),
        migrations.RemoveConstraint("identifier", "identifier_once"),
        migrations.AddConstraint("identifier", ASSERTED_ONCE),
        migrations.AddField(
            "person",
            "birth_order",
            models.CharField(blank=True, default="", help_text=ORDER, max_length=3),
            preserve_default=False,
        ),
        migrations.AddField(
            "sourcepatient",
            "born",
            models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            "sourcepatient",
            "died",
            models.CharField(blank=True, default="", help_text=DIED, max_length=10),
            preserve_default=False,
        ),
        migrations.AddField("sourcepatient", "told_at", models.DateTimeField(null=True)),
        migrations.AddField("review", "compared", models.JSONField(help_text=COMPARED, null=True)),
        migrations.AddField("review", "earlier", models.JSONField(help_text=EARLIER, null=True)),
        migrations.CreateModel(
            "Contradiction",
            [
                ("id", BIG),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("said", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("by_user", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("person", PERSON),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind"), name="contradiction_once")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["found_at"],
                        name="contradiction_open",
                    )
                ],
            },
        ),
    ]
