"""The Patients that could be open to an actor at all, so that a search reads them, not everybody, where they are few.

Only a help to PostgreSQL, as `joinedup.care.access.reach` says: the scope's condition stays beside it.
"""

from joinedup.care.access.reach import Reach, reach_of
from joinedup.care.access.scope import Scope
from joinedup.care.record.criteria import Where

# Of more, each costs more than what is walked until a page is full (docs/performance.md).
FEW = 5_000
# Whatever a system wrote itself is open to it, whoever it is about; a user wrote no Patient.
BROUGHT = "SELECT fhir_id FROM people_sourcepatient WHERE system_id = %s"
# The numbers come as one array: PostgreSQL then begins with them, however many it thinks there are.
IN_REACH = f"""sought.resource_id = ANY(ARRAY(
    SELECT near.id FROM record_resource AS near WHERE near.type = 'Patient' AND near.fhir_id = ANY(ARRAY(
        SELECT fhir_id FROM people_sourcepatient WHERE person_id IN ({{people}}) UNION ALL {BROUGHT}))))"""  # noqa: S608 - ours


def keep_to_reach(where: Where, type_: str, scope: Scope) -> None:
    """Let a search that walks texts begin with the Patients in the actor's reach, where they are few."""
    if type_ != "Patient" or where.order is None:
        return
    system = scope.actor.system_id
    people, brought = reach_of(scope), Reach(BROUGHT, (system,))
    if people.has_at_most(FEW) and brought.has_at_most(FEW):
        where.add(IN_REACH.format(people=people.sql), *people.values, system)
