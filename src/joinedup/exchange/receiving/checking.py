"""Try an extract without writing anything: every row is read, mapped and checked as the door would. No database."""

from datetime import date
from pathlib import Path

from joinedup.exchange.extracts.extract import Extract
from joinedup.exchange.extracts.making import Maker
from joinedup.exchange.extracts.problems import Problem
from joinedup.exchange.extracts.reading import Record, in_batches, read_header, read_records
from joinedup.exchange.extracts.report import Counts, Report
from joinedup.exchange.extracts.rows import RowReader
from joinedup.exchange.fhir.outcome import Issue, Severity
from joinedup.exchange.fhir.validation import issues_of_content, issues_of_form
from joinedup.exchange.receiving.at_the_door import ReadyRow, Tally, items_of, problems_of

BATCH_ROWS = 1000


def check(path: Path, extract: Extract, *, system: str, on: date) -> Report:
    """What would become of each row. What only the record can tell, such as whose a resource is, is not seen."""
    header = read_header(path, extract.dictionary)
    reader = RowReader(extract.dictionary, extract.mapped)
    maker = Maker(extract.mapped, extract.dictionary, system=system, find_organisation=_unknown)
    tally = Tally()
    records = read_records(path, extract.dictionary.shape, header, header.start)
    for batch in in_batches(records, BATCH_ROWS):
        ready = [row for record in batch if (row := _ready(record, reader, maker, tally)) is not None]
        tally.problems += _problems(ready, on)
    refused = tally.refused
    return Report(
        file=path.name,
        extract=extract.name,
        title=extract.dictionary.title,
        system=system,
        outcome="Checked only: nothing was written",
        counts=Counts(rows=tally.rows, accepted=tally.rows - refused, refused=refused),
        problems=sorted(tally.problems, key=lambda problem: problem.line),
        notes=dict.fromkeys(header.notes, 1) | dict(tally.notes),
        unverified=extract.dictionary.unverified,
    )


def _unknown(code: str) -> None:
    """No organisation is known without the record."""
    del code


def _ready(record: Record, reader: RowReader, maker: Maker, tally: Tally) -> ReadyRow | None:
    tally.rows += 1
    read = reader.read(record.fields, record.line) if record.problem is None else None
    problems = (record.problem,) if record.problem else read.problems if read else ()
    tally.problems += problems
    if read is None or problems:
        return None
    tally.notes.update(read.notes)
    return ReadyRow(record.line, maker.make(read.values))


def _problems(rows: list[ReadyRow], on: date) -> list[Problem]:
    """What the door would refuse."""
    every = [(row.line, made) for row in rows for made in row.made]
    items = items_of([made for _, made in every])
    found = issues_of_form([item.body.encode() for item in items])
    problems = []
    for (line, made), item, of_form in zip(every, items, found, strict=True):
        of_content = () if _errors(of_form) else issues_of_content(item.content, item.body, today=on)
        issues = [issue.within("Bundle.entry[0].resource") for issue in _errors([*of_form, *of_content])]
        problems += problems_of(line, [made], issues)
    return problems


def _errors(issues: list[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.severity is Severity.ERROR]
