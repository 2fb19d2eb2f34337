"""Who belongs to a person and looks after them: parents, partners, grown children, neighbours.

A carer of the same household is a person of the partnership too; their Patient links to the RelatedPerson
through which they care. A carer from outside is known by that alone.
"""

from joinedup.synthetic.chance import one_of
from joinedup.synthetic.fhir import SNOMED, TERMINOLOGY, Resource, coding, concept
from joinedup.synthetic.households import Place
from joinedup.synthetic.life import Life
from joinedup.synthetic.names import given_name, telephone
from joinedup.synthetic.people import ADULT, Person

ROLES = f"{TERMINOLOGY}/v3-RoleCode"
CAREGIVER = coding(SNOMED, "133932002", "Caregiver")
FROM_OUTSIDE = (("CHILD", "child"), ("CHILD", "child"), ("NBOR", "neighbor"), ("FRND", "unrelated friend"))


class Families:
    """Who looks after whom in one household, as FHIR says it: a RelatedPerson of the one looked after."""

    def __init__(self, lives: tuple[Life, ...]) -> None:
        self.related: list[tuple[Life, Resource]] = []
        self.carer_ids: dict[str, list[str]] = {}
        for life in lives:
            self._find_carers(life, lives)

    def _find_carers(self, life: Life, lives: tuple[Life, ...]) -> None:
        person = life.person
        others = [other for other in lives if other is not life and other.person.age >= ADULT]
        if person.place is Place.CHILD and person.age < ADULT:
            parents = [other for other in others if other.person.place is Place.PARENT]
            for parent in parents:
                self._add(life, _related(life, parent.person, is_carer=False), parent.person.id)
        elif person.frailty and others:
            carer = others[0].person
            self._add(life, _related(life, carer, is_carer=True), carer.id)
        elif person.frailty and life.rng.random() < 0.7:
            self._add(life, _from_outside(life), None)

    def _add(self, life: Life, related: Resource, carer: str | None) -> None:
        self.related.append((life, related))
        if carer:
            self.carer_ids.setdefault(carer, []).append(related["id"])


def _related(life: Life, other: Person, *, is_carer: bool) -> Resource:
    """Someone of the household, as the person's relation."""
    code, display = _relation(life.person, other)
    relations = [concept(ROLES, code, display)]
    if is_carer:
        relations.append({"coding": [CAREGIVER], "text": "Carer"})
    made: Resource = {
        "resourceType": "RelatedPerson",
        "id": life.new_id("rel"),
        "active": True,
        "patient": life.subject,
        "relationship": relations,
        "name": [{"text": other.name, "family": other.family, "given": [other.given]}],
        "gender": "female" if other.is_woman else "male",
    }
    if other.home.telephone:
        made["telecom"] = [{"system": "phone", "value": other.home.telephone}]
    return made


def _relation(person: Person, other: Person) -> tuple[str, str]:
    if other.place is Place.CHILD:
        return "CHILD", "child"
    if person.place is Place.CHILD:
        return ("MTH", "mother") if other.is_woman else ("FTH", "father")
    return "DOMPART", "domestic partner"


def _from_outside(life: Life) -> Resource:
    """A grown child, friend or neighbour who lives elsewhere."""
    rng = life.rng
    is_woman = rng.random() < 0.6
    code, display = one_of(rng, FROM_OUTSIDE)
    given = given_name(rng, is_woman)
    return {
        "resourceType": "RelatedPerson",
        "id": life.new_id("rel"),
        "active": True,
        "patient": life.subject,
        "relationship": [concept(ROLES, code, display), {"coding": [CAREGIVER], "text": "Carer"}],
        "name": [{"text": f"{given} {life.person.family}", "family": life.person.family, "given": [given]}],
        "gender": "female" if is_woman else "male",
        "telecom": [{"system": "phone", "value": telephone(rng)}],
    }
