"""What partners say of one person that can't all be true: kept for a records manager, never settled in silence.

Two numbers of a kind in force, other dates of birth, or other words on whether and when they died. Silence on a death
contradicts nothing: many systems are told late, and extracts have no column for it. Denying it does, or taking it back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.people.fhir import ALIVE
from joinedup.care.people.logic_matching import contradicted, national_numbers
from joinedup.care.people.logic_numbers import WHOLE_DATE, SaidNumber, Standing
from joinedup.care.people.models import Contradiction, Identifier, SourcePatient
from joinedup.core.identifiers import kind_of_system

DAY_UNKNOWN = "yes"
Kind = Contradiction.Kind
Said = list[list[str]]


@dataclass(frozen=True)
class Source:
    """What one Patient's newest version says of birth and death, and who sent it."""

    system: str
    born: str
    died: str


def note_contradictions(people: Collection[UUID], *, at: datetime) -> None:
    """Work out anew what contradicts each other of these people: what is new opens, what is settled closes."""
    found = _found(people)
    known = {(row.person_id, row.kind): row for row in Contradiction.objects.filter(person__in=people)}
    for key, said in found.items():
        row = known.get(key)
        if row is None:
            Contradiction.objects.create(person_id=key[0], kind=key[1], said=said, found_at=at)
        elif row.said != said:
            row.said, row.found_at, row.closed_at = said, at, None
            row.reason, row.by_user, row.by_name = "", None, ""
            row.save()
    settled = [row.pk for key, row in known.items() if key not in found and row.closed_at is None]
    if settled:
        Contradiction.objects.filter(pk__in=settled).update(
            closed_at=at, said=[], reason="They agree again", by_name=""
        )


def died_of(people: Collection[UUID]) -> dict[UUID, str]:
    """Return what is taken as known of these people's death: the newest word of whoever says that they died.

    Of whom no Patient has told anything since it is kept, nothing is returned.
    """
    newest: dict[UUID, str] = {}
    rows = (
        SourcePatient.objects.filter(person__in=people).exclude(told_at=None).order_by("told_at", "fhir_id")
    )
    for person, died in rows.values_list("person_id", "died"):
        newest.setdefault(person, "")
        if died not in ("", ALIVE):
            newest[person] = died
    silent = set(
        SourcePatient.objects.filter(person__in=people, told_at=None).values_list("person_id", flat=True)
    )
    return {person: died for person, died in newest.items() if died or person not in silent}


def deaths(sources: Iterable[Source]) -> Said:
    """Return what they say of the death, where that can't all be true; else nothing."""
    known = list(sources)
    dead = [one for one in known if one.died not in ("", ALIVE)]
    days = {one.died for one in dead if one.died != DAY_UNKNOWN}
    deny = [one for one in known if one.died == ALIVE]
    is_contradiction = len(days) > 1 or (dead and deny)
    return _said((one.system, one.died) for one in (*dead, *deny)) if is_contradiction else []


def births(sources: Iterable[Source]) -> Said:
    """Return what they say of the date of birth, where whole dates differ; else nothing."""
    whole = [(one.system, one.born) for one in sources if len(one.born) == WHOLE_DATE]
    return _said(whole) if len({born for _, born in whole}) > 1 else []


def _said(said: Iterable[tuple[str, str]]) -> Said:
    return [list(pair) for pair in sorted(set(said))]


def _found(people: Collection[UUID]) -> dict[tuple[UUID, str], Said]:
    """Return what contradicts each other, by person and kind."""
    sources = sources_of(people)
    found: dict[tuple[UUID, str], Said] = {}
    for person in people:
        found[person, Kind.DIED] = deaths(sources[person])
        found[person, Kind.BORN] = births(sources[person])
    found |= {(person, Kind.NUMBERS): said for person, said in _numbers(people).items()}
    return {key: said for key, said in found.items() if said}


def sources_of(people: Collection[UUID]) -> dict[UUID, list[Source]]:
    """Return what each Patient of these people says of birth and death."""
    sources: dict[UUID, list[Source]] = defaultdict(list)
    rows = SourcePatient.objects.filter(person__in=people).exclude(told_at=None).order_by("told_at")
    for person, system, born, died in rows.values_list("person_id", "system__name", "born", "died"):
        sources[person].append(Source(system, born, died))
    return sources


def _numbers(people: Collection[UUID]) -> dict[UUID, Said]:
    """Return the numbers in force that stand beside another of their kind, as they came for one person.

    What a merge brought together was decided about.
    """
    rows = Identifier.objects.filter(person__in=people).order_by("id")
    columns = ("person_id", "origin_id", "system", "value", "standing", "asserted_by__name")
    by_origin: dict[tuple[UUID, UUID], list[tuple[str, SaidNumber]]] = defaultdict(list)
    for person, origin, system, value, standing, name in rows.values_list(*columns):
        by_origin[person, origin].append((name, SaidNumber(system, value, Standing(standing))))
    found: dict[UUID, Said] = defaultdict(list)
    for (person, _), said in by_origin.items():
        _, in_force, _ = national_numbers(number for _, number in said)
        beside = contradicted(in_force)
        found[person] += _said(
            (name, n.value) for name, n in said if (kind_of_system(n.system), n.value) in beside
        )
    return found


@dataclass(frozen=True)
class DeathSaid:
    """What partners' Patients say of a death, counted: the days that were told, who denies it and who is silent.

    A day is "yes" where only the fact is known.
    """

    days: tuple[str, ...]
    denied_by: int
    silent: int

    @property
    def is_unanimous(self) -> bool:
        """Say whether everybody tells the same."""
        return not self.denied_by and not self.silent and len(set(self.days)) < 2


def said_of_death(person_id: UUID) -> DeathSaid:
    """Return what is said of the person's death, without who says it; the caller may see the person."""
    said = [source.died for source in sources_of([person_id])[person_id]]
    return DeathSaid(
        days=tuple(sorted(died for died in said if died not in ("", ALIVE))),
        denied_by=said.count(ALIVE),
        silent=said.count(""),
    )
