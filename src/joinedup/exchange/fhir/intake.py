"""The door: everything that comes in from outside, one resource or a bundle, one partner's or a demo's, goes
through here. Checked, its people recognised, written to the record, and passed on to the apps that work with it,
in one transaction.
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction

from joinedup.care.access.actor import Actor
from joinedup.care.access.undoing import undone_but_for_refusals
from joinedup.care.joining.certain import join_certain
from joinedup.care.partnership.actions import register_organisations
from joinedup.care.partnership.fhir import details_from_organization
from joinedup.care.people.actions import OwnIdError, queue_up, recognise
from joinedup.care.people.fhir import PersonDetails, details_from_patient
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import (
    Arrival,
    Change,
    ContradictedError,
    NotYoursError,
    Outcome,
    StaleError,
    Written,
)
from joinedup.care.record.creates import known_by_create_keys
from joinedup.care.record.logic import Key, digest_of
from joinedup.care.record.resends import older_now, sent_of
from joinedup.care.record.sources import source_of
from joinedup.core.moments import uk_date
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import Item, create_keys, dangling, repeated, with_ids
from joinedup.exchange.fhir.conditional_references import refers_by_search, with_references
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, Severity
from joinedup.exchange.fhir.passing_on import pass_on
from joinedup.exchange.fhir.subscriptions import subscription_issues
from joinedup.exchange.fhir.validation import issues_of_content, issues_of_form

logger = logging.getLogger(__name__)
ATTEMPTS = 3
# What these say is kept outside the record, too.
DESCRIBED = frozenset({"Patient", "Organization"})
CreateKey = tuple[str, bytes]
# What the apps that work with a resource have to say of it.
Told = dict[Key, tuple[Issue, ...]]
Done = TypeVar("Done")


@dataclass(frozen=True)
class Answer:
    """What became of one entry. `issues` are warnings and information; errors are raised."""

    written: Written
    issues: tuple[Issue, ...]

    @property
    def status(self) -> HTTPStatus:
        """Return 201 where a resource was made, else 200."""
        return HTTPStatus.CREATED if self.written.change is Change.CREATED else HTTPStatus.OK


def take_in(items: Sequence[Item], *, by: Actor, nation: Nation, at: datetime) -> list[Answer]:
    """Take in the items, all or none, and answer each in order. Raises `RefusedInputError` with every issue.

    A create that this system sent before is answered with what it made then, and changes nothing.
    """
    warnings = _check(items, at)
    return again_when_overtaken(lambda: _take_in(items, warnings, by=by, nation=nation, at=at))


def again_when_overtaken(do: Callable[[], Done]) -> Done:
    """Do what is one transaction, again where another writer was quicker or PostgreSQL broke a circle of waiting.

    What the other wrote is known then.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return do()
        except (IntegrityError, OperationalError):
            logger.info("writing again after another writer")
    return do()


def _take_in(
    items: Sequence[Item],
    warnings: Mapping[int, tuple[Issue, ...]],
    *,
    by: Actor,
    nation: Nation,
    at: datetime,
) -> list[Answer]:
    """Take in items already checked, in one transaction."""
    keys = create_keys(items)
    with undone_but_for_refusals():
        known = known_by_create_keys(set(keys.values()), by=by)
        named = with_ids(items, _ids_of_creates(keys, known))
        # What was withdrawn and is created again comes back under its id.
        before = {key: w for key, w in known.items() if w.change is not Change.WITHDRAWN}
        fresh = {(i.type, i.fhir_id): i for i in named if not i.existing and keys.get(i.index) not in before}
        outcome, told = _written_in_turn(list(fresh.values()), keys, by=by, nation=nation, at=at)
    existing = [item.existing for item in items if item.existing]
    written = {(w.type, w.fhir_id): w for w in (*existing, *before.values(), *outcome.written)}
    return [
        _answer(
            item,
            written[item.type, item.fhir_id],
            (*warnings.get(item.index, ()), *told.get((item.type, item.fhir_id), ())),
        )
        for item in named
    ]


def _written_in_turn(
    items: Sequence[Item], keys: Mapping[int, CreateKey], *, by: Actor, nation: Nation, at: datetime
) -> tuple[Outcome, Told]:
    """Write the items; those with references by a search after the others, which they may be looking for."""
    later = [item for item in items if refers_by_search(item)]
    first = [item for item in items if item not in later] if later else items
    outcome, told = _written(first, keys, by=by, nation=nation, at=at)
    if not later:
        return outcome, told
    second, told_then = _written(with_references(later, by=by, at=at), keys, by=by, nation=nation, at=at)
    came = {w.key for w in second.written}
    written = [replace(w, awaited=tuple(k for k in w.awaited if k not in came)) for w in outcome.written]
    return Outcome((*written, *second.written), ()), {**told, **told_then}


def _check(items: Sequence[Item], at: datetime) -> dict[int, tuple[Issue, ...]]:
    """Return the warnings by entry; raise every error at once, each with its place in the bundle."""
    found: dict[int, list[Issue]] = {item.index: [] for item in items}
    for item, issues in zip(items, issues_of_form([item.body.encode() for item in items]), strict=True):
        found[item.index] += [issue.within(item.path) for issue in issues]
    for item in items:
        if not _has_error(found[item.index]):
            content_issues = [
                *issues_of_content(item.content, item.body, today=uk_date(at)),
                *(subscription_issues(item.content) if item.type == "Subscription" else ()),
            ]
            found[item.index] += [issue.within(item.path) for issue in content_issues]
    errors = [_numbered(issue, item) for item in items for issue in found[item.index] if _has_error([issue])]
    structural = any(error.code == "structure" for error in errors)
    if not all(item.is_alone for item in items):
        errors += [*dangling(items), *repeated(items)]
    if errors:
        raise RefusedInputError(
            HTTPStatus.BAD_REQUEST if structural else HTTPStatus.UNPROCESSABLE_ENTITY, *errors
        )
    return {index: tuple(issues) for index, issues in found.items()}


