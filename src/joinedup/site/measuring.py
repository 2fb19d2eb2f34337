"""Compute what pages show from the tables that are there, and keep it for them. Needs no database."""

from datetime import UTC, datetime

from joinedup.insight.boundaries import kept
from joinedup.insight.boundaries.counting import count_overlaps
from joinedup.insight.measures import run_all
from joinedup.insight.results import MeasureResult, save
from joinedup.rules.boundaries.comparing import Comparison
from joinedup.site.folders import DataFolder


def compute_measures(folder: DataFolder) -> list[MeasureResult]:
    """Compute and save every measure; return what was computed."""
    results = run_all(folder.root, datetime.now(UTC))
    for result in results:
        save(result, folder.root)
    return results


def count_boundaries(folder: DataFolder) -> tuple[Comparison, ...]:
    """Count and save where councils and health bodies overlap; return what was counted."""
    comparisons = count_overlaps(folder.root)
    kept.save(comparisons, folder.root)
    return comparisons
