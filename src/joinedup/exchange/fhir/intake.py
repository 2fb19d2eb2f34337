"""The door: everything that comes in from outside, one resource or a bundle, one partner's or a demo's, goes
through here. Checked, its people recognised, written to the record, and passed on to the apps that work with it,
in one transaction.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus

from django.db import IntegrityError, OperationalError, transaction

from joinedup.care.access.actor import Actor
from joinedup.care.joining.certain import join_certain
from joinedup.care.partnership.actions import register_organisations
from joinedup.care.partnership.fhir import details_from_organization
from joinedup.care.people.actions import recognise
from joinedup.care.people.fhir import details_from_patient
from joinedup.care.record.actions import known_by_create_keys, write
from joinedup.care.record.arrivals import Arrival, Change, NotYoursError, Outcome, StaleError, Written
from joinedup.core.moments import uk_date
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import Item, create_keys, dangling, repeated, with_ids
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, Severity
from joinedup.exchange.fhir.passing_on import pass_on
from joinedup.exchange.fhir.subscriptions import subscription_issues
from joinedup.exchange.fhir.validation import issues_of_content, issues_of_form

logger = logging.getLogger(__name__)
ATTEMPTS = 3


@dataclass(frozen=True)
class Answer:
    """What became of one entry. `issues` are warnings and information; errors are raised."""

    written: Written
    issues: tuple[Issue, ...]

    @property
    def status(self) -> HTTPStatus:
        """Return 201 where a resource was made, else 200."""
        return HTTPStatus.CREATED if self.written.change is Change.CREATED else HTTPStatus.OK


def take_in(
    items: Sequence[Item], *, by: Actor, nation: Nation, at: datetime, in_bundle: bool = True
) -> list[Answer]:
    """Take in the items, all or none, and answer each in order. Raises `RefusedInputError` with every issue.

    A create that this system sent before is answered with what it made then, and changes nothing.
    """
    warnings = _check(items, at, in_bundle=in_bundle)
    for _ in range(ATTEMPTS - 1):
        try:
            return _take_in(items, warnings, by=by, nation=nation, at=at)
        except (IntegrityError, OperationalError):
            # Another writer was quicker, or PostgreSQL broke a circle of waiting: what they wrote is known now.
            logger.info("writing again after another writer")
    return _take_in(items, warnings, by=by, nation=nation, at=at)


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
    with transaction.atomic():
        known = known_by_create_keys(set(keys.values()), by=by)
        named = with_ids(items, _ids_of_creates(keys, known))
        # What was withdrawn and is created again comes back under its id.
        before = {key: w for key, w in known.items() if w.change is not Change.WITHDRAWN}
        fresh = list({(i.type, i.fhir_id): i for i in named if keys.get(i.index) not in before}.values())
        _recognise(fresh, by, at)
        _register(fresh, nation)
        outcome = _write(fresh, keys, by, at)
        pass_on(fresh, outcome, by=by, nation=nation)
    written = {(w.type, w.fhir_id): w for w in (*before.values(), *outcome.written)}
    return [_answer(item, written[item.type, item.fhir_id], warnings.get(item.index, ())) for item in named]


CreateKey = tuple[str, bytes]


def _check(items: Sequence[Item], at: datetime, *, in_bundle: bool) -> dict[int, tuple[Issue, ...]]:
    """Return the warnings by entry; raise every error at once, each with its place in the bundle."""
    places = {item.index: item.path if in_bundle else item.type for item in items}
    found: dict[int, list[Issue]] = {item.index: [] for item in items}
    for item, issues in zip(items, issues_of_form([item.body.encode() for item in items]), strict=True):
        found[item.index] += [issue.within(places[item.index]) for issue in issues]
    for item in items:
        if not _has_error(found[item.index]):
            content_issues = [
                *issues_of_content(item.content, item.body, today=uk_date(at)),
                *(subscription_issues(item.content) if item.type == "Subscription" else ()),
            ]
            found[item.index] += [issue.within(places[item.index]) for issue in content_issues]
    errors = [
        _numbered(issue, item, in_bundle)
        for item in items
        for issue in found[item.index]
        if _has_error([issue])
    ]
    structural = any(error.code == "structure" for error in errors)
    if in_bundle:
        errors += [*dangling(items), *repeated(items)]
    if errors:
        raise RefusedInputError(
            HTTPStatus.BAD_REQUEST if structural else HTTPStatus.UNPROCESSABLE_ENTITY, *errors
        )
    return {index: tuple(issues) for index, issues in found.items()}


def _has_error(issues: Sequence[Issue]) -> bool:
    """Say whether any of the issues is an error."""
    return any(issue.severity is Severity.ERROR for issue in issues)


def _numbered(issue: Issue, item: Item, in_bundle: bool) -> Issue:
    """Return the issue with the entry's number, counted from 1 as people do, in front."""
    if not in_bundle:
        return issue
    return Issue(issue.code, f"entry {item.index + 1}: {issue.message}", issue.expression, issue.severity)


def _ids_of_creates(keys: Mapping[int, CreateKey], before: Mapping[CreateKey, Written]) -> dict[int, str]:
    """Return the id of each create: the one it got before, else a new one; the same create twice gets one id."""
    new = {key: str(uuid.uuid4()) for key in set(keys.values())}
    return {index: before[key].fhir_id if key in before else new[key] for index, key in keys.items()}


def _recognise(items: Sequence[Item], by: Actor, at: datetime) -> None:
    """Find or make the people of the Patients."""
    today = uk_date(at).isoformat()
    patients = {
        item.fhir_id: details_from_patient(item.content, on=today) for item in items if item.type == "Patient"
    }
    if patients:
        sure = recognise(patients, by=by, at=at).sure
        if sure:
            # A merge lets nobody write, and this transaction has written: it waits until this one is over.
            transaction.on_commit(partial(join_certain, sure, at=at), robust=True)


def _register(items: Sequence[Item], nation: Nation) -> None:
    """Make the organisations known."""
    organisations = [item for item in items if item.type == "Organization"]
    if organisations:
        register_organisations(
            [details_from_organization(o.fhir_id, o.content, nation) for o in organisations]
        )


def _write(items: Sequence[Item], keys: Mapping[int, CreateKey], by: Actor, at: datetime) -> Outcome:
    """Write the items to the record."""
    arrivals = [
        Arrival(
            item.type,
            item.fhir_id,
            item.body,
            item.content,
            keys[item.index][1] if item.index in keys else None,
            item.condition,
        )
        for item in items
    ]
    try:
        return write(arrivals, by=by, at=at)
    except NotYoursError as error:
        place = next(item.path for item in items if (item.type, item.fhir_id) == error.key)
        raise RefusedInputError(HTTPStatus.CONFLICT, Issue("conflict", str(error), place)) from error
    except StaleError as error:
        raise stale(
            error, next(item.path for item in items if (item.type, item.fhir_id) == error.key)
        ) from error


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
    return Answer(written, warnings + waiting)
