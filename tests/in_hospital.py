"""People in made-up hospital beds, put in through the same door as a partner's system, for tests of pages."""

import json
from datetime import timedelta

from django.utils import timezone

from integration.fhir_samples import bundle, entry, patient, stay
from joinedup.care.access.actions import relate
from joinedup.care.discharge.models import Stay
from joinedup.care.partnership.models import Organisation
from joinedup.core.nation import Nation
from joinedup.site.demo import take_bundle

READY = "https://joinedup.example/fhir/StructureDefinition/ready-to-leave"


def send(*resources, nation=Nation.ENGLAND):
    """Take these resources in as one bundle of a partner."""
    take_bundle(json.dumps(bundle(*(entry(each) for each in resources))).encode(), nation)


def in_hospital(number, place="hospital", nation=Nation.ENGLAND, **more):
    """Put somebody in a bed, looked after by the organisation of that reference; return their stay."""
    name = {"name": [{"family": f"Family{number}", "given": ["Testa"]}]}
    send({"resourceType": "Organization", "id": place, "name": f"Madeup {place}"}, nation=nation)
    Organisation.objects.filter(reference=place).update(nation=nation.value)
    send(
        patient(f"p{number}", number=None, **name),
        encounter(f"s{number}", f"p{number}", place, **more),
        nation=nation,
    )
    found = Stay.objects.get(encounter_id=f"s{number}")
    organisation = Organisation.objects.get(reference=place)
    relate([(found.person_id, organisation.pk)], kind="stay", at=timezone.now() - timedelta(days=90))
    return found


def encounter(fhir_id, person, place, *, ready_at=None, ward="Heron ward", reason=""):
    """A stay of sixty days so far; ready where that is given."""
    parts = [{"url": "setting", "valueCode": "acute"}]
    if ready_at:
        parts.append({"url": "readyAt", "valueDateTime": ready_at.isoformat()})
    if reason:
        parts.append({"url": "reason", "valueCoding": {"system": "urn:example:reasons", "code": reason}})
    admitted = timezone.now() - timedelta(days=60)
    return stay(
        fhir_id,
        f"Patient/{person}",
        period={"start": admitted.isoformat()},
        serviceProvider={"reference": f"Organization/{place}"},
        location=[{"location": {"reference": "Location/w1", "display": ward}}],
        extension=[{"url": READY, "extension": parts}],
    )


def hours_ago(hours):
    """A moment that many hours ago, to the minute."""
    return (timezone.now() - timedelta(hours=hours)).replace(second=0, microsecond=0)
