"""A page of a person's record as the timeline, its filters and its pages, and who is involved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from joinedup.care.access.labels import Label
from joinedup.care.record import queries
from joinedup.web import components, words
from joinedup.web.components import Fact, FilterGroup, FilterLink, Link, Pages, Precision

# Where the list begins, so that a chosen filter doesn't throw anyone back to the top of the page.
LIST = "#record"
PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}


@dataclass(frozen=True)
class Chosen:
    """The filters that are on; empty is off."""

    organisation: str = ""
    kind: str = ""

    @property
    def is_any(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.organisation or self.kind)

    def address(self, **changed: str) -> str:
        """Return the query of the page with these filters changed, from its first page."""
        now = {"organisation": self.organisation, "kind": self.kind} | changed
        return "?" + urlencode({name: value for name, value in now.items() if value})


def timeline(record: queries.Timeline, chosen: Chosen, *, at: datetime) -> components.Timeline:
    """Return the entries by day. With a filter on, a silence is only one of what is shown."""
    nothing = "Nothing that matches your filters" if chosen.is_any else "Nothing"
    return components.timeline([_entry(entry) for entry in record.entries], nothing=nothing, at=at)


def _entry(entry: queries.TimelineEntry) -> components.TimelineEntry:
    known = PRECISIONS.get(len(entry.happened_text), Precision.MINUTE)
    return components.TimelineEntry(
        id=f"entry-{entry.resource_id}",
        time=entry.happened_at,
        organisation=entry.organisation,
        kind=entry.kind,
        title=entry.title,
        author=entry.author if entry.author != entry.organisation else "",
        facts=tuple(_facts(entry)),
        is_corrected=entry.version > 1,
        precision=known if entry.happened_at else Precision.UNKNOWN,
        labels=tuple(f"{Label(label).title}: limited sharing" for label in entry.labels),
    )


def _facts(entry: queries.TimelineEntry) -> list[Fact]:
    """Return what opens beneath the line, without what the line says already."""
    said = {entry.author, entry.organisation, entry.title}
    facts = [Fact(label, value.capitalize() if label == "Status" else value) for label, value in entry.detail]
    facts = [fact for fact in facts if fact.value not in said]
    return [*facts, Fact("Added to the record", words.moment(entry.recorded_at))]


def filters(record: queries.Timeline, chosen: Chosen) -> tuple[FilterGroup, ...]:
    """Return the choices that something stands behind, each with what it would leave."""
    return (
        FilterGroup(
            "Organisation", _links(record.organisations, chosen, "organisation", chosen.organisation)
        ),
        FilterGroup("Kind", _links(record.kinds, chosen, "kind", chosen.kind)),
    )


def _links(
    choices: Sequence[queries.Choice], chosen: Chosen, field: str, value_on: str
) -> tuple[FilterLink, ...]:
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
    return Link("Show everything", "?" + LIST) if chosen.is_any else None


def pages(record: queries.Timeline, chosen: Chosen) -> Pages:
    """Return where in the record this page is."""
    first = (record.page - 1) * queries.TIMELINE_PAGE + 1
    last = min(record.page * queries.TIMELINE_PAGE, record.total)
    count = words.plural(record.total, "entry", "entries")
    shown = f"{first} to {last} of {count}" if record.pages > 1 else count
    query = chosen.address()
    return Pages(record.page, record.pages, f"{query}{'&' if query != '?' else ''}page=", shown, LIST)


@dataclass(frozen=True)
class Involved:
    """An organisation that has written to the record."""

    organisation: Link
    entries: str
    latest: str


def involved(record: queries.Timeline, *, at: datetime) -> tuple[Involved, ...]:
    """Return every organisation in the record, whoever wrote last first."""
    by_latest = sorted(record.involved, key=lambda each: (each.latest is None, -_seconds(each.latest)))
    return tuple(
        Involved(
            organisation=Link(each.value, Chosen(organisation=each.value).address() + LIST),
            entries=words.plural(each.count, "entry", "entries"),
            latest=words.short_day(each.latest, on=at) if each.latest else "date not recorded",
        )
        for each in by_latest
    )


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0
