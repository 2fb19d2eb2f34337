"""The words of the names of people get an index, so that a search costs what it finds."""

import django.contrib.postgres.indexes
from django.db import migrations

import joinedup.care.people.finding


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_standing"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                joinedup.care.people.finding.NameWords("sought_family", "sought_given", "sought_former"),
                fastupdate=False,
                name="person_words",
            ),
        ),
    ]
