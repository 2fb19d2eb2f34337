"""A case written down in YAML, for the command line and for tables of cases: a person, a budget, or both.

Read like a rule book: every value plainly written, and an error names file and line.
"""

from joinedup.rules.nodes import read_node
from joinedup.rules.reading import read_declared
from joinedup.rules.self_directed_support.facts import Budget, Person


def case_of(text: bytes, *, file: str) -> tuple[Person | None, Budget | None]:
    """Read a case from YAML: `person`, `budget`, or both."""
    root = read_node(text, file)
    fields = root.fields(frozenset(), frozenset({"person", "budget"}))
    if not fields:
        raise root.error("'person' or 'budget' is missing: add one")
    person = read_declared(fields["person"], Person) if "person" in fields else None
    return person, read_declared(fields["budget"], Budget) if "budget" in fields else None
