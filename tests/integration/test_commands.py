"""The commands as a newcomer runs them: real processes, a data folder of their own, an embedded PostgreSQL."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from joinedup import __version__

PATIENCE = 150
PROVIDERS = """
providers:
  - id: westmarch
    name: Westmarch Council
    issuer: https://login.westmarch.example
    client_id: joinedup
    client_secret_env: WESTMARCH_SECRET
"""


def joinedup(*words, **environment):
    """Run the command line in an environment of its own; return what became of it."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("JOINEDUP_DATA", "JOINEDUP_SECRET", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "joinedup.cli", *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=kept | environment,
        check=False,
    )


def open_to_the_database(root):
    """Let the database's own user reach a folder of pytest's; return the folder."""
    for part in (root, *list(root.parents)[:3]):
        if part.name.startswith("pytest-"):
            part.chmod(0o755)
    root.chmod(0o755)
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A demo of twenty people of Wales, made once."""
    data = open_to_the_database(tmp_path_factory.mktemp("demo")) / "data"
    made = joinedup("demo", "--nation", "wales", "--people", "20", "--no-serve", "--data", str(data))
    assert made.returncode == 0, made.stderr + made.stdout
    return data, made.stdout


def test_version_says_the_version():
    assert joinedup("--version").stdout.strip().endswith(__version__)


def test_help_lists_the_commands_without_loading_them():
    said = joinedup("--help").stdout
    for name in ("demo", "serve", "migrate", "doctor", "token", "load", "publish", "measure"):
        assert name in said


def test_everybody_in_the_demo_is_compared_and_the_report_written(folder):
    data, _ = folder
    report = data.parent / "linkage.json"
    done = joinedup("linkage", "run", "--data", str(data), "--report", str(report))
    assert done.returncode == 0, done.stderr
    assert "Compared 20 people" in done.stdout
    assert '"people": 20' in report.read_text()


def test_the_demo_says_who_can_sign_in_one_account_a_role(folder):
    _, said = folder
    assert "Making 20 people of Wales" in said
    for name in ("nurse", "social-worker", "gp", "discharge", "fund-manager", "analyst", "administrator"):
        assert f"  {name} " in said


def test_the_demo_again_is_the_same_demo_with_new_passwords(folder):
    data, first = folder
    again = joinedup("demo", "--nation", "wales", "--people", "20", "--no-serve", "--data", str(data))
    assert again.returncode == 0, again.stderr
    assert "Making" not in again.stdout
    line = next(line for line in first.splitlines() if line.startswith("  nurse "))
    assert line not in again.stdout


def test_another_demo_in_the_same_folder_is_refused(folder):
    data, _ = folder
    other = joinedup("demo", "--nation", "scotland", "--people", "20", "--no-serve", "--data", str(data))
    assert other.returncode == 1
    assert "--nation wales" in other.stderr
    assert "Traceback" not in other.stderr


def test_a_taken_port_is_said_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = joinedup("demo", "--port", port, "--data", str(tmp_path / "data"))
    assert refused.returncode == 1
    assert f"Port {port}" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_folder_of_another_version_of_postgresql_is_refused_and_left_alone(tmp_path):
    where = tmp_path / "data" / "postgres"
    where.mkdir(parents=True)
    (where / "PG_VERSION").write_text("12\n")
    refused = joinedup("migrate", "--data", str(tmp_path / "data"))
    assert refused.returncode == 1
    assert "another version" in refused.stderr
    assert [path.name for path in where.iterdir()] == ["PG_VERSION"]


@pytest.mark.parametrize("place", ["/proc/joinedup", "/dev/null/joinedup"])
def test_a_folder_that_cannot_be_written_is_said(place):
    refused = joinedup("migrate", "--data", place)
    assert refused.returncode == 1
    assert "can't be written" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_is_not_there_is_said(tmp_path):
    url = "postgresql://nobody@127.0.0.1:9/nothing"
    refused = joinedup("migrate", "--data", str(tmp_path / "data"), JOINEDUP_DATABASE_URL=url)
    assert refused.returncode == 1
    assert "can't be reached" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_nation_in_the_environment_is_said(tmp_path):
    refused = joinedup("migrate", "--data", str(tmp_path / "data"), JOINEDUP_NATION="atlantis")
    assert refused.returncode == 1
    assert "northern_ireland" in refused.stderr


def test_a_token_is_alone_on_the_last_line_and_opens_the_api_that_serve_serves(folder):
    data, _ = folder
    made = joinedup(
        "token", "create", "--system", "Lab", "--scope", "read", "--scope", "write", "--data", str(data)
    )
    token = made.stdout.splitlines()[-1]
    assert " " not in token
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "joinedup.cli", "serve", "--port", str(port), "--data", str(data)]
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("JOINEDUP_DATA", "JOINEDUP_SECRET", "DJANGO_"))
    }
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=kept) as server:
        try:
            assert any(f":{port}" in line for line in server.stdout if line.startswith("Serving"))
            address = f"http://127.0.0.1:{port}/fhir/R4/Organization?_count=1"
            asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
            with _opened(asked) as response:
                assert response.status == 200
        finally:
            server.terminate()
            server.wait(20)


def _opened(request, tries=100):
    for _ in range(tries):
        try:
            return urllib.request.urlopen(request, timeout=10)  # noqa: S310
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
            time.sleep(0.1)
    raise AssertionError("the server did not answer")


def test_an_account_is_made_and_wrong_words_are_answered_with_the_right_ones(folder):
    data, _ = folder
    words = ["account", "create", "--username", "ada", "--name", "Ada Example", "--data", str(data)]
    made = joinedup(*words, "--role", "district_nurse", "--organisation", "org-health-board")
    assert "district nurse" in made.stdout
    assert len(made.stdout.splitlines()[-1]) >= 12
    wrong_role = joinedup(*words, "--role", "wizard", "--organisation", "org-health-board")
    assert "district_nurse" in wrong_role.stderr
    wrong_place = joinedup(*words, "--role", "analyst", "--organisation", "org-nowhere")
    assert wrong_place.returncode == 1
    assert "org-health-board" in wrong_place.stderr


def test_an_account_is_linked_to_an_organisations_provider_and_has_no_password(folder):
    data, _ = folder
    words = ["account", "create", "--username", "bea", "--name", "Bea Example", "--data", str(data)]
    words += ["--role", "analyst", "--organisation", "org-health-board", "--oidc"]
    unknown = joinedup(*words, "westmarch:u-1")
    assert unknown.returncode == 1
    assert "There is no provider 'westmarch'" in unknown.stderr
    (data / "providers.yaml").write_text(PROVIDERS)
    try:
        unset = joinedup(*words, "westmarch:u-1")
        assert unset.returncode == 1
        assert "WESTMARCH_SECRET is empty" in unset.stderr
        made = joinedup(*words, "westmarch:u-1", WESTMARCH_SECRET="s")
        assert made.stdout.splitlines()[-1] == "They sign in with westmarch, and have no password here."
        nobody = joinedup(*words, "westmarch:", WESTMARCH_SECRET="s")
        assert "PROVIDER:SUBJECT" in nobody.stderr
        words[3] = "cy"
        taken = joinedup(*words, "westmarch:u-1", WESTMARCH_SECRET="s")
        assert "linked to another account" in taken.stderr
        assert "can sign in" not in taken.stdout
    finally:
        (data / "providers.yaml").unlink()


@pytest.mark.parametrize(
    ("name", "value"), [("JOINEDUP_SECOND_FACTOR", "maybe"), ("JOINEDUP_IDLE_MINUTES", "0")]
)
def test_a_choice_about_signing_in_that_cannot_be_is_said(folder, name, value):
    data, _ = folder
    refused = joinedup("migrate", "--data", str(data), **{name: value})
    assert refused.returncode == 1
    assert f"{name} is '{value}'. Use " in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_demo_says_that_no_second_step_is_asked_for(folder):
    _, said = folder
    assert "No second step is asked for here" in said


def test_what_is_awaited_is_listed(folder):
    data, _ = folder
    assert "references wait" in joinedup("awaited", "--data", str(data)).stdout


def test_doctor_says_what_it_found(folder):
    data, _ = folder
    said = joinedup("doctor", "--data", str(data))
    assert said.returncode == 0, said.stdout
    for word in ("Python", str(data), "PostgreSQL 18", "assets", "browser"):
        assert word in said.stdout


def test_measures_are_listed_shown_and_published_anew(folder):
    data, _ = folder
    assert "delayed_days" in joinedup("measure", "list", "--data", str(data)).stdout
    shown = joinedup("measure", "show", "delayed_days", "--data", str(data)).stdout
    assert "England and Scotland" in shown
    missing = joinedup("measure", "show", "nothing", "--data", str(data))
    assert missing.returncode == 1
    assert "delayed_days" in missing.stderr
    assert "Published 20 people" in joinedup("publish", "--data", str(data)).stdout


def test_a_published_file_is_loaded_and_an_unknown_source_is_refused(folder, published_data):
    data, _ = folder
    file = published_data / "delayed-discharge-scotland" / "scotland_delayed_discharge_hb.csv"
    loaded = joinedup(
        "load", "published", str(file), "--source", "scotland-delayed-discharge", "--data", str(data)
    )
    assert "24,750 rows read, 24,750 kept, 0 refused" in loaded.stdout
    assert "in every one of 4,950 cells" in loaded.stdout
    refused = joinedup("load", "published", str(file), "--source", "atlantis", "--data", str(data))
    assert refused.returncode == 1
    assert "scotland-delayed-discharge" in refused.stderr
    missing = joinedup(
        "load",
        "published",
        str(Path("nowhere.csv")),
        "--source",
        "scotland-delayed-discharge",
        "--data",
        str(data),
    )
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr


def test_an_extract_is_made_up_checked_and_received(tmp_path):
    # People who come with it must not be among those that other tests count.
    data = open_to_the_database(tmp_path) / "data"
    file, report = tmp_path / "stays.csv", tmp_path / "refused.csv"
    made = joinedup("extract-sample", "wales-pedw", "--people", "60", "--out", str(file))
    assert "rows written to" in made.stdout, made.stderr
    file.write_text(file.read_text() + "cut,short\n")
    words = ("receive", str(file), "--extract", "wales-pedw", "--system", "Health board")
    tried = joinedup(*words, "--check")
    assert "nothing was written" in tried.stdout, tried.stderr
    assert joinedup("migrate", "--data", str(data)).returncode == 0
    unknown = joinedup(*words, "--data", str(data))
    assert unknown.returncode == 2
    assert "joinedup token create --system" in unknown.stderr
    joinedup("token", "create", "--system", "Health board", "--scope", "write", "--data", str(data))
    taken = joinedup(*words, "--report", str(report), "--data", str(data))
    assert taken.returncode == 0, taken.stderr
    assert ", 1 refused" in taken.stdout
    assert "Not verified: codes of Admission method" in taken.stdout
    assert len(report.read_text().splitlines()) == 2
    again = joinedup(*words, "--data", str(data))
    assert "received before" in again.stdout
    refused = joinedup("receive", str(file), "--extract", "scotland-smr01", "--system", "X", "--check")
    assert refused.returncode == 1
    assert "columns missing" in refused.stderr
    assert "Traceback" not in tried.stderr + unknown.stderr + taken.stderr + refused.stderr
