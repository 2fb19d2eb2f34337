"""The tables that insight reads: names, columns and types, bound to no engine.

Each is a folder of Parquet files, `<data>/insight/<table>/*.parquet`. The first three are written by the
publish step, with keyed pseudonyms for people and stays and no name, number, address or full date of birth;
`rows` has their rows. The others hold national figures that others published, one file a source, written by
`exchange.files`.
"""

from pathlib import Path
from typing import Final

import ibis
from ibis.expr.types import Table

PERSON: Final[Table] = ibis.table(
    {
        "person": "!string",
        "nation": "!string",
        "area": "string",
        "sex": "string",
        "birth_year": "int32",
        "deprivation": "int32",
        "died_on": "date",
        "registered_from": "date",
    },
    name="person",
)

ACTIVITY: Final[Table] = ibis.table(
    {
        "person": "!string",
        "kind": "!string",
        "setting": "string",
        "organisation": "string",
        "started_at": "!timestamp('UTC')",
        "ended_at": "timestamp('UTC')",
        "quantity": "float64",
        "unit": "string",
        "cost": "decimal(18, 2)",
        "nation": "!string",
        "area": "string",
    },
    name="activity",
)

# Days are those of the United Kingdom on which the moments fall, for rules count days there.
DELAY: Final[Table] = ibis.table(
    {
        "person": "!string",
        "stay": "!string",
        "nation": "!string",
        "area": "string",
        "organisation": "string",
        "setting": "!string",
        "admitted_at": "timestamp('UTC')",
        "ready_at": "!timestamp('UTC')",
        "left_at": "timestamp('UTC')",
        "ready_on": "!date",
        "left_on": "date",
        "intermediate_care_at": "timestamp('UTC')",
        "intermediate_care_on": "date",
        "reason": "string",
        "responsible": "string",
        "complexity": "string",
        "age": "int32",
    },
    name="delay",
)

# `date` is the first day of the month for monthly figures, else the day itself: `counted` says which
# (bed_days and people_at_census are monthly, people_each_day is daily).
PUBLISHED_DELAY: Final[Table] = ibis.table(
    {
        "source": "!string",
        "nation": "!string",
        "area_code": "!string",
        "area_name": "string",
        "date": "!date",
        "counted": "!string",
        "age_group": "!string",
        "reason": "!string",
        "value": "!float64",
    },
    name="published_delay",
)

# An `age_to` that is null means "and over".
PUBLISHED_POPULATION: Final[Table] = ibis.table(
    {
        "source": "!string",
        "nation": "!string",
        "area_kind": "!string",
        "area_code": "!string",
        "area_name": "string",
        "year": "!int32",
        "age_from": "!int32",
        "age_to": "int32",
        "value": "!float64",
    },
    name="published_population",
)

PUBLISHED_EMERGENCY: Final[Table] = ibis.table(
    {
        "source": "!string",
        "nation": "!string",
        "area_code": "!string",
        "date": "!date",
        "counted": "!string",
        "value": "!float64",
    },
    name="published_emergency",
)

# One row says that a part belongs to a whole; `share` is how much of the part does, where the source says so.
PUBLISHED_LOOKUP: Final[Table] = ibis.table(
    {
        "source": "!string",
        "part_kind": "!string",
        "part_code": "!string",
        "part_name": "string",
        "whole_kind": "!string",
        "whole_code": "!string",
        "whole_name": "string",
        "share": "float64",
    },
    name="published_lookup",
)

TABLES: Final[dict[str, Table]] = {
    table.get_name(): table
    for table in (
        PERSON,
        ACTIVITY,
        DELAY,
        PUBLISHED_DELAY,
        PUBLISHED_POPULATION,
        PUBLISHED_EMERGENCY,
        PUBLISHED_LOOKUP,
    )
}


def table_folder(data_folder: Path, table: Table) -> Path:
    """Where the Parquet files of a table are, under the data folder."""
    return data_folder / "insight" / str(table.get_name())
