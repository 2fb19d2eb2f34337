"""A small partnership in which much is hidden from the system that asks, each hidden thing with a marker in it.

Everything comes in through the API, as partners send it. What is hidden is hidden for one reason each: no relationship,
no agreement, a label now, a label then, a choice of the person, a withdrawal, an owner who is another system. A marker
is a word that stands nowhere else, so that an answer that holds it has told what it must not.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import create_token, relate, sign_agreement
from joinedup.care.access.actor import Scope
from joinedup.care.access.models import Choice
from joinedup.care.outbound.exports import export_step
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import SourcePatient
from odd_bodies import RIGHT
from safe_answers import Door

NHS = "https://fhir.nhs.uk/Id/nhs-number"
VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
LABELS = "https://joinedup.example/fhir/CodeSystem/sensitivity"
SHARED, REFUSING = "9990000026", "9990000034"
# Numbers of people of whom the asker may know nothing: markers themselves.
UNRELATED, FOREIGN = "9990000042", "9990000050"
# Named, since the sealed words of further pages hold anything that is short.
MARKER = re.compile(
    r"Zq(?:labelled|stay|once|former|misfiled|foreign|gone|nobody|endpoint|header|refused|unrelated|stranger|secret)\d"
)
# Never said by anybody who asks: ids of hidden resources that nobody guesses.
SECRET_ID = "Zqsecret1"


def number_of(value):
    """Return a verified NHS number."""
    coding = {
        "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
        "code": "01",
    }
    extension = {"url": VERIFICATION, "valueCodeableConcept": {"coding": [coding]}}
    return {"extension": [extension], "system": NHS, "value": value}


def patient(fhir_id, number, word="Quill"):
    """Return a Patient of the person with this number; `word` is in every text that there is."""
    return {
        "resourceType": "Patient",
        "id": fhir_id,
        "identifier": [number_of(number), {"system": "urn:local", "value": word}],
        "name": [{"family": word, "given": [word]}],
        "gender": "female",
        "birthDate": "1950-03-02",
        "address": [{"line": [word], "city": word, "postalCode": "ZZ99 3WZ"}],
        "telecom": [{"system": "phone", "value": word}],
    }


def known_as(fhir_id, number, word):
    """Return another partner's Patient of somebody known here, whom nothing contradicts; with this word beside."""
    said = {
        "maritalStatus": {"text": word},
        "text": {"status": "generated", "div": f"<div xmlns='http://www.w3.org/1999/xhtml'>{word}</div>"},
    }
    return patient(fhir_id, number) | said


def observation(fhir_id, subject, word, label="", **more):
    """Return an Observation with this word in its code and note, labelled or not."""
    meta = {"meta": {"security": [{"system": LABELS, "code": label}]}} if label else {}
    said = {
        "resourceType": "Observation",
        "id": fhir_id,
        "status": "final",
        "code": {"coding": [{"system": "urn:x", "code": word}], "text": word},
        "subject": {"reference": f"Patient/{subject}"},
        "effectiveDateTime": "2026-01-05T09:30:00Z",
        "note": [{"text": word}],
    }
    return said | meta | more


def encounter(fhir_id, subject, word, label=""):
    """Return a stay in hospital with this word in its type."""
    meta = {"meta": {"security": [{"system": LABELS, "code": label}]}} if label else {}
    said = {
        "resourceType": "Encounter",
        "id": fhir_id,
        "status": "in-progress",
        "class": {"code": "IMP"},
        "type": [{"text": word}],
        "subject": {"reference": f"Patient/{subject}"},
        "period": {"start": "2026-01-05T10:00:00Z"},
    }
    return said | meta


@dataclass
class Partner:
    """A system of an organisation; a client that speaks for it, and its place at the door for odd requests."""

    name: str
    organisation: Organisation
    client: Client = field(init=False)
    door: Door = field(init=False)

    def __post_init__(self):
        token = create_token(
            system=f"{self.name} system",
            scopes=[Scope.READ, Scope.WRITE],
            at=timezone.now(),
            organisation=self.organisation,
        )
        said = {"authorization": f"Bearer {token}"}
        self.client, self.door = Client(headers=said), Door(headers=said)

    def put(self, *resources):
        """Send each under its own id; each must be taken."""
        for resource in resources:
            answer = self.client.put(
                f"/fhir/R4/{resource['resourceType']}/{resource['id']}",
                json.dumps(resource),
                content_type="application/fhir+json",
            )
            assert answer.status_code in (200, 201), answer.content

    def word_of_page(self, path):
        """Return the word by which the second page of this can be asked for."""
        links = self.client.get(f"/fhir/R4/{path}").json()["link"]
        return next(link["url"] for link in links if link["relation"] == "next").partition("_page=")[2]


def partner(name):
    """Make an organisation and its system."""
    made = Organisation.objects.create(reference=name.lower(), name=name, nation="england")
    return Partner(name, made)


