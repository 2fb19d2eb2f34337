"""Rules of sharing and entries, made by Hypothesis and put into the database, for tests of who sees what."""

import json
from datetime import timedelta

from django.utils import timezone
from hypothesis import strategies as st

from joinedup.care.access.actions import own_system
from joinedup.care.access.actor import PERMISSIONS, SCOPE_PERMISSIONS, Actor, Permission, Purpose, Role, Scope
from joinedup.care.access.labels import SEEN_BY
from joinedup.care.access.models import (
    Agreement,
    Assignment,
    Choice,
    Glass,
    Party,
    Relationship,
    StaffRecord,
    System,
    User,
)
from joinedup.care.discharge.models import Stay
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person, SourcePatient
from joinedup.care.record.indexing import index_of
from joinedup.care.record.models import Entry, Resource, SearchText
from who_may_see import (
    DIRECT,
    Agreed,
    Asks,
    Chosen,
    Lasting,
    Opened,
    Rules,
    Signature,
    Staff,
    Tie,
    Written,
)

NOW = timezone.now().replace(microsecond=0)
BEFORE = NOW - timedelta(days=2)
THEN = NOW - timedelta(days=1)
TYPES = {
    "Warning": "Flag",
    "Observation": "Observation",
    "Hospital stay": "Encounter",
    "Who they are": "Patient",
}
KINDS = tuple(TYPES)
ORGANISATIONS, PEOPLE, USERS, SYSTEMS, OWN_SYSTEM = range(3), range(2), range(2), range(3), 2

days = st.sampled_from((-3, -1, 0, 1, 3))
lasting = st.builds(Lasting, since=days, until=st.none() | days)
organisation, person, user = (st.sampled_from(numbers) for numbers in (ORGANISATIONS, PEOPLE, USERS))
# What holds now for the first organisation comes often, or most examples would be refused for want of a relationship.
lasting = st.just(Lasting(-3, None)) | lasting
first = st.just(0) | organisation
CARE_ROLES = [role for role in Role if Permission.READ_RECORD in PERMISSIONS[role]]
role = st.sampled_from(CARE_ROLES) | st.sampled_from(Role)
purpose = st.just("direct_care") | st.sampled_from([p.value for p in Purpose])
kinds = st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple)
signatures = st.lists(
    st.builds(Signature, organisation, st.booleans(), st.booleans(), lasting),
    max_size=4,
    unique_by=lambda signature: (signature.organisation, signature.time.since),
).map(tuple)
purposes = st.lists(st.sampled_from([p.value for p in Purpose]), max_size=2, unique=True).map(tuple)
widely = Agreed(
    ("direct_care",),
    (),
    tuple(Signature(o, True, True, Lasting(-3, None)) for o in ORGANISATIONS),
    Lasting(-3, None),
)
agreed = st.just(widely) | st.just(widely) | st.builds(Agreed, purposes, kinds, signatures, lasting)


def several(strategy, most, **more):
    return st.lists(strategy, max_size=most, **more).map(tuple)


some = several(organisation, 2, unique=True)
chosen = st.builds(Chosen, person, some, kinds, lasting, st.just(()) | some, st.just(()) | kinds)
ties = st.builds(Tie, person, first, st.sampled_from((*DIRECT, "contact", "registered")), lasting)
rules = st.builds(
    Rules,
    ties=several(ties, 6, min_size=1, unique_by=lambda tie: (tie.person, tie.organisation, tie.kind)),
    agreements=several(agreed, 2),
    choices=several(chosen, 2),
    staff=several(st.builds(Staff, person, user, first), 2, unique=True),
    glasses=several(st.builds(Opened, person, user, first, lasting), 2),
    own_system=st.just(OWN_SYSTEM),
)
# What an earlier version of an entry was by, and its labels.
before = st.none() | st.tuples(st.none() | organisation, several(st.sampled_from(list(SEEN_BY)), 1))
written = st.builds(
    Written,
    person,
    st.none() | organisation,
    st.sampled_from(SYSTEMS),
    st.sampled_from(KINDS),
    several(st.sampled_from(list(SEEN_BY)), 2, unique=True),
    before,
)
user_asks = st.builds(Asks, first, role, user, st.none(), purpose)
page_asks = st.builds(Asks, first, role, user)
system_asks = st.builds(Asks, st.none() | first, st.none(), st.none(), st.sampled_from((0, 1)))


def on(day):
    return None if day is None else NOW + timedelta(days=day)


