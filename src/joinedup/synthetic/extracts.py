"""Extracts as partners would send them: CSV of the same made-up people, to try `joinedup receive` with.

Columns are named as in the data dictionaries that joinedup ships; a test holds the two together. What is written is
taken from the made-up resources; only the codes that they have not, such as ICD-10, are chosen here.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

import msgspec

from joinedup.core.nation import Nation
from joinedup.synthetic.bundles import bundles
from joinedup.synthetic.extract_community import contact_rows
from joinedup.synthetic.extract_hospital import (
    england_stays,
    northern_ireland_stays,
    scotland_stays,
    wales_stays,
)
from joinedup.synthetic.extract_people import Known
from joinedup.synthetic.extract_social_care import care_home_rows, client_level_rows, home_care_rows

Json = dict[str, Any]
Row = dict[str, str]
Rows = Callable[[Json, Known], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Sample:
    """An extract that can be made up: whose, and the rows that each made-up resource gives."""

    nation: Nation
    rows: Rows


SAMPLES: Mapping[str, Sample] = {
    "england-admitted-patient-care": Sample(Nation.ENGLAND, england_stays),
    "england-client-level-data": Sample(Nation.ENGLAND, client_level_rows),
    "england-community-contacts": Sample(Nation.ENGLAND, contact_rows),
    "northern-ireland-inpatients": Sample(Nation.NORTHERN_IRELAND, northern_ireland_stays),
    "scotland-smr01": Sample(Nation.SCOTLAND, scotland_stays),
    "scotland-source-care-home": Sample(Nation.SCOTLAND, care_home_rows),
    "scotland-source-home-care": Sample(Nation.SCOTLAND, home_care_rows),
    "wales-pedw": Sample(Nation.WALES, wales_stays),
}


def write_extract(stream: TextIO, name: str, *, people: int, seed: int, until: date) -> int:
    """Write the extract of this name with its header; return the number of rows. The same arguments, the same file.

    Raises `KeyError` for a name that is not in `SAMPLES`. The people are those of a demo made with the same arguments.
    """
    sample = SAMPLES[name]
    known = Known(until)
    writer: csv.DictWriter[str] | None = None
    count = 0
    for body in bundles(sample.nation, people=people, seed=seed, until=until):
        for entry in msgspec.json.decode(body)["entry"]:
            known.note(entry["resource"])
            for row in sample.rows(entry["resource"], known):
                if writer is None:
                    writer = csv.DictWriter(stream, list(row), lineterminator="\n")
                    writer.writeheader()
                writer.writerow(row)
                count += 1
    return count