def _has_error(issues: Sequence[Issue]) -> bool:
    """Say whether any of the issues is an error."""
    return any(issue.severity is Severity.ERROR for issue in issues)


def _numbered(issue: Issue, item: Item) -> Issue:
    """Return the issue with the entry's number, counted from 1 as people do, in front."""
    if item.is_alone:
        return issue
    return Issue(issue.code, f"entry {item.index + 1}: {issue.message}", issue.expression, issue.severity)


def _ids_of_creates(keys: Mapping[int, CreateKey], before: Mapping[CreateKey, Written]) -> dict[int, str]:
    """Return the id of each create: the one it got before, else a new one; the same create twice gets one id."""
    new = {key: str(uuid.uuid4()) for key in set(keys.values())}
    return {index: before[key].fhir_id if key in before else new[key] for index, key in keys.items()}


def _arrival(item: Item, keys: Mapping[int, CreateKey]) -> Arrival:
    """Return the item as the record takes it."""
    create_key = keys[item.index][1] if item.index in keys else None
    return Arrival(item.type, item.fhir_id, item.body, item.content, create_key, item.condition)


def _written(
    items: Sequence[Item], keys: Mapping[int, CreateKey], *, by: Actor, nation: Nation, at: datetime
) -> tuple[Outcome, Told]:
    """Recognise the people, make the organisations known, write to the record, and pass on what is new."""
    sent = {(item.type, item.fhir_id): item for item in items}
    arrivals = [_arrival(item, keys) for item in items]
    try:
        today = uk_date(at).isoformat()
        patients = {
            a.fhir_id: details_from_patient(a.content, on=today) for a in arrivals if a.type == "Patient"
        }
        older = _older(arrivals, patients, by)
        patients = {n: details for n, details in patients.items() if ("Patient", n) not in older}
        if patients:
            _recognise(patients, by, at)
        _register([a for a in arrivals if a.type == "Organization" and a.key not in older], nation)
        outcome = write(arrivals, by=by, at=at)
    except (NotYoursError, ContradictedError, OwnIdError) as error:
        issue = Issue("conflict", str(error), sent[error.key].path)
        raise RefusedInputError(HTTPStatus.CONFLICT, issue) from error
    except StaleError as error:
        raise stale(error, sent[error.key].path) from error
    return outcome, pass_on(items, outcome, by=by, nation=nation, at=at)


def _recognise(patients: Mapping[str, PersonDetails], by: Actor, at: datetime) -> None:
    """Find or make the people of the Patients; who turn out to be surely one are joined afterwards."""
    sure = recognise(patients, by=by, at=at).sure
    if sure:
        # A merge lets nobody write, and this transaction has written: it waits until this one is over.
        transaction.on_commit(partial(join_certain, sure, at=at), robust=True)


def _older(arrivals: Sequence[Arrival], patients: Mapping[str, PersonDetails], by: Actor) -> frozenset[Key]:
    """Return the Patients and Organizations that will be passed over: nothing of theirs may be taken for news.

    Nobody else brings in the same ones until the transaction ends.
    """
    described = [a for a in arrivals if a.type in DESCRIBED and source_of(a.content)]
    if not described:
        return frozenset()
    queue_up(patients, also=[f"organization {a.fhir_id}" for a in described if a.type == "Organization"])
    return older_now([sent_of(a, digest_of(a.content)) for a in described], by=by)


def _register(organizations: Sequence[Arrival], nation: Nation) -> None:
    """Make the organisations known."""
    if organizations:
        register_organisations(
            [details_from_organization(o.fhir_id, o.content, nation) for o in organizations]
        )


def stale(error: StaleError, place: str = "") -> RefusedInputError:
    """Say that a write was meant for another version, and which is the newest."""
    headers = {"ETag": f'W/"{error.newest}"'} if error.newest else None
    return RefusedInputError(
        HTTPStatus.PRECONDITION_FAILED, Issue("conflict", str(error), place), headers=headers
    )


def _answer(item: Item, written: Written, warnings: tuple[Issue, ...]) -> Answer:
    """Return what is said of one entry, with a line for each reference that waits for its target."""
    waiting = tuple(
        Issue(
            "not-found",
            f"kept; refers to {type_}/{fhir_id}, which is not here yet",
            item.type,
            Severity.INFORMATION,
        )
        for type_, fhir_id in written.awaited
    )
    return Answer(written, warnings + waiting + _passed_over(item, written))


def _passed_over(item: Item, written: Written) -> tuple[Issue, ...]:
    """Say where nothing was written because the source's own version or time is not the newest that it sent."""
    if written.change is not Change.OLDER:
        return ()
    message = (
        f"not written: by its meta.versionId or meta.lastUpdated this came before version {written.version},"
        " which is kept here"
    )
    return (Issue("informational", message, f"{item.type}.meta", Severity.INFORMATION),)
