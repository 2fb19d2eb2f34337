"""Whatever comes in a partner's file: never an exception, and every row is accepted or refused."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.exchange.extracts import ExtractRefusedError, extract_names, load_extract
from joinedup.exchange.extracts.reading import read_header, read_records
from joinedup.exchange.receiving.checking import check
from joinedup.synthetic.extracts import SAMPLES, write_extract

TODAY = date(2026, 3, 12)
EXTRACTS = {name: load_extract(name) for name in extract_names()}


def _sample(name):
    text = io.StringIO()
    write_extract(text, name, people=800, seed=1, until=TODAY)
    return list(csv.reader(io.StringIO(text.getvalue())))[:4]


SAMPLE = {name: _sample(name) for name in SAMPLES}
odd = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "NULL", "0", "-1", "99/99/9999", "2026-02-30", "\x00", '"', "é", "2025-01-01", "1e999", "21"]
    ),
)


@st.composite
def messes(draw):
    """A sample with fields changed, rows cut, stretched and doubled, written as CSV, then bytes broken."""
    name = draw(st.sampled_from(sorted(SAMPLE)))
    header, *rows = [list(row) for row in SAMPLE[name]]
    for _ in range(draw(st.integers(0, 12))):
        row = draw(st.sampled_from(rows))
        if row:
            row[draw(st.integers(0, len(row) - 1))] = draw(odd)
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(draw(st.integers(0, len(rows))), draw(st.lists(odd, max_size=30)))
    text = io.StringIO()
    csv.writer(text, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows([header, *rows])
    data = bytearray(text.getvalue().encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return name, bytes(data[: draw(st.integers(len(data) // 2, len(data)))])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messes())
def test_every_row_is_accepted_or_refused(mess):
    name, data = mess
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(data)
        try:
            report = check(path, EXTRACTS[name], system="S", on=TODAY)
        except ExtractRefusedError:
            return
    counts = report.counts
    assert counts.accepted + counts.refused == counts.rows
    assert len({problem.line for problem in report.problems}) == counts.refused
    assert all(problem.reason and problem.advice for problem in report.problems)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_below_a_header_are_rows_or_problems(data):
    extract = EXTRACTS["scotland-source-home-care"]
    header_line = ",".join(f.name for f in extract.dictionary.fields.values() if f.is_required)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(header_line.encode() + b"\n" + data)
        header = read_header(path, extract.dictionary)
        records = list(read_records(path, extract.dictionary.shape, header, header.start))
        places = [record.after.byte for record in records]
        assert places == sorted(set(places))
        for record in records[:3]:
            rest = list(read_records(path, extract.dictionary.shape, header, record.after))
            assert rest == records[records.index(record) + 1 :]


def test_each_nation_has_an_extract():
    assert {sample.nation for sample in SAMPLES.values()} == set(Nation)
