"""The terms of one provision of a Consent (FHIR R4): who is meant and what kinds of entries.

Terms that can't be told here are named as problems: whoever refuses drops them, whoever permits does nothing.
Codes: HL7 v3 ParticipationType (who receives), ActReason (for what), FHIR R4 consentaction.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from joinedup.care.record.logic import KINDS, KINDS_BY_CLASS, OTHER, Json, literal

TYPES = "http://hl7.org/fhir/resource-types"
OWN_KINDS = "https://joinedup.example/fhir/CodeSystem/kind"
RECIPIENT = "IRCP"
RECIPIENTS = frozenset({RECIPIENT, "PRCP", "TRC"})
SEEING = frozenset({"access", "use", "disclose"})
# For these nobody looks at a record here: research, money, marketing, teaching, public health, running a place.
ELSEWHERE = frozenset({"HRESCH", "HPAYMT", "HMARKT", "TRAIN", "PUBHLTH", "HOPERAT"})
# Purposes that are care: a refusal for them is one of all that is shared here.
CARE = frozenset({"TREAT", "CAREMGT", "COC", "ETREAT", "PATRQT"})
UNKNOWN = ("securityLabel", "code", "dataPeriod", "data", "modifierExtension")


@dataclass(frozen=True)
class Note:
    """Something in a Consent that was not taken as it was said: where (FHIRPath), and what that means."""

    path: str
    message: str


@dataclass(frozen=True)
class Terms:
    """Whom and what a provision is about; empty is any. `problems` are the places of what is not understood."""

    organisations: tuple[str, ...]
    kinds: tuple[str, ...]
    problems: tuple[str, ...]
    is_elsewhere: bool = False

    def notes_of_refusal(self) -> list[Note]:
        """Return the notes of a refusal on these terms: what is not understood is refused whatever it says."""
        return [
            Note(where, "not understood, so sharing is refused whatever it says") for where in self.problems
        ]


def terms_of(provision: Json, path: str, known: Collection[str], *, is_permit: bool = False) -> Terms:
    """Return the terms of the provision at this path; `known` are the organisations in the record that it may name."""
    organisations, strangers = _organisations(provision.get("actor") or [], known)
    kinds, has_other = _kinds(provision.get("class") or [], is_permit=is_permit)
    problems = [name for name in UNKNOWN if provision.get(name)]
    problems += [name for name, is_so in (("actor", strangers), ("class", has_other)) if is_so]
    problems += _problems_of_use(provision, is_permit=is_permit)
    return Terms(
        organisations=() if strangers else organisations,
        kinds=() if has_other else kinds,
        problems=tuple(f"{path}.{name}" for name in problems),
        is_elsewhere=_is_elsewhere(provision),
    )


def codes_of(concepts: Iterable[Any]) -> set[str]:
    """Return the codes of these CodeableConcepts or Codings."""
    found = [concept for concept in concepts if isinstance(concept, dict)]
    codings = [coding for concept in found for coding in concept.get("coding", [concept])]
    return {str(coding["code"]) for coding in codings if isinstance(coding, dict) and "code" in coding}


def _organisations(actors: Iterable[Json], known: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """Return the organisations that are to receive, and whether somebody is named who is none."""
    found, strangers = [], False
    for actor in actors:
        target = literal((actor.get("reference") or {}).get("reference"))
        is_known = target is not None and target[0] == "Organization" and target[1] in known
        if target and is_known and codes_of([actor.get("role")]) & RECIPIENTS:
            found.append(target[1])
        else:
            strangers = True
    return tuple(dict.fromkeys(found)), strangers


def _kinds(codings: Iterable[Json], *, is_permit: bool) -> tuple[tuple[str, ...], bool]:
    """Return the kinds that the classes are, and whether one is none.

    A type may be less than a kind. Then a refusal takes the kind, and a permit nothing.
    """
    said = [(coding.get("system"), str(coding.get("code", ""))) for coding in codings]
    types = {code for system, code in said if system == TYPES}
    kinds = [code for system, code in said if system == OWN_KINDS]
    is_other = any(system not in (TYPES, OWN_KINDS) for system, _ in said)
    for type_ in sorted(types):
        whole = [kind for kind in kinds_of_type(type_) if not is_permit or types_of_kind(kind) <= types]
        is_other = is_other or not whole
        kinds += whole
    is_other = is_other or (is_permit and OTHER in kinds)
    return tuple(dict.fromkeys(kinds)), is_other


def kinds_of_type(type_: str) -> list[str]:
    """Return the kinds that resources of this type have."""
    if type_ == "Encounter":
        return sorted({KINDS[type_], *KINDS_BY_CLASS.values()})
    return [KINDS.get(type_, OTHER)]


def types_of_kind(kind: str) -> set[str]:
    """Return the types whose resources may be of this kind."""
    return {type_ for type_ in KINDS if kind in kinds_of_type(type_)}


def _problems_of_use(provision: Json, *, is_permit: bool) -> Iterator[str]:
    """Return which of the purpose and the action is not understood."""
    purposes, actions = codes_of(provision.get("purpose") or []), codes_of(provision.get("action") or [])
    if purposes and (is_permit or not purposes <= CARE | ELSEWHERE):
        yield "purpose"
    if is_permit and actions and not actions & SEEING:
        yield "action"


def _is_elsewhere(provision: Json) -> bool:
    """Say whether it is about something else than seeing the record for care, in words that are known."""
    purposes, actions = codes_of(provision.get("purpose") or []), codes_of(provision.get("action") or [])
    return bool(purposes and purposes <= ELSEWHERE) or bool(actions and actions <= {"collect", "correct"})
