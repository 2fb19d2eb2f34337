"""The file itself: encodings, headers, quotes, lines cut short; and going on from any row."""

import re

import pytest

from joinedup.exchange.extracts import ExtractRefusedError, load_extract
from joinedup.exchange.extracts.reading import Place, in_batches, read_header, read_records

EXTRACT = load_extract("scotland-source-home-care")
SHAPE = EXTRACT.dictionary.shape
REQUIRED = ["sending_location", "social_care_id", "period", "hc_service_start_date", "hc_service"]
HEADER = ",".join(REQUIRED)


@pytest.fixture
def opened(tmp_path):
    """Write the bytes as a file; return its header and its rows."""

    def work(data):
        path = tmp_path / "x.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        header = read_header(path, EXTRACT.dictionary)
        return header, list(read_records(path, SHAPE, header, header.start))

    return work


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (HEADER.replace(",", ";").encode(), "parted by a semicolon, not by a comma"),
        (HEADER.replace(",", "\t").encode(), "parted by a tab"),
        (b"sending_location,social_care_id\n", "columns missing: period, hc_service_start_date, hc_service"),
        (f"{HEADER},period\n".encode(), "columns named twice: period"),
        (f"{HEADER},Social Care-ID\n".encode(), "columns named twice"),
        (f"{HEADER},caf\xe9\n".encode("latin-1"), "of the header is not utf-8"),
        (HEADER.encode() + b"\rS1,1,2024Q1,2024-01-01,1\r", "CR alone"),
        (f'{HEADER},"x\n'.encode(), "header is not CSV"),
    ],
)
def test_a_file_that_cannot_be_this_extract_is_refused(opened, data, words):
    with pytest.raises(ExtractRefusedError, match=words):
        opened(data)


def test_there_must_be_a_file(tmp_path):
    with pytest.raises(ExtractRefusedError, match="there is no file"):
        read_header(tmp_path / "none.csv", EXTRACT.dictionary)


def test_a_byte_order_mark_crlf_capitals_and_columns_of_no_use_are_no_trouble(opened):
    data = (
        b"\xef\xbb\xbf" + b"Sending Location,SOCIAL-CARE-ID,period,hc_service_start_date,hc_service,Extra\r\n"
    )
    header, rows = opened(data + b'S1,"1,2",2024Q1,2024-01-01,1,x\r\n\r\nS1,"a\r\nb",2024Q1,2024-01-01,1,x')
    assert [row.fields["social_care_id"] for row in rows] == ["1,2", "a\r\nb"]
    assert [row.line for row in rows] == [2, 4]
    said = "; ".join(header.notes)
    assert "byte order mark" in said
    assert "passed over: Extra" in said
    assert "last line does not end" in said


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b"S1,1\n", "the row has 2 fields and the header 5"),
        (b"S1,1,2024Q1,2024-01-01,1,too,many\n", "has 7 fields"),
        (b"S1,caf\xe9,2024Q1,2024-01-01,1\n", "byte 7 of line 3 is not utf-8"),
        (b'S1,"1"2,2024Q1,2024-01-01,1\n', "not CSV"),
        (b'S1,"never closed,2024Q1,2024-01-01,1\n', "not CSV|quote is opened"),
        (b"S1,a\rb,2024Q1,2024-01-01,1\n", "not CSV"),
    ],
)
def test_a_broken_row_does_not_take_the_others_with_it(opened, bad, words):
    good = b"S1,1,2024Q1,2024-01-01,1\n"
    _, rows = opened(HEADER.encode() + b"\n" + good + bad + good * 200)
    problems = [row.problem for row in rows if row.problem]
    assert [problem.line for problem in problems] == [3]
    assert re.search(words, problems[0].reason)
    assert len(rows) == 202
    assert [row.line for row in rows] == list(range(2, 204))


def test_a_line_without_end_is_refused_and_not_held(opened):
    good = b"S1,1,2024Q1,2024-01-01,1\n"
    _, rows = opened(HEADER.encode() + b"\n" + b"x" * 3_500_000 + b"\n" + good)
    assert "longer than" in rows[0].problem.reason
    assert rows[1].fields["social_care_id"] == "1"


def test_reading_goes_on_from_every_row(opened, tmp_path):
    body = "".join(f'S1,"{n}\n{n}é",2024Q1,2024-01-01,1\n' for n in range(20))
    header, rows = opened(f"{HEADER}\n{body}")
    for position, row in enumerate(rows):
        rest = list(read_records(tmp_path / "x.csv", SHAPE, header, row.after))
        assert rest == rows[position + 1 :]
    assert rows[0].after == Place(rows[0].after.byte, 4)
    assert [len(batch) for batch in in_batches(rows, 8)] == [8, 8, 4]
