"""What a search asks, turned into one SQL condition on `record_resource AS resource`.

Knows the kinds of parameter and how each compares (HL7 FHIR R4, search). Ends at the condition: whose rows may be
seen is the scope's, pages and their order are `searching`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.people.protecting import KEPT, withheld_sql
from joinedup.care.people.queries import people_behind
from joinedup.care.record.indexing import ANY_SYSTEM, LONGEST, fold, reference_word, word
from joinedup.care.record.moments import DATE_LENGTH, end_of, moment_of
from joinedup.care.record.parameters import Kind, Parameter, names_for, parameters_of
from joinedup.care.record.queries import COLUMNS

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
# With a moment to the second, everything within that second is meant.
SECOND = timedelta(seconds=1)
LONGEST_CHAIN = 1000
# In SQL: `since` and `until` are where the time begins and is over (NULL: goes on), a and b those of what is asked.
COMPARISONS = {
    "eq": "({since} >= %(a)s AND {until} <= %(b)s)",
    "ne": "NOT ({since} >= %(a)s AND COALESCE({until}, 'infinity') <= %(b)s)",
    "gt": "({until} IS NULL OR {until} > %(b)s OR {since} >= %(b)s)",
    "ge": "({until} IS NULL OR {until} > %(b)s OR {since} >= %(a)s)",
    "lt": "{since} < %(a)s",
    "le": "({since} < %(a)s OR {until} <= %(b)s)",
    "sa": "{since} >= %(b)s",
    "eb": "{until} <= %(a)s",
    "ap": "({since} < %(b)s AND ({until} IS NULL OR {until} >= %(a)s))",
}
FIND_TEXT = "SELECT text.resource_id FROM record_searchtext AS text WHERE text.name = ANY(%s) AND "
RESOURCES = "record_resource AS resource"
# A beginning of a text is walked in the order of the texts, so that a page costs the same however many match. A
# resource with several such texts stands at the first. All of a text that is asked for is in the index of that order,
# so that PostgreSQL walks it; the earlier ones are found by their resource, since what is put together (||) is in none.
WALKED = f"record_searchtext AS sought JOIN {RESOURCES} ON resource.id = sought.resource_id"
WALKED_ONCE = """sought.name = ANY(%s) AND sought.value >= %s AND sought.value < %s AND NOT EXISTS (
    SELECT 1 FROM record_searchtext AS earlier WHERE earlier.resource_id = sought.resource_id
    AND earlier.name = ANY(%s) AND earlier.value || '' >= %s AND earlier.value || '' < %s
    AND (earlier.value, earlier.name) < (sought.value, sought.name))"""
HIGHEST = "\U0010ffff"
FIND_DATE = "SELECT moment.resource_id FROM record_searchdate AS moment WHERE moment.name = %s AND "


class CriterionError(Exception):
    """A part of a search that can't be answered. `name` is the parameter; the message says what to do."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Asked:
    """One parameter of a search: any of the values will do. `chain` is the parameter of what it refers to."""

    name: str
    values: tuple[str, ...]
    modifier: str = ""
    chain: str = ""


@dataclass
class Where:
    """A condition that grows: SQL parts that must all hold, with their values in order.

    `source` is what to select from; `order` the column (SQL, type) in whose order that is walked, where there is one.
    """

    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    # Those that hold of every version of a resource alike, or of none.
    _lasting: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)
    # A search that is narrowed to people reads their few rows, and must not be planned by the index of words.
    is_narrow: bool = False
    # What was known in the past is in no table: PostgreSQL would guess how much matches, and be wrong by thousands.
    is_past: bool = False
    source: str = RESOURCES
    order: tuple[str, str] | None = None

    def add(self, sql: str, *values: object) -> None:
        """Add a part."""
        self.parts.append(sql)
        self.values += values

    def add_lasting(self, sql: str, *values: object) -> None:
        """Add a part that holds of every version of a resource alike: its type, its id, whom it is about."""
        self.add(sql, *values)
        self._lasting.append((sql, values))

    def among(self, subquery: str) -> str:
        """Return the part that the resource is among those found by a subquery."""
        return f"resource.id = ANY(ARRAY({subquery}))" if self.is_past else f"resource.id IN ({subquery})"

    @property
    def sql(self) -> str:
        """Return all parts as one condition."""
        return " AND ".join(self.parts) or "TRUE"

    @property
    def lasting(self) -> tuple[str, list[object]]:
        """Return the condition of the parts that hold of every version alike, with its values."""
        sql = " AND ".join(part for part, _ in self._lasting) or "TRUE"
        return sql, [value for _, values in self._lasting for value in values]


