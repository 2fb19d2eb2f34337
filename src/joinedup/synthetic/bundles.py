"""The partnership as a stream of FHIR R4 transaction Bundles, as a partner's system would send them.

Every resource is sent by PUT under its own id, after or together with whatever it refers to. The directory
comes first, then household by household. Nothing but the bundle being filled is held in memory.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from joinedup.core.nation import Nation
from joinedup.synthetic.calendar import Calendar, calendar_until
from joinedup.synthetic.community import community
from joinedup.synthetic.directory import directory
from joinedup.synthetic.families import Families
from joinedup.synthetic.fhir import BASE, Group, Resource
from joinedup.synthetic.general_practice import general_practice
from joinedup.synthetic.hospital import hospital, plan_stays
from joinedup.synthetic.life import Life
from joinedup.synthetic.numbers import MOST_PEOPLE
from joinedup.synthetic.partnership import MadeUpPartnership, partnership
from joinedup.synthetic.people import Person, people_of
from joinedup.synthetic.social_care import social_care
from joinedup.synthetic.summary import patient, summary

# A bundle is closed when the next group would make it larger.
LARGEST_BUNDLE = 400


def bundles(nation: Nation, *, people: int, seed: int, until: date) -> Iterator[bytes]:
    """The bundles as JSON, the same for the same arguments; two years of history that end as `until` begins.

    Raises `ValueError` for fewer than one person or more than there are test numbers for.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise ValueError(f"a made-up partnership has 1 to {MOST_PEOPLE:,} people, not {people:,}")
    return _bundles(partnership(nation, people=people, seed=seed, until=until), calendar_until(until))


def _bundles(place: MadeUpPartnership, calendar: Calendar) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder(decimal_format="number")
    for resources in _filled(_groups(place, calendar)):
        yield encoder.encode(_transaction(resources))


def _groups(place: MadeUpPartnership, calendar: Calendar) -> Iterator[Group]:
    for resource in directory(place):
        yield [resource]
    for people in people_of(place, calendar):
        yield from _household(people, place, calendar)


def _household(people: tuple[Person, ...], place: MadeUpPartnership, calendar: Calendar) -> Iterator[Group]:
    """Who they are and who looks after whom in one group, as they refer to each other; then each life."""
    lives = tuple(Life(person, place, calendar) for person in people)
    families = Families(lives)
    known = [patient(life, families.carer_ids.get(life.person.id, [])) for life in lives]
    yield known + [related for _, related in families.related]
    for life in lives:
        if life.starts < life.ends:
            yield from _life(life)


def _life(life: Life) -> Iterator[Group]:
    stays = plan_stays(life)
    yield from summary(life)
    yield from general_practice(life)
    yield from hospital(life, stays)
    yield from community(life)
    yield from social_care(life)


def _filled(groups: Iterable[Group]) -> Iterator[list[Resource]]:
    """Groups put together until a bundle is full; a group is never cut in two."""
    resources: list[Resource] = []
    for group in groups:
        if len(resources) + len(group) > LARGEST_BUNDLE and resources:
            yield resources
            resources = []
        resources.extend(group)
    if resources:
        yield resources


def _transaction(resources: list[Resource]) -> Resource:
    return {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(each) for each in resources]}


def _entry(resource: Resource) -> Resource:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"{BASE}/{url}", "resource": resource, "request": {"method": "PUT", "url": url}}
