"""A person's timeline, as it is or as it was known at a moment, and every version of one of its entries.

What was withdrawn stays on it as no more than that: somebody may have acted on it. Whoever may see the entry may see
what it said (`versions_of_entry`). Ends at lines: days, silences and words are the page's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, may_see
from joinedup.care.access.scope import Scope
from joinedup.care.record.criteria import Where
from joinedup.care.record.logic import decode, happened_text
from joinedup.care.record.models import Entry
from joinedup.care.record.past import Known, known_of, visible_versions
from joinedup.care.record.queries import COLUMNS, entries_visible_to
from joinedup.care.record.titles import detail_of, title_of

LEFT_OUT = ("Patient", "RelatedPerson")
TIMELINE_PAGE = 50
# Nobody reads further back in one entry than this.
MOST_VERSIONS = 200
LINES = """
    SELECT {columns} FROM record_resource AS resource
    LEFT JOIN partnership_organisation AS organisation ON organisation.id = resource.organisation_id
    WHERE {where} AND {visible}
"""
COUNTED = (
    "organisation.name, resource.kind, resource.deleted, count(*),"
    " max(resource.happened_at) FILTER (WHERE resource.happened_at <= %s)"
)
SHOWN = (
    "resource.id, resource.version, resource.kind, resource.deleted, resource.happened_at, organisation.name,"
    " resource.labels"
)


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the timeline. `happened_text` is the time as it was sent, perhaps no more than a year.

    `added_at` is when its first version was recorded, `recorded_at` when the version was that is shown. Of what was
    withdrawn nothing is said but when it happened, when it was withdrawn and by whom. `has_earlier` says that there
    is a version before that may be seen.
    """

    resource_id: int
    happened_at: datetime | None
    happened_text: str
    kind: str
    title: str
    detail: tuple[tuple[str, str], ...]
    organisation: str
    author: str
    version: int
    recorded_at: datetime
    added_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    has_earlier: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One value of a filter with how many entries have it, and when the latest that has happened was."""

    value: str
    count: int
    latest: datetime | None


@dataclass(frozen=True)
class Timeline:
    """A page of a person's record, newest first.

    `organisations` and `kinds` are the filters, each with what it would leave beside the other one chosen;
    `involved` are all organisations, whatever is chosen, whose entries were not all withdrawn. Of the `total`,
    `withdrawn` were withdrawn.
    """

    entries: tuple[TimelineEntry, ...]
    total: int
    withdrawn: int
    page: int
    pages: int
    organisations: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    involved: tuple[Choice, ...]


@dataclass(frozen=True)
class Wanted:
    """Which page of the timeline: only of an organisation or kind, and as known at a moment (None: now)."""

    organisation: str = ""
    kind: str = ""
    page: int = 1
    known_at: datetime | None = None


ALL_OF_NOW = Wanted()


def timeline(actor: Actor, person_id: UUID, wanted: Wanted = ALL_OF_NOW, *, at: datetime) -> Timeline:
    """Return a page of the person's record to an actor who may see them; the page itself audits the look.

    Raises `TooManyError` where too much has changed since the moment as of which it is wanted.
    """
    if not actor.may(Permission.READ_RECORD) or not may_see(actor, person_id, at=at):
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, people=[person_id], subject="timeline")
        raise RefusedError("Your organisation has no care relationship with this person.")
    where = Where(is_narrow=True)
    where.add_lasting("resource.person_id = %s AND resource.type <> ALL(%s)", person_id, list(LEFT_OUT))
    known = known_of(actor, where, wanted.known_at, at=at)
    groups = _groups(actor, known, where, wanted.known_at or at, at)
    chosen = [g for g in groups if _fits(g, wanted.organisation, wanted.kind)]
    total = sum(group.count for group in chosen)
    pages = max(1, -(-total // TIMELINE_PAGE))
    page = min(max(1, wanted.page), pages)
    return Timeline(
        entries=tuple(_lines(actor, _shown(actor, known, _narrowed(where, wanted), page, at), at)),
        total=total,
        withdrawn=sum(group.count for group in chosen if group.is_withdrawn),
        page=page,
        pages=pages,
        organisations=_choices([(g.organisation, g) for g in groups if _fits(g, "", wanted.kind)]),
        kinds=_choices([(g.kind, g) for g in groups if _fits(g, wanted.organisation, "")]),
        involved=_choices([(g.organisation, g) for g in groups if not g.is_withdrawn]),
    )


def _narrowed(where: Where, wanted: Wanted) -> Where:
    """Return the condition with the filters."""
    narrowed = Where(list(where.parts), list(where.values))
    if wanted.organisation:
        narrowed.add("organisation.name = %s", wanted.organisation)
    if wanted.kind:
        narrowed.add("resource.kind = %s", wanted.kind)
    return narrowed


@dataclass(frozen=True)
class _Group:
    """How many resources of one kind one organisation wrote, and when the latest of them happened."""

    organisation: str | None
    kind: str
    is_withdrawn: bool
    count: int
    latest: datetime | None


def _groups(actor: Actor, known: Known, where: Where, until: datetime, at: datetime) -> list[_Group]:
    """Count the resources by organisation and kind, in one query; what lies ahead is no latest contact."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = LINES.format(columns=COUNTED, where=where.sql, visible=visible) + " GROUP BY 1, 2, 3"
    return [_Group(*row) for row in known.fetched(sql, [until, *where.values, *seen])]


