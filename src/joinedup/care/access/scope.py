"""The one scope function: may this actor see this row, now?

Pages, searches, the FHIR API, exports and counts all filter by the conditions made here, in SQL, so that nothing is
fetched first and hidden afterwards. Deny beats allow. A row about a person is visible when

* the actor's role or token includes reading, for a purpose that the role has; and
* a relationship of the actor's organisation with the person holds now, or the actor has broken the glass; never to
  the person themself or their family among staff, and to colleagues of staff only where they give the care; and
* no sensitivity label on it denies the role; and
* the organisation that wrote it is the actor's own, or the sharing agreement covers who wrote it, who reads, its
  kind and the purpose, and no choice of the person refuses it.

A system may always read what it wrote itself. What is about nobody (the directory) needs the permission only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.labels import denied_to, sealed_to

# Types that are about nobody: who and what there is in the partnership. Anything else without a person is shown
# only to who wrote it, since its person may just not have arrived.
DIRECTORY = (
    "CodeSystem",
    "ConceptMap",
    "HealthcareService",
    "Location",
    "Medication",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "ValueSet",
)
# The relationships of those who give care now, as against those who once wrote or are registered with.
DIRECT = ("stay", "referral", "team", "caseload")

LIVE = "{0}.since <= :at AND ({0}.until IS NULL OR {0}.until > :at)"
GLASS = (
    "EXISTS (SELECT 1 FROM access_glass AS glass WHERE glass.person_id = [person] AND glass.user_id = :user"
    " AND glass.organisation_id = :organisation AND " + LIVE.format("glass") + ")"
)
TIE = (
    "SELECT 1 FROM access_relationship AS tie WHERE tie.person_id = [person]"
    " AND tie.organisation_id = :organisation AND " + LIVE.format("tie")
)
TIE_OF_CARE = TIE + " AND tie.kind = ANY(:direct)"
TIED, TIED_DIRECTLY = f"EXISTS ({TIE})", f"EXISTS ({TIE_OF_CARE})"
# A list of people is full after few. Asked so (OFFSET 0), PostgreSQL looks for each one's tie; it would else read all
# ties of the organisation first, however many.
TIED_ALONE, TIED_DIRECTLY_ALONE = f"EXISTS ({TIE} OFFSET 0)", f"EXISTS ({TIE_OF_CARE} OFFSET 0)"
# The staff of the actor's own organisation, and their families.
COLLEAGUE = (
    "EXISTS (SELECT 1 FROM access_staffrecord AS staff WHERE staff.person_id = [person]"
    " AND staff.organisation_id = :organisation)"
)
OWN_FAMILY = (
    "EXISTS (SELECT 1 FROM access_staffrecord AS own WHERE own.person_id = [person] AND own.user_id = :user)"
)
OPENING = f"(NOT {OWN_FAMILY} AND (({{tied}} AND (NOT {COLLEAGUE} OR {{directly}})) OR {GLASS}))"
OPEN_TO_USER = OPENING.format(tied=TIED, directly=TIED_DIRECTLY)
OPEN_TO_SYSTEM = TIED
# What joinedup itself wrote (a person's own Patient) stands for every giver.
GIVEN = (
    "(giver.organisation_id = [organisation] OR ([organisation] IS NULL"
    " AND [system] = (SELECT id FROM access_system WHERE name = 'joinedup')))"
)
AGREED = (
    "EXISTS (SELECT 1 FROM access_agreement AS agreement"
    f" JOIN access_party AS giver ON giver.agreement_id = agreement.id AND giver.gives AND {GIVEN}"
    " JOIN access_party AS taker ON taker.agreement_id = agreement.id AND taker.receives"
    " AND taker.organisation_id = :organisation"
    f" WHERE {LIVE.format('agreement')} AND {LIVE.format('giver')} AND {LIVE.format('taker')}"
    " AND :purpose = ANY(agreement.purposes)"
    " AND (agreement.kinds = '{}' OR [kind] = ANY(agreement.kinds)))"
)
# That the person has limited sharing at all, with the actor's organisation, and of the kind of this entry.
CHOSEN = "SELECT 1 FROM access_choice AS choice WHERE choice.person_id = [person] AND " + LIVE.format(
    "choice"
)
RESTRICTED = f"EXISTS ({CHOSEN})"
NOT_WITH_US = (
    "(choice.organisations = '{}' OR :organisation = ANY(choice.organisations))"
    " AND NOT :organisation = ANY(choice.except_organisations)"
)
RESTRICTED_TO = f"EXISTS ({CHOSEN} AND {NOT_WITH_US})"
CHOSEN_AGAINST = (
    f"EXISTS ({CHOSEN} AND {NOT_WITH_US} AND (choice.kinds = '{{}}' OR [kind] = ANY(choice.kinds))"
    " AND NOT [kind] = ANY(choice.except_kinds))"
)
# That any agreement lets the actor's organisation have anything of another; `AGREED` asks it of one entry.
RECEIVES = (
    "EXISTS (SELECT 1 FROM access_agreement AS agreement"
    " JOIN access_party AS taker ON taker.agreement_id = agreement.id AND taker.receives"
    " AND taker.organisation_id = :organisation"
    " JOIN access_party AS giver ON giver.agreement_id = agreement.id AND giver.gives"
    " AND giver.organisation_id <> :organisation"
    f" WHERE {LIVE.format('agreement')} AND {LIVE.format('giver')} AND {LIVE.format('taker')}"
    " AND :purpose = ANY(agreement.purposes))"
)
UNLABELLED = "(NOT [labels] && :denied::text[])"
OWN = "([organisation] IS NOT NULL AND [organisation] = :organisation)"
IN_DIRECTORY = "([person] IS NULL AND [type] = ANY(:directory))"
WRITTEN_BY_IT = "[system] = :system"

FOR_USER = (
    f"({IN_DIRECTORY} OR ([person] IS NOT NULL AND {OPEN_TO_USER}"
    f" AND ({UNLABELLED} OR ({GLASS} AND NOT [labels] && :sealed::text[]))"
    f" AND ({OWN} OR ({AGREED} AND (NOT {CHOSEN_AGAINST} OR {GLASS})))))"
)
FOR_SYSTEM = (
    f"({WRITTEN_BY_IT} OR {IN_DIRECTORY} OR ([person] IS NOT NULL AND {OPEN_TO_SYSTEM} AND {UNLABELLED}"
    f" AND ({OWN} OR ({AGREED} AND NOT {CHOSEN_AGAINST}))))"
)
NOTHING = "FALSE"
# Who some partner of the agreement told us about at all: what a list of people may name.
PERSON_TO_USER = OPENING.format(tied=TIED_ALONE, directly=TIED_DIRECTLY_ALONE)
PERSON_TO_SYSTEM = TIED_ALONE

ENTRY_COLUMNS = ("type", "person", "organisation", "system", "kind", "labels")
MARK = re.compile(r"\[(\w+)\]|(?<!:):(\w+)")
Columns = Mapping[str, str]


@dataclass(frozen=True)
class Scope:
    """What one actor may see at one moment."""

    actor: Actor
    at: datetime

    @property
    def may_read(self) -> bool:
        """Say whether the actor may read anything about anybody at all."""
        may = self.actor.may(Permission.READ_RECORD) or self.actor.may(Permission.SEE_LEAVING_HOSPITAL)
        return may and (self.actor.is_system or self.actor.organisation_id is not None)

    def entry_sql(self, columns: Columns) -> tuple[str, list[object]]:
        """Return the condition (SQL, values) on an entry, given the SQL of each of `ENTRY_COLUMNS`."""
        text = (FOR_SYSTEM if self.actor.is_system else FOR_USER) if self.may_read else NOTHING
        return filled(text, columns, self.values())

    def person_sql(self, person: str) -> tuple[str, list[object]]:
        """Return the condition (SQL, values) on a person, given the SQL of their id."""
        text = (PERSON_TO_SYSTEM if self.actor.is_system else PERSON_TO_USER) if self.may_read else NOTHING
        return filled(text, {"person": person}, self.values())

    def sees_entry(self, **columns: Any) -> "Condition":
        """Return the condition on an entry for a queryset, given a field or expression for each column."""
        return Condition(self, "entry", **columns)

    def sees_person(self, person: str) -> "Condition":
        """Return the condition on a person for a queryset, given the field with their id."""
        return Condition(self, "person", person=F(person))

    def values(self) -> dict[str, object]:
        """Return the values that the conditions speak of."""
        actor = self.actor
        return {
            "at": self.at,
            "user": actor.user_id,
            "system": actor.system_id,
            "organisation": actor.organisation_id,
            "purpose": actor.purpose.value,
            "direct": list(DIRECT),
            "directory": list(DIRECTORY),
            "denied": denied_to(actor.role),
            "sealed": sealed_to(actor.role),
        }


def filled(text: str, columns: Columns, values: Mapping[str, object]) -> tuple[str, list[object]]:
    """Put the columns and values into a condition; return it with its values in their order."""
    used: list[object] = []

    def fill(mark: re.Match[str]) -> str:
        if mark[1]:
            return columns[mark[1]]
        used.append(values[mark[2]])
        return "%s"

    return MARK.sub(fill, text), used


class Condition(Func):
    """A condition of the scope in a queryset's filter."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, scope: Scope, form: str, **columns: Any) -> None:
        self.scope, self.form, self.names = scope, form, tuple(columns)
        super().__init__(*columns.values())

    def as_sql(  # type: ignore[override]
        self,
        compiler: Any,
        connection: Any,  # noqa: ARG002 - Django passes it
        **_: Any,
    ) -> tuple[str, list[object]]:
        """Return the condition's SQL and values; columns are plain columns or constants without values."""
        columns = {
            name: compiler.compile(source)[0]
            for name, source in zip(self.names, self.get_source_expressions(), strict=True)
        }
        if self.form == "person":
            return self.scope.person_sql(columns["person"])
        return self.scope.entry_sql(columns)
