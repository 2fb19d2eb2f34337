"""What is asked most, with 10,000 people in the record and with many times as many: each figure, and how it grows.

The first people are the generator's own, put in through the door. The rest are copies of them made in the database:
other people, ids, names and numbers, the same shape of lives. `JOINEDUP_GROWTH` says how many times as many (50 for
500,000 people and about 9 million entries; needs some 40 GB of disk and half an hour). `JOINEDUP_GROWTH_FOLDER` names
a folder to keep it all in: what is there already is used, so that a stopped run is gone on with.
"""

import json
import os
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.test import Client

from benchmarks.machine import Figure, kept
from benchmarks.reading import reader
from benchmarks.serving import latencies, median_ms, served, throughput

PEOPLE = int(os.environ.get("JOINEDUP_GROWTH_BASE", "10000"))
TIMES = int(os.environ.get("JOINEDUP_GROWTH", "10"))
ASKED = 200
# How many people a small organisation cares for, and how the names begin that are sought among them.
FEW = 500
SHORT = ("a", "e", "m", "th", "qu")
MOST_SLOWER = 1.5
LIMITS = {
    "Patient read": 2.5,
    "list of 14 people": 15,
    "name search": 15,
    "a person's encounters": 5,
    "$summary": 40,
    "page of people found": 60,
    "page of people found, short beginning, small organisation": 60,
    "name search, short beginning, small organisation": 15,
    "record page": 60,
}
# A word that many resources share is a code; any other is somebody's own, and must be another in each copy.
SHARED = 20
PREPARE = f"""
CREATE TABLE growth (copies integer NOT NULL, step bigint NOT NULL);
CREATE TABLE common AS SELECT word FROM record_resource, unnest(words) AS word GROUP BY word HAVING count(*) > {SHARED};
CREATE UNIQUE INDEX ON common (word);
CREATE TABLE first_people AS SELECT * FROM people_person;
CREATE TABLE first_resources AS SELECT resource.*, EXISTS (SELECT 1 FROM first_people f WHERE f.id = person_id) AS own
    FROM record_resource AS resource WHERE person_id IS NOT NULL;
CREATE TABLE first_entries AS SELECT entry.* FROM record_entry AS entry
    JOIN first_resources ON first_resources.id = entry.resource_id AND first_resources.version = entry.version;
INSERT INTO growth SELECT 1, max(id) FROM record_resource;
"""
# %(n)s is the number of the copy; ids of rows move on by %(step)s times that.
COPY = """
INSERT INTO people_person SELECT (copied).* FROM (SELECT jsonb_populate_record(f, jsonb_build_object(
    'id', md5(f.id::text || %(n)s)::uuid,
    'family', f.family || ' ' || %(n)s, 'sought_family', f.sought_family || ' ' || %(n)s)) AS copied
    FROM first_people AS f) AS made;
INSERT INTO people_sourcepatient (fhir_id, person_id, origin_id, system_id, born, died, told_at)
    SELECT fhir_id || '-' || %(n)s, md5(person_id::text || %(n)s)::uuid, md5(person_id::text || %(n)s)::uuid, system_id,
        born, died, told_at
    FROM people_sourcepatient WHERE person_id IN (SELECT id FROM first_people);
INSERT INTO record_resource (id, type, fhir_id, system_id, person_id, organisation_id, kind, version, happened_at,
        create_key, patient, labels, deleted, recorded_at, ended_at, words)
    SELECT id + %(step)s * %(n)s, type, fhir_id || '-' || %(n)s, system_id, md5(person_id::text || %(n)s)::uuid,
        organisation_id, kind, version, happened_at, NULL, patient || '-' || %(n)s, labels, deleted, recorded_at,
        ended_at, ARRAY(SELECT CASE WHEN common.word IS NULL THEN own.word # %(salt)s ELSE own.word END
            FROM unnest(words) AS own (word) LEFT JOIN common ON common.word = own.word)
    FROM first_resources;
INSERT INTO record_entry (resource_id, version, body, digest, happened_at, recorded_at, system_id, organisation_id,
        author, deleted)
    SELECT resource_id + %(step)s * %(n)s, version, body, digest, happened_at, recorded_at, system_id, organisation_id,
        author, deleted FROM first_entries;
INSERT INTO record_searchtext (resource_id, name, value)
    SELECT text.resource_id + %(step)s * %(n)s, name, left(value || ' ' || %(n)s, 200) FROM record_searchtext AS text
    JOIN first_resources ON first_resources.id = text.resource_id;
INSERT INTO record_searchdate (resource_id, name, since, until)
    SELECT moment.resource_id + %(step)s * %(n)s, name, since, until FROM record_searchdate AS moment
    JOIN first_resources ON first_resources.id = moment.resource_id;
INSERT INTO access_relationship (person_id, organisation_id, kind, since, until, resource_id)
    SELECT md5(person_id::text || %(n)s)::uuid, organisation_id, kind, since, until, resource_id + %(step)s * %(n)s
    FROM access_relationship
    WHERE person_id IN (SELECT id FROM first_people);
UPDATE growth SET copies = %(n)s + 1;
"""


