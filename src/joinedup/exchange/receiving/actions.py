"""Receive a partner's extract: batch by batch, each in one transaction together with how far the file is.

Whatever stops it, and wherever, exactly the batches that are counted have gone in; the same command again goes on
there. A file that was received whole is known by its digest and not read again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import require
from joinedup.care.partnership.queries import reference_of_code
from joinedup.care.record.arrivals import Change
from joinedup.core.nation import Nation
from joinedup.exchange.extracts.extract import Extract
from joinedup.exchange.extracts.making import Maker
from joinedup.exchange.extracts.reading import (
    Header,
    Place,
    Record,
    digest_of_file,
    in_batches,
    read_header,
    read_records,
)
from joinedup.exchange.extracts.report import Report
from joinedup.exchange.extracts.rows import RowReader
from joinedup.exchange.receiving.at_the_door import ReadyRow, Tally
from joinedup.exchange.receiving.models import Receipt, Refusal
from joinedup.exchange.receiving.queries import report_of
from joinedup.exchange.receiving.writing import write_rows

BATCH_ROWS: Final = 250
ATTEMPTS: Final = 3
Say = Callable[[str], object]


def print_nothing(line: str) -> None:
    """Say nothing of how far it is."""
    del line


class FileChangedError(Exception):
    """The file was changed, or another run took rows of it, while it was being received."""


class Organisations:
    """Which organisation has a code, asked once for each code in a run."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def __call__(self, code: str) -> str | None:
        """The id in the record of the organisation with this code."""
        if code not in self._known:
            self._known[code] = reference_of_code(code)
        return self._known[code]


def receive(path: Path, extract: Extract, *, by: Actor, nation: Nation, say: Say = print_nothing) -> Report:
    """Receive the file as an extract of the system `by`, from where an earlier run of the same file stopped.

    Raises `ExtractRefusedError` when the file can't be this extract, `FileChangedError` when it changes under our
    hands; what went in before stays.
    """
    require(by, Permission.WRITE_RECORD)
    header = read_header(path, extract.dictionary)
    receipt, notes = _open_receipt(path, extract, by)
    if receipt.done_at is not None:
        before = f"This file was received before, on {receipt.done_at:%-d %B %Y}: nothing was changed"
        return report_of(receipt, extract, before, header.notes)
    went_on = f"Went on at line {receipt.line:,}, where an earlier run stopped. " if receipt.byte else ""
    if went_on:
        say(went_on.strip())
    _Run(path, extract, header, by, nation).all_batches(receipt, say)
    return report_of(receipt, extract, f"{went_on}Received to its end", (*header.notes, *notes))


def _open_receipt(path: Path, extract: Extract, by: Actor) -> tuple[Receipt, tuple[str, ...]]:
    """The receipt of this file, made when new, with a note where an earlier file of its name was left unfinished."""
    digest = digest_of_file(path)
    receipt, made = Receipt.objects.get_or_create(
        system_id=by.source,
        extract=extract.name,
        file_digest=digest,
        mapping_digest=extract.mapped.digest,
        defaults={"file_name": path.name[:255], "begun_at": timezone.now()},
    )
    same_name = Receipt.objects.filter(
        system_id=by.source, extract=extract.name, file_name=path.name[:255], done_at=None, rows__gt=0
    )
    left = same_name.exclude(pk=receipt.pk).order_by("-pk").first() if made else None
    if left is None:
        return receipt, ()
    what = "the mapping has changed" if left.file_digest == digest else "the file has other content now"
    return receipt, (
        f"An earlier run of a file of this name stopped at line {left.line:,}, and {what}: it was read from its "
        "beginning. What went in before stays, and nothing is doubled",
    )


@dataclass(frozen=True, slots=True)
class _State:
    """By what a change of the file shows."""

    size: int
    changed_at: int


def _state(path: Path) -> _State:
    found = path.stat()
    return _State(found.st_size, found.st_mtime_ns)


class _Run:
    """One run over one file."""

    def __init__(self, path: Path, extract: Extract, header: Header, by: Actor, nation: Nation) -> None:
        self._path, self._extract, self._header, self._by, self._nation = path, extract, header, by, nation
        self._state = _state(path)
        self._reader = RowReader(extract.dictionary, extract.mapped)
        self._maker = Maker(
            extract.mapped, extract.dictionary, system=by.name, find_organisation=Organisations()
        )

    def all_batches(self, receipt: Receipt, say: Say) -> None:
        """Receive every batch that is still to come, and close the receipt."""
        start = Place(receipt.byte, receipt.line) if receipt.byte else self._header.start
        for batch in self._batches(start):
            self._take(receipt, batch)
            if receipt.batches % 100 == 0:
                say(f"  {receipt.rows:,} rows")
        with transaction.atomic():
            self._lock(receipt)
            receipt.done_at = timezone.now()
            receipt.save(update_fields=["done_at"])

    def _batches(self, start: Place) -> Iterator[Sequence[Record]]:
        records = read_records(self._path, self._extract.dictionary.shape, self._header, start)
        return in_batches(records, BATCH_ROWS)

    def _take(self, receipt: Receipt, batch: Sequence[Record]) -> None:
        """Receive one batch; tried again when PostgreSQL broke a circle of waiting or another writer was quicker."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    self._lock(receipt)
                    self._count(receipt, batch, self._write(batch))
            except (IntegrityError, OperationalError):
                receipt.refresh_from_db()
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    def _lock(self, receipt: Receipt) -> None:
        """Make sure that the file and the receipt are as this run knows them, until the transaction ends."""
        there = Receipt.objects.select_for_update().get(pk=receipt.pk)
        if (there.byte, there.done_at) != (receipt.byte, receipt.done_at):
            raise FileChangedError("Another run is receiving the same file. Let it finish.")
        if _state(self._path) != self._state:
            raise FileChangedError(
                "The file was changed while it was being received. What went in of it stays; run the same command "
                "again, and it is read from its beginning without anything being doubled."
            )

    def _write(self, batch: Sequence[Record]) -> Tally:
        """Write what can be written of the batch."""
        tally = Tally(rows=len(batch))
        ready = [row for record in batch if (row := self._ready(record, tally)) is not None]
        write_rows(ready, tally, by=self._by, nation=self._nation, at=timezone.now())
        return tally

    def _ready(self, record: Record, tally: Tally) -> ReadyRow | None:
        """The row with its resources, or nothing when it can't be read."""
        if record.problem is not None:
            tally.problems.append(record.problem)
            return None
        read = self._reader.read(record.fields, record.line)
        tally.problems += read.problems
        if read.problems:
            return None
        tally.notes.update(read.notes)
        return ReadyRow(record.line, self._maker.make(read.values))

    def _count(self, receipt: Receipt, batch: Sequence[Record], tally: Tally) -> None:
        """Write down how far the file is and what became of the batch."""
        after = batch[-1].after
        receipt.byte, receipt.line = after.byte, after.line
        receipt.batches += 1
        receipt.rows += tally.rows
        receipt.refused += tally.refused
        receipt.created += tally.changes[Change.CREATED]
        receipt.updated += tally.changes[Change.UPDATED]
        receipt.unchanged += tally.changes[Change.UNCHANGED]
        receipt.older += tally.older
        receipt.notes = dict(Counter(receipt.notes) + tally.notes)
        receipt.save()
        Refusal.objects.bulk_create(
            Refusal(
                receipt=receipt,
                line=problem.line,
                column=problem.column[:300],
                reason=problem.reason[:600],
                advice=problem.advice[:1000],
            )
            for problem in tally.problems
        )
