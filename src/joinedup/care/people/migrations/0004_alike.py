"""Former names, and an index for people with the same family name and date of birth (asked for somebody new)."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make both. The names of Patients that are here already come with their next version."""

    dependencies: ClassVar = [("people", "0003_reviews")]
    operations: ClassVar = [
        migrations.AddField(
            "person",
            "sought_former",
            models.CharField(
                blank=True,
                default="",
                help_text="words of other names that they have or had, folded",
                max_length=400,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex("person", models.Index(fields=["sought_family", "born"], name="person_alike")),
    ]