def measure() -> list[Figure]:
    """Return each figure at both sizes, and how many times slower the larger is."""
    with kept("JOINEDUP_GROWTH_FOLDER") as folder:
        return _measure(folder.root / "smaller.json")


def _measure(known: Path) -> list[Figure]:
    from django.db import connection  # noqa: PLC0415 - only once Django is set up

    token = _first_asked(known)
    small: dict[str, float] = json.loads(known.read_text())
    began = time.perf_counter()
    _multiply()
    took = time.perf_counter() - began
    connection.close()
    large = _ask(token, TIMES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM people_person), (SELECT count(*) FROM record_entry)")
        people, entries = cursor.fetchone()
    figures = [Figure("people in the larger record", people, ""), Figure("entries in it", entries, "")]
    figures.append(Figure("time to copy them there", took, "s"))
    for name, few in small.items():
        figures += _compared(name, few, large[name], people)
    return figures


def _first_asked(known: Path) -> str:
    """Fill an empty record with the first people and ask about them; return a token that reads."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('growth') IS NULL")
        is_first = cursor.fetchone()[0]
    if is_first:
        _fill()
        # As the larger one is: what the database knows of its tables must not differ.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    token = reader()
    if is_first:
        connection.close()
        known.write_text(json.dumps(_ask(token, 1)))
    return token


def _compared(name: str, few: float, many: float, people: int) -> list[Figure]:
    """Return a figure at both sizes, and how many times slower the larger is."""
    is_rate = name.endswith("/s")
    limit, unit, word = (500, "/s", "at least") if is_rate else (LIMITS.get(name), "ms", "at most")
    return [
        Figure(f"{name}, {PEOPLE:,} people", few, unit, limit, word),
        Figure(f"{name}, {people:,} people", many, unit, limit, word),
        Figure("… times slower", few / many if is_rate else many / few, "", MOST_SLOWER),
    ]


def _fill() -> None:
    """Put the first people in through the door, on all cores."""
    from joinedup.core.nation import Nation  # noqa: PLC0415
    from joinedup.site.demo import Plan, load_people  # noqa: PLC0415

    load_people(Plan(Nation.ENGLAND, PEOPLE, 11, datetime.now(UTC).date()), lambda _: None)


def _multiply() -> None:
    """Copy the first people until there are as many times as many; each copy is one transaction."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('growth') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(PREPARE)
        cursor.execute("SELECT copies, step FROM growth")
        copies, step = cursor.fetchone()
        for number in range(copies, TIMES):
            salt = random.Random(number).getrandbits(62)
            cursor.execute(COPY.replace("%(n)s", str(number)) % {"step": step, "salt": salt})
        cursor.execute("VACUUM ANALYZE")


