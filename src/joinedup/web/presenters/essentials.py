"""What everyone who meets a person must know at once, read from the newest entries of their record.

FHIR R4: AllergyIntolerance, Flag and CareTeam. Errs on the side of caution: "none known" is said only where
somebody recorded just that, and a withdrawn allergy turns into "not recorded", never into "none".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joinedup.care.record.moments import moment_of
from joinedup.care.record.titles import words_of

Json = dict[str, Any]

TYPES = ("AllergyIntolerance", "Flag", "CareTeam")
WITHDRAWN = frozenset({"refuted", "entered-in-error"})
PAST = frozenset({"inactive", "resolved"})
# SNOMED CT: no known allergy; no known drug, food, environmental, latex or nut allergy are not as wide.
NO_KNOWN_ALLERGY = "716186003"
COORDINATOR = "coordinator"


@dataclass(frozen=True)
class Essentials:
    """For the banner. `allergies` is None where no answer is recorded, empty where "none known" was."""

    allergies: tuple[str, ...] | None
    warnings: tuple[str, ...]
    coordinator: str | None


def essentials(contents: Iterable[Json], *, at: datetime) -> Essentials:
    """Read the newest contents of these types, newest first."""
    of_type: dict[str, list[Json]] = {type_: [] for type_ in TYPES}
    for content in contents:
        of_type[content["resourceType"]].append(content)
    return Essentials(
        allergies=_allergies(of_type["AllergyIntolerance"]),
        warnings=tuple(dict.fromkeys(_warnings(of_type["Flag"], at))),
        coordinator=next(_coordinators(of_type["CareTeam"], at), None),
    )


def _allergies(contents: list[Json]) -> tuple[str, ...] | None:
    current = [c for c in contents if not _codes(c, "verificationStatus") & WITHDRAWN]
    current = [c for c in current if not _codes(c, "clinicalStatus") & PAST]
    named = tuple(dict.fromkeys(_allergy(c) for c in current if NO_KNOWN_ALLERGY not in _codes(c, "code")))
    return named if named or current else None


def _allergy(content: Json) -> str:
    name = words_of(content.get("code")) or "an allergy without a name"
    return f"{name} (risk of a severe reaction)" if content.get("criticality") == "high" else name


def _codes(content: Json, field: str) -> set[str]:
    codings = (content.get(field) or {}).get("coding", [])
    return {str(coding.get("code", "")) for coding in codings}


def _warnings(contents: list[Json], at: datetime) -> Iterator[str]:
    for content in contents:
        if content.get("status") == "active" and _is_now(content, at):
            yield words_of(content.get("code")) or "a warning without words"


def _coordinators(contents: list[Json], at: datetime) -> Iterator[str]:
    for team in contents:
        if team.get("status", "active") != "active" or not _is_now(team, at):
            continue
        for participant in team.get("participant", []):
            name = words_of(participant.get("member"))
            if name and _is_now(participant, at) and any(map(_is_coordinator, participant.get("role", []))):
                organisation = words_of(team.get("managingOrganization"))
                yield f"{name}, {organisation}" if organisation else name


def _is_coordinator(role: Json) -> bool:
    codes = {str(coding.get("code", "")).casefold() for coding in role.get("coding", [])}
    return COORDINATOR in codes or str(role.get("text", "")).casefold() == COORDINATOR


def _is_now(content: Json, at: datetime) -> bool:
    period = content.get("period") or {}
    start, end = moment_of(period.get("start")), moment_of(period.get("end"))
    return (start is None or start <= at) and (end is None or end > at)
