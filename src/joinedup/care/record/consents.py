"""What a Consent (FHIR R4) says about sharing, as refusals; strict, and never in favour of more sharing.

Read is a Consent with the scope patient-privacy: `policyRule` (opt in, opt out) as the rule for the rest, the root
provision, and one level of provisions in it. What can't be expressed here is dropped from a refusal, which refuses
more then, and makes an exception not count; each is noted. A permit opens nothing: it only takes back.
Pure: touches no database. Elements and codes: HL7 FHIR R4 (4.0.1), Consent; HL7 v3 ActCode.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from joinedup.care.record.logic import Json, literal
from joinedup.care.record.moments import end_of, moment_of
from joinedup.care.record.provisions import Note, Terms, codes_of, terms_of

PRIVACY = "patient-privacy"
OPTED_OUT = frozenset({"OPTOUT", "OPTOUTE"})
OPTED_IN = frozenset({"OPTIN", "OPTINR"})
OVER = frozenset({"inactive", "entered-in-error"})
IN_FORCE = frozenset({"active", "rejected"})
EVERYTHING = "it permits all that is refused, so one of the two is a mistake; it stays refused"
BOTH = "an exception names organisations or kinds, one of the two"


@dataclass(frozen=True)
class Refused:
    """A refusal as a Consent says it: organisations by their id in the record; empty is any, except."""

    organisations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    except_organisations: tuple[str, ...] = ()
    except_kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Reading:
    """What a Consent refuses; None where it says nothing that may count, so that what it said before stands.

    `notes` say what was not taken as it was said.
    """

    refused: tuple[Refused, ...] | None
    notes: tuple[Note, ...] = ()


def organisations_named(content: Json) -> set[str]:
    """Return the ids of the organisations that the Consent's provisions name."""
    root = _root(content)
    actors = [actor for one in (root, *_nested(root)) for actor in one.get("actor") or []]
    found = (literal((actor.get("reference") or {}).get("reference")) for actor in actors)
    return {key[1] for key in found if key and key[0] == "Organization"}


def read_consent(content: Json, known: Collection[str]) -> Reading:
    """Read a Consent; `known` are those of the organisations it names that are in the record."""
    status = content.get("status")
    if PRIVACY not in codes_of([content.get("scope")]):
        return _nothing("Consent.scope", f"only a Consent with the scope {PRIVACY} is a choice about sharing")
    if "modifierExtension" in content:
        return _nothing("Consent.modifierExtension", "it may turn the meaning round, and is not known here")
    if status in OVER:
        return Reading(())
    if status not in IN_FORCE:
        return _nothing("Consent.status", "it is not in force: send it again when it is active")
    reading = _Reader(content, known).read()
    return _turned_down(content, reading, known) if status == "rejected" else reading


def _nothing(path: str, why: str) -> Reading:
    """Return the reading of what does not count."""
    return Reading(None, (Note(path, f"kept, not applied to sharing: {why}"),))


def _turned_down(content: Json, reading: Reading, known: Collection[str]) -> Reading:
    """Return the reading of what was rejected: a refusal is taken back, and a permit that was turned down refuses."""
    root = _root(content)
    if root.get("type") == "deny" or OPTED_OUT & codes_of([content.get("policyRule")]):
        return Reading(())
    if reading.refused is None:
        return reading
    terms = terms_of(root, "Consent.provision", known)
    if terms.is_elsewhere:
        return reading
    note = Note("Consent.status", "a permit that the person rejected is taken as their refusal")
    return Reading((_refused(terms, _period(root)),), (note, *terms.notes_of_refusal()))


def _root(content: Json) -> Json:
    """Return the root provision."""
    found = content.get("provision")
    return found if isinstance(found, dict) else {}


def _nested(provision: Json) -> list[Json]:
    """Return the provisions within a provision."""
    found = provision.get("provision")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _period(provision: Json) -> tuple[datetime | None, datetime | None]:
    """Return from when until when a provision holds."""
    period = provision.get("period") or {}
    return moment_of(period.get("start")), end_of(period.get("end"))


