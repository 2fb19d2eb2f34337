"""Runs the table in `boundaries.yaml`: what the published lookups say of councils and health bodies."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.exchange.files import load_published
from joinedup.insight.boundaries.counting import count_overlaps
from joinedup.rules.boundaries.comparing import compare
from joinedup.rules.nodes import read_node
from published_files import FILES, ON

TABLE = Path(__file__).with_name("boundaries.yaml")
CASES = [
    node.fields(frozenset({"case", "nation", "expected"}))
    for node in read_node(TABLE.read_bytes(), TABLE.name).items()
]
LOADED = (
    "population-council-2020",
    "lookup-small-area-icb",
    "lookup-council-upper-tier",
    "lookup-data-zone-council-health-board",
    "lookup-council-health-board",
    "lookup-council-health-trust",
)


@pytest.fixture(scope="module")
def loaded(published_data, tmp_path_factory):
    """A data folder with every lookup that the comparisons need."""
    folder = tmp_path_factory.mktemp("lookups")
    for source in LOADED:
        load_published(published_data / FILES[source], source=source, folder=folder, on=ON)
    return folder


@pytest.fixture(scope="module")
def counted(loaded):
    return {(each.nation, each.id): each for each in count_overlaps(loaded)}


def test_the_table_has_every_comparison(counted):
    assert set(counted) == {(Nation(case["nation"].text()), case["case"].text()) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=[f"{c['nation'].text()} {c['case'].text()}" for c in CASES])
def test_each_comparison_comes_out_as_the_table_says(counted, case):
    result = compare(counted[Nation(case["nation"].text()), case["case"].text()]).value
    found = {
        "fitting": sum(spread.nests for spread in result.areas),
        "areas": len(result.areas),
        "others": len(result.others),
        "touched": len(result.touched),
        "counted": result.people,
        "nested": str(round(float(result.nested), 6)),
        "nested_back": str(round(float(result.nested_back), 6)),
        "identical": str(round(float(result.identical), 6)),
    }
    expected = {key.text(): node for key, node in case["expected"].named()}
    assert {name: str(value) for name, value in found.items()} == {
        name: str(node.yaml_node.value) for name, node in expected.items()
    }


def test_a_slow_count_of_the_file_itself_finds_the_same_split_districts(published_data, counted):
    boards = defaultdict(set)
    with (published_data / FILES["lookup-small-area-icb"]).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            boards[row["lsoa21_name"].rpartition(" ")[0]].add(row["icb24_code"])
    split = {name for name, codes in boards.items() if len(codes) > 1}
    result = compare(counted[Nation.ENGLAND, "councils-icbs"]).value
    assert {spread.area.name for spread in result.misfits} == split


def test_the_split_upper_tier_councils_are_those_that_touch_15_boards(counted):
    result = compare(counted[Nation.ENGLAND, "upper-tier-icbs"]).value
    assert [spread.area.name for spread in result.misfits] == [
        "Essex",
        "Cumbria",
        "Hampshire",
        "Surrey",
        "Suffolk",
        "North Yorkshire",
        "Hertfordshire",
        "Buckinghamshire",
        "Oxfordshire",
    ]


def test_what_a_report_counted_stands_beside_it_with_its_source(counted):
    steps = {step.what: step for step in compare(counted[Nation.ENGLAND, "upper-tier-icbs"]).steps}
    step = steps["What a report counted"]
    assert step.value == "13 split, touching 15 of 42"
    assert step.because.startswith("here 9 are split, touching 15 of 42; it counted in 2021")
    assert [citation.source.paragraph for citation in step.citations] == ["table 4"]


def test_scottish_areas_have_names_and_a_shared_authority_is_one_area(counted):
    result = compare(counted[Nation.SCOTLAND, "integration-authorities-health-boards"]).value
    by_name = {spread.area.name: spread for spread in result.areas}
    assert by_name["Clackmannanshire and Stirling"].parts[0].area.name == "NHS Forth Valley"
    assert not any(
        spread.area.name.startswith("S") and spread.area.name[1:].isdigit() for spread in result.areas
    )


def test_a_comparison_whose_lookups_are_missing_is_left_out(published_data, tmp_path):
    source = "lookup-council-health-board"
    load_published(published_data / FILES[source], source=source, folder=tmp_path, on=ON)
    (only,) = count_overlaps(tmp_path)
    assert (only.nation, only.counted) == (Nation.WALES, "councils, each counted as one")
    assert compare(only).value.people == 22