def _beginnings() -> list[str]:
    """Return how some family names begin: what people type."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT left(sought_family, 5) FROM people_person ORDER BY 1 LIMIT 40")
        return [row[0] for row in cursor.fetchall()]


def _ask(token: str, times: int) -> dict[str, float]:
    """Return the median of each question, and reads a second, over people of all copies."""
    headers = {"Authorization": f"Bearer {token}"}
    rng = random.Random(3)

    def somebody() -> str:
        copy = rng.randrange(times)
        return f"p-{rng.randrange(1, PEOPLE + 1):06}" + (f"-{copy}" if copy else "")

    families = _beginnings()
    asked = {
        "Patient read": [f"Patient/{somebody()}" for _ in range(ASKED)],
        "list of 14 people": [
            f"Patient?_id={','.join(somebody() for _ in range(14))}" for _ in range(ASKED // 4)
        ],
        "name search": [f"Patient?family={rng.choice(families)}&_count=20" for _ in range(ASKED // 4)],
        "a person's encounters": [f"Encounter?patient={somebody()}&_count=20" for _ in range(ASKED)],
        "$summary": [f"Patient/{somebody()}/$summary" for _ in range(ASKED // 4)],
    }
    small, key = _small_organisation(times)
    found = {}
    with served() as (port, _):
        for name, questions in asked.items():
            found[name] = _median(port, questions, headers)
        short = [f"Patient?name={beginning}&_count=20" for beginning in SHORT] * 8
        name = "name search, short beginning, small organisation"
        found[name] = _median(port, short, {"Authorization": f"Bearer {key}"})
        reads = [f"/fhir/R4/Patient/{somebody()}" for _ in range(3000)]
        found["Patient reads /s"] = throughput(port, reads, headers)
    return found | _ask_for_pages(families, [somebody() for _ in range(ASKED // 4)], small)


def _median(port: int, questions: Sequence[str], headers: dict[str, str]) -> float:
    """Return the median of some questions, once the server is warm."""
    paths = [f"/fhir/R4/{question}" for question in questions]
    latencies(port, paths[:20], headers)
    return median_ms(latencies(port, paths, headers))


def _small_organisation(times: int) -> tuple[str, str]:
    """Make an organisation that cares for few, whatever the size of the record; return its id and a system's token."""
    from joinedup.care.access.actions import create_token, relate, sign_agreement  # noqa: PLC0415
    from joinedup.care.access.actor import Scope  # noqa: PLC0415
    from joinedup.care.partnership.models import Organisation  # noqa: PLC0415
    from joinedup.care.people.models import Person  # noqa: PLC0415

    now = datetime.now(UTC)
    # Another for each size: the ties of the first people are copied with them.
    reference = f"small-{times}"
    small, _ = Organisation.objects.get_or_create(
        reference=reference, defaults={"name": reference, "nation": "england"}
    )
    sign_agreement(name="Benchmark", parties=Organisation.objects.all(), since=now)
    # Their ids are as good as drawn by lot.
    people = Person.objects.order_by("id").values_list("id", flat=True)[:FEW]
    relate(((person, small.pk) for person in people), kind="caseload", at=now)
    return reference, create_token(system=reference, scopes=[Scope.READ], at=now, organisation=small)


def _ask_for_pages(typed: Sequence[str], patients: Sequence[str], small: str) -> dict[str, float]:
    """Return the median time in the server of a nurse's pages: whom she finds, and a record."""
    from joinedup.care.people.queries import people_of_patients  # noqa: PLC0415 - only once Django is set up

    client, of_few = _nurse("reader"), _nurse(small)
    records = [f"/people/{person}" for person in people_of_patients(patients).values()]
    return {
        "page of people found": _finding(client, typed[:10], 4),
        "page of people found, short beginning, small organisation": _finding(of_few, SHORT, 8),
        "record page": median_ms(_opened(client, records)),
    }


def _finding(client: Client, typed: Sequence[str], times: int) -> float:
    """Return the median of the pages of people whose names begin as typed, each opened some times."""
    asked = [client.post("/people/find", {"q": beginning}).headers["Location"] for beginning in typed]
    return median_ms(_opened(client, asked * times))


def _nurse(reference: str) -> Client:
    """Return a signed-in nurse of an organisation."""
    from joinedup.care.access.actions import give_account  # noqa: PLC0415 - only once Django is set up
    from joinedup.care.access.actor import Role  # noqa: PLC0415
    from joinedup.care.partnership.models import Organisation  # noqa: PLC0415

    user = give_account(
        username=f"nurse-{reference}",
        name="Benchmark nurse",
        password="quite-long-enough-1",
        assignments=[(Role.DISTRICT_NURSE, Organisation.objects.get(reference=reference))],
        on=datetime.now(UTC).date() - timedelta(days=1),
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def _opened(client: Client, addresses: Sequence[str]) -> list[float]:
    """Open the pages; return the seconds that each took, without the first few."""
    taken = []
    for address in addresses:
        began = time.perf_counter()
        response = client.get(address)
        taken.append(time.perf_counter() - began)
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} for {address}")
    return taken[5:]
