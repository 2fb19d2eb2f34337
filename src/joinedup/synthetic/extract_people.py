"""Who and what the rows of a made-up extract are about, kept from the resources that came before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """What an extract says of a person. `number` is the national one, `local` the partner's."""

    number: str
    local: str
    family: str
    given: str
    born: str
    gender: str
    postcode: str
    died: str


class Known:
    """The people, the codes of organisations and the names of staff, by their ids; and the day of the extract."""

    def __init__(self, until: date) -> None:
        self.until = until
        self.first_seen: dict[tuple[str, str], str] = {}
        self._people: dict[str, Identity] = {}
        self._codes: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def note(self, resource: Json) -> None:
        """Keep what later rows need."""
        match resource["resourceType"]:
            case "Patient":
                self._people[resource["id"]] = _identity(resource)
            case "Organization":
                self._codes[resource["id"]] = resource["identifier"][0]["value"]
                self._names[resource["id"]] = resource["name"]
            case "Practitioner":
                self._names[resource["id"]] = resource["name"][0]["text"]
            case "PractitionerRole":
                self._names[resource["id"]] = self.name(resource["practitioner"])

    def person(self, resource: Json) -> Identity:
        """Whom the resource is about."""
        return self._people[_id(resource["subject"])]

    def code(self, reference: Json) -> str:
        """The code of an organisation."""
        return self._codes[_id(reference)]

    def name(self, reference: Json) -> str:
        """The name of an organisation or of somebody of the staff."""
        return self._names[_id(reference)]


def _id(reference: Json) -> str:
    return str(reference["reference"]).partition("/")[2]


def _identity(patient: Json) -> Identity:
    numbers = [str(item["value"]) for item in patient["identifier"]]
    name = patient["name"][0]
    return Identity(
        number=numbers[0],
        local=numbers[1],
        family=name["family"],
        given=name["given"][0],
        born=patient["birthDate"],
        gender=patient["gender"],
        postcode=patient["address"][0]["postalCode"],
        died=str(patient.get("deceasedDateTime", ""))[:10],
    )
