"""From the fields of a row to its values, or to everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from joinedup.exchange.extracts.dictionary import Dictionary
from joinedup.exchange.extracts.mapping import Mapped, columns_of, leaves_of
from joinedup.exchange.extracts.problems import Problem, UnreadableError
from joinedup.exchange.extracts.values import Value, is_listed, read_value


@dataclass(frozen=True, slots=True)
class ReadRow:
    """The values of a row by column, what is wrong with it, and what is worth a note."""

    values: Mapping[str, Value | None]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


class RowReader:
    """Reads the columns that the mapping uses or that are required; what else a row holds can't refuse it."""

    def __init__(self, dictionary: Dictionary, mapped: Mapped) -> None:
        used = _used(mapped)
        self._nothing = dictionary.shape.nothing
        self._fields = [
            (name, field, dictionary.list_of(field))
            for name, field in dictionary.fields.items()
            if field.is_required or name in used
        ]

    def read(self, fields: Mapping[str, str], line: int) -> ReadRow:
        """Read one row."""
        values: dict[str, Value | None] = {}
        problems, notes = [], []
        for name, field, codes in self._fields:
            text = fields.get(name, "").strip()
            if text in self._nothing:
                if field.is_required:
                    problems.append(Problem(line, name, "the field is empty", f"Give it: {field.meaning}"))
                continue
            try:
                values[name] = read_value(text, field, codes)
            except UnreadableError as error:
                problems.append(Problem(line, name, error.reason, error.advice))
                continue
            if codes is not None and not is_listed(codes.spelled(text), codes):
                notes.append(f"{name}: a code that is not in the list {codes.title!r} was kept as it came")
        return ReadRow(values, tuple(problems), tuple(notes))


def _used(mapped: Mapped) -> set[str]:
    """Every column that a rule looks at."""
    used: set[str] = set()
    for resource in mapped.resources:
        used.update(resource.identity, resource.newest, (column for column, _ in resource.when.columns))
        used.update(resource.each.all_columns if resource.each else ())
        for _, leaf in leaves_of(resource.content):
            for choice in leaf.choices:
                used.update(columns_of(choice.rule), (column for column, _ in choice.when.columns))
    return used
