"""The person banner of a page that is about a person, read from their record."""

from datetime import datetime

from joinedup.care.access.actor import Actor
from joinedup.care.access.glass import open_until
from joinedup.care.access.reasons import limits_on
from joinedup.care.people.queries import PersonView
from joinedup.care.record.queries import contents_of_kind
from joinedup.core.moments import uk_date
from joinedup.web.components import PersonBanner
from joinedup.web.presenters.essentials import TYPES, essentials
from joinedup.web.presenters.people import banner
from joinedup.web.views.finding import usual_number


def banner_of(actor: Actor, person: PersonView, *, at: datetime) -> PersonBanner:
    """Who the page is about, with allergies and warnings; the page itself audits the look."""
    known = essentials(contents_of_kind(actor, person.id, TYPES, at=at), at=at)
    return banner(
        person,
        known,
        usual=usual_number(),
        on=uk_date(at),
        emergency_until=open_until(actor, person.id, at=at),
        limits=limits_on(actor, person.id, at=at),
    )
