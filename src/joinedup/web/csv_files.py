"""Lines of a CSV file that a spreadsheet opens as what it is: words, never formulas.

A cell that begins as a formula does could run when it is opened; an apostrophe before it makes it words. Source: OWASP,
"CSV Injection".
"""

import csv
from collections.abc import Iterable, Iterator, Sequence

# Spreadsheets in some languages know the wide forms, too.
BEGINNINGS = tuple(
    "=+-@\t\r\n"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
# By this a spreadsheet knows that the letters are Unicode.
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


class _Line:
    """What the csv module writes to, which returns what is written."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of the file, each cell in quotes and safe."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield MARK
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    begins = text.startswith(BEGINNINGS) or text.lstrip().startswith(BEGINNINGS)
    return f"'{text}" if begins else text
