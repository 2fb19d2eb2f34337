"""Several things done as one, in FHIR's order: withdraw, then create, update and patch, then read.

Conditions are decided after the withdrawals and before anything is written; what they found is locked against others
who ask the same. One transaction: all of it or nothing, but for what was refused, which stays in the audit.
HL7 FHIR R4 (4.0.1), RESTful API, 3.1.0.11.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from django.conf import settings

from joinedup.care.access.actor import Actor
from joinedup.care.access.undoing import undone_but_for_refusals
from joinedup.care.record.arrivals import Change, Condition, StaleError, Written
from joinedup.care.record.fitting import Fitting, own_newest
from joinedup.care.record.logic import Key, decode
from joinedup.care.record.queries import Stored
from joinedup.exchange.fhir.bundle import Item
from joinedup.exchange.fhir.conditions import hold, the_ones
from joinedup.exchange.fhir.intake import Answer, again_when_overtaken, stale, take_in
from joinedup.exchange.fhir.outcome import RefusedInputError
from joinedup.exchange.fhir.patching import patched
from joinedup.exchange.fhir.steps import Step
from joinedup.exchange.fhir.taking_back import take_back

WRITES = ("POST", "PUT", "PATCH")


@dataclass(frozen=True)
class Done:
    """What became of the steps, by their index: what was withdrawn (None: it was not here), what was written."""

    withdrawn: Mapping[int, Written | None]
    answers: Mapping[int, Answer]


def do_all(steps: Sequence[Step], *, by: Actor, at: datetime) -> Done:
    """Do the steps but for those that read, all or none; whoever calls does it again when it is overtaken."""
    _refuse_twice(steps)
    with undone_but_for_refusals():
        hold([(step.type, step.query) for step in steps if step.query is not None and step.method != "GET"])
        gone = _withdraw([step for step in steps if step.method == "DELETE"], by, at)
        items = _items([step for step in steps if step.method in WRITES], by, at)
        _refuse_both(items, gone)
        answers = take_in(items, by=by, nation=settings.NATION, at=at) if items else []
        withdrawn = {index: written for index, (_, written) in gone.items()}
        return Done(withdrawn, {item.index: each for item, each in zip(items, answers, strict=True)})


def do_one(step: Step, *, by: Actor, at: datetime) -> Done:
    """Do one step that a request asks by itself."""
    return again_when_overtaken(lambda: do_all([step], by=by, at=at))


def is_plain(steps: Sequence[Step]) -> bool:
    """Say whether nothing is withdrawn, patched, read or depends on a search."""
    return all(step.method in ("POST", "PUT") and step.query is None for step in steps)


def _refuse_twice(steps: Sequence[Step]) -> None:
    """Refuse two entries that depend on the same search: they would be about the same resource."""
    seen: set[tuple[str, str]] = set()
    for step in steps:
        if step.query is None or step.method == "GET":
            continue
        if (step.type, step.query) in seen:
            raise step.refused(
                "another entry has the same condition; send one of them", "request", "duplicate"
            )
        seen.add((step.type, step.query))


def _refuse_both(items: Sequence[Item], gone: Mapping[int, tuple[Key | None, Written | None]]) -> None:
    """Refuse to withdraw and write the same resource in one transaction."""
    keys = {key for key, _ in gone.values()}
    for item in items:
        if not item.existing and (item.type, item.fhir_id) in keys:
            step = Step(item.index, "PUT", item.type)
            raise step.refused("another entry withdraws the same resource", "request", "duplicate")


def _withdraw(steps: Sequence[Step], by: Actor, at: datetime) -> dict[int, tuple[Key | None, Written | None]]:
    """Withdraw what the steps name or find; return what became of it by their index."""
    if not steps:
        return {}
    found = _found(steps, by, at)
    keys = {step.index: _key(step, found) for step in steps}
    conditions = {key: step.condition for step in steps if (key := keys[step.index])}
    places = {key: "" if s.is_alone else f"Bundle.entry[{s.index}]" for s in steps if (key := keys[s.index])}
    gone = take_back(conditions, by=by, at=at, places=places)
    return {index: (key, gone.get(key) if key else None) for index, key in keys.items()}


def _key(step: Step, found: Mapping[int, Fitting | None]) -> Key | None:
    """Return what a step is about: what it names, or what its condition found."""
    if step.query is None:
        return step.key
    fit = found[step.index]
    return (fit.type, fit.fhir_id) if fit else None


def _found(steps: Sequence[Step], by: Actor, at: datetime) -> dict[int, Fitting | None]:
    """Return what the conditions of the steps find, by their index: only one's own can be changed."""
    changing = [step for step in steps if step.query is not None and step.method != "POST"]
    creating = [step for step in steps if step.query is not None and step.method == "POST"]
    own = the_ones(by, [step.wanted for step in changing], at=at, own_only=True)
    seen = the_ones(by, [step.wanted for step in creating], at=at)
    return {step.index: fit for step, fit in zip((*changing, *creating), (*own, *seen), strict=True)}


def _items(steps: Sequence[Step], by: Actor, at: datetime) -> list[Item]:
    """Return what is to be written, with what conditional creates found."""
    found = _found(steps, by, at)
    keys = {s.index: _key(s, found) for s in steps if s.method == "PATCH"}
    newest = own_newest(by, {key for key in keys.values() if key})
    return [
        _patched(step, keys[step.index], newest)
        if step.method == "PATCH"
        else _item(step, found.get(step.index))
        for step in steps
    ]


def _item(step: Step, fit: Fitting | None) -> Item:
    """Return what a create or an update writes."""
    if step.query is None:
        return step.item(step.fhir_id)
    if step.method == "POST":
        return replace(step.item(""), existing=_as_it_is(fit)) if fit else step.item("")
    said = str(step.content.get("id") or "")
    if fit is None:
        # Under the resource's own id, if it has one and nothing is there: else the condition would have found it.
        is_free = replace(step.condition, is_new=True) if step.condition.version is None else step.condition
        return replace(step.item(said), condition=is_free if said else step.condition)
    if said and said != fit.fhir_id:
        message = "the condition finds a resource with another id than this one's: leave the id out, or send that one"
        raise step.refused(message, "resource.id")
    return step.item(fit.fhir_id)


def _as_it_is(fit: Fitting) -> Written:
    """Return what is there as what a create is answered with."""
    return Written(fit.type, fit.fhir_id, fit.version, Change.FOUND, fit.recorded_at, fit.person_id)


def _patched(step: Step, key: Key | None, newest: Mapping[Key, Stored]) -> Item:
    """Return what comes of a patch; it must still be of the newest version when it is written."""
    stored = newest.get(key) if key else None
    if key is None or stored is None:
        message = f"there is no {step.type} of yours with this id or condition"
        raise step.refused(message, "request.url", "not-found", HTTPStatus.NOT_FOUND)
    if not step.condition.holds(stored.version):
        raise stale(StaleError(key, stored.version), "" if step.is_alone else f"Bundle.entry[{step.index}]")
    try:
        text = patched(decode(stored.json), step.body.encode())
    except RefusedInputError as error:
        issue = error.issues[0]
        raise step.refused(issue.message, "resource", issue.code, error.status) from error
    content = decode(text)
    if not isinstance(content, dict) or (content.get("resourceType"), content.get("id")) != key:
        raise step.refused("a patch can't change the type or id of a resource", "resource")
    made = replace(step, body=text, content=content, condition=Condition(version=stored.version))
    return made.item(stored.fhir_id)
