"""Reads of the receiving app: the report of a file, whole however often its receiving was stopped."""

from collections.abc import Sequence

from joinedup.exchange.extracts.extract import Extract
from joinedup.exchange.extracts.problems import Problem
from joinedup.exchange.extracts.report import Counts, Report
from joinedup.exchange.receiving.models import Receipt


def report_of(receipt: Receipt, extract: Extract, outcome: str, notes: Sequence[str]) -> Report:
    """The account of one file; `notes` are those of this run, beside what was counted in all of them."""
    rows = receipt.refusals.order_by("line", "pk").values_list("line", "column", "reason", "advice")
    return Report(
        file=receipt.file_name,
        extract=receipt.extract,
        title=extract.dictionary.title,
        system=receipt.system.name,
        outcome=outcome,
        counts=Counts(
            rows=receipt.rows,
            accepted=receipt.rows - receipt.refused,
            refused=receipt.refused,
            created=receipt.created,
            updated=receipt.updated,
            unchanged=receipt.unchanged,
            older=receipt.older,
        ),
        problems=[Problem(*row) for row in rows.iterator()],
        notes=dict.fromkeys(notes, 1) | receipt.notes,
        unverified=extract.dictionary.unverified,
    )
