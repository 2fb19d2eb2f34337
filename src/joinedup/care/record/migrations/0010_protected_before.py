"""Whoever's address a Patient protected before we knew of it: read again, once."""

import json
from typing import Any

from django.db import migrations

from joinedup.care.access.labels import PROTECTING, labels_of


def read_again(apps: Any, _schema_editor: Any) -> None:
    """Give the Patients that have labels those that they have by now, and note whose address they protect."""
    resource = apps.get_model("record", "Resource")
    entry = apps.get_model("record", "Entry")
    source = apps.get_model("people", "SourcePatient")
    for patient in resource.objects.filter(type="Patient").exclude(labels=[]).iterator():
        said = entry.objects.filter(resource=patient).exclude(body="").order_by("-version").first()
        labels = list(labels_of(json.loads(said.body))) if said else []
        resource.objects.filter(pk=patient.pk).update(labels=labels)
        if not PROTECTING.isdisjoint(labels):
            source.objects.filter(fhir_id=patient.fhir_id).update(is_protected=True)


class Migration(migrations.Migration):
    """After the column that says so."""

    dependencies = [("record", "0009_text_walk"), ("people", "0007_protected_address")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
