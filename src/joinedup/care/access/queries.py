"""Reads of the access app: who asks, what they may see, who has looked.

What an actor may see is decided in `joinedup.care.access.scope`; here it is asked.
"""

import json
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from joinedup.care.access.actions import digest_of
from joinedup.care.access.actor import PERMISSIONS, SCOPE_PERMISSIONS, Actor, Permission, Role, Scope
from joinedup.care.access.models import Assignment, System
from joinedup.care.access.scope import Scope as Visible
from joinedup.care.prepared import run_prepared

Row = TypeVar("Row", bound=Model)

# Asked before every request of a system, so written out: the ORM takes longer to make it than PostgreSQL to answer.
SYSTEM_SQL = """
    SELECT token.scopes, system.id, system.name, system.organisation_id, COALESCE(organisation.name, '')
    FROM access_token AS token JOIN access_system AS system ON system.id = token.system_id
    LEFT JOIN partnership_organisation AS organisation ON organisation.id = system.organisation_id
    WHERE token.digest = %s AND token.revoked_at IS NULL
"""


class RefusedError(Exception):
    """The actor may not do or see this. `reasons` are sentences for the page; they name no person."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def actors_of_user(user_id: int, name: str, *, on: date) -> list[Actor]:
    """Return the actors that the user may be on that day, one per assignment, oldest first."""
    held = Assignment.objects.filter(Q(until=None) | Q(until__gt=on), user_id=user_id, since__lte=on)
    return [
        Actor(
            name=name,
            permissions=PERMISSIONS[Role(a.role)],
            user_id=user_id,
            role=Role(a.role),
            organisation_id=a.organisation_id,
            organisation_name=a.organisation.name,
        )
        for a in held.select_related("organisation").order_by("id")
    ]


def actor_of_token(token: str) -> Actor | None:
    """Return the system that the token belongs to, or None when it is unknown or revoked."""
    found = run_prepared(SYSTEM_SQL, [digest_of(token)])
    if found is None:
        return None
    scopes, system_id, name, organisation_id, organisation_name = found
    permissions = frozenset[Permission]().union(
        *(SCOPE_PERMISSIONS[Scope(scope)] for scope in json.loads(scopes))
    )
    return Actor(
        name=name,
        permissions=permissions,
        system_id=system_id,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
    )


def reader_of(system: System) -> Actor:
    """Return the system as who reads, for what leaves the record on its behalf while it is not asking."""
    return _actor_of(system, Scope.READ)


def writer_of_system(name: str) -> Actor | None:
    """Return the system called so as an actor that may write, for what whoever runs this machine brings in of it."""
    system = System.objects.filter(name=name).first()
    return None if system is None else _actor_of(system, Scope.WRITE)


def _actor_of(system: System, scope: Scope) -> Actor:
    """Return the system as an actor with one scope."""
    return Actor(
        name=system.name,
        permissions=SCOPE_PERMISSIONS[scope],
        system_id=system.pk,
        organisation_id=system.organisation_id,
        organisation_name=system.organisation.name if system.organisation else "",
    )


def require(actor: Actor, permission: Permission) -> None:
    """Raise `RefusedError` unless the actor holds the permission."""
    if not actor.may(permission):
        who = "This token" if actor.is_system else "Your role"
        raise RefusedError(f"{who} does not include: {permission.value.replace('_', ' ')}.")


def limit_to_visible(
    rows: QuerySet[Row], actor: Actor, *, at: datetime, person: str = "person_id"
) -> QuerySet[Row]:
    """Keep the rows about people whom the actor may see; `person` names the field with the person's id."""
    return rows.filter(Visible(actor, at).sees_person(person))


def may_see(actor: Actor, person_id: UUID, *, at: datetime) -> bool:
    """Say whether the actor may see that there is this person: the same scope as any list of people."""
    condition, values = Visible(actor, at).person_sql("who.id")
    statement = f"SELECT 1 FROM (SELECT %s::uuid AS id) AS who WHERE {condition}"  # noqa: S608 - ours
    return run_prepared(statement, [person_id, *values]) is not None
