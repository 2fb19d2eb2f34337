"""Every question that a system can ask of the rules: its name, what it takes, and who answers.

One declaration a question, for the HTTP interface, its description and its pages. What is asked and answered are plain
JSON types; the answer itself comes from the same function that the library, the command line and the pages call.
"""

from joinedup.rules.operations import bodies, books, care, charges, money
from joinedup.rules.operations.operation import Operation

__all__ = ["OPERATIONS", "Operation"]
OPERATIONS: tuple[Operation, ...] = (
    *books.OPERATIONS,
    *charges.OPERATIONS,
    *care.OPERATIONS,
    *bodies.OPERATIONS,
    *money.OPERATIONS,
)
