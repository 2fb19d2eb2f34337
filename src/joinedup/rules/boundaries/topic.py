"""What every nation's rule book on boundaries may say."""

from joinedup.rules.boundaries.rows import NamedArea, ReportedFit, SharedBody
from joinedup.rules.topics import Requirement, Topic, Unit, table_of

BOUNDARIES = Topic(
    name="boundaries",
    title="Boundaries",
    requirements={
        # What the boundaries of those who plan health and social care together are to follow.
        "boundaries_follow": Requirement(Unit.TEXT, is_required=True),
        # Names of areas, where the published lookup gives codes only.
        "boundaries_names": table_of(NamedArea),
        # Areas that share a body, where each of the others has one of its own.
        "boundaries_shared": table_of(SharedBody),
        # What a report counted, to lay beside what is counted from the published lookups.
        "boundaries_reported": table_of(ReportedFit),
    },
)
