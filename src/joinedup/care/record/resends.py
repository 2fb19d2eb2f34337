"""What a source sends again: older words never overwrite newer ones, whatever the order in which they come.

Beside a resource stands the newest version that its source gave a version or time (`source_version`,
`source_updated_at`, `source_digest`): its mark. What came without either, a patch for example, leaves the mark where it
is. A write that names our newest version (`If-Match`) is meant to be written and is not judged. ADR 0026.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from joinedup.care.access.actor import Actor
from joinedup.care.record.arrivals import Arrival, ContradictedError
from joinedup.care.record.keys import found_under
from joinedup.care.record.logic import Key
from joinedup.care.record.models import Entry, Resource
from joinedup.care.record.sources import Age, Source, age_of, source_of
from joinedup.care.storing import store

SOURCE_COLUMNS = ("source_version", "source_updated_at", "source_digest")
LARGEST_VERSION = 9
# Whoever reads a resource here and sends it back sends our version and time with it: these are not a source's.
ECHOES_SQL = """
    SELECT said.resource FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS said (resource, version, at)
    JOIN record_entry AS entry ON entry.resource_id = said.resource AND entry.version = said.version
        AND date_trunc('milliseconds', entry.recorded_at) = said.at
"""


@dataclass(frozen=True)
class Sent:
    """One arrival as far as its age goes. `is_meant` where it names our newest version."""

    key: Key
    source: Source
    digest: bytes
    is_meant: bool


def sent_of(arrival: Arrival, digest: bytes) -> Sent:
    """Return an arrival as far as its age goes."""
    is_meant = arrival.condition.version is not None
    return Sent(arrival.key, source_of(arrival.content), digest, is_meant)


@dataclass(frozen=True)
class Judged:
    """What becomes of arrivals: those that are too old, and those whose version and time are the mark from now on."""

    older: frozenset[Key] = frozenset()
    marks: frozenset[Key] = frozenset()


def judge(sent: Sequence[Sent], known: Mapping[Key, Resource], newest: Mapping[int, bytes]) -> Judged:
    """Judge what says its version or time against what is kept; `newest` are the digests of the newest versions.

    Raises `ContradictedError` where the same version says something else, or version and time disagree.
    """
    echoes = _echoes([one for one in sent if one.key in known and one.source], known)
    older, marks = set(), set()
    for one in sent:
        resource = known.get(one.key)
        if not one.source or one.key in echoes:
            continue
        age = age_of(one.source, mark_of(resource)) if resource else Age.UNKNOWN
        if age in (Age.LATER, Age.UNKNOWN):
            marks.add(one.key)
        elif resource and not one.is_meant and one.digest != newest.get(resource.pk):
            _check(one, age, resource)
            older.add(one.key)
    return Judged(frozenset(older), frozenset(marks))


def _check(one: Sent, age: Age, resource: Resource) -> None:
    """Raise `ContradictedError` unless it is older, or was here before."""
    is_known = age is Age.SAME and one.digest == bytes(resource.source_digest or b"")
    if age is not Age.EARLIER and not is_known:
        raise ContradictedError(one.key, is_same=age is Age.SAME)


def mark_of(resource: Resource) -> Source:
    """Return the newest version and time of its source."""
    return Source(resource.source_version, resource.source_updated_at)


def set_mark(resource: Resource, source: Source, digest: bytes) -> None:
    """Set the mark of a resource, which the caller stores."""
    resource.source_version, resource.source_updated_at = source.version, source.updated_at
    resource.source_digest = digest


def note_marks(resources: Collection[Resource]) -> None:
    """Store the marks of resources of which nothing else has changed."""
    store(resources, SOURCE_COLUMNS)


def _echoes(sent: Collection[Sent], known: Mapping[Key, Resource]) -> set[Key]:
    """Return those whose version and time are ones that we gave out ourselves."""
    asked = [
        (known[one.key].pk, int(one.source.version), one.source.updated_at)
        for one in sent
        if one.source.updated_at
        and one.source.version.isdecimal()
        and len(one.source.version) <= LARGEST_VERSION
    ]
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(ECHOES_SQL, [list(column) for column in zip(*asked, strict=True)])
        ours = {number for (number,) in cursor.fetchall()}
    return {one.key for one in sent if known[one.key].pk in ours}


def older_now(sent: Sequence[Sent], *, by: Actor) -> frozenset[Key]:
    """Return those that will be passed over, before anything is locked: for what is derived from the newest version.

    The caller has seen to it that nobody writes the same just now. Raises `ContradictedError`.
    """
    said = {one.key: one for one in sent if one.source}
    known = {key: row for key, row in found_under(said).items() if row.system_id == by.source}
    newest = Entry.objects.filter(resource__in=[r.pk for r in known.values()], version=F("resource__version"))
    digests = dict(newest.values_list("resource_id", "digest")) if known else {}
    return judge(list(said.values()), known, {pk: bytes(digest) for pk, digest in digests.items()}).older
