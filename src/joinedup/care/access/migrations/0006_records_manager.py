"""A role for whoever keeps the records of people apart and together."""

from typing import ClassVar

from django.db import migrations, models

from joinedup.care.access.actor import Role


class Migration(migrations.Migration):
    """The role is one more choice; the database itself takes any word."""

    dependencies: ClassVar = [("access", "0005_audit_chain")]
    operations: ClassVar = [
        migrations.AlterField(
            "assignment",
            "role",
            models.CharField(choices=[(role.value, role.title) for role in Role], max_length=40),
        ),
    ]
