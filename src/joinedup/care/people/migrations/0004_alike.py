"""An index for people with the same family name and date of birth: asked for every Patient of somebody new."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the index."""

    dependencies: ClassVar = [("people", "0003_reviews")]
    operations: ClassVar = [
        migrations.AddIndex("person", models.Index(fields=["sought_family", "born"], name="person_alike")),
    ]
