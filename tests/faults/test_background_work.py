"""`joinedup serve` does the background work too: started again when it is killed, ended with the server."""

import time

import psutil

from supervised import open_folder, supervised

PATIENCE = 60


def exported(served):
    """Ask for an export; say whether it is ready in time."""
    status, headers, _ = served.ask("GET", "/fhir/R4/Patient/$export", Prefer="respond-async")
    assert status == 202
    address = headers["Content-Location"].partition("/fhir")[2]
    return until(lambda: served.ask("GET", f"/fhir{address}")[0] == 200)


def until(holds):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.2)
    return False


def at_work(served):
    """Return the processes that do the background work; the server's own worker is named otherwise."""
    children = psutil.Process(served.process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def test_work_goes_on_after_a_kill_and_ends_with_the_server(tmp_path):
    with supervised(open_folder(tmp_path), works=True) as served:
        assert exported(served)
        (first,) = at_work(served)
        first.kill()
        assert exported(served)
        assert "started again" in served.log
        now = at_work(served)
        assert len(now) == 1
        assert first not in now
        assert served.starts == 1
    assert until(lambda: not any(each.is_running() for each in now))


def test_work_ends_with_a_server_that_is_killed(tmp_path):
    with supervised(open_folder(tmp_path), works=True) as served:
        before = at_work(served)
        assert len(before) == 1
        served.wanted = False
        assert served.kill("server")
        assert until(lambda: not any(each.is_running() for each in before))


def test_without_the_work_nothing_but_the_server_runs(tmp_path):
    with supervised(open_folder(tmp_path)) as served:
        assert at_work(served) == []