def _refused(terms: Terms, period: tuple[datetime | None, datetime | None]) -> Refused:
    """Return a refusal on these terms, without those that are not understood."""
    return Refused(terms.organisations, terms.kinds, since=period[0], until=period[1])


class _Reader:
    """Reads one Consent that is in force, gathering notes."""

    def __init__(self, content: Json, known: Collection[str]) -> None:
        self.known = known
        self.root = _root(content)
        self.type = self.root.get("type")
        policies = codes_of([content.get("policyRule")])
        self.is_opted_out = bool(policies & OPTED_OUT)
        self.is_opted_in = bool(policies & OPTED_IN)
        self.notes: list[Note] = []

    def read(self) -> Reading:
        """Return what is refused."""
        base = self._base()
        within = list(self._within())
        if not within and not (self.is_opted_out or self.is_opted_in or self.type in ("deny", "permit")):
            return _nothing("Consent.provision.type", "it neither permits nor denies anything")
        rows = [*([self._with_exceptions(base)] if base else []), *within]
        return Reading(tuple(dict.fromkeys(rows)), tuple(dict.fromkeys(self.notes)))

    def _base(self) -> Refused | None:
        """Return what the root refuses: on its terms where it denies, everything where the policy is to opt out."""
        if self.is_opted_out:
            return Refused(since=_period(self.root)[0], until=_period(self.root)[1])
        if self.type != "deny":
            return None
        return self._refusal(self.root, "Consent.provision")

    def _within(self) -> Iterator[Refused]:
        """Return the refusals in the root; one without a type in what permits is an exception from it."""
        for number, one in enumerate(_nested(self.root)):
            if one.get("type") == "deny" or ("type" not in one and self.type != "deny"):
                refused = self._refusal(one, f"Consent.provision.provision[{number}]")
                if refused:
                    start, end = _period(self.root)
                    yield replace(refused, since=refused.since or start, until=refused.until or end)

    def _refusal(self, provision: Json, path: str) -> Refused | None:
        """Return what a provision refuses; None where it is about something else than seeing the record for care."""
        terms = terms_of(provision, path, self.known)
        if terms.is_elsewhere:
            self.notes.append(
                Note(path, "not applied: it is about something else than seeing the record for care")
            )
            return None
        self.notes.extend(terms.notes_of_refusal())
        if provision is not self.root and _nested(provision):
            self.notes.append(
                Note(f"{path}.provision", "not applied: exceptions from an exception are not known here")
            )
        return _refused(terms, _period(provision))

    def _with_exceptions(self, base: Refused) -> Refused:
        """Return the refusal with what is permitted in spite of it."""
        permits = [
            (one, f"Consent.provision.provision[{number}]")
            for number, one in enumerate(_nested(self.root))
            if one.get("type") == "permit"
        ]
        if self.is_opted_out and self.type == "permit":
            permits.insert(0, (self.root, "Consent.provision"))
        for provision, path in permits:
            base = self._but(base, provision, path)
        return base

    def _but(self, base: Refused, provision: Json, path: str) -> Refused:
        """Return the refusal with one exception, if the exception can be told exactly."""
        terms = terms_of(provision, path, self.known, is_permit=True)
        problems = [*terms.problems]
        if provision is not self.root:
            problems += [f"{path}.{name}" for name in ("period", "provision") if provision.get(name)]
        if problems:
            said = "what it says is not understood, so it opens nothing"
            self.notes.extend(Note(where, f"exception not applied: {said}") for where in problems)
            return base
        if bool(terms.organisations) == bool(terms.kinds):
            self.notes.append(Note(path, f"exception not applied: {BOTH if terms.kinds else EVERYTHING}"))
            return base
        return replace(
            base,
            except_organisations=(*base.except_organisations, *terms.organisations),
            except_kinds=(*base.except_kinds, *terms.kinds),
        )