Found = Callable[[str, Asked], tuple[list[str], list[UUID]]]


def where_of(
    type_: str, asked: Sequence[Asked], *, found: Found, asker: Actor | None, is_past: bool = False
) -> Where:
    """Return the condition of a search of a type, as the record is or was. `found` answers chains: (ids, people) of
    what one asks for. By what is withheld from the asker nothing is found.
    """
    where = Where(is_past=is_past)
    where.add_lasting("resource.type = %s", type_)
    where.add("NOT resource.deleted")
    parameters = parameters_of(type_)
    for each in sorted(asked, key=lambda a: a.name not in ("patient", "subject", "_id")):
        if each.name == "_id":
            where.add_lasting("resource.fhir_id = ANY(%s)", list(each.values))
        elif each.name == "_lastUpdated":
            _add_updated(where, each)
        elif each.name in parameters:
            _ADDERS[parameters[each.name].kind](where, type_, parameters[each.name], each, found)
            add_not_withheld(where, type_, parameters[each.name], asker)
        else:
            known = ", ".join(sorted((*parameters, "_id", "_lastUpdated")))
            raise CriterionError(each.name, f"{type_} can't be searched by this; it can by: {known}")
    return where


def is_telling(type_: str, parameter: Parameter) -> bool:
    """Say whether a parameter asks for what may tell where a person lives."""
    return type_ in KEPT and any(path[0] not in KEPT[type_] for path in parameter.paths)


def add_not_withheld(where: Where, type_: str, parameter: Parameter, asker: Actor | None) -> None:
    """Leave out those of whom the parameter would tell the asker what is withheld."""
    if is_telling(type_, parameter):
        sql, values = withheld_sql(asker, COLUMNS)
        where.add(f"NOT {sql}", *values)


def _refuse_modifier(asked: Asked, *known: str) -> None:
    """Refuse a modifier that is not known."""
    if asked.modifier and asked.modifier not in known:
        can = f"only :{', :'.join(known)}" if known else "none"
        raise CriterionError(asked.name, f"this modifier is not supported here: {can}")


def _add_words(where: Where, words: Sequence[int], *, is_not: bool = False) -> None:
    """Ask that one of the words be there, or none."""
    column = "(resource.words || '{}'::bigint[])" if where.is_narrow or is_not else "resource.words"
    where.add(f"{'NOT ' if is_not else ''}{column} && %s::bigint[]", list(words))


def _add_token(where: Where, _type: str, parameter: Parameter, asked: Asked, _found: Found) -> None:
    """Ask for a code: `code`, `system|code` or `|code`."""
    _refuse_modifier(asked, "not")
    words = []
    for value in asked.values:
        system, bar, code = value.rpartition("|")
        if not code:
            raise CriterionError(asked.name, "give a code as well as its system: system|code")
        words.append(word(parameter.name, (system if bar else ANY_SYSTEM)[:LONGEST], code[:LONGEST]))
    _add_words(where, words, is_not=asked.modifier == "not")


def _add_uri(where: Where, _type: str, parameter: Parameter, asked: Asked, _found: Found) -> None:
    """Ask for an address, the same to the letter."""
    _refuse_modifier(asked)
    _add_words(where, [word(parameter.name, "uri", value[:LONGEST]) for value in asked.values])


def _add_string(where: Where, type_: str, parameter: Parameter, asked: Asked, _found: Found) -> None:
    """Ask for a text by how it begins, by a part of it, or by the whole."""
    _refuse_modifier(asked, "exact", "contains")
    names = list(names_for(type_, parameter.name))
    if not (asked.modifier or where.order or where.is_past) and len(asked.values) == 1:
        _walk(where, names, _sought(asked, asked.values[0]))
        return
    tests: list[str] = []
    values: list[object] = []
    for value in asked.values:
        test, bounds = _text_test(_sought(asked, value), asked.modifier)
        tests.append(FIND_TEXT + test)
        values += [names, *bounds]
    where.add(where.among(" UNION ALL ".join(tests)), *values)


def _sought(asked: Asked, value: str) -> str:
    """Return a text as it is compared."""
    folded = fold(value)
    if not folded:
        raise CriterionError(asked.name, "give at least one letter")
    return folded


def _walk(where: Where, names: list[str], sought: str) -> None:
    """Ask for what has a text that begins so, in the order of those texts."""
    bounds = (names, sought, sought + HIGHEST)
    where.source, where.order = WALKED, ("sought.value", "text")
    where.add(WALKED_ONCE, *bounds, *bounds)


