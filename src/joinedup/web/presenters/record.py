"""A page of a person's record as the timeline, its filters and its pages, and who is involved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from joinedup.care.access.labels import Label
from joinedup.care.record.timeline import TIMELINE_PAGE, Choice, EntryVersion, Timeline, TimelineEntry
from joinedup.web import components, words
from joinedup.web.components import Fact, FilterGroup, FilterLink, Link, Pages, Precision

# Where the list begins, so that a chosen filter doesn't throw anyone back to the top of the page.
LIST = "#record"
PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}


@dataclass(frozen=True)
class Chosen:
    """The filters that are on, and the day as of which; empty is off, and now."""

    organisation: str = ""
    kind: str = ""
    as_of: str = ""

    @property
    def is_any(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.organisation or self.kind)

    def address(self, **changed: str) -> str:
        """Return the query of the page with these filters changed, from its first page."""
        now = {"organisation": self.organisation, "kind": self.kind, "as-of": self.as_of} | changed
        return "?" + urlencode({name: value for name, value in now.items() if value})


def timeline(record: Timeline, chosen: Chosen, person_id: UUID, *, at: datetime) -> components.Timeline:
    """Return the entries by day. With a filter on, a silence is only one of what is shown."""
    nothing = "Nothing that matches your filters" if chosen.is_any else "Nothing"
    return components.timeline([_entry(entry, person_id) for entry in record.entries], nothing=nothing, at=at)


def _entry(entry: TimelineEntry, person_id: UUID) -> components.TimelineEntry:
    known = PRECISIONS.get(len(entry.happened_text), Precision.MINUTE)
    return components.TimelineEntry(
        id=f"entry-{entry.resource_id}",
        time=entry.happened_at,
        organisation="" if entry.withdrawn_at else entry.organisation,
        kind=entry.kind,
        title=_withdrawn(entry) if entry.withdrawn_at else entry.title,
        author=entry.author if entry.author != entry.organisation else "",
        facts=tuple(_facts(entry)),
        tag="Withdrawn" if entry.withdrawn_at else "Corrected" if entry.version > 1 else "",
        precision=known if entry.happened_at else Precision.UNKNOWN,
        more=_earlier(entry, person_id),
        labels=tuple(f"{Label(label).title}: limited sharing" for label in entry.labels),
    )


def _withdrawn(entry: TimelineEntry) -> str:
    """Say that there was an entry, and no more."""
    by = f" by {entry.organisation}" if entry.organisation else ""
    of = f" of {_happened(entry)}" if entry.happened_at else " without a date"
    on = words.short_day(entry.withdrawn_at) if entry.withdrawn_at else ""
    return f"An entry{by}{of} was withdrawn on {on}"


def _happened(entry: TimelineEntry) -> str:
    """Say when it happened, no more precisely than it was said."""
    if entry.happened_at is None:
        return ""
    precision = PRECISIONS.get(len(entry.happened_text))
    if precision is Precision.YEAR:
        return entry.happened_text
    return (
        words.month(entry.happened_at) if precision is Precision.MONTH else words.short_day(entry.happened_at)
    )


def _earlier(entry: TimelineEntry, person_id: UUID) -> Link | None:
    """Return the way to what was said before, where that may be seen."""
    if not entry.has_earlier:
        return None
    address = reverse("entry-versions", kwargs={"person_id": person_id, "entry": entry.resource_id})
    return Link("See what it said" if entry.withdrawn_at else "See the earlier version", address)


def _facts(entry: TimelineEntry) -> list[Fact]:
    """Return what opens beneath the line, without what the line says already."""
    said = {entry.author, entry.organisation, entry.title}
    facts = [fact for fact in _details(entry.detail) if fact.value not in said]
    facts.append(Fact("Added to the record", words.moment(entry.added_at)))
    if entry.withdrawn_at:
        by = f", by {entry.withdrawn_by}" if entry.withdrawn_by else ""
        facts.append(Fact("Withdrawn", words.moment(entry.withdrawn_at) + by))
    elif entry.version > 1:
        facts.append(Fact("Corrected on", words.moment(entry.recorded_at)))
    return facts


def _details(detail: Iterable[tuple[str, str]]) -> Iterator[Fact]:
    for label, value in detail:
        yield Fact(label, value.capitalize() if label == "Status" else value)


def filters(record: Timeline, chosen: Chosen) -> tuple[FilterGroup, ...]:
    """Return the choices that something stands behind, each with what it would leave."""
    return (
        FilterGroup(
            "Organisation", _links(record.organisations, chosen, "organisation", chosen.organisation)
        ),
        FilterGroup("Kind", _links(record.kinds, chosen, "kind", chosen.kind)),
    )


def _links(choices: Sequence[Choice], chosen: Chosen, field: str, value_on: str) -> tuple[FilterLink, ...]:
    values = [(choice.value, choice.count) for choice in choices]
    if value_on and value_on not in dict(values):
        values.append((value_on, 0))
    return tuple(
        FilterLink(value, _switch(chosen, field, value, value == value_on), count, value == value_on)
        for value, count in values
    )


def _switch(chosen: Chosen, field: str, value: str, is_on: bool) -> str:
    return chosen.address(**{field: "" if is_on else value}) + LIST


def clear(chosen: Chosen) -> Link | None:
    """Return the way back to everything, where something is left out."""
    everything = Chosen(as_of=chosen.as_of).address()
    return Link("Show everything", everything + LIST) if chosen.is_any else None


def pages(record: Timeline, chosen: Chosen) -> Pages:
    """Return where in the record this page is."""
    first = (record.page - 1) * TIMELINE_PAGE + 1
    last = min(record.page * TIMELINE_PAGE, record.total)
    count = words.plural(record.total, "entry", "entries")
    shown = f"{first} to {last} of {count}" if record.pages > 1 else count
    if record.withdrawn:
        shown += f", {words.number(record.withdrawn)} withdrawn"
    query = chosen.address()
    return Pages(record.page, record.pages, f"{query}{'&' if query != '?' else ''}page=", shown, LIST)


@dataclass(frozen=True)
class Involved:
    """An organisation that has written to the record."""

    organisation: Link
    entries: str
    latest: str


def involved(record: Timeline, chosen: Chosen, *, at: datetime) -> tuple[Involved, ...]:
    """Return every organisation in the record, whoever wrote last first."""
    by_latest = sorted(record.involved, key=lambda each: (each.latest is None, -_seconds(each.latest)))
    return tuple(
        Involved(
            organisation=Link(each.value, Chosen(each.value, as_of=chosen.as_of).address() + LIST),
            entries=words.plural(each.count, "entry", "entries"),
            latest=words.short_day(each.latest, on=at) if each.latest else "date not recorded",
        )
        for each in by_latest
    )


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0


@dataclass(frozen=True)
class ShownVersion:
    """One version of an entry. Without a title it says that the entry was withdrawn."""

    id: str
    heading: str
    title: str
    facts: tuple[Fact, ...]


def versions(found: Sequence[EntryVersion]) -> tuple[ShownVersion, ...]:
    """Return the versions in their order, each with what came of it."""
    return tuple(
        ShownVersion(f"version-{each.version}", _heading(each), each.title, tuple(_said(each)))
        for each in found
    )


def _heading(version: EntryVersion) -> str:
    day = words.short_day(version.recorded_at)
    if not version.title:
        return f"Withdrawn on {day}"
    what = "Recorded" if version.version == 1 else "Corrected"
    return f"{what} on {day}" + (" (as it is now)" if version.is_newest else " (earlier version)")


def _said(version: EntryVersion) -> list[Fact]:
    facts = [fact for fact in _details(version.detail) if fact.value != version.title]
    if version.title and version.happened_at:
        known = PRECISIONS.get(len(version.happened_text), Precision.MINUTE)
        says = words.moment if known is Precision.MINUTE else words.day
        when = version.happened_text if known is Precision.YEAR else says(version.happened_at)
        facts.insert(0, Fact("When", when))
    by = ", ".join(part for part in dict.fromkeys((version.author, version.organisation)) if part)
    facts.append(Fact("By", by or "not recorded"))
    since = "In the record since" if version.title else "Withdrawn"
    return [*facts, Fact(since, words.moment(version.recorded_at))]
