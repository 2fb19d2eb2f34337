"""What leaves the record: exports that are exact, resumable and only one's own; notices that reach who must be told."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone
from fhir_samples import OTHER_NUMBER, observation, patient

from joinedup.care.access.actions import create_token, relate, sign_agreement
from joinedup.care.access.actor import Scope
from joinedup.care.access.models import AuditEvent, Choice
from joinedup.care.outbound import exports
from joinedup.care.outbound.models import Export, Notice, Subscription
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.exchange.delivery import work_once

ASYNC = {"prefer": "respond-async"}


@pytest.fixture
def reader(db, api, api_of):
    """A practice's system that may see what the hospital writes about the one person that it cares for."""
    for number, fhir_id in ((None, "p1"), (OTHER_NUMBER, "p2")):
        made = patient(fhir_id, number or "9990000026")
        assert api.put(f"/Patient/{fhir_id}", made).status_code == 201
    for n in range(5):
        api.put(f"/Observation/o{n}", observation(f"o{n}", f"Patient/p{1 + n % 2}", value=70.5 + n))
    practice = Organisation.objects.create(reference="practice", name="Practice", nation="england")
    sign_agreement(name="All", parties=Organisation.objects.all(), since=timezone.now() - timedelta(days=9))
    person = Person.objects.get(sources__fhir_id="p1")
    relate([(person.pk, practice.pk)], kind="caseload", at=timezone.now() - timedelta(days=9))
    token = create_token(
        system="Practice", scopes=[Scope.READ, Scope.WRITE], at=timezone.now(), organisation=practice
    )
    return type(api)(token)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.EXPORT_FOLDER = tmp_path


def work():
    while work_once(now=timezone.now):
        pass


def path_of(address):
    return address.partition("/fhir/R4")[2]


def lines_of(reader, status):
    manifest = json.loads(reader.get(status).content)
    return {
        json.loads(line)["id"]
        for file in manifest["output"]
        for line in b"".join(reader.get(path_of(file["url"])).streaming_content).splitlines()
    }, manifest


def test_an_export_holds_exactly_what_its_system_may_see_as_it_was_when_asked(api, reader):
    asked = reader.client.get("/fhir/R4/Patient/$export", headers=ASYNC)
    assert asked.status_code == 202
    status = path_of(asked.headers["Content-Location"])
    assert reader.get(status).status_code == 202
    api.put("/Observation/later", observation("later", value=1.5))
    api.put("/Observation/o0", observation("o0", value=99.5))
    work()
    ids, manifest = lines_of(reader, status)
    assert ids == {"p1", "o0", "o2", "o4"}
    assert {f["type"]: f["count"] for f in manifest["output"]} == {"Observation": 3, "Patient": 1}
    url = next(f["url"] for f in manifest["output"] if f["type"] == "Observation")
    first = json.loads(next(iter(reader.get(path_of(url)).streaming_content)).splitlines()[0])
    assert (first["id"], first["meta"]["versionId"]) == ("o0", "1")
    events = AuditEvent.objects.filter(kind="export", actor_name="Practice", person_id__isnull=False)
    assert set(events.values_list("person_id", flat=True)) == {Person.objects.get(sources__fhir_id="p1").pk}