def _text_test(sought: str, modifier: str) -> tuple[str, list[str]]:
    """Return the test of one text. A beginning is a range, which the index answers whatever the letters."""
    if modifier == "exact":
        return "text.value = %s", [sought]
    if modifier == "contains":
        return "position(%s in text.value) > 0", [sought]
    return 'text.value COLLATE "C" >= %s AND text.value COLLATE "C" < %s', [sought, sought + HIGHEST]


def _add_date(where: Where, _type: str, parameter: Parameter, asked: Asked, _found: Found) -> None:
    """Ask for a date or a stretch of time."""
    _refuse_modifier(asked)
    since, until = (
        ("resource.happened_at", "resource.ended_at")
        if parameter.happened
        else ("moment.since", "moment.until")
    )
    tests: list[str] = []
    values: list[object] = []
    for value in asked.values:
        test, bounds = _date_test(asked.name, value, since, until)
        if parameter.happened:
            tests.append(f"(resource.happened_at IS NOT NULL AND {test})")
            values += bounds
        else:
            tests.append(where.among(f"{FIND_DATE}{test}"))
            values += [parameter.name, *bounds]
    where.add(f"({' OR '.join(tests)})", *values)


def _date_test(name: str, value: str, since: str, until: str) -> tuple[str, list[datetime]]:
    """Return the test of one date with its prefix, and its values in order."""
    prefix, text = (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)
    start = moment_of(text)
    end = end_of(text)
    if start is None or end is None:
        raise CriterionError(name, "give a date as YYYY, YYYY-MM or YYYY-MM-DD, or a time with its zone")
    if len(text) > DATE_LENGTH:
        end = start + SECOND
    test = COMPARISONS[prefix].format(since=since, until=until)
    used = [start if mark == "a" else end for mark in _marks(test)]
    return test.replace("%(a)s", "%s").replace("%(b)s", "%s"), used


def _marks(test: str) -> list[str]:
    """Return which of the two values a test asks for, in order."""
    return [part[0] for part in test.split("%(")[1:]]


def _add_updated(where: Where, asked: Asked) -> None:
    """Ask when the newest version was recorded."""
    _refuse_modifier(asked)
    tests, values = [], list[object]()
    for value in asked.values:
        test, bounds = _date_test(asked.name, value, "resource.recorded_at", "resource.recorded_at")
        tests.append(test)
        values += bounds
    where.add(f"({' OR '.join(tests)})", *values)


def _targets(asked: Asked) -> list[str]:
    """Return the values of a reference as "Type/id", where the type is said."""
    if asked.modifier and not asked.modifier[:1].isupper():
        raise CriterionError(asked.name, "the only modifier of a reference is the type: name:Type")
    typed = [
        f"{asked.modifier}/{value}" if asked.modifier and "/" not in value else value
        for value in asked.values
    ]
    if any("/" not in value for value in typed):
        raise CriterionError(asked.name, "say what is referred to with its type: Type/id")
    return ["/".join(value.split("/")[-2:]) for value in typed]


def _add_reference(where: Where, _type: str, parameter: Parameter, asked: Asked, found: Found) -> None:
    """Ask for what refers to something."""
    if asked.chain:
        if not asked.modifier:
            raise CriterionError(asked.name, f"say the type: {asked.name}:Type.{asked.chain}")
        ids, _ = found(asked.modifier, Asked(asked.chain, asked.values))
        targets = [f"{asked.modifier}/{fhir_id}" for fhir_id in ids]
    else:
        targets = _targets(asked)
    _add_words(where, [reference_word(parameter.name, target[:LONGEST]) for target in targets])


def _add_who(where: Where, type_: str, parameter: Parameter, asked: Asked, found: Found) -> None:
    """Ask for whom it is about: a person by any of their Patients' ids, or another subject by reference."""
    if asked.chain:
        _, people = found("Patient", Asked(asked.chain, asked.values))
    else:
        values = [value if "/" in value else f"Patient/{value}" for value in asked.values]
        others = [value for value in values if value.split("/")[-2] != "Patient"]
        if others and parameter.paths:
            return _add_reference(where, type_, parameter, Asked(asked.name, tuple(values)), found)
        people = list(people_behind(value.rpartition("/")[2] for value in values).values())
    where.is_narrow = True
    where.add_lasting("resource.person_id = ANY(%s::uuid[])", list(people))
    return None


_ADDERS = {
    Kind.TOKEN: _add_token,
    Kind.STRING: _add_string,
    Kind.DATE: _add_date,
    Kind.REFERENCE: _add_reference,
    Kind.URI: _add_uri,
    Kind.WHO: _add_who,
}
