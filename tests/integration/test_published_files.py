"""Published files as they come: the real ones where they are at hand, and every way a file can be bad."""

import pytest

from joinedup.exchange.files import (
    FileRefusedError,
    UnknownSourceError,
    load_published,
    report_lines,
    source_names,
)
from joinedup.exchange.files.report import Written
from joinedup.insight.tables import table_folder
from published_files import FILES, HEADER, ON, SCOTLAND, TABLE_OF, cells, load, rows_in

# source: rows read and rows written to the table
COUNTS = {
    "scotland-delayed-discharge": (24_750, 24_750),
    "wales-pathway-of-care-delays": (5_220, 5_220),
    "england-criteria-to-reside": (51_727, 51_727),
    "england-emergency-care": (1_680, 10_080),
    "population-council-2020": (336, 30_576),
    "population-health-board": (574, 574),
    "lookup-data-zone-council-health-board": (6_976, 13_952),
    "lookup-small-area-icb": (33_755, 135_020),
    "lookup-council-health-trust": (11, 11),
    "lookup-council-health-board": (22, 22),
    "lookup-council-upper-tier": (331, 331),
    "lookup-council-region": (296, 296),
    "lookup-trust-icb": (1_321, 1_321),
    "lookup-trust-council": (5_670, 5_670),
}


def test_every_source_is_tried():
    assert set(COUNTS) == set(FILES) == set(source_names())


@pytest.mark.parametrize("source", COUNTS)
def test_a_real_file_is_read_whole_and_adds_up(published_data, tmp_path, source):
    path = published_data / FILES[source]
    report = load_published(path, source=source, folder=tmp_path, on=ON)
    read, written = COUNTS[source]
    assert (report.rows_read, report.rows_kept, report.rows_refused) == (read, read, 0)
    assert (report.rows_written, report.written) == (written, Written.NEW)
    assert all(check.holds for check in report.checks)
    assert len(rows_in(tmp_path, TABLE_OF[report.table])) == written


def test_the_four_scottish_reason_groups_sum_to_all_in_every_cell(published_data, tmp_path):
    source = "scotland-delayed-discharge"
    report = load_published(published_data / FILES[source], source=source, folder=tmp_path, on=ON)
    said = "Check: The four reason groups sum to 'All Delay Reasons': yes, in every one of 4,950 cells"
    assert said in report_lines(report)


def test_the_population_of_england_and_wales_is_the_published_one(published_data, tmp_path):
    load_published(
        published_data / FILES["population-council-2020"],
        source="population-council-2020",
        folder=tmp_path,
        on=ON,
    )
    rows = rows_in(tmp_path, TABLE_OF["published_population"])
    assert sum(row[-1] for row in rows) == 59_719_724


def test_a_cell_that_does_not_add_up_is_named(tmp_path):
    report = load(tmp_path, cells(total=100, parts=(50, 30, 10, 9)))
    reasons = report.checks[0]
    assert (reasons.cells, reasons.agreeing, reasons.holds) == (1, 0, False)
    assert str(reasons.disagreements[0]) == (
        "line 2, hb_code S08000015, date 2025-08-01, age_group 18plus: the total is 100, the parts make 99"
    )
    assert any("does not add up: line 2" in line for line in report_lines(report))


def test_a_cell_without_all_its_parts_is_not_called_right(tmp_path):
    report = load(tmp_path, cells()[:-1])
    reasons = report.checks[0]
    assert not reasons.holds
    assert len(reasons.incomplete) == 1
    assert any("1 could not be checked" in line for line in report_lines(report))


def test_halves_of_the_daily_average_are_rounded_up(tmp_path):
    # 15 days in a month of 30 are half a bed a day.
    report = load(
        tmp_path, cells(total=15, parts=(15, 0, 0, 0), month="2025-06-01", average=lambda n: int(n > 0))
    )
    assert report.checks[3].holds


