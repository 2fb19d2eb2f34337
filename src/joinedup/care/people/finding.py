"""How people are found by their names: every word of every name that they have or had, by how it begins.

PostgreSQL keeps the words as a text search vector, made without a dictionary, under an index of its own, so that a
search costs what it finds, however many people there are.
"""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Func, Value

# PostgreSQL takes no word of more than 2,046 bytes; no name is as long.
LONGEST = 400


class NameWords(Func):
    """The words of a person's names as a text search vector; made alike in the index and in a search."""

    template = "array_to_tsvector(array_remove(string_to_array(%(expressions)s, ' '), ''))"
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


def name_words() -> NameWords:
    """Return the words of the names that a person has or had."""
    return NameWords("sought_family", "sought_given", "sought_former")


class Begin(Func):
    """Whether a word of a person's names begins with each of the words sought."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True

    def __init__(self, *args: Func | Value) -> None:
        super().__init__(*args)


def begin_with(words: Iterable[str]) -> Begin:
    """Return the condition that each of these folded words begins a word of the person's names."""
    quoted = ["'" + word[:LONGEST].replace("\\", "\\\\").replace("'", "''") + "':*" for word in words]
    return Begin(name_words(), Value(" & ".join(quoted)))