def test_a_killed_worker_loses_and_doubles_no_line(reader, monkeypatch):
    monkeypatch.setattr(exports, "STEP", 1)
    status = path_of(
        reader.client.get("/fhir/R4/$export?_type=Observation", headers=ASYNC).headers["Content-Location"]
    )
    real = exports._append

    def killed_after_writing(*args):
        real(*args)
        raise KeyboardInterrupt

    for _ in range(3):
        monkeypatch.setattr(exports, "_append", killed_after_writing)
        with pytest.raises(KeyboardInterrupt):
            exports.export_step(at=timezone.now())
        monkeypatch.setattr(exports, "_append", real)
        exports.export_step(at=timezone.now())
    work()
    url = json.loads(reader.get(status).content)["output"][0]["url"]
    lines = b"".join(reader.get(path_of(url)).streaming_content).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["o0", "o2", "o4"]
    part = reader.client.get(f"/fhir/R4{path_of(url)}", headers={"range": f"bytes={len(lines[0]) + 1}-"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content).splitlines() == lines[1:]


def test_an_export_is_for_its_own_system_can_be_cancelled_and_is_gone_after_a_day(api, reader, tmp_path):
    status = path_of(reader.client.get("/fhir/R4/$export", headers=ASYNC).headers["Content-Location"])
    work()
    assert api.get(status).status_code == 404
    assert reader.send("DELETE", status).status_code == 202
    assert reader.get(status).status_code == 404
    assert not list(tmp_path.rglob("*.ndjson"))
    reader.client.get("/fhir/R4/$export", headers=ASYNC)
    work()
    assert list(tmp_path.rglob("*.ndjson"))
    assert exports.remove_old_exports(at=timezone.now() + timedelta(days=2)) == 1
    assert not list(tmp_path.rglob("*.ndjson"))


@pytest.mark.parametrize("query", ["_typeFilter=x", "_outputFormat=csv", "_since=soon"])
def test_what_an_export_can_not_do_is_said(reader, query):
    assert reader.client.get(f"/fhir/R4/$export?{query}", headers=ASYNC).status_code == 400
    assert reader.get("/$export").status_code == 400
    assert Export.objects.count() == 0


@pytest.mark.parametrize("name", ["as-of", "_as-of"])
def test_an_export_of_the_past_is_refused_with_what_to_ask_instead(reader, name):
    for address in ("$export", "Patient/$export"):
        refused = reader.client.get(f"/fhir/R4/{address}?{name}=2026-01-01", headers=ASYNC)
        said = refused.json()["issue"][0]["diagnostics"]
        assert (refused.status_code, "$everything?as-of=" in said) == (400, True)
    assert reader.get("/Patient/p1/$everything?as-of=2026-01-01").status_code in (200, 404)
    assert reader.get("/Observation?as-of=2026-01-01").status_code == 200


class Receiver(HTTPServer):
    """Keeps what it is told; answers 500 while `is_broken`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told, self.is_broken = [], False


class _Handler(BaseHTTPRequestHandler):
    def _take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.told.append(
            (self.command, self.path, json.loads(body) if body else None, self.headers["X-Key"])
        )
        self.send_response(500 if self.server.is_broken else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT = do_DELETE = _take  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setenv("JOINEDUP_LOCAL_ENDPOINTS", "1")
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def subscription(receiver, criteria="Observation?status=final", **more):
    channel = {
        "type": "rest-hook",
        "endpoint": f"http://127.0.0.1:{receiver.server_port}/hook",
        "payload": "application/fhir+json",
        "header": ["X-Key: secret"],
    }
    return {
        "resourceType": "Subscription",
        "id": "s1",
        "status": "requested",
        "reason": "to know",
        "criteria": criteria,
        "channel": channel | more,
    }


def test_a_subscriber_is_told_of_what_matches_and_may_be_seen(api, reader, receiver):
    assert reader.put("/Subscription/s1", subscription(receiver)).status_code == 201
    api.put("/Observation/new", observation("new", value=80.5))
    api.put("/Observation/hidden", observation("hidden", "Patient/p2", value=80.5))
    api.put("/Observation/draft", observation("draft", value=80.5, status="preliminary"))
    work()
    (method, path, body, key), *others = receiver.told
    assert (method, path, key) == ("PUT", "/hook/Observation/new", "secret")
    assert body["valueQuantity"]["value"] == 80.5
    assert not others


def test_a_subscriber_may_ask_by_a_text(api, reader, receiver):
    assert reader.put("/Subscription/s1", subscription(receiver, "Patient?family=trump")).status_code == 201
    for family in ("Trumpetwright", "Other"):
        api.put("/Patient/p1", patient("p1", "9990000026", name=[{"family": family}]))
        work()
    assert [body["name"][0]["family"] for _, _, body, _ in receiver.told[:1]] == ["Trumpetwright"]


def test_a_correction_and_its_hiding_reach_whoever_read_the_entry(api, reader, receiver):
    reader.put("/Subscription/s1", subscription(receiver, "Observation?code=never"))
    work()
    assert reader.get("/Observation/o0").status_code == 200
    api.put("/Observation/o0", observation("o0", value=60.5))
    work()
    assert [(t[0], t[1], t[2]["valueQuantity"]["value"]) for t in receiver.told] == [
        ("PUT", "/hook/Observation/o0", 60.5)
    ]
    Choice.objects.create(person_id=Person.objects.get(sources__fhir_id="p1").pk, since=timezone.now())
    api.put("/Observation/o0", observation("o0", value=61.5))
    work()
    assert receiver.told[-1][:3] == ("DELETE", "/hook/Observation/o0", None)


def test_what_fails_is_tried_again_and_at_last_given_up_and_said(api, reader, receiver):
    reader.put("/Subscription/s1", subscription(receiver))
    receiver.is_broken = True
    api.put("/Observation/new", observation("new", value=80.5))
    work()
    notice = Notice.objects.get()
    assert (notice.tries, notice.delivered_at) == (1, None)
    receiver.is_broken = False
    later = timezone.now() + timedelta(minutes=2)
    work_once(now=lambda: later)
    notice.refresh_from_db()
    assert notice.delivered_at
    receiver.is_broken = True
    api.put("/Observation/new", observation("new", value=81.5))
    moment = timezone.now()
    for _ in range(12):
        work_once(now=lambda moment=moment: moment)
        moment += timedelta(days=2)
    assert Notice.objects.filter(given_up=True).count() == 1
    assert Subscription.objects.get().state == "error"
    assert "500" in Subscription.objects.get().problem


def test_without_subscriptions_no_list_of_changes_is_kept(api, reader, receiver):
    from joinedup.care.record.models import NewChange  # noqa: PLC0415

    assert NewChange.objects.count() == 0
    reader.put("/Subscription/s1", subscription(receiver))
    reader.put("/Subscription/s1", subscription(receiver) | {"status": "off"})
    work()
    api.put("/Observation/new", observation("new", value=80.5))
    assert NewChange.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"type": "email"}, "Subscription.channel.type"),
        ({"payload": "text/html"}, "Subscription.channel.payload"),
        ({"endpoint": "ftp://x"}, "Subscription.channel.endpoint"),
        ({"endpoint": "https://u:p@x/"}, "Subscription.channel.endpoint"),
    ],
)
def test_a_subscription_that_can_not_be_kept_is_refused_with_its_place(reader, receiver, more, place):
    answer = reader.put("/Subscription/s1", subscription(receiver, **more))
    assert answer.status_code == 422
    assert json.loads(answer.content)["issue"][0]["expression"] == [place]


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_nobody_is_made_to_reach_inside(reader, receiver, monkeypatch, api, host):
    reader.put("/Subscription/s1", subscription(receiver))
    monkeypatch.delenv("JOINEDUP_LOCAL_ENDPOINTS")
    Subscription.objects.update(endpoint=f"https://{host}:{receiver.server_port}/hook")
    api.put("/Observation/new", observation("new", value=80.5))
    work()
    assert receiver.told == []
    assert Notice.objects.get().tries == 1