def _fits(group: _Group, organisation: str, kind: str) -> bool:
    """Say whether the group is within the filters; an empty one lets everything pass."""
    return (not organisation or group.organisation == organisation) and (not kind or group.kind == kind)


def _choices(named: Iterable[tuple[str | None, _Group]]) -> tuple[Choice, ...]:
    """Return the values of a filter with their counts, the most frequent first."""
    together: dict[str, list[_Group]] = {}
    for name, group in named:
        if name is not None:
            together.setdefault(name, []).append(group)
    choices = [
        Choice(name, sum(g.count for g in groups), max((g.latest for g in groups if g.latest), default=None))
        for name, groups in together.items()
    ]
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.value)))


@dataclass(frozen=True)
class _Shown:
    """A resource on the page, with its version."""

    resource_id: int
    version: int
    kind: str
    is_withdrawn: bool
    happened_at: datetime | None
    organisation: str | None
    labels: list[str]

    @property
    def said_in(self) -> int:
        """Return the version that says something: before a withdrawal the one before."""
        return self.version - self.is_withdrawn


def _shown(actor: Actor, known: Known, where: Where, page: int, at: datetime) -> list[_Shown]:
    """Return the resources of a page, the newest first."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = LINES.format(columns=SHOWN, where=where.sql, visible=visible)
    order = " ORDER BY resource.happened_at DESC NULLS LAST, resource.id DESC LIMIT %s OFFSET %s"
    values = [*where.values, *seen, TIMELINE_PAGE, (page - 1) * TIMELINE_PAGE]
    return [_Shown(*row) for row in known.fetched(sql + order, values)]


def _lines(actor: Actor, shown: Sequence[_Shown], at: datetime) -> Iterable[TimelineEntry]:
    """Return the lines of these resources, in this order, with a few queries however many there are."""
    heads = {
        (row.resource_id, row.version): row
        for row in Entry.objects.filter(resource__in=[one.resource_id for one in shown]).defer("body")
    }
    said = [heads[one.resource_id, one.said_in] for one in shown]
    bodies = dict(Entry.objects.filter(pk__in=[entry.pk for entry in said]).values_list("pk", "body"))
    before = {one.resource_id: _before(one, heads) for one in shown}
    visible = visible_versions(actor, [pk for pk in before.values() if pk], at=at)
    for one, entry in zip(shown, said, strict=True):
        content = decode(bodies[entry.pk])
        withdrawal = heads[one.resource_id, one.version] if one.is_withdrawn else None
        yield TimelineEntry(
            resource_id=one.resource_id,
            happened_at=one.happened_at,
            happened_text=happened_text(content),
            kind=one.kind,
            title="" if withdrawal else title_of(content),
            detail=() if withdrawal else tuple(detail_of(content)),
            organisation=one.organisation or "",
            author="" if withdrawal else entry.author,
            version=entry.version,
            recorded_at=entry.recorded_at,
            added_at=heads[one.resource_id, 1].recorded_at,
            withdrawn_at=withdrawal.recorded_at if withdrawal else None,
            withdrawn_by=withdrawal.author if withdrawal else "",
            has_earlier=before[one.resource_id] in visible,
            labels=() if withdrawal else tuple(one.labels),
        )


def _before(one: _Shown, heads: dict[tuple[int, int], Entry]) -> int | None:
    """Return the entry that says what was said before: of what is withdrawn its last words, else those before."""
    number = one.said_in if one.is_withdrawn else one.version - 1
    while (one.resource_id, number) in heads and heads[one.resource_id, number].deleted:
        number -= 1
    found = heads.get((one.resource_id, number))
    return found.pk if found else None


@dataclass(frozen=True)
class EntryVersion:
    """One version of an entry; without a title it says that the entry was withdrawn."""

    version: int
    recorded_at: datetime
    author: str
    organisation: str
    title: str
    detail: tuple[tuple[str, str], ...]
    happened_at: datetime | None
    happened_text: str
    is_newest: bool


def versions_of_entry(
    actor: Actor, person_id: UUID, resource_id: int, *, at: datetime
) -> tuple[EntryVersion, ...]:
    """Return every version of an entry on the person's timeline that the actor may see, the newest first.

    Empty where there is no such entry or it may not be seen. The page audits the look at the person.
    """
    visible = entries_visible_to(actor, at=at).exclude(type__in=LEFT_OUT)
    resource = visible.filter(pk=resource_id, person=person_id).first()
    if resource is None:
        return ()
    rows = Entry.objects.filter(resource=resource).select_related("organisation").order_by("-version")
    entries = list(rows[:MOST_VERSIONS])
    former = {e.pk for e in entries if not e.deleted and e.version != resource.version}
    withheld = former - visible_versions(actor, former, at=at)
    return tuple(_entry_version(entry, resource.version) for entry in entries if entry.pk not in withheld)


def _entry_version(entry: Entry, newest: int) -> EntryVersion:
    """Put a version in its form."""
    content = decode(entry.body) if entry.body else None
    return EntryVersion(
        version=entry.version,
        recorded_at=entry.recorded_at,
        author=entry.author,
        organisation=entry.organisation.name if entry.organisation else "",
        title=title_of(content) if content else "",
        detail=tuple(detail_of(content)) if content else (),
        happened_at=entry.happened_at,
        happened_text=happened_text(content) if content else "",
        is_newest=entry.version == newest,
    )
