"""Publish: the tables hold what the record says, under pseudonyms, and nothing that names anybody."""

import duckdb
import pytest
from fhir_samples import RIGHT_NUMBER, patient, stay

from joinedup.core.nation import Nation
from joinedup.exchange.publish import Pseudonyms, publish

pytestmark = pytest.mark.django_db
READY = {
    "url": "https://joinedup.example/fhir/StructureDefinition/ready-to-leave",
    "extension": [
        {"url": "readyAt", "valueDateTime": "2026-01-03T10:00:00+00:00"},
        {"url": "responsible", "valueCode": "social_care"},
    ],
}


def rows(folder, table, columns="*"):
    with duckdb.connect() as connection:
        files = f"{folder}/insight/{table}/*.parquet"
        return connection.execute(f"SELECT {columns} FROM read_parquet('{files}')").fetchall()  # noqa: S608


@pytest.fixture
def published(api, tmp_path):
    address = [{"line": ["77 Marmalade Gardens"], "postalCode": "ZZ99 4YY"}]
    api.put(
        "/Patient/p1", patient("p1", address=address, telecom=[{"system": "phone", "value": "01632 960123"}])
    )
    period = {"start": "2026-01-01T10:00:00+00:00", "end": "2026-01-09T10:00:00+00:00"}
    api.put("/Encounter/s1", stay("s1", status="finished", period=period, extension=[READY]))
    api.put("/Encounter/s2", stay("s2", period={"start": "2026-02-01T10:00:00+00:00"}))
    return tmp_path, publish(tmp_path, nation=Nation.ENGLAND, key="a key")


def test_the_tables_hold_what_the_record_says(published):
    folder, counts = published
    assert (counts.people, counts.activities, counts.delays) == (1, 2, 1)
    ((person, year),) = rows(folder, "person", "person, birth_year")
    assert year == 1950
    assert rows(folder, "activity", "kind, quantity, unit") == [
        ("Hospital stay", 8.0, "bed days"),
        ("Hospital stay", None, "bed days"),
    ]
    assert rows(folder, "delay", "person, responsible, age, ready_on::text, left_on::text") == [
        (person, "social_care", 75, "2026-01-03", "2026-01-09")
    ]


def test_nothing_that_names_anybody_is_in_the_files(published):
    folder, _ = published
    told = [
        "Trumpetwright",
        "Hazelanne",
        RIGHT_NUMBER,
        "Marmalade",
        "ZZ99",
        "960123",
        "1950-03-02",
        "p1",
        "s1",
    ]
    values = [
        str(value)
        for table in ("person", "activity", "delay")
        for row in rows(folder, table, "COLUMNS(*)::text")
        for value in row
    ]
    assert [
        word for word in told if any(word == value or (len(word) > 3 and word in value) for value in values)
    ] == []


def test_a_pseudonym_holds_for_one_key_and_kind():
    assert Pseudonyms("a").of("person", "1") == Pseudonyms("a").of("person", "1")
    assert Pseudonyms("a").of("person", "1") != Pseudonyms("b").of("person", "1")
    assert Pseudonyms("a").of("person", "1") != Pseudonyms("a").of("stay", "1")


def test_publishing_again_takes_the_place_of_the_last(published, api):
    folder, _ = published
    api.put("/Patient/p1", patient("p1", born="1951-01-01"))
    publish(folder, nation=Nation.ENGLAND, key="a key")
    assert rows(folder, "person", "birth_year") == [(1951,)]
