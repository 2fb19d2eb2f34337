"""The newest version and time that a resource's source gave it. What is there already has none until it comes again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three columns on a resource; constants, so that no row is written anew."""

    dependencies: ClassVar = [("record", "0007_contacts_end")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="resource",
            name="source_version",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="the newest version that its source sent, as the source calls it",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="source_updated_at",
            field=models.DateTimeField(help_text="when that version came to be at the source", null=True),
        ),
        migrations.AddField(
            model_name="resource",
            name="source_digest",
            field=models.BinaryField(
                help_text="of what the source said in that version", max_length=16, null=True
            ),
        ),
    ]
