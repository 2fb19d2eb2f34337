"""From the record to the measures' pages: publish, then compute. What the demo and `joinedup publish` both do."""

from django.utils import timezone

from joinedup.core.nation import Nation
from joinedup.exchange.publish import Published, publish
from joinedup.insight.measures import run_all
from joinedup.insight.results import MeasureResult, save
from joinedup.site.folders import DataFolder


def publish_record(folder: DataFolder, nation: Nation) -> Published:
    """Write the pseudonymised tables."""
    return publish(folder.root, nation=nation, key=folder.secret("pseudonym"))


def compute_measures(folder: DataFolder) -> list[MeasureResult]:
    """Compute every measure from the tables that are there, and keep the results for the pages."""
    results = run_all(folder.root, timezone.now())
    for result in results:
        save(result, folder.root)
    return results
