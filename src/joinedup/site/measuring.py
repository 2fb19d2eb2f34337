"""Compute every measure from the tables that are there, and keep the results for the pages. Needs no database."""

from datetime import UTC, datetime

from joinedup.insight.measures import run_all
from joinedup.insight.results import MeasureResult, save
from joinedup.site.folders import DataFolder


def compute_measures(folder: DataFolder) -> list[MeasureResult]:
    """Compute and save; return what was computed."""
    results = run_all(folder.root, datetime.now(UTC))
    for result in results:
        save(result, folder.root)
    return results
