"""How two people agree, field by field, in words: the levels' own SQL, asked of two people at a time."""

import duckdb
import pytest

from joinedup.exchange.linkage.fields import FIELDS, Caution
from joinedup.exchange.linkage.people import columns_of
from people_to_link import ALDERINE, CHI, MISTYPED, NHS, OTHER, RIGHT, other

BY_NAME = {field.name: field for field in FIELDS}


def level_of(name, **changes):
    """The level on which somebody and the same person with these changes are."""
    columns = columns_of([ALDERINE, other(**changes)])
    field = BY_NAME[name]
    whens = "".join(
        f" WHEN {level.condition} THEN {index}" for index, level in enumerate(field.levels) if level.condition
    )
    pair = ", ".join(
        f"{typed(values[side])} AS {column}_{'lr'[side]}"
        for column, values in columns.items()
        for side in (0, 1)
    )
    last = len(field.levels) - 1
    select = f"SELECT CASE{whens} ELSE {last} END FROM (SELECT {pair})"  # noqa: S608
    with duckdb.connect() as connection:
        ((found,),) = connection.execute(select).fetchall()
    return field.levels[found]


def typed(value):
    if isinstance(value, list):
        return f"{value}::VARCHAR[]"
    if isinstance(value, bool):
        return str(value).lower()
    return "NULL::VARCHAR" if value is None else f"'{value}'"


@pytest.mark.parametrize(
    ("name", "changes", "verdict", "words"),
    [
        ("Given name", {}, "agrees", "the same"),
        ("Given name", {"given": "Aldreine"}, "nearly", "one letter other"),
        ("Given name", {"given": "Aldy"}, "nearly", "a short form"),
        ("Given name", {"given": "Bo", "born": "1990-01-01"}, "differs", "another"),
        ("Given name", {"given": "", "born": "1990-01-01"}, "unknown", "not known"),
        ("Given name", {"given": "Teacupbury", "family": "Alderine"}, "unknown", "not known"),
        ("Given name", {"given": "Bramblia"}, "differs", "may be twins"),
        ("Given name", {"given": "Bramblia", "family": "Muffin"}, "differs", "may be twins"),
        (
            "Given name",
            {"given": "Bramblia", "postcode": "", "line": "", "phone": ""},
            "differs",
            "may be twins",
        ),
        ("Given name", {"given": "Bramblia", "born": "1950-03-05"}, "differs", "may be twins"),
        ("Given name", {"given": "Baby"}, "differs", "may be twins"),
        ("Family name", {}, "agrees", "the same"),
        ("Family name", {"family": "Teacupbry"}, "nearly", "one letter other"),
        ("Family name", {"given": "Teacupbury", "family": "Alderine"}, "nearly", "exchanged"),
        ("Family name", {"given": "Teacupbury", "family": "Alderin"}, "nearly", "exchanged"),
        ("Family name", {"family": "Muffin", "former": ("Teacupbury",)}, "nearly", "former name"),
        ("Family name", {"family": "Muffin-Teacupbury"}, "nearly", "former name or a part"),
        ("Family name", {"family": "Muffin"}, "differs", "another"),
        ("Family name", {"family": ""}, "unknown", "not known"),
        ("Date of birth", {}, "agrees", "the same"),
        ("Date of birth", {"born": "1950-04-03"}, "nearly", "day and month"),
        ("Date of birth", {"born": "1958-03-04"}, "nearly", "one digit"),
        ("Date of birth", {"born": "1950"}, "unknown", "to the day"),
        ("Date of birth", {"born": "1980-11-22"}, "differs", "parent and child"),
        (
            "Date of birth",
            {"born": "1980-11-22", "postcode": "ZZ99 8QQ", "line": "5 Muffin Row", "phone": ""},
            "differs",
            "another",
        ),
        ("Gender", {"gender": "male"}, "differs", "another"),
        ("Gender", {"gender": ""}, "unknown", "not known"),
        ("Address", {}, "agrees", "the same"),
        ("Address", {"line": "12 Treacle Lnae"}, "agrees", "the same"),
        ("Address", {"postcode": "ZZ99 1AC"}, "nearly", "the same house"),
        ("Address", {"line": "99 Muffin Row"}, "nearly", "the same postcode or"),
        ("Address", {"line": "99 Muffin Row", "postcode": "ZZ99 8QQ"}, "differs", "another"),
        ("Address", {"line": "", "postcode": ""}, "unknown", "not known"),
        ("Telephone", {"phone": "01632 960124"}, "nearly", "one digit"),
        ("Telephone", {"phone": "01632 960999"}, "differs", "another"),
        ("National number", {}, "agrees", "the same"),
        ("National number", {"numbers": ((NHS, OTHER), (NHS, RIGHT))}, "agrees", "the same"),
        ("National number", {"numbers": ((NHS, MISTYPED),)}, "nearly", "one digit"),
        ("National number", {"numbers": ((NHS, OTHER),)}, "differs", "both can be right"),
        ("National number", {"numbers": ((NHS, "9995551112"),)}, "unknown", "can't be right"),
        ("National number", {"numbers": ((CHI, OTHER),)}, "unknown", "not known of both"),
        ("National number", {"numbers": ()}, "unknown", "not known of both"),
    ],
)
def test_how_two_people_agree(name, changes, verdict, words):
    level = level_of(name, **changes)
    assert level.verdict == verdict
    assert words in level.words


@pytest.mark.parametrize(
    ("name", "changes", "caution"),
    [
        ("Given name", {"given": "Bramblia"}, Caution.NUMBER_OR_NOTHING),
        ("Given name", {"given": "Baby"}, Caution.ASK),
        ("Date of birth", {"born": "1980-11-22"}, Caution.NUMBER_OR_NOTHING),
        ("National number", {"numbers": ((NHS, OTHER),)}, Caution.ASK),
        ("National number", {}, Caution.NONE),
    ],
)
def test_what_calls_for_caution(name, changes, caution):
    assert level_of(name, **changes).caution is caution


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_declared_shares_of_a_field_add_up_to_one(field):
    """What is fixed stands outside the sum: its weight is a caution's, not an estimate."""
    estimated = [level for level in field.levels if level.verdict != "unknown" and not level.is_fixed]
    assert sum(level.m for level in estimated) == pytest.approx(1, abs=0.02)
    assert sum(level.u for level in estimated) == pytest.approx(1, abs=0.02)
    assert not estimated[-1].condition, "the last level takes what is left"