# what is done to the good file, what is said
REFUSED_WHOLE = [
    (
        lambda t: t.replace(b"num_delayed_bed_days", b"bed_days", 1),
        "line 1: columns missing: num_delayed_bed_days",
    ),
    (lambda t: t.replace(b"age_group", b"date", 1), "columns missing: age_group"),
    (
        lambda t: t.replace(b'"75plus"', b'"75\xe9plus"', 1) if b'"75plus"' in t else t + b"\xe9\n",
        "is not UTF-8",
    ),
    (lambda t: t.decode().encode("utf-16"), "UTF-16"),
    (lambda _: b"", "The file is empty"),
    (lambda _: b"\n\n", "The file is empty"),
    (lambda t: t.splitlines(keepends=True)[0], "a header and no rows"),
    (lambda t: t[:-12], "line 6: not CSV: unexpected end of data"),
    (lambda t: t + b'"S08000015",2025-0', "line 7, column 2: this line has 2 of 6 fields"),
    (lambda t: t + b'"S08000015', "line 7: not CSV"),
    (lambda t: t.replace(b"S08", b"X08"), "None of the 5 rows could be kept"),
]


@pytest.mark.parametrize(("spoil", "said"), REFUSED_WHOLE)
def test_a_file_of_the_wrong_form_is_refused_and_nothing_changes(tmp_path, spoil, said):
    good = "\n".join([HEADER, *cells()]).encode() + b"\n"
    load(tmp_path, cells(total=1, parts=(1, 0, 0, 0)))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")}
    (tmp_path / "bad.csv").write_bytes(spoil(good))
    with pytest.raises(FileRefusedError) as refused:
        load_published(tmp_path / "bad.csv", source=SCOTLAND, folder=tmp_path, on=ON)
    assert said in str(refused.value)
    assert refused.value.advice
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")} == before
    assert sorted(p.name for p in (tmp_path / "insight" / "published_delay").iterdir()) == [
        f"{SCOTLAND}.parquet"
    ]


def test_latin_1_is_refused_with_its_place_and_what_to_do(tmp_path):
    text = f"{HEADER}\n{cells()[0]}\n".encode() + b'"Ynys M\xf4n",2025-08-01\n'
    (tmp_path / "latin.csv").write_bytes(text)
    with pytest.raises(FileRefusedError) as refused:
        load_published(tmp_path / "latin.csv", source=SCOTLAND, folder=tmp_path, on=ON)
    assert (refused.value.line, refused.value.column) == (3, 8)
    assert "Save the file as UTF-8" in str(refused.value)


def test_a_byte_order_mark_is_left_out_and_said(tmp_path):
    text = "\n".join([HEADER, *cells()]).encode("utf-8-sig") + b"\n"
    (tmp_path / "bom.csv").write_bytes(text)
    report = load_published(tmp_path / "bom.csv", source=SCOTLAND, folder=tmp_path, on=ON)
    assert report.rows_kept == 5
    assert any("byte order mark" in line for line in report_lines(report))


# a sixth row, the column that is named, and why
REFUSED_ROWS = [
    (
        '"S08000099",2025-07-01,"18plus","Code 9 AWI",1,0',
        "1 (hb_code)",
        "a Scottish health board that joinedup",
    ),
    (
        '"E54000008",2025-07-01,"18plus","Code 9 AWI",1,0',
        "1 (hb_code)",
        "is not the code of a Scottish health",
    ),
    ('"S08000015",2025-07-02,"18plus","Code 9 AWI",1,0', "2 (date)", "not the first day of a month"),
    ('"S08000015",01/07/2025,"18plus","Code 9 AWI",1,0', "2 (date)", "is not a first day of a month"),
    ('"S08000015",2025-13-01,"18plus","Code 9 AWI",1,0', "2 (date)", "is not a first day of a month"),
    ('"S08000015",2999-01-01,"18plus","Code 9 AWI",1,0', "2 (date)", "is after today"),
    ('"S08000015",2025-07-01,"all","Code 9 AWI",1,0', "3 (age_group)", "'all' is not one of the values"),
    ('"S08000015",2025-07-01,"18plus","Code 9 AWI",1.5,0', "5 (num_delayed_bed_days)", "not a whole number"),
    (
        '"S08000015",2025-07-01,"18plus","Code 9 AWI","1,5",0',
        "5 (num_delayed_bed_days)",
        "not a whole number",
    ),
    ('"S08000015",2025-07-01,"18plus","Code 9 AWI",-1,0', "5 (num_delayed_bed_days)", "not a whole number"),
    ('"S08000015",2025-07-01,"18plus","Code 9 AWI",NaN,0', "5 (num_delayed_bed_days)", "not a whole number"),
    ('"S08000015",2025-07-01,"18plus","Code 9 AWI",,0', "5 (num_delayed_bed_days)", "there is no value"),
]


