"""Rows through the door: many at once, and one by one where the door refuses them together."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from joinedup.care.access.actor import Actor
from joinedup.care.record.arrivals import Change
from joinedup.core.nation import Nation
from joinedup.exchange.extracts.making import Made
from joinedup.exchange.fhir.intake import Answer, take_in
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, Severity
from joinedup.exchange.receiving.at_the_door import ENTRY, INDEX, ReadyRow, Tally, items_of, problems_of
from joinedup.exchange.receiving.models import Stated


def write_rows(rows: Sequence[ReadyRow], tally: Tally, *, by: Actor, nation: Nation, at: datetime) -> None:
    """Write the rows; those that the door refuses are noted as problems, and the others go in all the same.

    The caller holds a transaction: it commits these rows together with how far the file is.
    """
    left = list(rows)
    while left:
        chosen, older = _newest(left)
        try:
            _send(chosen, tally, by=by, nation=nation, at=at)
            tally.older += older
            return
        except RefusedInputError as error:
            suspects = _suspects(left, chosen, error.issues)
        for row in left:
            if row.line in suspects:
                _alone(row, tally, by=by, nation=nation, at=at)
        left = [row for row in left if row.line not in suspects]


def _suspects(rows: Sequence[ReadyRow], chosen: Sequence[Made], issues: Iterable[Issue]) -> set[int]:
    """The lines of the rows whose resources the door named; all of them where it named none."""
    entries = [entry for issue in issues if (entry := ENTRY.match(issue.expression))]
    named = {id(chosen[int(entry[1])]) for entry in entries if int(entry[1]) < len(chosen)}
    lines = {row.line for row in rows if any(id(made) in named for made in row.made)}
    return lines or {row.line for row in rows}


def _alone(row: ReadyRow, tally: Tally, *, by: Actor, nation: Nation, at: datetime) -> None:
    """Write one row, or note why it can't be."""
    chosen, older = _newest([row])
    try:
        _send(chosen, tally, by=by, nation=nation, at=at)
        tally.older += older
    except RefusedInputError as error:
        tally.problems += problems_of(row.line, chosen, error.issues)


def _send(chosen: Sequence[Made], tally: Tally, *, by: Actor, nation: Nation, at: datetime) -> None:
    """Send the resources through the door, all or none."""
    if not chosen:
        return
    with transaction.atomic():
        answers = take_in(items_of(chosen), by=by, nation=nation, at=at)
        _remember(chosen)
    tally.changes.update(answer.written.change for answer in answers)
    tally.older += tally.changes.pop(Change.OLDER, 0)
    tally.notes.update(_warnings(answers))


def _newest(rows: Sequence[ReadyRow]) -> tuple[list[Made], int]:
    """What is to be written of each thing: the newest word, the last of those as new. And how many are older."""
    every = [made for row in rows for made in row.made]
    known = _orders_of(every)
    chosen: dict[tuple[str, str], Made] = {}
    older = 0
    for made in every:
        key = (made.type, made.fhir_id)
        if made.order < known.get(key, ""):
            older += 1
            continue
        known[key] = made.order
        chosen[key] = made
    return list(chosen.values()), older


def _orders_of(every: Iterable[Made]) -> dict[tuple[str, str], str]:
    """How new the word is by which we hold each thing, of those that are sorted by age."""
    sorted_ids: dict[str, set[str]] = {}
    for made in every:
        if made.order:
            sorted_ids.setdefault(made.type, set()).add(made.fhir_id)
    wanted = Q()
    for type_, ids in sorted_ids.items():
        wanted |= Q(type=type_, fhir_id__in=ids)
    rows = Stated.objects.filter(wanted).values_list("type", "fhir_id", "order") if sorted_ids else []
    return {(type_, fhir_id): order for type_, fhir_id, order in rows}


def _remember(chosen: Iterable[Made]) -> None:
    """Keep how new the word is that was written."""
    rows = [Stated(type=made.type, fhir_id=made.fhir_id, order=made.order) for made in chosen if made.order]
    Stated.objects.bulk_create(
        sorted(rows, key=lambda row: (row.type, row.fhir_id)),
        update_conflicts=True,
        unique_fields=["type", "fhir_id"],
        update_fields=["order"],
    )


def _warnings(answers: Sequence[Answer]) -> list[str]:
    """What the door would have otherwise, without values."""
    return [
        f"{INDEX.sub('', ENTRY.sub('', issue.expression))}: {issue.message}"
        for answer in answers
        for issue in answer.issues
        if issue.severity is Severity.WARNING
    ]
