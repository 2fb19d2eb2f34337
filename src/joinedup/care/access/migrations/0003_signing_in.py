"""Accounts that must change their password, sessions that were ended, wrong tries, and the cache that processes share.

The cache has no model: Django's database cache reads and writes its table itself, in this shape.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_sharing"),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE access_shared_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX access_shared_cache_expires ON access_shared_cache (expires);
            """,
            "DROP TABLE access_shared_cache",
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("blocked_until", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["last_at"], name="tries_by_age")]},
        ),
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, help_text="somebody else knows their password"),
        ),
        migrations.AddField(
            model_name="user",
            name="sessions_ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("look", "Looked at"),
                    ("listed", "Seen in a list"),
                    ("search", "Searched"),
                    ("change", "Changed"),
                    ("refusal", "Refused"),
                    ("sign_in", "Signed in"),
                    ("sign_out", "Signed out"),
                ],
                max_length=10,
            ),
        ),
    ]