class HiddenPeople:
    """The partnership. `asking` is the system that asks; `readable` are ids that it may ask for.

    `then` is a moment before what was said last, `pages` are words of further pages by their names.
    """

    def __init__(self):
        self.asking, self.agreed, self.foreign = partner("Asking"), partner("Agreed"), partner("Foreign")
        sign_agreement(
            name="Sharing",
            parties=[self.asking.organisation, self.agreed.organisation],
            since=timezone.now() - timedelta(days=9),
        )
        self.open_people()
        self.refusing_person()
        self.unrelated_people()
        assert person_of("p1") == person_of("a1") == person_of("x1")
        assert person_of("p2") == person_of("a2")
        self.export_id = self.exported(self.asking)
        self.other_export_id = self.exported(self.foreign)
        self.pages = self.words_of_pages()

    def open_people(self):
        """One person with whom the asker has to do: its own words, an agreed partner's, and what is hidden of both."""
        self.asking.put(
            RIGHT["Organization"],
            patient("p1", SHARED),
            *(RIGHT[type_] for type_ in ("Encounter", "Flag")),
            RIGHT["Observation"] | {"encounter": {"reference": "Encounter/e1"}},
            observation("o2", "p1", "open", encounter={"reference": "Encounter/e-labelled"}),
            observation("o3", "p1", "open"),
        )
        relate(
            [(person_of("p1"), self.asking.organisation.pk)],
            kind="team",
            at=timezone.now() - timedelta(days=5),
        )
        self.agreed.put(
            patient("a1", SHARED),
            observation("a-open", "a1", "open"),
            observation(
                "a-labelled", "a1", "Zqlabelled1", "sexual-health", encounter={"reference": "Encounter/e1"}
            ),
            encounter("e-labelled", "a1", "Zqstay1", "mental-health"),
            # Said openly first and labelled since: rights are those of today, for what was said before too.
            observation("a-once-open", "a1", "Zqonce1"),
            # Said with a label first: today's version is open, and what was said then is not.
            observation("a-once-labelled", "a1", "Zqformer1", "restricted"),
            # Filed under somebody else first.
            observation("a-misfiled", "u1", "Zqmisfiled1"),
        )
        self.then = timezone.now().isoformat().replace("+00:00", "Z")
        self.agreed.put(
            observation("a-once-open", "a1", "Zqonce2", "restricted"),
            observation("a-once-labelled", "a1", "open"),
            observation("a-misfiled", "a1", "open"),
        )
        self.foreign.put(
            known_as("x1", SHARED, "Zqforeign1"),
            observation("x-hidden", "x1", "Zqforeign2", encounter={"reference": "Encounter/e1"}),
            encounter("x-stay", "x1", "Zqforeign3"),
            observation(SECRET_ID, "x1", "Zqforeign4", derivedFrom=[{"reference": "Observation/o1"}]),
            observation("x-gone", "x1", "Zqgone1"),
            # About nobody who is here: shown only to who wrote it.
            observation("x-nobody", "nobody", "Zqnobody1"),
            RIGHT["Subscription"]
            | {
                "id": "x-told",
                "channel": {
                    "type": "rest-hook",
                    "endpoint": "https://zq.example/Zqendpoint1",
                    "header": ["X: Zqheader1"],
                },
            },
        )
        self.foreign.client.delete("/fhir/R4/Observation/x-gone")

    def refusing_person(self):
        """One person with whom the asker has to do, and who has refused that others share with it."""
        self.asking.put(patient("p2", REFUSING), observation("p2-own", "p2", "open"))
        self.agreed.put(known_as("a2", REFUSING, "Zqrefused1"), observation("a2-hidden", "a2", "Zqrefused2"))
        Choice.objects.create(person_id=person_of("p2"), since=timezone.now() - timedelta(days=1))

    def unrelated_people(self):
        """Two people with whom the asker has nothing to do; of one an agreed partner tells, of the other a stranger."""
        self.agreed.put(
            patient("u1", UNRELATED, "Zqunrelated1"),
            observation("u-hidden", "u1", "Zqunrelated2"),
            encounter("u-stay", "u1", "Zqunrelated3"),
        )
        self.foreign.put(patient("y1", FOREIGN, "Zqstranger1"), observation("y-hidden", "y1", "Zqstranger2"))

    def exported(self, who):
        """Let a partner export everything that it may see; return the number of the export."""
        answer = who.client.get("/fhir/R4/$export", headers={"prefer": "respond-async"})
        while export_step(at=timezone.now()):
            pass
        return answer.headers["Content-Location"].rpartition("/")[2]

    def words_of_pages(self):
        """Return words of further pages: of searches, of `$everything`, and of one that another system was given."""
        return {
            "page0": self.asking.word_of_page("Observation?_count=1&_sort=-date"),
            "page1": self.asking.word_of_page("Patient?_count=1&name=quill"),
            "page2": self.asking.word_of_page("Patient/p1/$everything?_count=1"),
            "page3": self.asking.word_of_page(
                "Observation?_count=1&_total=accurate&_include=Observation:encounter"
            ),
            "other0": self.foreign.word_of_page("Observation?_count=1&code=Zqforeign2,Zqforeign4"),
        }

    @property
    def readable(self):
        """Ids to ask for: what may be seen, what may not, and what never was."""
        return (
            *("p1", "a1", "p2", "o1", "o2", "e1", "f1", "a-open", "a-once-labelled", "a-misfiled", "asking"),
            *(
                "a-labelled",
                "e-labelled",
                "a-once-open",
                "x1",
                "x-hidden",
                "x-stay",
                "x-gone",
                "x-nobody",
                "x-told",
            ),
            *("a2", "a2-hidden", "u1", "u-hidden", "u-stay", "y1", "y-hidden", "never"),
            *(str(person_of(fhir_id)) for fhir_id in ("p1", "p2", "u1", "y1")),
            *(self.export_id, self.other_export_id),
        )


def person_of(fhir_id):
    """Return the id of the person behind a Patient."""
    return SourcePatient.objects.get(pk=fhir_id).person_id


def markers_in(text):
    """Return every word in a text that tells of something hidden."""
    return set(MARKER.findall(text)) | {number for number in (UNRELATED, FOREIGN) if number in text}
