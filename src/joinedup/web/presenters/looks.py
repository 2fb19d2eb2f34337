"""Who has looked at a person's record, in plain words."""

import re
from dataclasses import dataclass

from joinedup.care.access.queries import Look
from joinedup.care.record.logic import KINDS
from joinedup.web import words

# A resource as the API names it. Its id tells a reader nothing, and may be a number of theirs.
RESOURCE = re.compile(r"^([A-Z][A-Za-z]+)(/.*)?$")


@dataclass(frozen=True)
class LookRow:
    """One line: when, who, for whom, and what they did."""

    when: str
    who: str
    role: str
    organisation: str
    what: str
    person: str = ""


def look_row(look: Look) -> LookRow:
    """Put one look in words."""
    return LookRow(
        when=words.moment(look.at),
        who=look.actor_name,
        role=look.role or "Role not recorded",
        organisation=look.organisation_name or "Not recorded",
        what=f"{look.kind}: {_subject(look.subject)}" if look.subject else look.kind,
    )


def _subject(subject: str) -> str:
    found = RESOURCE.match(subject)
    if not found:
        return subject
    kind = KINDS.get(found[1], "Other")
    return f"one entry ({kind.lower()})" if found[2] else f"entries ({kind.lower()})"
