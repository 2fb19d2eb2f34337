"""One person's two years while they are being told: calendar, chance, ids, and when they are in hospital."""

from random import Random

from joinedup.synthetic.activities import ACT_SYSTEM, ACT_TITLES, ACTIVITY_SYSTEM, Activity
from joinedup.synthetic.calendar import DAY, HOUR, Calendar
from joinedup.synthetic.chance import one_of
from joinedup.synthetic.fhir import Json, Resource, coding, concept, reference
from joinedup.synthetic.nation_data import Service
from joinedup.synthetic.partnership import MadeUpPartnership, MadeUpPractitioner
from joinedup.synthetic.people import Person

CLASSES = {act: coding(ACT_SYSTEM, act, title) for act, title in ACT_TITLES.items()}
TRIES = 8
FRIDAY = 4
WORKING_DAY = (8 * HOUR + 30, 17 * HOUR)


class Life:
    """Where a person's entries get their ids, times and workers from.

    `starts` and `ends` bound everything that can happen to them: the midnight of their first day in the two
    years, and that of the day they died, or of the calendar's end.
    """

    def __init__(self, person: Person, place: MadeUpPartnership, calendar: Calendar) -> None:
        self.person, self.place, self.calendar = person, place, calendar
        self.rng = Random(f"life/{place.nation.value}/{place.seed}/{place.people}/{person.index}")
        self.subject = reference("Patient", person.id, person.name)
        self.starts = max(0, calendar.index_of(person.born) + 1) * DAY
        self.ends = calendar.end if person.died is None else person.died // DAY * DAY
        self.years = max(0.0, (self.ends - self.starts) / DAY / 365)
        self.stays: list[tuple[int, int]] = []
        self._counts: dict[str, int] = {}
        self._workers: dict[Service, MadeUpPractitioner] = {}

    def new_id(self, kind: str) -> str:
        """The next id of this kind: p-000123-enc-4."""
        number = self._counts.get(kind, 0) + 1
        self._counts[kind] = number
        return f"{self.person.id}-{kind}-{number}"

    def stamp(self, moment: int) -> str:
        return self.calendar.stamp(moment)

    def any_moment(self) -> int:
        """Any minute of any day of theirs; only for who has one."""
        return self.starts + int(self.rng.random() * (self.ends - self.starts))

    def working_moment(self) -> int:
        """A quarter of an hour in the working hours of a day, not at a weekend if that can be."""
        day = self.any_moment() // DAY
        for _ in range(TRIES):
            if self.calendar.dates[day].weekday() <= FRIDAY:
                break
            day = self.any_moment() // DAY
        return self.at_work(day)

    def working_day(self, day: int) -> int:
        """The day itself, or the Friday before a weekend."""
        return day - max(0, self.calendar.dates[day].weekday() - FRIDAY)

    def at_work(self, day: int) -> int:
        """A quarter of an hour in the working hours of this day."""
        opens, closes = WORKING_DAY
        return day * DAY + opens + int(self.rng.random() * (closes - opens) / 15) * 15

    def at_home(self, moment: int) -> bool:
        """Whether they are out of hospital then, the days of coming and going left out."""
        return not any(start // DAY * DAY <= moment <= end for start, end in self.stays)

    def worker(self, service: Service, organisation: str | None = None) -> MadeUpPractitioner:
        """Who sees them: mostly the same one each time."""
        known = self._workers.get(service)
        if known is not None and self.rng.random() < 0.75:
            return known
        chosen = organisation or (known.organisation if known else self.nearest(service))
        found = one_of(self.rng, self.place.staff(service, chosen))
        return self._workers.setdefault(service, found) if known is None else found

    def nearest(self, service: Service) -> str:
        """The organisation that does this for them: their practice, their council, or else any of them."""
        home = self.person.home
        offered = self.place.organisations_for(service)
        for own in (home.practice, home.council_body):
            if own in offered:
                return own
        return offered[self.person.index % len(offered)]

    def organisation(self, organisation: str) -> Json:
        return reference("Organization", organisation, self.place.name_of(organisation))

    def encounter(
        self, activity: Activity, start: int, end: int | None, worker: MadeUpPractitioner
    ) -> Resource:
        """An encounter, over unless it has no end."""
        period = {"start": self.stamp(start)}
        if end is not None:
            period["end"] = self.stamp(end)
        return {
            "resourceType": "Encounter",
            "id": self.new_id("enc"),
            "status": "in-progress" if end is None else "finished",
            "class": CLASSES[activity.act],
            "type": [concept(ACTIVITY_SYSTEM, activity.code, activity.title)],
            "subject": self.subject,
            "participant": [{"individual": practitioner(worker)}],
            "period": period,
            "serviceProvider": self.organisation(worker.organisation),
        }


def practitioner(worker: MadeUpPractitioner) -> Json:
    """A reference to someone of the staff in their role, which says for which organisation they work."""
    return reference("PractitionerRole", f"{worker.id}-role", worker.name)
