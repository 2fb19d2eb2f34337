"""Partners' extracts: CSV files with a mapping kept as YAML beside a data dictionary, mapped to FHIR R4.

The pure part: reading, data dictionary, mapping, report. What takes the resources through the door and keeps the
progress is `joinedup.exchange.receiving`. How to write a mapping: docs/how-to/map-an-extract.md.
"""

from joinedup.exchange.extracts.extract import Extract, extract_names, load_extract
from joinedup.exchange.extracts.problems import ExtractRefusedError, Problem, UnknownExtractError
from joinedup.exchange.extracts.report import Counts, Report, report_lines, write_report

__all__ = [
    "Counts",
    "Extract",
    "ExtractRefusedError",
    "Problem",
    "Report",
    "UnknownExtractError",
    "extract_names",
    "load_extract",
    "report_lines",
    "write_report",
]
