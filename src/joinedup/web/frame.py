"""What surrounds every page: who is signed in, for whom they act, and where they can go.

The layout asks for it itself, so that no view has to remember it. A page drawn without a request (an error of
ours) gets the frame for nobody, and asks the database nothing.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.partnership.queries import partnerships_on
from joinedup.care.privacy.openings import count_new_openings
from joinedup.web.actors import actors_of, key_of
from joinedup.web.signing_in.sessions import seconds_left

SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class NavigationLink:
    """A place in the header."""

    text: str
    href: str
    is_here: bool = False


@dataclass(frozen=True)
class Account:
    """Who is signed in, acting in which role for which organisation."""

    name: str
    role: str
    organisation: str
    other_roles: tuple["OtherRole", ...] = ()


@dataclass(frozen=True)
class OtherRole:
    """A role that the user may switch to."""

    key: str
    text: str


@dataclass(frozen=True)
class Frame:
    """The header's contents."""

    partnership: str = ""
    account: Account | None = None
    home_href: str = "/"
    find_href: str | None = None
    navigation: tuple[NavigationLink, ...] = ()
    session: "SessionTimes | None" = None


@dataclass(frozen=True)
class SessionTimes:
    """How long the session of whoever is signed in lasts from now, and without anything being done."""

    seconds_left: int
    idle_minutes: int


NOBODY = Frame()
# Name of the address, its words, and the permission without which it isn't offered.
PLACES: tuple[tuple[str, str, Permission | None], ...] = (
    ("my-day", "My day", None),
    ("leaving-hospital", "Leaving hospital", Permission.SEE_LEAVING_HOSPITAL),
    ("measures", "Measures", Permission.SEE_MEASURES),
    ("rules", "Rules", None),
    ("possible-duplicates", "Possible duplicates", Permission.JOIN_RECORDS),
    ("openings", "Emergency openings", Permission.REVIEW_LOOKING),
    ("looking", "Unusual looking", Permission.REVIEW_LOOKING),
    ("agreements", "Sharing agreements", Permission.SEE_AGREEMENTS),
    ("accounts", "Accounts", Permission.MANAGE_ACCOUNTS),
    ("gallery", "Component gallery", Permission.SEE_GALLERY),
)
# Whoever gives care finds these on a person's pages: their header is full.
NOT_FOR_CARE = frozenset({"agreements"})


def frame_for(request: HttpRequest | None) -> Frame:
    """The frame for whoever asks."""
    actors = actors_of(request) if request is not None and hasattr(request, "user") else []
    if request is None or not actors:
        return NOBODY if request is None else Frame(session=session_times(request))
    actor = actors[0]
    return Frame(
        partnership=_partnership(),
        account=_account(actor, actors[1:]),
        find_href=_address("find-person") if actor.may(Permission.FIND_PEOPLE) else None,
        navigation=_navigation(request, actor),
        session=session_times(request),
    )


def session_times(request: HttpRequest) -> SessionTimes | None:
    """How long the session lasts; None for nobody."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return None
    return SessionTimes(
        seconds_left(request, at=timezone.now()), settings.SESSION_IDLE_SECONDS // SECONDS_A_MINUTE
    )


def other_roles(actors: list[Actor]) -> tuple[OtherRole, ...]:
    """These actors as choices."""
    return tuple(
        OtherRole(
            key_of(actor), f"{actor.role.title.lower() if actor.role else ''}, {actor.organisation_name}"
        )
        for actor in actors
    )


def _partnership() -> str:
    """The widest partnership that exists today; a database holds one partnership's care."""
    first = partnerships_on(timezone.localdate()).prefetch_related(None).first()
    return first.name if first else ""


def _account(actor: Actor, others: list[Actor]) -> Account:
    return Account(
        name=actor.name,
        role=actor.role.title.lower() if actor.role else "",
        organisation=actor.organisation_name,
        other_roles=other_roles(others),
    )


def _navigation(request: HttpRequest, actor: Actor) -> tuple[NavigationLink, ...]:
    offered = [
        (name, words)
        for name, words, permission in PLACES
        if (permission is None or actor.may(permission))
        and not (name in NOT_FOR_CARE and actor.may(Permission.READ_RECORD))
    ]
    addressed = [(_address(name), _counted(name, words, actor)) for name, words in offered]
    return tuple(NavigationLink(words, href, href == request.path) for href, words in addressed if href)


def _counted(name: str, words: str, actor: Actor) -> str:
    """The words of a place, with how many wait there where somebody must be told wherever they are."""
    waiting = count_new_openings(actor) if name == "openings" else 0
    return f"{words} ({waiting} new)" if waiting else words


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
