"""The rules of sharing said once more, slowly and plainly, for tests: the oracle of `joinedup.care.access.scope`.

Knows no SQL and nothing of the tables. Organisations, systems, users and people are small numbers.
"""

from dataclasses import dataclass, field, replace

from joinedup.care.access.actor import PERMISSIONS, Permission, Role
from joinedup.care.access.labels import SEALED, SEEN_BY, Label

DIRECT = ("stay", "referral", "team", "caseload")
READING = (Permission.READ_RECORD, Permission.SEE_LEAVING_HOSPITAL)


@dataclass(frozen=True)
class Lasting:
    """Something that holds from a day on, until another or for good; today is day 0."""

    since: int
    until: int | None

    @property
    def holds(self):
        """Say whether it holds today."""
        return self.since <= 0 and (self.until is None or self.until > 0)


@dataclass(frozen=True)
class Tie:
    """An organisation gives a person care."""

    person: int
    organisation: int
    kind: str
    time: Lasting


@dataclass(frozen=True)
class Signature:
    """An organisation's place in the agreement."""

    organisation: int
    gives: bool
    receives: bool
    time: Lasting


@dataclass(frozen=True)
class Agreed:
    """A sharing agreement."""

    purposes: tuple[str, ...]
    kinds: tuple[str, ...]
    signatures: tuple[Signature, ...]
    time: Lasting


@dataclass(frozen=True)
class Chosen:
    """A person's choice against sharing: with whom and of what (none: any), with its exceptions."""

    person: int
    organisations: tuple[int, ...]
    kinds: tuple[str, ...]
    time: Lasting
    only_organisations: tuple[int, ...] = ()
    only_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staff:
    """A person who is a user, or one of a user's family, at an organisation."""

    person: int
    user: int
    organisation: int


@dataclass(frozen=True)
class Opened:
    """Broken glass."""

    person: int
    user: int
    organisation: int
    time: Lasting


@dataclass(frozen=True)
class Written:
    """An entry: about a person, by an organisation (None: nobody known) through a system, of a kind, labelled.

    `before` is the organisation and the labels of an earlier version, where there is one.
    """

    person: int
    organisation: int | None
    system: int
    kind: str
    labels: tuple[Label, ...] = ()
    before: tuple[int | None, tuple[Label, ...]] | None = None


@dataclass(frozen=True)
class Asks:
    """Who asks: a user (role) or a system; for an organisation, which a system may lack."""

    organisation: int | None
    role: Role | None = None
    user: int | None = None
    system: int | None = None
    purpose: str = "direct_care"


@dataclass(frozen=True)
class Rules:
    """Everything that decides."""

    ties: tuple[Tie, ...] = ()
    agreements: tuple[Agreed, ...] = ()
    choices: tuple[Chosen, ...] = ()
    staff: tuple[Staff, ...] = ()
    glasses: tuple[Opened, ...] = ()
    own_system: int = field(default=-1)

    def opens(self, who, person):
        """Say whether who asks may see that there is this person."""
        if who.organisation is None or not _may_read(who):
            return False
        ties = [t for t in self.ties if (t.person, t.organisation) == (person, who.organisation)]
        ties = [t for t in ties if t.time.holds]
        if who.system is not None:
            return bool(ties)
        if any((s.person, s.user) == (person, who.user) for s in self.staff):
            return False
        if self.broke_glass(who, person):
            return True
        is_colleague = any((s.person, s.organisation) == (person, who.organisation) for s in self.staff)
        return any(t.kind in DIRECT for t in ties) if is_colleague else bool(ties)

    def broke_glass(self, who, person):
        """Say whether this user opened the record in an emergency that still lasts."""
        mine = (person, who.user, who.organisation)
        return any((g.person, g.user, g.organisation) == mine and g.time.holds for g in self.glasses)

    def shows(self, who, entry):
        """Say whether who asks may see the entry."""
        if not _may_read(who):
            return False
        if who.system is not None and entry.system == who.system:
            return True
        if not self.opens(who, entry.person) or not self._passes_labels(who, entry):
            return False
        if entry.organisation is not None and entry.organisation == who.organisation:
            return True
        chosen_against = any(_refuses(choice, who, entry) for choice in self.choices)
        is_emergency = who.system is None and self.broke_glass(who, entry.person)
        is_agreed = any(self._covers(agreement, who, entry) for agreement in self.agreements)
        return is_agreed and (is_emergency or not chosen_against)

    def showed(self, who, entry):
        """Say whether who asks may see the earlier version: by what holds now, both for it and for the newest."""
        if entry.before is None:
            return False
        organisation, labels = entry.before
        then = replace(entry, organisation=organisation, labels=labels)
        return self.shows(who, entry) and self.shows(who, then)

    def _passes_labels(self, who, entry):
        hidden = {label for label in entry.labels if who.role not in SEEN_BY[label]}
        if who.system is None and self.broke_glass(who, entry.person):
            return not (hidden & SEALED)
        return not hidden

    def _covers(self, agreement, who, entry):
        if not agreement.time.holds or who.purpose not in agreement.purposes:
            return False
        if agreement.kinds and entry.kind not in agreement.kinds:
            return False
        signed = [s for s in agreement.signatures if s.time.holds]
        is_ours = entry.organisation is None and entry.system == self.own_system
        givers = [s for s in signed if s.gives and (is_ours or s.organisation == entry.organisation)]
        return bool(givers) and any(s.receives and s.organisation == who.organisation for s in signed)


def _may_read(who):
    if who.system is not None:
        return True
    return any(permission in PERMISSIONS[who.role] for permission in READING)


def _refuses(choice, who, entry):
    if choice.person != entry.person or not choice.time.holds:
        return False
    if choice.only_organisations and who.organisation not in choice.only_organisations:
        return False
    if choice.only_kinds and entry.kind not in choice.only_kinds:
        return False
    return who.organisation not in choice.organisations and entry.kind not in choice.kinds
