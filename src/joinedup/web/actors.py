"""Who asks, on a page: the signed-in user in the one role that they act in now.

Every view of a page is declared with ``needs(permission)``, which hands it the actor; a test walks all
addresses for it. Ends at asking: what a role may do is decided in ``joinedup.care.access``.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, User
from joinedup.care.access.queries import RefusedError, actors_of_user, require

P = ParamSpec("P")
ACTING_AS = "acting_as"
REMEMBERED = "_joinedup_actors"


class Page(Protocol[P]):
    """A view that says which permission it needs."""

    permission: Permission | None

    def __call__(self, request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        """Answer."""
        ...


def actors_of(request: HttpRequest) -> list[Actor]:
    """Every actor that the signed-in user may be today, the one that they act as now first."""
    if not isinstance(request.user, User):
        return []
    remembered: list[Actor] | None = getattr(request, REMEMBERED, None)
    if remembered is None:
        held = actors_of_user(request.user.pk, request.user.name, on=timezone.localdate())
        chosen = request.session.get(ACTING_AS)
        remembered = sorted(held, key=lambda actor: key_of(actor) != chosen)
        setattr(request, REMEMBERED, remembered)
    return remembered


def actor_of(request: HttpRequest) -> Actor:
    """The actor who asks. `RefusedError` when the user has no role today."""
    actors = actors_of(request)
    if not actors:
        raise RefusedError("Your account has no role today, so there is nothing that it may see.")
    return actors[0]


def actor_may(request: HttpRequest, permission: Permission) -> bool:
    """Whether somebody asks who acts in a role with this permission."""
    return any(actor.may(permission) for actor in actors_of(request)[:1])


def key_of(actor: Actor) -> str:
    """What a session remembers of the chosen actor."""
    return f"{actor.role.value if actor.role else ''}@{actor.organisation_id}"


def needs(
    permission: Permission | None,
) -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]], Page[P]]:
    """Declare the permission that a page needs (None: any role) and hand the page its actor."""

    def declare(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]) -> Page[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if permission is not None and not actor.may(permission):
                record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=timezone.now(), subject=view.__name__)
                require(actor, permission)
            return view(request, actor, *args, **kwargs)

        page.permission = permission  # type: ignore[attr-defined]
        return page  # type: ignore[return-value]

    return declare
