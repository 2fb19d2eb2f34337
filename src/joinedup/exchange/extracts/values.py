"""From the text of a field to a value in FHIR's form, or to what is wrong with it and what to do.

Dates: FHIR R4 `date`; moments: `dateTime` with the offset of the clocks of the United Kingdom on that day. An ICD-10
code gets its dot and loses the filler X and the dagger or asterisk letter that are no part of the code.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final

from joinedup.core.moments import UK_TIME
from joinedup.exchange.extracts.dictionary import CodeList, Field, Kind, OtherCodes
from joinedup.exchange.extracts.problems import UnreadableError

Value = str | int | Decimal
# Column order of the groups is day first or year first, as the name says.
DATE_FORMATS: Final = {
    "YYYY-MM-DD": re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    "YYYYMMDD": re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"),
    "DD/MM/YYYY": re.compile(r"(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>\d{4})"),
    "DDMMYYYY": re.compile(r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4})"),
}
TIME_FORMATS: Final = {
    "HH:MM": re.compile(r"(?P<h>\d\d?):(?P<n>\d\d)"),
    "HH:MM:SS": re.compile(r"(?P<h>\d\d?):(?P<n>\d\d):\d\d"),
    "HHMM": re.compile(r"(?P<h>\d\d)(?P<n>\d\d)"),
}
MOMENT_FORMATS: Final = {
    "YYYY-MM-DDTHH:MM:SS": ("YYYY-MM-DD", "HH:MM:SS", "T"),
    "YYYY-MM-DD HH:MM:SS": ("YYYY-MM-DD", "HH:MM:SS", " "),
    "DD/MM/YYYY HH:MM": ("DD/MM/YYYY", "HH:MM", " "),
}
FORMATS: Final = {
    Kind.DATE: frozenset(DATE_FORMATS),
    Kind.TIME: frozenset(TIME_FORMATS),
    Kind.MOMENT: frozenset(MOMENT_FORMATS),
}
FIRST_YEAR, LAST_YEAR = 1850, 2199
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
# A number's scale is kept in the record's JSON; longer ones are no quantities but something gone wrong.
LONGEST_NUMBER = 18
POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
ICD_10 = re.compile(r"([A-Z]\d\d)\.?(?:([\dX])(\d?))?[X\-]*[DA]?")
OPCS_4 = re.compile(r"([A-Z]\d\d)\.?(\d)?[\-]?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
LONGEST_TEXT = 4000


def read_value(text: str, field: Field, codes: CodeList | None) -> Value:
    """The value of a field that is not empty. Raises `UnreadableError`."""
    if CONTROL.search(text):
        raise UnreadableError(
            "the field holds a character that is no text", "Take control characters out of the extract"
        )
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(
            f"the field is longer than {LONGEST_TEXT:,} characters",
            "Check that the quotes around the text are closed",
        )
    if codes is not None:
        return _known_code(text, codes)
    return READERS[field.kind](text, field)


def is_listed(text: str, codes: CodeList) -> bool:
    """Whether the code is in its list."""
    return text in codes.meanings


def _known_code(text: str, codes: CodeList) -> str:
    code = codes.spelled(text)
    if codes.others is OtherCodes.REFUSE and not is_listed(code, codes):
        raise UnreadableError(
            f"the code is not one of the list {codes.title!r}",
            f"Use one of {', '.join(codes.meanings)}, or add the code to the data dictionary",
        )
    return code


def _text(text: str, field: Field) -> str:
    del field
    return text


def _date(text: str, field: Field) -> str:
    return day_of(text, field.format)


def _time(text: str, field: Field) -> str:
    return time_of(text, field.format)


def _moment(text: str, field: Field) -> str:
    day, clock, between = MOMENT_FORMATS[field.format]
    first, _, second = text.partition(between)
    try:
        return moment_of(day_of(first, day), time_of(second, clock))
    except UnreadableError as error:
        raise UnreadableError(f"this is not a date and time written {field.format}", error.advice) from None


@lru_cache(maxsize=65536)
def day_of(text: str, format_: str) -> str:
    """The FHIR date of a day written in this format."""
    found = DATE_FORMATS[format_].fullmatch(text)
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"])) if found and text.isascii() else None
    except ValueError:
        raise UnreadableError("there is no such day in the calendar", f"Write {format_}") from None
    if day is None:
        raise UnreadableError(f"this is not a date written {format_}", f"Write {format_}")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableError(
            f"the year is not between {FIRST_YEAR} and {LAST_YEAR}", "Check the date, or leave it empty"
        )
    return day.isoformat()


@lru_cache(maxsize=4096)
def time_of(text: str, format_: str) -> str:
    """The time of day as 09:30, from a time written in this format."""
    found = TIME_FORMATS[format_].fullmatch(text)
    if not found or not text.isascii() or int(found["h"]) > 23 or int(found["n"]) > 59:
        raise UnreadableError(f"this is not a time of day written {format_}", f"Write {format_}")
    return f"{int(found['h']):02}:{found['n']}"


@lru_cache(maxsize=65536)
def moment_of(day: str, clock: str) -> str:
    """The FHIR dateTime of a day and a time of day, on the clocks of the United Kingdom."""
    moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), UK_TIME)
    # Before 1880 or so the offset had odd seconds, which a dateTime can't say.
    minutes = round((moment.utcoffset() or moment - moment).total_seconds() / 60)
    return f"{day}T{clock}:00+{minutes // 60:02}:{minutes % 60:02}" if minutes >= 0 else f"{day}T{clock}:00Z"


def _number(text: str, field: Field) -> Decimal:
    del field
    tidied = text.replace("£", "").strip()
    if not (NUMBER.fullmatch(tidied) and tidied.isascii()) or len(tidied) > LONGEST_NUMBER:
        raise UnreadableError("this is not a number", "Write digits with one point, such as 12.50")
    return Decimal(tidied.replace(",", ""))


def _whole_number(text: str, field: Field) -> int:
    number = _number(text, field)
    if number != number.to_integral_value():
        raise UnreadableError("this is not a whole number", "Write digits only")
    return int(number)


def _national_number(text: str, field: Field) -> str:
    """Without spaces. Whether its check digit is right is for the door to say, which knows whose number it is."""
    del field
    digits = re.sub(r"[\s\-]", "", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 10):
        raise UnreadableError("the number must be ten digits", "Write ten digits; keep a leading zero")
    return digits


def _postcode(text: str, field: Field) -> str:
    """As it is written; one that has no postcode's form stays as it came: places abroad have others."""
    del field
    found = POSTCODE.fullmatch(re.sub(r"\s", "", text).upper())
    return f"{found[1]} {found[2]}" if found else text


def _icd_10(text: str, field: Field) -> str:
    del field
    found = ICD_10.fullmatch(re.sub(r"\s", "", text).upper())
    if not found:
        raise UnreadableError("this is not an ICD-10 code", "Write a letter and two to four digits: I63.9")
    detail = f"{found[2] or ''}{found[3] or ''}".lstrip("X")
    return f"{found[1]}.{detail}" if detail else found[1]


def _opcs_4(text: str, field: Field) -> str:
    del field
    found = OPCS_4.fullmatch(re.sub(r"\s", "", text).upper())
    if not found:
        raise UnreadableError("this is not an OPCS-4 code", "Write a letter and two or three digits: W37.1")
    return f"{found[1]}.{found[2]}" if found[2] else found[1]


READERS: Final[dict[Kind, Callable[[str, Field], Value]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
    Kind.NUMBER: _number,
    Kind.WHOLE_NUMBER: _whole_number,
    Kind.NATIONAL_NUMBER: _national_number,
    Kind.POSTCODE: _postcode,
    Kind.ICD_10: _icd_10,
    Kind.OPCS_4: _opcs_4,
}
