"""What a field may look like, and what is said when it does not."""

from decimal import Decimal

import pytest

from joinedup.core.explained import Confidence
from joinedup.exchange.extracts.dictionary import Field, Kind
from joinedup.exchange.extracts.problems import UnreadableError
from joinedup.exchange.extracts.values import read_value


def read(text, kind, format_=""):
    field = Field("F", "", Kind(kind), False, format_, "", "", Confidence.UNVERIFIED)
    return read_value(text, field, None)


@pytest.mark.parametrize(
    ("text", "kind", "format_", "value"),
    [
        ("2025-02-28", "date", "YYYY-MM-DD", "2025-02-28"),
        ("20250228", "date", "YYYYMMDD", "2025-02-28"),
        ("28/02/2025", "date", "DD/MM/YYYY", "2025-02-28"),
        ("8/2/2025", "date", "DD/MM/YYYY", "2025-02-08"),
        ("28022025", "date", "DDMMYYYY", "2025-02-28"),
        ("9:05", "time", "HH:MM", "09:05"),
        ("0905", "time", "HHMM", "09:05"),
        ("09:05:59", "time", "HH:MM:SS", "09:05"),
        ("2025-07-01T12:00:00", "moment", "YYYY-MM-DDTHH:MM:SS", "2025-07-01T12:00:00+01:00"),
        ("01/01/2025 23:59", "moment", "DD/MM/YYYY HH:MM", "2025-01-01T23:59:00+00:00"),
        ("£1,234.50", "number", "", Decimal("1234.50")),
        ("-3", "number", "", Decimal(-3)),
        ("007", "whole_number", "", 7),
        ("999 000-0026", "national_number", "", "9990000026"),
        ("0101501234", "national_number", "", "0101501234"),
        ("zz99  1aa", "postcode", "", "ZZ99 1AA"),
        ("12345 Paris", "postcode", "", "12345 Paris"),
        ("i639", "icd_10", "", "I63.9"),
        ("I64X", "icd_10", "", "I64"),
        ("M4780", "icd_10", "", "M47.80"),
        ("A170D", "icd_10", "", "A17.0"),
        ("W371", "opcs_4", "", "W37.1"),
        ("W37", "opcs_4", "", "W37"),
        ("two\nlines", "text", "", "two\nlines"),
    ],
)
def test_what_can_be_read(text, kind, format_, value):
    found = read(text, kind, format_)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "kind", "format_"),
    [
        ("2025-02-30", "date", "YYYY-MM-DD"),
        ("30/02/2025", "date", "DD/MM/YYYY"),
        ("02/28/2025", "date", "DD/MM/YYYY"),
        ("2025-2-28", "date", "YYYY-MM-DD"),
        ("٢٠٢٥-02-28", "date", "YYYY-MM-DD"),
        ("1066-10-14", "date", "YYYY-MM-DD"),
        ("9999-12-31", "date", "YYYY-MM-DD"),
        ("24:00", "time", "HH:MM"),
        ("2025-07-01", "moment", "YYYY-MM-DDTHH:MM:SS"),
        ("1.2.3", "number", ""),
        ("1e5", "number", ""),
        ("NaN", "number", ""),
        ("1,23", "number", ""),
        ("12345678901234567890", "number", ""),
        ("2.5", "whole_number", ""),
        ("999000002", "national_number", ""),
        ("999000002X", "national_number", ""),
        ("6.39", "icd_10", ""),
        ("hello", "opcs_4", ""),
        ("nul\x00here", "text", ""),
        ("x" * 5000, "text", ""),
    ],
)
def test_what_is_refused_without_saying_it(text, kind, format_):
    with pytest.raises(UnreadableError) as error:
        read(text, kind, format_)
    assert text not in str(error.value)
    assert error.value.advice
