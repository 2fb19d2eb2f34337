"""Files that others publish, read into insight's tables: national figures, populations and geography lookups.

A source is declared as data in `sources`; `loading` reads a file by its declaration, and `reporting` says in
words what became of it. Nothing here touches the record: published figures are about areas, never people.
"""

from joinedup.exchange.files.loading import load_published
from joinedup.exchange.files.problems import FileRefusedError, UnknownSourceError
from joinedup.exchange.files.report import LoadReport
from joinedup.exchange.files.reporting import report_lines
from joinedup.exchange.files.sources import source_names

__all__ = [
    "FileRefusedError",
    "LoadReport",
    "UnknownSourceError",
    "load_published",
    "report_lines",
    "source_names",
]