class World:
    """The rules and entries in the database."""

    def __init__(self, rules, entries):
        self.organisations = [
            Organisation.objects.create(reference=f"org-{n}", name=f"Org {n}", nation="england")
            for n in ORGANISATIONS
        ]
        self.systems = [System.objects.create(name=f"sys-{n}") for n in SYSTEMS if n != OWN_SYSTEM] + [
            own_system()
        ]
        self.users = [User.objects.create(username=f"user-{n}", name=f"User {n}") for n in USERS]
        self.people = [Person.objects.create(family="Quill", sought_family="quill") for _ in PEOPLE]
        self.write_rules(rules)
        self.resources = [self.write(number, entry) for number, entry in enumerate(entries)]

    def write_rules(self, rules):
        for tie in rules.ties:
            Relationship.objects.create(
                person_id=self.people[tie.person].pk,
                organisation=self.organisations[tie.organisation],
                kind=tie.kind,
                **self.between(tie.time),
            )
        for number, agreement in enumerate(rules.agreements):
            self.sign(number, agreement)
        for choice in rules.choices:
            Choice.objects.create(
                person_id=self.people[choice.person].pk,
                except_organisations=[self.organisations[o].pk for o in choice.organisations],
                except_kinds=list(choice.kinds),
                organisations=[self.organisations[o].pk for o in choice.only_organisations],
                kinds=list(choice.only_kinds),
                **self.between(choice.time),
            )
        for model, rows in ((StaffRecord, rules.staff), (Glass, rules.glasses)):
            for row in rows:
                more = (
                    {} if model is StaffRecord else {"reason": "x", **self.between(row.time, forever=on(99))}
                )
                model.objects.create(
                    person_id=self.people[row.person].pk,
                    user=self.users[row.user],
                    organisation=self.organisations[row.organisation],
                    **more,
                )

    def sign(self, number, agreement):
        row = Agreement.objects.create(
            name=f"Agreement {number}",
            purposes=list(agreement.purposes),
            kinds=list(agreement.kinds),
            **self.between(agreement.time),
        )
        for signature in agreement.signatures:
            Party.objects.create(
                agreement=row,
                organisation=self.organisations[signature.organisation],
                gives=signature.gives,
                receives=signature.receives,
                **self.between(signature.time),
            )

    @staticmethod
    def between(time, forever=None):
        return {"since": on(time.since), "until": on(time.until) or forever}

    def write(self, number, entry):
        type_ = TYPES[entry.kind]
        content = self.content(number, type_, entry.labels)
        organisation = self.organisation(entry.organisation)
        resource = Resource.objects.create(
            type=type_,
            fhir_id=f"e{number}",
            system=self.systems[entry.system],
            person=self.people[entry.person],
            organisation=organisation,
            kind=entry.kind,
            labels=[label.value for label in entry.labels],
            patient=f"e{number}" if type_ == "Patient" else "",
            happened_at=NOW,
            recorded_at=NOW,
            version=2 if entry.before else 1,
            words=list(index_of(content).words),
        )
        if entry.before:
            by, labels = entry.before
            said = self.content(number, type_, labels)
            self.say(resource, 1, said, self.organisation(by), BEFORE)
        self.say(resource, resource.version, content, organisation, NOW)
        if type_ == "Encounter":
            self.put_to_bed(resource)
        if type_ == "Patient":
            self.name(resource)
        return resource

    @staticmethod
    def name(resource):
        """Let a Patient be found by a name, and be known as its person's."""
        SearchText.objects.create(resource=resource, name="family", value="quill")
        SourcePatient.objects.create(
            fhir_id=resource.fhir_id, person=resource.person, origin=resource.person, system=resource.system
        )

    def organisation(self, number):
        return None if number is None else self.organisations[number]

    @staticmethod
    def content(number, type_, labels):
        """Return what an entry says; each but a stay refers to the first one."""
        own = "https://joinedup.example/fhir/CodeSystem/sensitivity"
        said = {
            "resourceType": type_,
            "id": f"e{number}",
            "meta": {"security": [{"system": own, "code": label} for label in labels]},
            "code": {"text": f"Said in e{number}."},
        }
        if type_ == "Observation":
            said["effectiveDateTime"] = NOW.isoformat()
        if type_ == "Encounter":
            said["class"] = {"code": "IMP"}
            said["type"] = [{"text": f"Said in e{number}."}]
        elif type_ != "Patient":
            said["encounter"] = {"reference": "Encounter/e0"}
        return said

    @staticmethod
    def say(resource, version, content, organisation, at):
        Entry.objects.create(
            resource=resource,
            version=version,
            body=json.dumps(content),
            digest=b"x",
            happened_at=NOW,
            recorded_at=at,
            system=resource.system,
            organisation=organisation,
        )

    def put_to_bed(self, resource):
        Stay.objects.create(
            encounter_id=resource.fhir_id,
            person=resource.person,
            organisation=resource.organisation,
            nation="england",
            setting="acute",
            admitted_at=NOW - timedelta(days=9),
            ready_at=NOW - timedelta(days=2),
        )

    def actor(self, asks):
        organisation = None if asks.organisation is None else self.organisations[asks.organisation].pk
        if asks.system is not None:
            System.objects.filter(pk=self.systems[asks.system].pk).update(organisation=organisation)
            may = SCOPE_PERMISSIONS[Scope.READ]
            return Actor("S", may, system_id=self.systems[asks.system].pk, organisation_id=organisation)
        return Actor(
            "A",
            PERMISSIONS[asks.role],
            user_id=self.users[asks.user].pk,
            role=asks.role,
            organisation_id=organisation,
            purpose=Purpose(asks.purpose),
        )

    def assign(self, asks):
        """Let the user sign in as who asks; return the user."""
        user = self.users[asks.user]
        today = timezone.localdate()
        Assignment.objects.create(
            user=user, organisation=self.organisations[asks.organisation], role=asks.role, since=today
        )
        return user