@pytest.mark.parametrize(("row", "column", "reason"), REFUSED_ROWS)
def test_a_wrong_row_is_refused_with_its_place_and_the_others_are_kept(tmp_path, row, column, reason):
    report = load(tmp_path, [*cells(), row])
    (refusal,) = report.refusals
    assert (refusal.line, refusal.column) == (7, column)
    assert reason in refusal.reason
    assert refusal.advice
    assert (report.rows_read, report.rows_kept, report.rows_refused) == (6, 5, 1)
    assert len(rows_in(tmp_path, TABLE_OF["published_delay"])) == 5


def test_a_row_given_twice_is_kept_once(tmp_path):
    report = load(tmp_path, [*cells(), cells()[0]])
    assert [refusal.line for refusal in report.refusals] == [7]
    assert "says again what line 2 says" in report.refusals[0].reason


def test_rows_that_contradict_each_other_are_both_refused(tmp_path):
    other = cells(total=7, parts=(7, 0, 0, 0))[0]
    report = load(tmp_path, [*cells(), other])
    assert [refusal.line for refusal in report.refusals] == [2, 7]
    assert report.rows_kept == 4


def test_the_same_file_again_changes_nothing(tmp_path):
    first, again = load(tmp_path, cells()), load(tmp_path, cells())
    path = table_folder(tmp_path, TABLE_OF["published_delay"]) / f"{SCOTLAND}.parquet"
    stamp = path.stat().st_mtime_ns
    load(tmp_path, cells())
    assert (first.written, again.written) == (Written.NEW, Written.UNCHANGED)
    assert path.stat().st_mtime_ns == stamp
    assert any("nothing changed" in line for line in report_lines(again))


def test_a_later_edition_takes_the_place_of_the_earlier(tmp_path):
    load(tmp_path, cells())
    report = load(tmp_path, cells(total=4, parts=(1, 1, 1, 1)))
    assert report.written is Written.REPLACED
    assert sorted(row[-1] for row in rows_in(tmp_path, TABLE_OF["published_delay"])) == [1, 1, 1, 1, 4]


def test_a_damaged_table_is_written_anew(tmp_path):
    load(tmp_path, cells())
    (table_folder(tmp_path, TABLE_OF["published_delay"]) / f"{SCOTLAND}.parquet").write_bytes(b"PAR1 no more")
    assert load(tmp_path, cells()).written is Written.REPLACED
    assert len(rows_in(tmp_path, TABLE_OF["published_delay"])) == 5


def test_an_unfinished_last_line_is_said(tmp_path):
    (tmp_path / "f.csv").write_text("\n".join([HEADER, *cells()]))
    report = load_published(tmp_path / "f.csv", source=SCOTLAND, folder=tmp_path, on=ON)
    assert any("may be cut short" in line for line in report_lines(report))


def test_an_unknown_source_lists_those_there_are(tmp_path):
    with pytest.raises(
        UnknownSourceError, match=r"No source is called 'france'.*wales-pathway-of-care-delays"
    ):
        load_published(tmp_path / "f.csv", source="france", folder=tmp_path, on=ON)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileRefusedError, match="There is no file"):
        load_published(tmp_path / "none.csv", source=SCOTLAND, folder=tmp_path, on=ON)


def test_many_refusals_are_counted_and_the_first_named(tmp_path):
    wrong = [f'"S08000015",{year}-01-02,"18plus","Code 9 AWI",1,0' for year in range(2001, 2021)]
    lines = report_lines(load(tmp_path, [*cells(), *wrong]))
    assert sum("Refused:" in line for line in lines) == 10
    assert any("and 10 more refused" in line for line in lines)


def test_a_decimal_is_not_bent_on_the_way(tmp_path):
    (tmp_path / "f.csv").write_text(
        "nhs_trust22_code,icb22_code,proportion_trust_came_from_icb\n"
        "R0A,E54000008,0.042787135463149134\nR0A,E54000010,2.15181037570686e-06\n"
        "R0A,E54000011,0.957210712726475\n"
    )
    report = load_published(tmp_path / "f.csv", source="lookup-trust-icb", folder=tmp_path, on=ON)
    shares = sorted(row[-1] for row in rows_in(tmp_path, TABLE_OF["published_lookup"]))
    assert shares == [2.15181037570686e-06, 0.042787135463149134, 0.957210712726475]
    assert report.checks[0].holds
